"""Lets the cells of the studio's kernel be painted and typed, at every desk."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from convexplorer.gui.canvas.studio.kernel_stage import KernelStage
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.brushes import Brush, Stroke
from convexplorer.kernels.recipes import made_by
from convexplorer.words import as_sentence

NUDGE_PAUSE_MS = 700  # wheel steps with shorter pauses form one undo step


class Painting(QObject):
    """Turns what the hand does with cells into edits of the workbench's plane.

    Parameters
    ----------
    stage : whose cells are painted.
    """

    def __init__(self, stage: KernelStage, work: Workbench) -> None:
        super().__init__(stage)
        self._work = work
        self._stroke = 0
        self._pause = QTimer(self, singleShot=True, interval=NUDGE_PAUSE_MS)
        self._pause.timeout.connect(work.settle)
        stage.stroke_started.connect(self._on_stroke_started)
        stage.painted.connect(self._on_painted)
        stage.stroke_ended.connect(work.settle)
        stage.cell_edited.connect(self._on_cell_edited)
        stage.nudged.connect(self._on_nudged)

    @Slot()
    def _on_stroke_started(self) -> None:
        self._stroke += 1
        self._work.settle()

    @Slot(int, int, float)
    def _on_painted(self, row: int, column: int, value: float) -> None:
        self._set(row, column, value, f"stroke {self._stroke}")

    @Slot(int, int, float)
    def _on_cell_edited(self, row: int, column: int, value: float) -> None:
        self._set(row, column, value, None)

    @Slot(int, int, float)
    def _on_nudged(self, row: int, column: int, amount: float) -> None:
        # 15 digits, so that 0.1 + 0.2 is 0.3.
        values = [float(f"{value + amount:.15g}") for value in self._work.planes[:, row, column]]
        self._set_all(row, column, values, f"nudge {row} {column}")
        self._pause.start()

    def _set(self, row: int, column: int, value: float, merge: str | None) -> None:
        self._set_all(row, column, [value] * len(self._work.planes), merge)

    def _set_all(self, row: int, column: int, values: Sequence[float], merge: str | None) -> None:
        """Set a cell of each edited plane, and with it the cells to which locks tie it."""
        point, locks = (row + 0.5, column + 0.5), self._work.locks
        pairs = zip(self._work.planes, values, strict=True)
        try:
            planes = np.stack([Stroke(plane, Brush("value", value), point, locks).to(point) for plane, value in pairs])
        except ValueError as error:  # of a lock
            self._work.context.refuse(as_sentence(str(error)))
            return
        chosen = self._work.chosen
        made = None if chosen is None else made_by(chosen)
        self._work.make(planes, None if made is None else made.then("painted"), merge)
