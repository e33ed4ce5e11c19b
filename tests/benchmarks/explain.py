"""Measures what explaining costs: from a mouse move to painted numbers, and the share of a live frame.

    python -m tests.benchmarks.explain [--seconds 3] [--size 1440x900]

720p on colour with eight filters of 3×3, first as a still picture, then as a video of 60 frames a second. A move is
measured from the event until the window has painted everything that it changed: input, maps and explanation; "own" is
the processor time of the main thread in it, which other work on the machine leaves alone. A frame is measured in
processor time of the main thread, from the result to the painted window.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from convexplorer._cv import cv2
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.film import write_film
from tests.benchmarks.live_case import make_project

HEIGHT, WIDTH, FILTERS = 720, 1280, 8
MOVES, WARM_UP = 60, 5
PAUSE_MS = 12


@dataclass
class Costs:
    """Milliseconds in the main thread for each live frame."""

    frames: list[float] = field(default_factory=list)


class WatchedWindow(MainWindow):
    """Tells when it has painted, and how long a frame took from its arrival on."""

    on_painted: Callable[[], None] | None = None
    began_s: float | None = None
    costs = Costs()

    def event(self, event: QEvent) -> bool:
        is_done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:  # all that panels asked to be painted is painted in this one
            if self.began_s is not None:
                self.costs.frames.append((time.thread_time() - self.began_s) * 1e3)
                self.began_s = None
            if self.on_painted is not None:
                self.on_painted()
        return is_done

    def note_arrival(self, _picture: Picture) -> None:
        """Remember when a frame came; connected before the window's own slot."""
        self.began_s = time.thread_time()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.explain", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of video for each row")
    parser.add_argument("--size", default="1440x900", help="of the window")
    options = parser.parse_args()
    size = tuple(map(int, options.size.split("x")))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        film, still = Path(folder) / "film.mp4", Path(folder) / "still.png"
        write_film(film, HEIGHT, WIDTH)
        write_still(still)
        app = QApplication.instance() or QApplication(["convexplorer"])
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "dark")
        print(f"{platform.machine()}, {os.cpu_count()} cores, NumPy {np.__version__}, OpenCV {cv2.__version__}")
        print(f"720p, colour, {FILTERS} filters of 3×3, window {options.size}, {app.platformName()}")
        print(f"\n{'from a mouse move to painted numbers':44}{'median ms':>11}{'95 % ms':>9}{'own ms':>9}")
        measure_moves(Source("image", str(still)), size, "still")
        measure_moves(Source("video", str(film)), size, "live")
        print(f"\n{'a live frame, own time of the main thread':44}{'median ms':>11}{'more':>9}{'per second':>12}")
        measure_frames(Source("video", str(film)), size, options.seconds)


def write_still(path: Path) -> None:
    """Write a picture with detail as photographs have it."""
    noise = np.random.default_rng(0).integers(0, 256, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    cv2.imwrite(str(path), cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))


def opened(source: Source, size: tuple[int, ...]) -> WatchedWindow:
    """Return a window that shows the source, with the explanation open."""
    window = WatchedWindow(make_project(source, FILTERS))
    window.bridge.picture_ready.disconnect(window.delivery.show_picture)
    window.bridge.picture_ready.connect(window.note_arrival)
    window.bridge.picture_ready.connect(window.delivery.show_picture)
    window.resize(*size)
    window.show()
    window.bridge.player.set_loop(True)
    window.start()
    window.show_explanation(True)
    run_for(1500)
    return window


def closed(window: WatchedWindow) -> None:
    """Close the window without a question."""
    window.store.mark_saved()
    window.close()


def run_for(duration_ms: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(int(duration_ms), loop.quit)
    loop.exec()


def measure_moves(source: Source, size: tuple[int, ...], name: str) -> None:
    """Print what a move over a map and over the input costs, alone and on each page."""
    window = opened(source, size)
    panel = window.explanation_panel
    grid, canvas = window.maps_panel._grid, window.input_panel._canvas
    for page in ("arithmetic", "study", "shapes"):
        panel.show_page(page)
        run_for(400)
        middle = grid.picture_rect(0).center().toPoint()
        _print_moves(f"{name}, over a map, {page}", window, lambda step, m=middle: _move(grid, m + step))
    panel.show_page("arithmetic")
    run_for(300)
    middle = canvas.rect().center()
    _print_moves(f"{name}, over the input", window, lambda step: _move(canvas, middle + step))
    window.selection.toggle_overlay("reads")
    _print_moves(f"{name}, over the input, with what is read", window, lambda step: _move(canvas, middle + step))
    window.selection.toggle_overlay("reads")
    window.selection.point_at(None)
    cell = [100, 100]

    def step_pin(step: QPoint) -> None:
        window.selection.hold((cell[0] + step.y() + 0.5, cell[1] + step.x() + 0.5))

    _print_moves(f"{name}, a step of the pinned value or the film", window, step_pin)
    closed(window)


def _move(widget: object, position: QPoint) -> None:
    point = QPointF(position)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        widget.mapToGlobal(point),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def _print_moves(name: str, window: WatchedWindow, act: Callable[[QPoint], None]) -> None:
    taken, own = [], []
    for i in range(MOVES + WARM_UP):
        loop = QEventLoop()
        window.on_painted = loop.quit
        step = QPoint(3 * (i % 20), 2 * (i % 17))
        began, began_own = time.perf_counter(), time.thread_time()
        act(step)
        loop.exec()
        taken.append((time.perf_counter() - began) * 1e3)
        own.append((time.thread_time() - began_own) * 1e3)
        window.on_painted = None
        run_for(PAUSE_MS)
    kept = sorted(taken[WARM_UP:])
    median = statistics.median(own[WARM_UP:])
    print(f"{name:44}{statistics.median(kept):11.1f}{kept[int(len(kept) * 0.95)]:9.1f}{median:9.1f}", flush=True)


def measure_frames(source: Source, size: tuple[int, ...], seconds: float) -> None:
    """Print what a frame costs without and with an explanation."""
    window = opened(source, size)
    panel, selection = window.explanation_panel, window.selection
    base = 0.0

    def row(name: str, *, is_base: bool = False) -> None:
        nonlocal base
        run_for(500)
        window.costs.frames.clear()
        began = time.perf_counter()
        run_for(seconds * 1000)
        elapsed = time.perf_counter() - began
        median = statistics.median(window.costs.frames)
        base = median if is_base else base
        more = "" if is_base else f"{(median - base) / base:+9.0%}"
        print(f"{name:44}{median:11.1f}{more:>9}{len(window.costs.frames) / elapsed:12.1f}", flush=True)

    window.show_explanation(False)
    row("without an explanation", is_base=True)
    window.show_explanation(True)
    row("nobody points: the last place, faded")
    selection.point_at((300.5, 500.5), pointed_filter=2)
    row("pointed at")
    selection.point_at(None)
    selection.select(filter=2)
    selection.hold((300.5, 500.5))
    row("pinned")
    selection.toggle_overlay("reads")
    row("pinned, with what is read")
    selection.toggle_overlay("reads")
    selection.toggle_overlay("field")
    row("pinned, with the receptive field")
    selection.toggle_overlay("field")
    panel.film.set_rate(100)
    panel.toggle_film()
    row("the film, 100 outputs a second")
    panel.film.let_go()
    panel.show_page("study")
    row("the page Study")
    closed(window)


if __name__ == "__main__":
    main()
