"""What lies over the kernel in the studio: handles that the mouse takes."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

# (row, column) from the upper left corner of the kernel, in cells: the middle of its first cell is (0.5, 0.5).
Point = tuple[float, float]


class Stage(Protocol):
    """What a kernel is shown on."""

    def to_screen(self, row: float, column: float) -> QPointF:
        """Return where a point of the kernel lies in the widget."""
        ...

    def type_value(self, at: QPointF, name: str, value: float, unit: str, take: Callable[[float], object]) -> None:
        """Let a number be typed at a place of the widget; see `HandleEditor.open`."""
        ...


class KernelOverlay(Protocol):
    """Handles over a kernel; all places are points in cells."""

    def paint(self, painter: QPainter, stage: Stage) -> None:
        """Paint the handles over the cells, in the stage's coordinates."""
        ...

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """Take the mouse, and return True; or leave it to the cells."""
        ...

    def drag(self, point: Point) -> None:
        """Follow the mouse that was taken."""
        ...

    def release(self) -> None:
        """Let go of the mouse that was taken."""
        ...

    def double_click(self, point: Point, at: QPointF) -> bool:
        """Let a value be typed at a handle, and return True; or leave it to the cells.

        Parameters
        ----------
        at : the same place in the stage's coordinates.
        """
        ...

    def tip_at(self, point: Point) -> str:
        """Return what the handle at a point is, or ""."""
        ...
