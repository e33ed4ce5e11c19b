"""A round brush over the kernel: its rim at the mouse, and strokes by mouse or key."""

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from convexplorer.gui.canvas.studio.overlay import Point, Stage

_NEGATIVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_SIZE_KEYS = {Qt.Key.Key_BracketLeft: -1, Qt.Key.Key_BracketRight: 1}
_DARK, _LIGHT = QColor(0, 0, 0, 200), QColor(255, 255, 255, 235)


class BrushOverlay(QObject):
    """A brush that tells its strokes and changes no number itself.

    P paints at the cell to which keys apply.

    Attributes
    ----------
    size : of the brush in cells.
    shape : rows and columns of the kernel.

    Signals
    -------
    started : the point, and the sign of the value: 1, −1 with the right button, Ctrl or Alt, 0 with Shift.
    moved : the point to which the stroke goes on.
    ended : the stroke is over.
    size_asked : steps by which the brush is to grow.
    hovered : the outline is elsewhere.
    """

    started = Signal(object, int)
    moved = Signal(object)
    ended = Signal()
    size_asked = Signal(int)
    hovered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.size = 1.0
        self.shape = (3, 3)
        self._at: Point | None = None

    def paint(self, painter: QPainter, stage: Stage) -> None:
        """Paint the rim of the brush around the cell under the mouse."""
        if self._at is None or not self._is_inside(self._at):
            return
        row, column = (math.floor(at) + 0.5 for at in self._at)
        half = self.size / 2
        rim = QRectF(stage.to_screen(row - half, column - half), stage.to_screen(row + half, column + half))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((_DARK, 3.0), (_LIGHT, 1.2)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(rim)

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> bool:
        """Begin a stroke inside the kernel."""
        if button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or not self._is_inside(point):
            return False
        is_negative = button == Qt.MouseButton.RightButton or bool(modifiers & _NEGATIVE)
        sign = 0 if modifiers & Qt.KeyboardModifier.ShiftModifier else -1 if is_negative else 1
        self._at = point
        self.started.emit(point, sign)
        return True

    def drag(self, point: Point) -> None:
        """Go on with the stroke."""
        self._at = point
        self.moved.emit(point)

    def release(self) -> None:
        """End the stroke."""
        self.ended.emit()

    def double_click(self, point: Point, at: QPointF) -> bool:  # noqa: ARG002  # of the protocol
        """Leave double clicks to the cells, whose numbers are typed."""
        return False

    def tip_at(self, point: Point) -> str:  # noqa: ARG002
        """Leave the tip to the cells."""
        return ""

    def hover(self, point: Point | None) -> None:
        """Move the rim of the brush."""
        self._at = point
        self.hovered.emit()

    def key(self, event: QKeyEvent, cell: tuple[int, int]) -> bool:
        """Paint at the cell, or change the size."""
        key = Qt.Key(event.key())
        if key in _SIZE_KEYS:
            self.size_asked.emit(_SIZE_KEYS[key])
            return True
        if key != Qt.Key.Key_P:
            return False
        point = (cell[0] + 0.5, cell[1] + 0.5)
        if self.press(point, Qt.MouseButton.LeftButton, event.modifiers()):
            self.release()
        return True

    def _is_inside(self, point: Point) -> bool:
        return all(0 <= at < n for at, n in zip(point, self.shape, strict=True))
