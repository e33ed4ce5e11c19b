"""The square on which the user draws with the mouse, or with the keys; it shows the cells that are computed with."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme

MARGIN = 8  # design pixels around the square
HINT = "Draw here"
GROUND, INK = QColor("#000000"), QColor("#9aa4b2")
_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_MIDDLE = (0.5, 0.5)

Point = tuple[float, float]


class PadCanvas(QWidget):
    """A square to draw on. It only asks: the strokes belong to the pad, whose picture is handed back.

    Arrow keys move the pen by a cell, Space puts it down and lifts it; Backspace and Ctrl+Z take the newest stroke
    back, Delete all of them.

    Attributes
    ----------
    pen : width of the pen as a share of the side.
    """

    pen_put = Signal(object)  # a point: (row, column), 0…1 within the square
    pen_moved = Signal(object)
    undo_asked = Signal()
    clear_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pen = 0.1
        self._image = QImage()
        self._is_empty = True
        self._side = 28
        self._at: Point | None = None  # of the pen, under the mouse or moved by keys
        self._is_down = False  # held by a key; the mouse holds its own button
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing pad")
        theme.notifier().changed.connect(self.update)

    def show_drawing(self, cells: np.ndarray) -> None:
        """Show a drawing, (side, side) float32 in 0…1."""
        grey = np.rint(cells * 255).astype(np.uint8)
        self._side = side = len(grey)
        self._is_empty = not grey.any()
        self._image = QImage(grey.tobytes(), side, side, side, QImage.Format.Format_Grayscale8).copy()
        self.update()

    @property
    def square(self) -> QRectF:
        """The square in the widget."""
        side = max(1.0, min(self.width(), self.height()) - 2.0 * theme.px(MARGIN))
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def point_at(self, position: QPointF) -> Point:
        """Return the point of the drawing under a position of the widget; outside the square it is beyond 0…1."""
        square = self.square
        return (position.y() - square.top()) / square.height(), (position.x() - square.left()) / square.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cells, and the pen around the mouse."""
        painter = QPainter(self)
        square = self.square
        painter.fillRect(square, GROUND)
        is_coarse = square.width() > self._side
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_coarse)
        painter.drawImage(square, self._image)
        painter.setPen(theme.colors().accent if self.hasFocus() else theme.colors().outline)
        painter.drawRect(square.adjusted(-1, -1, 0, 0))
        if self._is_empty:
            painter.setPen(INK)
            painter.setFont(theme.text_font(15))
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, HINT)
        if self._at is not None:
            self._paint_pen(painter, square)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_down = False
            self._go(self.point_at(event.position()))
            self.pen_put.emit(self._at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw while the button is held."""
        self._go(self.point_at(event.position()))
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pen_moved.emit(self._at)

    def leaveEvent(self, _event: QEvent) -> None:
        """Forget where the mouse was."""
        self._at = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+Z before the window does, as a text field would, as long as something is drawn."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and not self._is_empty and event.matches(QKeySequence.StandardKey.Undo):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Draw with the keys."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Undo) or key == Qt.Key.Key_Backspace:
            self._is_down = False
            self.undo_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self._is_down = False
            self.clear_asked.emit()
        elif key == Qt.Key.Key_Space:
            self._is_down = not self._is_down
            self._go(self._at or _MIDDLE)
            if self._is_down:
                self.pen_put.emit(self._at)
        elif key in _STEPS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            row, column = self._at or _MIDDLE
            down, right = _STEPS[key]
            self._go((_within(row + down / self._side), _within(column + right / self._side)))
            if self._is_down:
                self.pen_moved.emit(self._at)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        """Lift the pen that a key has put down."""
        self._is_down = False
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def focusInEvent(self, event: QEvent) -> None:
        """Show the focus."""
        self.update()
        super().focusInEvent(event)  # type: ignore[arg-type]

    def _go(self, at: Point) -> None:
        self._at = at
        self.update()

    def _paint_pen(self, painter: QPainter, square: QRectF) -> None:
        assert self._at is not None
        row, column = self._at
        center = QPointF(square.left() + column * square.width(), square.top() + row * square.height())
        painter.setClipRect(square)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colors().accent, 2 if self._is_down else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self.pen * square.width() / 2
        painter.drawEllipse(center, radius, radius)


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)
