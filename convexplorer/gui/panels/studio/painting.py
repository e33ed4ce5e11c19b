"""Lets the cells of the studio's kernel be painted and typed, at every desk."""

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from convexplorer.gui.canvas.studio.kernel_stage import KernelStage
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.recipes import made_by

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
        planes = self._planes()
        # 15 digits, so that 0.1 + 0.2 is 0.3.
        planes[..., row, column] = [float(f"{value + amount:.15g}") for value in planes[..., row, column].ravel()]
        self._make(planes, f"nudge {row} {column}")
        self._pause.start()

    def _set(self, row: int, column: int, value: float, merge: str | None) -> None:
        planes = self._planes()
        planes[..., row, column] = value
        self._make(planes, merge)

    def _make(self, planes: np.ndarray, merge: str | None) -> None:
        chosen = self._work.chosen
        made = None if chosen is None else made_by(chosen)
        self._work.make(planes, None if made is None else made.then("painted"), merge)

    def _planes(self) -> np.ndarray:
        """Return a copy of the edited planes: (1, rows, columns) of one, or (P, rows, columns) of all."""
        chosen, target = self._work.chosen, self._work.target
        if chosen is None or target is None:
            return np.zeros((1, 3, 3))
        if target.plane is None:
            return chosen.planes.copy()
        return self._work.plane[np.newaxis].copy()
