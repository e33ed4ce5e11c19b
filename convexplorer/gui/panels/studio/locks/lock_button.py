"""A switch for one lock, with a picture of what it does: a mirror with two cells, or a number."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE
from convexplorer.gui.look import theme
from convexplorer.kernels.locks import Lock

_LEAST_PX, _WIDE_PX, _HIGH_PX = 18, 28, 24
_TEXTS = {"sum-0": "Σ0", "sum-1": "Σ1", "norm-1": "|1|"}
# Where the mirror lies, from (x, y) to (x, y) in 0…1, and the middles of the two cells beside it.
_MIRRORS = {
    "columns": (((0.5, 0.1), (0.5, 0.9)), ((0.22, 0.5), (0.78, 0.5))),
    "rows": (((0.1, 0.5), (0.9, 0.5)), ((0.5, 0.22), (0.5, 0.78))),
    "falling": (((0.12, 0.12), (0.88, 0.88)), ((0.72, 0.28), (0.28, 0.72))),
    "rising": (((0.12, 0.88), (0.88, 0.12)), ((0.28, 0.28), (0.72, 0.72))),
    "point": (((0.5, 0.5), (0.5, 0.5)), ((0.25, 0.25), (0.75, 0.75))),
}


class LockButton(QAbstractButton):
    """A checkable button that also shows whether the kernel has the property by itself.

    Signals
    -------
    pointed : True when the mouse or the focus comes, False when it goes.
    """

    pointed = Signal(bool)

    def __init__(self, key: str, lock: Lock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key, self.lock = key, lock
        self.is_held = False
        self.setCheckable(True)
        self.setObjectName(f"lock-{key}")
        self.setAccessibleName(f"Lock: {lock.label}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_held(self, is_held: bool) -> None:
        """Show whether the kernel has the property, locked or not."""
        if is_held != self.is_held:
            self.is_held = is_held
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a small button."""
        return QSize(theme.px(_WIDE_PX), theme.px(_HIGH_PX))

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the picture is seen."""
        return QSize(theme.px(_LEAST_PX), theme.px(_HIGH_PX))

    def enterEvent(self, event: QEvent) -> None:
        """Let a preview be shown."""
        super().enterEvent(event)  # type: ignore[arg-type]  # Qt's own type of event
        self.pointed.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """End the preview."""
        super().leaveEvent(event)
        self.pointed.emit(False)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let a preview be shown."""
        super().focusInEvent(event)
        self.pointed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End the preview."""
        super().focusOutEvent(event)
        self.pointed.emit(False)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the button, its picture, and a dot if the kernel has the property by itself."""
        painter, colors = QPainter(self), theme.colors()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground = colors.selected if self.isChecked() else colors.hovered if self.underMouse() else colors.raised
        edge = colors.accent if self.isChecked() or self.hasFocus() else colors.outline
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, 4, 4)
        ink = colors.accent if self.isChecked() else colors.text if self.isEnabled() else colors.disabled
        if self.key in _TEXTS:
            painter.setPen(ink)
            painter.setFont(theme.text_font(11, is_bold=self.isChecked()))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _TEXTS[self.key])
        else:
            self._paint_mirror(painter, rect, ink)
        if self.is_held and not self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.good)
            radius = theme.px(2)
            painter.drawEllipse(QPointF(rect.right() - radius - 2, rect.top() + radius + 2), radius, radius)

    def _paint_mirror(self, painter: QPainter, rect: QRectF, ink: QColor) -> None:
        side = min(rect.width(), rect.height()) - theme.px(4)
        room = QRectF(0, 0, side, side)
        room.moveCenter(rect.center())

        def at(place: tuple[float, float]) -> QPointF:
            return QPointF(room.left() + place[0] * side, room.top() + place[1] * side)

        (start, end), cells = _MIRRORS[self.key.partition("-")[0]]
        painter.setPen(QPen(ink, 1.3))
        if start == end:
            painter.setBrush(ink)
            painter.drawEllipse(at(start), 1.5, 1.5)
        else:
            painter.drawLine(at(start), at(end))
        table = WEIGHTS_PALETTE.colors(theme.is_dark())
        signs = (1, self.lock.sign)
        for place, sign in zip(cells, signs, strict=True):
            color = QColor(*table[254 if sign > 0 else 0].tolist()) if self.isEnabled() else ink
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            cell = QRectF(0, 0, side * 0.28, side * 0.28)
            cell.moveCenter(at(place))
            painter.drawRect(cell)
