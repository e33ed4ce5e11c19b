"""A row of small kernels: hovering shows one, a click takes it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme

SIDE_PX, GAP_PX, LETTER_PX = 26, 5, 11
NONE = -1


@dataclass(frozen=True, eq=False)
class Chip:
    """One place of the row.

    Attributes
    ----------
    image : of a kernel; None for an empty place.
    letter : in its corner, or "".
    tell : returns what it is, and what can be done with it; asked when someone looks.
    """

    image: QImage | None
    letter: str
    tell: Callable[[], str]


class KernelChips(QWidget):
    """A row of kernels, the last ones if they are more than fit.

    Parameters
    ----------
    name : of the row, for screen readers.

    Signals
    -------
    hovered : the index of the kernel under the mouse, or −1.
    clicked : the index of a kernel.
    menu_asked : the index of a kernel, and a point of the screen.
    """

    hovered = Signal(int)
    clicked = Signal(int)
    menu_asked = Signal(int, QPoint)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._chips: Sequence[Chip] = ()
        self._current = NONE
        self._pointed = NONE
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme)
        self._describe()

    @property
    def pointed(self) -> int:
        """The index of the kernel that is looked at, or −1."""
        return self._pointed

    def set_chips(self, chips: Sequence[Chip], current: int = NONE) -> None:
        """Show these kernels; `current` is marked."""
        has_other_size = len(chips) != len(self._chips)
        self._chips, self._current = tuple(chips), current
        if self._pointed >= len(self._chips):
            self._point_at(NONE)
        if has_other_size:
            self.updateGeometry()
        self._describe()
        self.update()

    def rect_of(self, index: int) -> QRectF:
        """Return where a kernel lies; left of the widget if there is no room for it."""
        side, gap = theme.px(SIDE_PX), theme.px(GAP_PX)
        first = max(0, len(self._chips) - self._room())
        return QRectF((index - first) * (side + gap) + 2, 2, side, side)

    def sizeHint(self) -> QSize:
        """Return the room of all kernels."""
        side, gap = theme.px(SIDE_PX), theme.px(GAP_PX)
        return QSize(max(1, len(self._chips)) * (side + gap) + 4, side + 4)

    def minimumSizeHint(self) -> QSize:
        """Return the room of one kernel."""
        return QSize(theme.px(SIDE_PX) + 4, theme.px(SIDE_PX) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 few kernels: all are painted
        """Paint the kernels, their letters, and the frames of the current and the pointed one."""
        painter, colors = QPainter(self), theme.colors()
        painter.setFont(theme.text_font(LETTER_PX))
        for index, chip in enumerate(self._chips):
            rect = self.rect_of(index)
            if rect.left() < 0:
                continue
            if chip.image is None:
                painter.setPen(QPen(colors.outline, 1, Qt.PenStyle.DotLine))
            else:
                painter.drawImage(_inside(rect, chip.image), chip.image)
                painter.setPen(QPen(colors.outline, 1))
            if index in (self._current, self._pointed):
                painter.setPen(QPen(colors.accent, 2 if index == self._current else 1))
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
            self._paint_letter(painter, rect, chip)

    def _paint_letter(self, painter: QPainter, rect: QRectF, chip: Chip) -> None:
        if not chip.letter:
            return
        colors = theme.colors()
        if chip.image is None:
            painter.setPen(colors.muted)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, chip.letter)
            return
        corner = QRectF(rect.left(), rect.top(), theme.px(LETTER_PX), theme.px(LETTER_PX + 1))
        painter.fillRect(corner, colors.panel)
        painter.setPen(colors.text)
        painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, chip.letter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Look at the kernel under the mouse."""
        self._point_at(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Look away."""
        self._point_at(NONE)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the kernel under the mouse."""
        index = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index != NONE:
            self.clicked.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu of the kernel under the mouse, or of the one that is looked at by keys."""
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._pointed if is_by_key else self._at(QPointF(event.pos()))
        if index != NONE:
            self.menu_asked.emit(index, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour by an arrow key, and take it by Return or Space."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self._chips:
            begin = self._pointed if self._pointed != NONE else max(self._current, 0) - step
            self._point_at(min(max(begin + step, 0), len(self._chips) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._pointed != NONE:
            self.clicked.emit(self._pointed)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what the kernel under the mouse is; look away when the focus goes."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._chips[index].tell() if index != NONE else "", self)
            return True
        if event.type() == QEvent.Type.FocusOut and not self.underMouse():
            self._point_at(NONE)
        return super().event(event)

    def _at(self, position: QPointF) -> int:
        return next((i for i in range(len(self._chips)) if self.rect_of(i).contains(position)), NONE)

    def _room(self) -> int:
        return max(1, int((self.width() - 4 + theme.px(GAP_PX)) // (theme.px(SIDE_PX) + theme.px(GAP_PX))))

    def _point_at(self, index: int) -> None:
        if index != self._pointed:
            self._pointed = index
            self._describe()
            self.hovered.emit(index)
            self.update()

    def _describe(self) -> None:
        told = self._chips[self._pointed].tell() if 0 <= self._pointed < len(self._chips) else f"{len(self._chips)}"
        self.setAccessibleName(f"{self._name}: {told}")

    @Slot()
    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def _inside(rect: QRectF, image: QImage) -> QRectF:
    """Return the largest rectangle in the middle of another one that has the shape of an image."""
    scale = min(rect.width() / max(image.width(), 1), rect.height() / max(image.height(), 1))
    inside = QRectF(0, 0, image.width() * scale, image.height() * scale)
    inside.moveCenter(rect.center())
    return inside
