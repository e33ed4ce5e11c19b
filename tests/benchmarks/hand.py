"""Measures what an edit costs the main thread: from the hand on a control to painted pixels.

    python -m tests.benchmarks.hand [--size 1440x900] [--input 720p] [--filters 8] [--live]

Milliseconds of processor time of the main thread, which other work on the machine leaves alone: "commit" until the edit
is made and told to all who show it; "pixels" until the first result of it is painted, which includes the commit; "all"
until nothing is left to do; "wall" is the time from the hand to those pixels, engine included.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer._cv import cv2
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.film import write_film
from tests.benchmarks.live import SIZES
from tests.benchmarks.live_case import make_project

EDITS, WARM_UP = 24, 4
REST_MS = 60


class WatchedWindow(MainWindow):
    """Tells when a result of the newest project has been painted."""

    on_pixels: Callable[[], None] | None = None
    _is_newest = False

    def event(self, event: QEvent) -> bool:
        is_done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self._is_newest and self.on_pixels is not None:
            self._is_newest = False
            self.on_pixels()
        return is_done

    def note(self, made: Picture | Glance) -> None:
        """Note that a result has come; connected after the window's own slot."""
        if made.project is self.store.state:
            self._is_newest = True


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.hand", description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--input", default="720p", choices=SIZES)
    parser.add_argument("--filters", type=int, default=8)
    parser.add_argument("--live", action="store_true", help="while a film of 60 frames a second runs")
    parser.add_argument("--only", default="", help="names of the edits that are measured, by their beginning")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        height, width = SIZES[options.input]
        if options.live:
            path = Path(folder) / "film.mp4"
            write_film(path, height, width)
            source = Source("video", str(path))
        else:
            path = Path(folder) / "still.png"
            noise = np.random.default_rng(0).integers(0, 256, (height // 4, width // 4, 3), np.uint8)
            cv2.imwrite(str(path), cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
            source = Source("image", str(path))
        app = QApplication.instance() or QApplication(["convexplorer"])
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "dark")
        window = WatchedWindow(make_project(source, options.filters))
        window.bridge.picture_ready.connect(window.note)
        window.bridge.glance_ready.connect(window.note)
        window.resize(*map(int, options.size.split("x")))
        window.show()
        window.bridge.player.set_loop(True)
        window.start()
        run_for(1500)
        window.show_explanation(True)
        run_for(500)
        print(f"{options.input}, {options.filters} filters, {'film' if options.live else 'still'}, {options.size}")
        print(f"{'main thread, median ms':32}{'commit':>9}{'pixels':>9}{'all':>9}{'wall':>9}{'95 %':>9}")
        for name, act in kinds(window):
            if name.startswith(options.only):
                _print_row(name, window, act)
        window.store.mark_saved()
        window.close()


def kinds(window: MainWindow) -> Iterator[tuple[str, Callable[[int], None]]]:
    """Yield each kind of edit with a function that makes the i-th one."""
    panel, first = window.filter_panel, window.store.state
    grid = panel._grid

    def change(**settings: object) -> Callable[[], None]:
        return lambda: window.store.commit(edits.set_layer(window.store.state, 0, **settings))

    yield "cell", lambda i: grid.cell_edited.emit(i % 3, i // 3 % 3, 0.1 * i + 0.05)
    grid.stroke_started.emit()
    yield "stroke", lambda i: grid.painted.emit(i % 3, i // 3 % 3, -0.1 * i)
    grid.stroke_ended.emit()
    window.store.commit(edits.replace_filter(window.store.state, 0, 0, make_filter("gabor")))
    run_for(300)
    yield "slider", lambda i: panel._on_parameter_changed("phase", 5.0 * (i + 1))
    window.store.commit(first)
    yield "stride", lambda i: change(strides=(1 + i % 2,) * 2)()
    yield "dilation", lambda i: change(dilation_rate=(1 + i % 2,) * 2, strides=(1, 1))()
    yield "padding", lambda i: change(padding=("same", "valid")[i % 2], dilation_rate=(1, 1))()
    yield "activation", lambda i: change(activation=("relu", "linear")[i % 2])()
    yield "bias", lambda i: window.store.commit(edits.set_bias(window.store.state, 0, 0, 0.01 * (i + 1)))
    yield "another filter", lambda i: window.store.commit(_with_filters(first, 1 + i % 2))
    window.store.commit(first)
    for i in range(EDITS + WARM_UP):
        grid.cell_edited.emit(0, 0, i + 0.5)
    run_for(500)
    yield "undo", lambda _i: window.store.undo()


def _with_filters(project: Project, more: int) -> Project:
    layer = project.layers[0]
    return replace(project, layers=(replace(layer, filters=(*layer.filters, *layer.filters[:more])),))


def _print_row(name: str, window: WatchedWindow, act: Callable[[int], None]) -> None:
    rows = []
    for i in range(EDITS + WARM_UP):
        loop = QEventLoop()
        pixels: list[tuple[float, float]] = []

        def on_pixels(into: list[tuple[float, float]] = pixels, loop: QEventLoop = loop) -> None:
            into.append((time.thread_time(), time.perf_counter()))
            loop.quit()

        window.on_pixels, window._is_newest = on_pixels, False
        began, began_wall = time.thread_time(), time.perf_counter()
        act(i)
        told = time.thread_time()
        loop.exec()
        window.on_pixels = None
        run_for(REST_MS)
        painted, painted_wall = pixels[0]
        rows.append((told - began, painted - began, time.thread_time() - began, painted_wall - began_wall))
    kept = np.array(rows[WARM_UP:]) * 1e3
    worst = float(np.quantile(kept[:, 3], 0.95))
    print(
        f"{name:32}" + "".join(f"{statistics.median(column):9.1f}" for column in kept.T) + f"{worst:9.1f}", flush=True
    )


def run_for(duration_ms: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(int(duration_ms), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
