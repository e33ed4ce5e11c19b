"""A camera on the network for tests: MJPEG over HTTP on the loopback, well behaved or not.

Every frame carries its number as 16 bars, dark or bright, which survive JPEG: `number_in` reads it back.
"""

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import numpy as np

from convexplorer._cv import cv2

_BITS = 16
_BOUNDARY = b"--frame\r\n"


def numbered_frame(number: int, height: int = 48, width: int = 64) -> np.ndarray:
    """Draw a frame (H, W, 3) uint8 that carries its number, 0…65535."""
    bits = (number >> np.arange(_BITS)) & 1
    row = np.where(bits, 220, 30).astype(np.uint8).repeat(width // _BITS)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def number_in(image: np.ndarray) -> int:
    """Read the number back from a frame's image (C, H, W) in 0…1."""
    row = image[0].mean(axis=0)
    bars = row[: len(row) // _BITS * _BITS].reshape(_BITS, -1).mean(axis=1)
    return int(((bars > 0.5) << np.arange(_BITS)).sum())


def refusing_url() -> str:
    """Return an address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/video"


class MjpegServer:
    """Serves numbered frames from 0 to every client, until told otherwise.

    Parameters
    ----------
    rate_hz : frames a second.
    size : (height, width) of the frames.
    frames : end each connection after so many frames; None for never.
    is_silent : accept connections, and never answer.
    port : 0 for any free one.

    `stall()` keeps connections open but sends nothing until `resume()`; `die()` cuts them and refuses new ones.
    Used as a context manager it leaves no thread behind.
    """

    def __init__(
        self,
        *,
        rate_hz: float = 100.0,
        size: tuple[int, int] = (48, 64),
        frames: int | None = None,
        is_silent: bool = False,
        port: int = 0,
    ) -> None:
        self.rate_hz, self.size, self.frames, self.is_silent = rate_hz, size, frames, is_silent
        self.connections = 0
        self.frames_sent = 0
        self.is_over = threading.Event()
        self.is_flowing = threading.Event()
        self.is_flowing.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = False  # so that closing the server waits for them
        self.url = f"http://127.0.0.1:{self._server.server_port}/video"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="mjpeg-server")
        self._thread.start()

    def stall(self) -> None:
        """Send nothing more for now."""
        self.is_flowing.clear()

    def resume(self) -> None:
        """Go on sending."""
        self.is_flowing.set()

    def die(self) -> None:
        """Cut all connections and stop listening; may be called twice."""
        self.is_over.set()
        self.is_flowing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.die()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 2.0

            def do_GET(self) -> None:  # the name that http.server asks for
                server.connections += 1
                if server.is_silent:
                    server.is_over.wait()
                    return
                with suppress(OSError):  # the client has gone
                    self._serve()

            def _serve(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                number = 0
                while not server.is_over.is_set() and number != server.frames:
                    server.is_flowing.wait()
                    is_encoded, jpeg = cv2.imencode(".jpg", numbered_frame(number, *server.size))
                    assert is_encoded
                    header = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                    self.wfile.write(_BOUNDARY + header + jpeg.tobytes() + b"\r\n")
                    number += 1
                    server.frames_sent += 1
                    server.is_over.wait(1 / server.rate_hz)

            def log_message(self, *_: Any) -> None:
                """Keep the terminal clean."""

        return Handler
