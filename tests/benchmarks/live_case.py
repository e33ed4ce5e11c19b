"""One row of `tests.benchmarks.live`, in a process of its own: what the window does with a film, and with a still.

    python -m tests.benchmarks.live_case FILM|PICTURE FILTERS WIDTHxHEIGHT SECONDS

A frame is shown as soon as the pane of the maps has painted its picture, exact or a glance, and the window has given
its pixels to the screen; it counts once. An edit is one weight of the first kernel; a mouse move is posted to the maps
while the film runs, and answered as soon as the explanation has painted another cell. It prints JSON.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before NumPy is imported

import gc
import json
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.window.app import open_window
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.film import RATE_HZ
from tests.model.examples import conv_layer

EDITS, MOVES, WARM_UP = 20, 40, 3
WARM_UP_MS = 1500
BETWEEN_EDITS_MS, BETWEEN_MOVES_MS = 130, 70
SETTLED_MS = 4000  # a still window has by then returned its memory
PATIENCE_MS = 10_000
RECENT = 30  # frames; a film is longer


def make_project(source: Source, count: int, seed: int = 0) -> Project:
    """Return a project with `count` random filters, each with one plane for all colours."""
    rng = np.random.default_rng(seed)
    filters = tuple(Filter(f"filter {i}", rng.normal(size=(1, 3, 3))) for i in range(count))
    return Project(source, (conv_layer(filters),))


class Painted(QObject):
    """Notices when panes of a window have painted, and what.

    Parameters
    ----------
    maps : what shows the maps, if it is not the pane of the bank.

    Attributes
    ----------
    frames, glances : shown since the last `clear`, each frame once; and those of them first shown by a glance.
    on_maps : called after each paint of the maps with the full picture or the glance on screen.
    on_value : called after each paint of the explanation.
    at_s : when the newest paint of them was done, its pixels given to the screen.
    """

    def __init__(self, window: MainWindow, maps: QWidget | None = None) -> None:
        super().__init__(window)
        self.frames = self.glances = 0
        self.on_maps: Callable[[Picture | Glance], None] | None = None
        self.on_value: Callable[[], None] | None = None
        self._recent: deque[int] = deque(maxlen=RECENT)
        self._maps = maps or window.maps_panel.pane
        self._value = window.explanation_panel.findChild(ComputationView)
        self._has_painted_maps = self._has_painted_value = False
        self._window, self.at_s = window, 0.0
        for watched in (self._maps, self._value, window):
            watched.installEventFilter(self)

    def clear(self) -> None:
        """Count from now on."""
        self.frames = self.glances = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what is painted by an update of the window, and tell of all of it afterwards."""
        if event.type() == QEvent.Type.Paint and watched in (self._maps, self._value):
            self._has_painted_maps |= watched is self._maps
            self._has_painted_value |= watched is self._value
        elif event.type() == QEvent.Type.UpdateRequest and watched is self._window:
            self._window.event(event)
            self.at_s = time.perf_counter()
            self._tell()
            return True
        return False

    def _tell(self) -> None:
        maps, value = self._has_painted_maps, self._has_painted_value
        self._has_painted_maps = self._has_painted_value = False
        shown = self._window.maps_panel.shown
        if maps and shown is not None:
            if shown.frame.index not in self._recent:
                self._recent.append(shown.frame.index)
                self.frames += 1
                self.glances += isinstance(shown, Glance)
            if self.on_maps is not None:
                self.on_maps(shown)
        if value and self.on_value is not None:
            self.on_value()


def opened(source: Source, count: int, size: tuple[int, int]) -> MainWindow:
    """Return the program's window with its explanation open, the mouse outside of the pictures."""
    window = open_window(project=make_project(source, count), size=size, theme_name="dark", is_talkative=False)
    gc.freeze()  # as the program does at its start
    window.move(0, 0)
    QCursor.setPos(0, 0)
    window.bridge.player.set_loop(True)
    window.show_explanation(True)
    run_for(WARM_UP_MS)
    return window


def run_for(duration_ms: float) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(round(duration_ms), loop.quit)
    loop.exec()


def measure_frames(painted: Painted, seconds: float) -> dict[str, float]:
    """Return the rate of frames on screen, what one costs, and which share of the film's was not shown."""
    painted.clear()
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    run_for(seconds * 1000)
    elapsed, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    shown = max(1, painted.frames)
    return {
        "rate_hz": painted.frames / elapsed,
        "frame_ms": cpu_s / shown * 1e3,
        "processor": cpu_s / elapsed,
        "glances": painted.glances / shown,
        "dropped": max(0.0, 1 - painted.frames / (RATE_HZ * elapsed)),
    }


def measure_edits(window: MainWindow, painted: Painted) -> list[float]:
    """Return the milliseconds from committing one weight to the painted maps, for each of the edits."""
    taken: list[float] = []
    for i in range(EDITS + WARM_UP):
        began_s, before, loop = time.perf_counter(), window.store.state, QEventLoop()
        painted.on_maps = partial(_note_first, window, painted, began_s, before, taken, loop)
        window.context.commit(edits.set_weight, 0, 0, None, i % 3, i // 3 % 3, 0.1 * (i + 1))
        if len(taken) == i:
            _wait(loop)
        painted.on_maps = None
        run_for(BETWEEN_EDITS_MS)
    return taken[WARM_UP:]


def _note_first(
    window: MainWindow,
    painted: Painted,
    began_s: float,
    before: Project,
    taken: list[float],
    loop: QEventLoop,
    shown: Picture | Glance,
) -> None:
    """Note the first pixels of an edit, which are painted before the commit returns where they are quick."""
    if shown.project is window.store.state is not before:
        taken.append((painted.at_s - began_s) * 1e3)
        painted.on_maps = None
        loop.quit()


def measure_moves(window: MainWindow, painted: Painted) -> list[float]:
    """Return the milliseconds from a mouse move over a map to the painted explanation of another cell."""
    grid, panel = window.maps_panel.pane, window.explanation_panel
    corner = grid.picture_rect(0).topLeft()
    taken = []
    for i in range(MOVES + WARM_UP):
        loop = QEventLoop()
        before = None if panel.explanation is None else panel.explanation.cell
        at = corner + QPointF(10 + 5 * (i % 17), 10 + 3 * (i % 19))

        def stop(before: object = before, loop: QEventLoop = loop) -> None:
            if panel.explanation is not None and panel.explanation.cell != before:
                loop.quit()

        painted.on_value = stop
        began_s = time.perf_counter()
        buttons = Qt.MouseButton.NoButton
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, grid.mapToGlobal(at), buttons, buttons, Qt.KeyboardModifier.NoModifier
        )
        QApplication.postEvent(grid, move)
        _wait(loop)
        taken.append((painted.at_s - began_s) * 1e3)
        painted.on_value = None
        run_for(BETWEEN_MOVES_MS + 7 * (i % 5))  # at another moment of a frame each time
    QApplication.postEvent(grid, QEvent(QEvent.Type.Leave))
    window.selection.point_at(None)
    return taken[WARM_UP:]


def _wait(loop: QEventLoop) -> None:
    limit = QTimer(singleShot=True, interval=PATIENCE_MS)
    limit.timeout.connect(lambda: loop.exit(1))
    limit.start()
    if loop.exec():
        raise TimeoutError(f"nothing was painted within {PATIENCE_MS / 1000:.0f} s")


def measure(path: str, count: int, size: tuple[int, int], seconds: float) -> dict[str, object]:
    """Return all numbers of a row: of a film, or of a still picture."""
    is_film = Path(path).suffix == ".mp4"
    window = opened(Source("video" if is_film else "image", path), count, size)
    painted = Painted(window)
    try:
        if not is_film:
            run_for(SETTLED_MS)
            return {"processor": measure_frames(painted, seconds)["processor"]}
        numbers: dict[str, object] = dict(measure_frames(painted, seconds))
        numbers["live_edits_ms"] = measure_edits(window, painted)
        numbers["moves_ms"] = measure_moves(window, painted)
        window.bridge.player.pause()
        run_for(500)
        numbers["edits_ms"] = measure_edits(window, painted)
        return numbers
    finally:
        window.store.mark_saved()
        window.close()


def main() -> None:
    """Measure one row."""
    path, count, size, seconds = sys.argv[1:]
    width, height = map(int, size.split("x"))
    print(json.dumps(measure(path, int(count), (width, height), float(seconds))))


if __name__ == "__main__":
    main()
