"""Measures the studio: what a kernel does, within a frame, and strokes on a picture.

    python -m tests.benchmarks.studio [--size 1440x900] [--input 720p] [--seconds 3]

"computed" and "painted" are milliseconds of processor time of one thread, median and worst of many: first the library
(response on 257², figures, curves, five answers of the bench, rebuilding), then the pane, from a new plane to painted
pixels, all of it, in each of its views. "strokes" are cells painted 60 times a second over a kernel, one step of Undo
for each second: what the main thread spends on each, all that follows from it included, its share of the time, and how
many results with map and response came in a second.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer._cv import cv2
from convexplorer.gui.look import theme
from convexplorer.gui.panels.studio.effects.pane import VIEWS
from convexplorer.gui.panels.studio.panel import StudioPanel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.response.frequency import FULL, Axis
from convexplorer.kernels.response.variation import Variation
from convexplorer.results.bench import BENCH, Wave, answer
from convexplorer.results.effects import Effects
from convexplorer.sources import Source
from tests.benchmarks.live import SIZES
from tests.benchmarks.live_case import make_project
from tests.benchmarks.window import flush, run_for

KERNELS = (3, 15, 31, 63)
ROUNDS, WARM_UP = 30, 3
STROKES_HZ = 60


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.studio", description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1440x900", help="of the window")
    parser.add_argument("--input", default="720p", choices=SIZES)
    parser.add_argument("--seconds", type=int, default=3, help="of strokes")
    options = parser.parse_args()
    print_library()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            os.environ[name] = folder  # the person's settings stay out of it
        app = QApplication.instance() or QApplication(["convexplorer"])
        assert isinstance(app, QApplication)
        theme.apply_theme(app, "dark")
        window = MainWindow(make_project(_still(Path(folder), options.input), 1))
        window.resize(*map(int, options.size.split("x")))
        window.show()
        window.start()
        run_for(1000)
        window.actions_by_name["studio"].give()
        run_for(1000)
        panel = window.studio.panel
        assert panel is not None
        print_pane(panel)
        print_strokes(window, panel, options.seconds)
        window.store.mark_saved()
        window.close()


def print_library() -> None:
    """Print what each part of the effects takes to compute."""
    parts: dict[str, Callable[[Effects], object]] = {
        "figures": lambda effects: effects.figures,
        "cut": lambda effects: effects.cut(30.0),
        "directions": lambda effects: effects.over_angle(6.0),
        "lengths": lambda effects: effects.wavelengths,
        "edge": lambda effects: effects.step(30.0),
        "bench": lambda effects: [answer(key, Wave(), effects.plane) for key in BENCH],
        "rebuilt": lambda effects: Variation(1).of(effects.plane),
    }
    print(f"{'computed, ms':16}" + "".join(f"{f'{n}×{n}':>16}" for n in KERNELS))
    _print_row("response", lambda n: lambda: _plane_effects(n).response(*_axes()))
    for name, compute in parts.items():
        _print_row(name, lambda n, compute=compute: lambda: compute(_plane_effects(n)))


def print_pane(panel: StudioPanel) -> None:
    """Print what a new plane takes until the pane is painted, in each view."""
    pane = panel.effects
    print(f"\n{'painted, ms':16}" + "".join(f"{f'{n}×{n}':>16}" for n in KERNELS))
    for key, label, _ in VIEWS:
        pane.views.set_value(key)
        pane.views.chosen.emit(key)
        run_for(300)

        def show(n: int) -> Callable[[], None]:
            def paint() -> None:
                pane.show_plane(_random(n))
                pane.show_all()
                flush()

            return paint

        _print_row(label, show)
    pane.views.set_value("cut")
    pane.views.chosen.emit("cut")


def print_strokes(window: MainWindow, panel: StudioPanel, seconds: int) -> None:
    """Print what painting costs, at 60 cells a second."""
    print(f"\n{'strokes':16}{'each, ms':>16}{'share of main':>16}{'results a second':>18}")
    results: list[object] = []
    window.bridge.picture_ready.connect(results.append)
    window.bridge.glance_ready.connect(results.append)
    for n in (3, 15, 31):
        panel.work.make(_random(n) / n**2, Recipe("drawn"))
        run_for(800)
        results.clear()
        cpu, wall = time.thread_time(), time.perf_counter()
        _Strokes(panel, n).run(seconds * STROKES_HZ)
        spent, took = time.thread_time() - cpu, time.perf_counter() - wall
        each = f"{1000 * spent / (seconds * STROKES_HZ):.1f}"
        print(f"{f'{n}×{n}':16}{each:>16}{spent / took:>16.0%}{len(results) / took:>18.1f}")


class _Strokes:
    """Paints cells of the kernel in the studio."""

    def __init__(self, panel: StudioPanel, n: int) -> None:
        self._stage, self._n = panel.stage, n
        self._done, self._most, self._loop = 0, 0, QEventLoop()

    def run(self, most: int) -> None:
        self._most = most
        timer = QTimer(interval=round(1000 / STROKES_HZ))
        timer.timeout.connect(self._paint)
        timer.start()
        self._loop.exec()
        timer.stop()
        self._stage.stroke_ended.emit()

    def _paint(self) -> None:
        if self._done % STROKES_HZ == 0:
            self._stage.stroke_ended.emit()
            self._stage.stroke_started.emit()
        row, column = divmod(self._done * 7 % self._n**2, self._n)
        self._stage.painted.emit(row, column, float(np.sin(self._done)))
        self._done += 1
        if self._done >= self._most:
            self._loop.quit()


def _print_row(name: str, make: Callable[[int], Callable[[], object]]) -> None:
    cells = []
    for n in KERNELS:
        compute, times = make(n), []
        for _ in range(ROUNDS + WARM_UP):
            start = time.thread_time()
            compute()
            times.append(1000 * (time.thread_time() - start))
        kept = times[WARM_UP:]
        cells.append(f"{statistics.median(kept):.2f} ({max(kept):.1f})")
    print(f"{name:16}" + "".join(f"{cell:>16}" for cell in cells))


def _axes() -> tuple[Axis, Axis]:

    return FULL, FULL


def _random(n: int) -> np.ndarray:
    return _RANDOM.normal(size=(n, n))


def _plane_effects(n: int) -> Effects:
    return Effects(_random(n))


def _still(folder: Path, name: str) -> Source:
    height, width = SIZES[name]
    noise = _RANDOM.integers(0, 256, (height // 4, width // 4, 3), np.uint8)
    cv2.imwrite(str(folder / "still.png"), cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))
    return Source("image", str(folder / "still.png"))


_RANDOM = np.random.default_rng(0)

if __name__ == "__main__":
    main()
