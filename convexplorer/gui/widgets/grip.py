"""An edge between two panes that can be dragged, by the mouse or by arrow keys."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.look import theme

KEY_STEP = 16  # design pixels
_ACROSS = 5  # design pixels
_LENGTH, _THICKNESS = 28, 2  # of the painted line


class Grip(QWidget):
    """The gap between two panes; it says how far it was dragged, and whoever owns the panes moves it.

    Signals
    -------
    dragged : pixels from where the drag began, rightwards or downwards; `started` is emitted before the first.
    reset : a double click or Home asks for the automatic place.

    Parameters
    ----------
    orientation : of the line between the panes.
    name : of what it changes, for screen readers.
    """

    started = Signal()
    dragged = Signal(int)
    reset = Signal()

    def __init__(self, orientation: Qt.Orientation, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_vertical = orientation == Qt.Orientation.Vertical
        self._pressed_at: QPoint | None = None
        free, fixed = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(*((fixed, free) if self._is_vertical else (free, fixed)))
        self.setCursor(Qt.CursorShape.SplitHCursor if self._is_vertical else Qt.CursorShape.SplitVCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def sizeHint(self) -> QSize:
        """Return the size across the edge."""
        return QSize(theme.px(_ACROSS), theme.px(_ACROSS))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()
            self.started.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._pressed_at is not None:
            moved = event.globalPosition().toPoint() - self._pressed_at
            self.dragged.emit(moved.x() if self._is_vertical else moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        del event
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the automatic place."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys across the edge; Home asks for the automatic place."""
        back, on = (Qt.Key.Key_Left, Qt.Key.Key_Right) if self._is_vertical else (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in (back, on):
            self.started.emit()
            self.dragged.emit(theme.px(KEY_STEP) * (1 if event.key() == on else -1))
        elif event.key() == Qt.Key.Key_Home:
            self.reset.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that the edge can be taken."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show the edge as before."""
        super().leaveEvent(event)  # type: ignore[arg-type]
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a short line in the middle, in the accent's colour under the mouse and with the focus."""
        painter = QPainter(self)
        colors = theme.colors()
        color: QColor = colors.accent if self.hasFocus() or self.underMouse() else colors.outline
        length, thick = theme.px(_LENGTH), theme.px(_THICKNESS)
        size = (thick, length) if self._is_vertical else (length, thick)
        painter.fillRect((self.width() - size[0]) // 2, (self.height() - size[1]) // 2, *size, color)
