"""Measures the latency from capture to pixels: frames carry a stamp, and the stamp is read back from the screen.

    python -m tests.benchmarks.latency [--seconds 5] [--rate 30] [--size 1440x900]

A camera makes stamped frames of natural pictures, and notes when. The window shows eight maps of them; the first is the
picture itself in grey. Whenever the maps have been painted, the pixels of that map are fetched from the screen and the
stamp is read. Two roads are measured: a network camera (Motion JPEG over HTTP on the loopback, from a process of its
own), with everything that FFmpeg does to it; and a reader below all decoders that hands out frames as they are made,
which leaves the program's own share. "order" counts frames that were shown after a newer one: it must be 0.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPixmap

from convexplorer._cv import cv2
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.project import Project
from convexplorer.sources import Source
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, SourceInfo
from tests.benchmarks.film import frames_of
from tests.benchmarks.live_case import Painted, opened, run_for
from tests.benchmarks.stamp import COUNT, stamp_in, stamped

SIZES = {"480p": (480, 640), "720p": (720, 1280)}
FILTERS = 8
WARM_UP_S = 2.0
SETTLE_MS = 300


@dataclass(frozen=True)
class Seen:
    """A stamp that was on screen, and when it was read from there."""

    stamp: int
    time_s: float


class FakeCamera:
    """A reader that makes stamped frames at a rate, and remembers when; it has no decoder.

    Parameters
    ----------
    times : gets the moment of each frame, in seconds of `time.monotonic`.
    """

    def __init__(self, pictures: list[np.ndarray], rate_hz: float, times: list[float]) -> None:
        self.info = SourceInfo("a camera", None, rate_hz, is_live=True)
        self._pictures, self._period_s, self._times = pictures, 1 / rate_hz, times
        self._next_s = time.monotonic()

    def read(self) -> Frame:
        """Wait until the next frame is due."""
        self._next_s = max(self._next_s + self._period_s, time.monotonic() - self._period_s)
        time.sleep(max(0.0, self._next_s - time.monotonic()))
        index = len(self._times)
        self._times.append(time.monotonic())
        return Frame(ByteImage(self._pictures[index % COUNT]), ("R", "G", "B"), index, index * self._period_s)

    def seek(self, index: int) -> None:
        """Do nothing: a camera knows no other place."""

    def close(self) -> None:
        """Do nothing: there is no device."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.latency", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="for each row")
    parser.add_argument("--rate", type=float, default=30.0, help="frames a second of the camera")
    parser.add_argument("--size", default="1440x900", help="of the window")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        print(f"{FILTERS} filters, {options.rate:g} frames a second, window {options.size}; milliseconds")
        print(f"{'input':>6} {'road':18}{'median':>8}{'95 %':>8}{'least':>8}{'per second':>12}{'order':>7}{'load':>7}")
        for name, size in SIZES.items():
            for road, measure in (("network camera", over_network), ("without decoder", below_decoders)):
                seen, times = measure(size, options.rate, options.seconds, (height, width))
                print(f"{name:>6} {road:18}{row_of(seen, times, options.seconds)}", flush=True)


def row_of(seen: list[Seen], times: list[float], seconds: float) -> str:
    """Return the numbers of a row: of each frame its first appearance counts."""
    taken, newest, out_of_order = [], -1, 0
    for one in seen:
        index = newest_with(one.stamp, one.time_s, times)
        if index is None or index == newest:
            continue
        out_of_order += index < newest
        newest = max(newest, index)
        taken.append((one.time_s - times[index]) * 1e3)
    if not taken:
        return "no stamp was seen"
    taken.sort()
    return (
        f"{statistics.median(taken):8.1f}{taken[int(len(taken) * 0.95)]:8.1f}{taken[0]:8.1f}"
        f"{len(taken) / seconds:12.1f}{out_of_order:7}{os.getloadavg()[0]:7.1f}"
    )


def newest_with(stamp: int, time_s: float, times: list[float]) -> int | None:
    """Return the index of the newest frame that carried a stamp and was made before a time; None if none was."""
    made = [i for i in range(stamp, len(times), COUNT) if times[i] <= time_s]
    return made[-1] if made else None


def over_network(
    size: tuple[int, int], rate_hz: float, seconds: float, window_size: tuple[int, int]
) -> tuple[list[Seen], list[float]]:
    """Look at the network camera for a while; return what was seen, and when each frame was sent."""
    with network_camera(size, rate_hz) as (url, here):
        seen = watch(opened(Source("stream", url), FILTERS, window_size[::-1]), seconds)
        here.send("times")
        return seen, here.recv()


def below_decoders(
    size: tuple[int, int], rate_hz: float, seconds: float, window_size: tuple[int, int]
) -> tuple[list[Seen], list[float]]:
    """Look at a camera that is a reader of its own; return what was seen, and when each frame was made."""
    pictures = [np.ascontiguousarray(picture[:, :, ::-1]) for picture in stamped_frames(size)]
    times: list[float] = []
    window = opened(Source("pattern", "zone-plate"), FILTERS, window_size[::-1])
    player = window.bridge.player
    player._tools = replace(player._tools, open_reader=lambda _source: FakeCamera(pictures, rate_hz, times))
    player.open(Source("camera", "0"))
    return watch(window, seconds), times


def watch(window: MainWindow, seconds: float) -> list[Seen]:
    """Read the stamp from the screen after each paint of the maps; close the window afterwards."""
    project = window.store.state
    window.store.commit(_with_grey_first(project))
    painted, seen = Painted(window), []
    run_for(WARM_UP_S * 1000)

    def look(_: object) -> None:
        stamp = stamp_in(grabbed(window))
        if stamp is not None:
            seen.append(Seen(stamp, time.monotonic()))

    painted.on_maps = look
    run_for(seconds * 1000)
    painted.on_maps = None
    window.store.mark_saved()
    window.close()
    run_for(SETTLE_MS)
    return seen


def grabbed(window: MainWindow) -> np.ndarray:
    """Return the pixels of the first map as they are on the screen, (H, W) uint8."""
    grid = window.maps_panel.pane
    rect = grid.picture_rect(0).toAlignedRect()
    corner = grid.mapTo(window, rect.topLeft())
    pixmap: QPixmap = window.screen().grabWindow(window.winId(), corner.x(), corner.y(), rect.width(), rect.height())
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()]


def stamped_frames(size: tuple[int, int]) -> Iterator[np.ndarray]:
    """Yield `COUNT` frames (H, W, 3) in RGB, each with its number."""
    for number, frame in enumerate(frames_of(*size, COUNT)):
        yield stamped(frame, number)


def _with_grey_first(project: Project) -> Project:
    """Return the project with the picture itself as the first map, in grey."""
    layer = project.layers[0]
    identity = np.zeros((1, 3, 3))
    identity[0, 1, 1] = 1 / 3
    filters = (replace(layer.filters[0], planes=identity), *layer.filters[1:])
    display = replace(project.display, palette="gray", scope="per-map")
    return replace(project, layers=(replace(layer, filters=filters), *project.layers[1:]), display=display)


@contextmanager
def network_camera(size: tuple[int, int], rate_hz: float) -> Iterator[tuple[str, Connection]]:
    """Run the network camera in a process of its own; give its address, and the pipe that gives its times."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there, size, rate_hz))
    process.start()
    try:
        yield here.recv(), here
    finally:
        process.terminate()
        process.join()


def serve(connection: Connection, size: tuple[int, int], rate_hz: float) -> None:
    """Send stamped frames to whoever asks, and their times to the pipe at the end."""
    jpegs = [cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes() for picture in stamped_frames(size)]
    times: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server asks for
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            times.clear()  # a new client begins with the first frame
            next_s = time.monotonic()
            while not connection.poll(max(0.0, next_s - time.monotonic())):
                jpeg = jpegs[len(times) % COUNT]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
                times.append(time.monotonic())
                try:
                    self.wfile.write(head + jpeg + b"\r\n")
                except OSError:  # the client has gone
                    return
                next_s += 1 / rate_hz

        def log_message(self, *_: Any) -> None:
            """Keep the terminal clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.timeout = 0.1  # to see whether the end has been asked for
    connection.send(f"http://127.0.0.1:{server.server_port}/video")
    while not connection.poll():
        server.handle_request()
    connection.recv()
    connection.send(times)


if __name__ == "__main__":
    main()
