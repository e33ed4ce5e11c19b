"""A web server for tests: bytes over HTTP on the loopback, well behaved or not."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """What the server answers at a path.

    Attributes
    ----------
    length : the announced length; None for that of the content.
    password : wanted as "user:password", base64 in the header; "" for none.
    trickles : True to send one byte of the head at a time, without end.
    """

    content: bytes = b""
    kind: str = "application/octet-stream"
    status: int = 200
    length: int | None = None
    location: str = ""
    password: str = ""
    trickles: bool = False


class PictureServer:
    """Serves answers by path until the context ends; leaves no thread behind."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.requests: list[str] = []
        self._is_over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(answers))
        self._server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="picture-server")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, answers: Mapping[str, Answer]) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 2.0

            def do_GET(self) -> None:  # the name that http.server asks for
                server.requests.append(self.path)
                with suppress(OSError):  # the client has gone
                    self._serve(answers.get(self.path, Answer(status=404)))

            def _serve(self, answer: Answer) -> None:
                if answer.trickles:
                    while not server._is_over.wait(0.01):
                        self.wfile.write(b"H")
                    return
                if answer.password and self.headers.get("Authorization") != f"Basic {answer.password}":
                    answer = Answer(status=401)
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                length = len(answer.content) if answer.length is None else answer.length
                self.send_header("Content-Length", str(length))
                if answer.location:
                    self.send_header("Location", answer.location)
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: Any) -> None:
                """Keep the terminal clean."""

        return Handler
