"""A row of thumbnails with one current, for selecting, and for reordering by dragging."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from convexplorer.gui.look import theme

_CELL = 28
_GAP = 4
_FRAME = 2


class ThumbnailStrip(QWidget):
    """One row of pictures that scrolls to keep the current picture in view.

    Arrow keys select a neighbour, and with Alt move the current picture; dragging moves a picture too.
    """

    selected = Signal(int)
    moved = Signal(int, int)  # from, to: the index afterwards

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._names: list[str] = []
        self._more: Callable[[int], str] | None = None
        self._current = 0
        self._offset = 0.0
        self._pressed_at: QPointF | None = None
        self._target: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_items(
        self, images: Sequence[QImage], names: Sequence[str], tell: Callable[[int], str] | None = None
    ) -> None:
        """Show these pictures; `names` are used for screen readers and tooltips.

        Parameters
        ----------
        tell : returns what else a tooltip says of a picture; asked when it is shown.
        """
        self._images, self._names, self._more = list(images), list(names), tell
        self._current = min(self._current, max(0, len(self._images) - 1))
        self._reveal()
        self._tell()
        self.update()

    def set_current(self, index: int) -> None:
        """Set the current picture without a signal."""
        if index != self._current:
            self._current = index
            self._reveal()
            self._tell()
            self.update()

    def current(self) -> int:
        """Return the index of the current picture."""
        return self._current

    def count(self) -> int:
        """Return the number of pictures."""
        return len(self._images)

    def cell_rect(self, index: int) -> QRectF:
        """Return the rectangle of a picture in widget coordinates; outside the widget if scrolled away."""
        side, frame = theme.px(_CELL), theme.px(_FRAME)
        return QRectF(frame + index * self._pitch() - self._offset, frame, side, side)

    def index_at(self, x: float) -> int | None:
        """Return the index of the picture at a position; None between and beside the pictures."""
        index = int((x + self._offset) // self._pitch())
        return index if 0 <= index < len(self._images) and self.cell_rect(index).left() <= x else None

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self._reveal()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a row, for any width."""
        return QSize(theme.px(6 * (_CELL + _GAP)), theme.px(_CELL) + 2 * theme.px(_FRAME))

    def minimumSizeHint(self) -> QSize:
        """Return the height of a row and the width of two pictures."""
        return QSize(theme.px(2 * (_CELL + _GAP)), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pictures, the frame of the current one, and the drop position during a drag."""
        colors = theme.colors()
        painter = QPainter(self)
        for i, image in enumerate(self._images):
            cell = self.cell_rect(i)
            if cell.right() < 0 or cell.left() > self.width():
                continue
            painter.drawImage(cell, image)
            painter.setPen(QPen(colors.outline, 1))
            painter.drawRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._images:
            pen = QPen(colors.accent, theme.px(_FRAME))
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawRect(self.cell_rect(self._current).adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._target is not None and self._target != self._current:
            cell = self.cell_rect(self._target)
            x = cell.right() + theme.px(2) if self._target > self._current else cell.left() - theme.px(2)
            painter.setPen(QPen(colors.accent, theme.px(3)))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select a picture, and prepare for a drag."""
        index = self.index_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._pressed_at = event.position()
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the drop position of the dragged picture."""
        if self._pressed_at is None:
            return
        way = (event.position() - self._pressed_at).manhattanLength()
        if self._target is None and way < QApplication.startDragDistance():
            return
        index = int((event.position().x() + self._offset) // self._pitch())
        self._target = min(max(index, 0), len(self._images) - 1)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Drop the dragged picture."""
        target, self._target, self._pressed_at = self._target, None, None
        self.update()
        if target is not None and target != self._current:
            self.moved.emit(self._current, target)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        delta = event.angleDelta()
        self._scroll_to(self._offset - (delta.x() or delta.y()) * self._pitch() / 120)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select a neighbour by the arrow keys; with Alt, move the picture."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Home: -self._current,
            Qt.Key.Key_End: self.count(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._images:
            super().keyPressEvent(event)
            return
        target = min(max(self._current + step, 0), self.count() - 1)
        if target == self._current:
            return
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(self._current, target)
        else:
            self._choose(target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current picture in view."""
        super().resizeEvent(event)
        self._reveal()

    def event(self, event: QEvent) -> bool:
        """Show the name of the picture under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.toolTip() if index is None else self.tip_of(index), self)
            return True
        return super().event(event)

    def tip_of(self, index: int) -> str:
        """Return the tooltip of a picture."""
        more = "" if self._more is None else self._more(index)
        return "\n".join(filter(None, (f"{index + 1}  {self._names[index]}", more, "Drag or Alt+←/→ to move")))

    def _choose(self, index: int) -> None:
        if index != self._current:
            self.set_current(index)
            self.selected.emit(index)

    def _pitch(self) -> int:
        return theme.px(_CELL) + theme.px(_GAP)

    def _reveal(self) -> None:
        """Scroll until the current picture is fully visible."""
        margin = theme.px(_FRAME)
        left = self._current * self._pitch()
        right = left + theme.px(_CELL) + 2 * margin
        self._scroll_to(min(max(self._offset, right - self.width()), left))

    def _scroll_to(self, offset: float) -> None:
        content = len(self._images) * self._pitch() - theme.px(_GAP) + 2 * theme.px(_FRAME)
        self._offset = round(min(max(offset, 0), max(0, content - self.width())))
        self.update()

    def _tell(self) -> None:
        name = f", {self._current + 1} of {self.count()}: {self._names[self._current]}" if self._names else ""
        self.setAccessibleName(f"Filters{name}")
