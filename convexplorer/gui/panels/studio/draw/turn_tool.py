"""Turns and shifts of the whole kernel on the desk “Draw”, of the original and without wear."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Slot

from convexplorer.core.parameter import Parameter
from convexplorer.gui.canvas.studio.turn_overlay import TurnOverlay
from convexplorer.gui.panels.studio.draw.hand_tool import HandTool
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.planes import same_numbers
from convexplorer.kernels.recipes import planes_of, sentence_of
from convexplorer.kernels.turned import Turning, begun
from convexplorer.words import percent

_WORDS = "Drag around the middle to turn, the middle to shift; a double click on the outer handle types the angle."
_AGAIN = "The formula is made again at this angle."
_TOLD_FROM = 1e-4  # share of the squared weights


class TurnTool(HandTool):
    """An angle and a shift, always of the kernel as it was before the first turn."""

    overlay: TurnOverlay
    parameters = (
        Parameter("angle", 0, -180, 180, 1, "Turn", "Clockwise around the middle, of the original kernel.", "°"),
        Parameter("rows", 0, -32, 32, 0.25, "Down", "How far the kernel is shifted down.", "px"),
        Parameter("columns", 0, -32, 32, 0.25, "Right", "How far the kernel is shifted to the right.", "px"),
    )

    def __init__(self, work: Workbench, parent: QObject) -> None:
        super().__init__(work, parent)
        self.overlay = TurnOverlay(self)
        self._turning = Turning(np.zeros((1, 3, 3)))
        self._made: np.ndarray | None = None
        self._lost = 0.0
        self._is_turning = False
        self.overlay.changed.connect(self._on_changed)
        self.overlay.ended.connect(self.finish)

    @property
    def values(self) -> Mapping[str, float]:
        """The numbers of the form."""
        turning = self._turning
        return {"angle": turning.angle, "rows": turning.rows, "columns": turning.columns}

    @property
    def words(self) -> str:
        """What the mouse does, and what was lost."""
        if self._lost > _TOLD_FROM:
            lost = f"{percent(self._lost, '.2g')} of the squared weights are outside now; nothing is lost for good."
            return f"{lost} {_WORDS}"
        again = self._turning.angle and self._turning.retuned(planes_of) is not None
        return f"{_AGAIN} {_WORDS}" if again else _WORDS

    def set_value(self, name: str, value: float) -> None:
        """Turn or shift."""
        numbers = {**self.values, name: value}
        self._on_changed(numbers["angle"], numbers["rows"], numbers["columns"])

    def show_kernel(self, *, is_other: bool) -> None:  # noqa: ARG002  # its weights tell
        """Take another kernel as the original, or go on with what this one is a turn of."""
        planes = self.work.planes
        self.overlay.shape = planes.shape[1:]
        if self._is_turning or (self._made is not None and same_numbers(self._made, planes)):
            return
        self._made = planes
        self._turning = begun(planes, self.made(), planes_of, sentence_of)
        self._lost = self._turning.moved(planes_of)[1] if self._turning.angle or self._turning.rows else 0.0
        self._show_handles()

    @Slot(float, float, float)
    def _on_changed(self, angle: float, rows: float, columns: float) -> None:
        turning = replace(self._turning, angle=angle, rows=rows, columns=columns)
        before, self._turning = self._turning, turning
        lost = 0.0

        def planes() -> np.ndarray:
            nonlocal lost
            moved, lost = turning.moved(planes_of)
            return moved

        self._is_turning = True
        is_done = self.make(planes, lambda: turning.recipe(planes_of), "turn")
        self._is_turning = False
        if is_done:
            self._made, self._lost = self.work.planes, lost  # locks may have changed it
        else:
            self._turning = before
        self._show_handles()
        self.changed.emit()

    def _show_handles(self) -> None:
        turning = self._turning
        self.overlay.angle, self.overlay.shift = turning.angle, (turning.rows, turning.columns)
