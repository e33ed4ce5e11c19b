"""The newest picture as a stream for other programs of this computer: Motion JPEG over HTTP, on the loopback only."""

import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from convexplorer._cv import cv2

HOST = "127.0.0.1"
USUAL_PORT = 8765  # so that an address written down once holds the next time; another one if it is taken
STREAM_PATH, PICTURE_PATH = "/maps.mjpg", "/maps.jpg"
MAX_READERS = 8
REPEAT_S = 1.0  # a reader of a still picture gets it again as often, and does not take the silence for an end

_BOUNDARY = "picture"
_QUALITY = (
    *(cv2.IMWRITE_JPEG_QUALITY, 90),
    # Fine lines of colour are what maps consist of.
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
)
_STUCK_S = 5.0  # a reader that takes nothing for so long is gone
_SEND_BYTES = 1 << 18  # of the system's buffer: what waits there is old when it is read
_POLL_S = 0.05
_PAGE = (
    "<!doctype html><title>ConvExplorer</title>"
    "<style>html,body{margin:0;height:100%;background:#000}img{width:100%;height:100%;object-fit:contain}</style>"
    f'<img src="{STREAM_PATH}" alt="The maps, live">'
)


class StreamServer:
    """A server whose readers always get the newest picture; a slow one misses pictures and delays nobody.

    It answers only requests to this computer by its own name: a page of the network that gives itself a name for
    127.0.0.1 could otherwise look in.

    Parameters
    ----------
    port : the wanted port; any free one if it is taken.
    on_reader : called, in a thread of the server, when a reader comes and there was none.

    Attributes
    ----------
    address : of the stream.
    """

    def __init__(self, port: int = USUAL_PORT, on_reader: Callable[[], None] | None = None) -> None:
        self._condition = threading.Condition()
        self._jpeg = b""
        self._number = 0
        self._readers = 0
        self._is_closed = False
        self._connections: set[socket.socket] = set()
        self.on_reader = on_reader
        self._server = _listening(port, self._handler())
        self.address = f"http://{HOST}:{self._server.server_port}{STREAM_PATH}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_S,), name="stream server", daemon=True
        )
        self._thread.start()

    @property
    def readers(self) -> int:
        """How many programs read the stream now."""
        return self._readers

    @property
    def is_wanted(self) -> bool:
        """True if someone reads."""
        return self._readers > 0

    def send(self, rgb: np.ndarray) -> None:
        """Make an (H, W, 3) uint8 RGB picture the newest one; it is encoded here, once for all readers."""
        _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), _QUALITY)
        with self._condition:
            self._jpeg = jpeg.tobytes()
            self._number += 1
            self._condition.notify_all()

    def close(self) -> None:
        """Cut all connections and stop listening; may be called repeatedly."""
        with self._condition:
            is_first, self._is_closed = not self._is_closed, True
            connections = tuple(self._connections)
            self._condition.notify_all()
        if not is_first:
            return
        for connection in connections:  # one that takes nothing would hold its thread
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()  # waits for the threads of the readers

    def _newest_after(self, number: int, timeout_s: float) -> tuple[int, bytes] | None:
        """Wait for a newer picture, and return the newest with its number; None when closed."""
        with self._condition:
            self._condition.wait_for(lambda: self._number > number or self._is_closed, timeout_s)
            return None if self._is_closed else (self._number, self._jpeg)

    def _join(self) -> bool:
        """Count a reader; return False if there are too many."""
        with self._condition:
            if self._is_closed or self._readers >= MAX_READERS:
                return False
            self._readers += 1
            is_first = self._readers == 1
        if is_first and self.on_reader is not None:
            self.on_reader()
        return True

    def _leave(self) -> None:
        with self._condition:
            self._readers -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _STUCK_S

            def setup(self) -> None:
                super().setup()
                with server._condition:
                    server._connections.add(self.connection)

            def finish(self) -> None:
                with server._condition:
                    server._connections.discard(self.connection)
                with suppress(OSError):  # what is left for a reader that has gone
                    super().finish()

            def do_GET(self) -> None:  # the name that http.server asks for
                if not _is_own(self.headers.get("Host", "")):
                    self.send_error(403, "Only for this computer")
                elif self.path == "/":
                    self._answer("text/html", _PAGE.encode())
                elif self.path not in (STREAM_PATH, PICTURE_PATH):
                    self.send_error(404)
                elif not server._join():
                    self.send_error(503, "Too many readers")
                else:
                    try:
                        with suppress(OSError):  # the reader has gone
                            self._stream() if self.path == STREAM_PATH else self._picture()
                    finally:
                        server._leave()

            def _stream(self) -> None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.send_response(200)
                self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                number = 0
                while (newest := server._newest_after(number, REPEAT_S)) is not None:
                    number, jpeg = newest
                    if jpeg:
                        head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                        self.wfile.write(head.encode() + jpeg + b"\r\n")

            def _picture(self) -> None:
                newest = server._newest_after(0, _STUCK_S)
                if newest is not None and newest[1]:
                    self._answer("image/jpeg", newest[1])
                else:
                    self.send_error(503, "There is no picture yet")

            def _answer(self, kind: str, content: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Keep the terminal clean."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them
    allow_reuse_address = sys.platform != "win32"  # there, it would let two programs listen on one port


def _listening(port: int, handler: type[BaseHTTPRequestHandler]) -> _Server:
    try:
        return _Server((HOST, port), handler)
    except OSError:  # another window streams, or another program has this port
        return _Server((HOST, 0), handler)


def _is_own(host: str) -> bool:
    """Return True if a request was addressed to this computer by one of its own names."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return name in (HOST, "localhost")
