"""The drawing part of the histogram: bars over values, a line at zero, and two handles that the mouse drags."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme

_USUAL, _FADED = 0.35, 0.75  # how much of the panel's colour the bars have
REACH = 6  # design pixels around a handle in which the mouse takes it
SIDE_SHARE, TOP_SHARE = 0.03, 0.02  # of the width and height that stay free, so that the last bar and handle are seen


class HistogramPlot(QWidget):
    """Bars, a line at zero and two handles, without logic of their own."""

    handle_dragged = Signal(bool, float)  # True for the upper handle; its new value
    handle_released = Signal()
    opened = Signal()  # by a double click

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._counts = np.zeros(0)
        self._edges = np.array([0.0, 1.0])
        self._top = 1.0
        self._is_faded = False
        self._levels = (0.0, 1.0)
        self._shown = (0.0, 1.0)
        self._hovered: bool | None = None  # True for the upper handle
        self._dragged: bool | None = None
        self._grip = 0.0  # pixels from the pressed place to the dragged handle
        self.setMouseTracking(True)
        theme.notifier().changed.connect(self.update)

    @property
    def is_dragged(self) -> bool:
        """True while the mouse drags a handle."""
        return self._dragged is not None

    def draw(self, counts: np.ndarray, edges: np.ndarray) -> None:
        """Draw counts (n) between edges (n + 1); nothing for n = 0."""
        self._counts, self._edges = counts, edges
        # One bar often dominates, as zero does after ReLU: it may be cut off, the others must stay visible.
        second = np.partition(counts, -2)[-2] if counts.size > 1 else 0.0
        highest = float(counts.max(initial=0.0))
        self._top = min(highest, 2 * float(second)) or highest or 1.0
        self.update()

    def set_faded(self, is_faded: bool) -> None:
        """Draw the bars pale, or as usual."""
        self._is_faded = is_faded
        self.update()

    def place(self, levels: tuple[float, float], shown: tuple[float, float]) -> None:
        """Move the handles and show a range, except during a drag, when the handle would move away from the mouse."""
        self._levels = levels
        if not self.is_dragged:
            self._shown = float(shown[0]), float(shown[1])
        self.update()

    def x_of(self, value: float) -> float:
        """Return the place of a value from the left, in pixels."""
        low, high = self._range()
        return (value - low) / (high - low) * self.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, then zero and the handles over them."""
        painter = QPainter(self)
        colors = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mix(colors.muted, colors.panel, _FADED if self._is_faded else _USUAL))
        if bars := self._bars():  # Qt refuses an empty list
            painter.drawRects(bars)
        painter.setPen(QPen(colors.muted, theme.px(1), Qt.PenStyle.DashLine))
        self._paint_line(painter, 0.0)
        for is_upper, level in enumerate(self._levels):
            is_taken = is_upper in (self._dragged, self._hovered)
            painter.setPen(QPen(colors.accent, theme.px(4 if is_taken else 2)))
            self._paint_line(painter, level)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle under the mouse."""
        x = event.position().x()
        self._dragged = self._handle_at(x) if event.button() == Qt.MouseButton.LeftButton else None
        if self._dragged is None:
            super().mousePressEvent(event)
        else:
            self._grip = self.x_of(self._levels[self._dragged]) - x

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the taken handle, or mark the one under the mouse."""
        x = event.position().x()
        if self._dragged is None:
            self._hover(self._handle_at(x))
        else:
            self.handle_dragged.emit(self._dragged, self._value_at(x + self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        if self._dragged is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._dragged = None
        self.update()
        self.handle_released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the large histogram."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Mark no handle."""
        super().leaveEvent(event)
        self._hover(None)

    def _range(self) -> tuple[float, float]:
        """Return the values at the left and the right edge of the widget."""
        low, high = self._shown
        side = SIDE_SHARE * (high - low) if high > low else 0.5
        return low - side, high + side

    def _value_at(self, x: float) -> float:
        low, high = self._range()
        return low + x / max(self.width(), 1) * (high - low)

    def _handle_at(self, x: float) -> bool | None:
        """Return the handle in reach of a place; at the same distance the one towards which there is room."""
        away = [abs(self.x_of(level) - x) for level in self._levels]
        if min(away) > theme.px(REACH):
            return None
        return away[1] < away[0] or (away[1] == away[0] and self._value_at(x) >= self._levels[1])

    def _hover(self, handle: bool | None) -> None:
        if handle == self._hovered:
            return
        self._hovered = handle
        if handle is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.update()

    def _bars(self) -> list[QRect]:
        """Return the bars in whole pixels, so that neighbours touch; few values among many are one pixel high."""
        if not self._counts.size:
            return []
        low, high = self._range()
        # What lies outside is cut here: during a drag the range stands still, whatever values come.
        lefts = np.rint(np.clip((self._edges - low) / (high - low), -1, 2) * self.width()).astype(int)
        shares = np.minimum(self._counts / self._top, 1.0) * (1 - TOP_SHARE)
        heights = np.where(self._counts > 0, np.maximum(np.rint(shares * self.height()), 1), 0).astype(int)
        bottom = self.height()
        return [
            QRect(left, bottom - height, max(right - left, 1), height)
            for left, right, height in zip(lefts[:-1].tolist(), lefts[1:].tolist(), heights.tolist(), strict=True)
            if height
        ]

    def _paint_line(self, painter: QPainter, value: float) -> None:
        x = self.x_of(value)
        painter.drawLine(QPointF(x, 0.0), QPointF(x, self.height()))
