"""A histogram of values with two draggable handles for the levels of the colours."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.histogram_plot import HistogramPlot
from convexplorer.words import short_number

FOCUS_RING = 2  # pixels
KEY_STEPS = 100  # an arrow key moves a level by the shown range divided by this number


class Histogram(QWidget):
    """Bars over values, a line at zero and two handles. ← → move the upper level, with Shift the lower one."""

    levels_dragged = Signal(float, float)  # low, high; while the user drags, and at each arrow key
    levels_drag_finished = Signal()
    opened = Signal()  # by a double click or Enter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros(0)
        self._edges = np.array([0.0, 1.0])
        self._levels = (0.0, 1.0)
        self._is_symmetric = False
        self._plot = HistogramPlot(self)
        self._plot.handle_dragged.connect(self._on_handle_dragged)
        self._plot.handle_released.connect(self.levels_drag_finished)
        self._plot.opened.connect(self.opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*(FOCUS_RING,) * 4)
        layout.addWidget(self._plot)
        self.setAccessibleName("Histogram")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)
        self._show_levels()

    @property
    def levels(self) -> tuple[float, float]:
        """The values of the two handles."""
        return self._levels

    def set_histogram(self, counts: Sequence[float] | np.ndarray, edges: Sequence[float] | np.ndarray) -> None:
        """Show counts (n) between edges (n + 1), which are finite."""
        self._counts, self._edges = np.asarray(counts, float), np.asarray(edges, float)
        self._draw()

    def set_levels(self, low: float, high: float, *, is_symmetric: bool = False) -> None:
        """Place the handles unless the user is dragging one; symmetric handles move in opposite directions."""
        self._is_symmetric = is_symmetric
        if (low, high) != self._levels and not self._plot.is_dragged:
            self._levels = (low, high)
            self._show_levels()

    def set_faded(self, is_faded: bool) -> None:
        """Pale the bars, because they are of other values than those on screen."""
        self._plot.set_faded(is_faded)

    def clear(self) -> None:
        """Clear the histogram."""
        self.set_histogram([], [0.0, 1.0])

    @Slot(bool, float)
    def _on_handle_dragged(self, is_upper: bool, value: float) -> None:
        """Limit a dragged handle by the other one, and emit both levels."""
        gap = (self._edges[-1] - self._edges[0]) / 1000 or 1e-6
        low, high = self._levels
        if self._is_symmetric:
            high = max(value if is_upper else -value, gap)
            low = -high
        elif is_upper:
            high = max(value, low + gap)
        else:
            low = min(value, high - gap)
        self._levels = (float(low), float(high))
        self._show_levels()
        self.levels_dragged.emit(*self._levels)

    def sizeHint(self) -> QSize:
        """Return the size of a low strip."""
        return QSize(theme.px(200), theme.px(72))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the focus ring around the plot."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colors().accent, FOCUS_RING))
            inset = FOCUS_RING / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move a level by a hundredth of the shown range; Enter asks for the large histogram."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
            return
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        is_upper = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        low, high = self._shown_range()
        self._on_handle_dragged(is_upper, self._levels[is_upper] + direction * (high - low) / KEY_STEPS)
        self.levels_drag_finished.emit()

    def _draw(self) -> None:
        self._plot.draw(self._counts, self._edges)
        self._show_levels()

    def _show_levels(self) -> None:
        """Move the handles, and describe the levels for screen readers."""
        self._plot.place(self._levels, self._shown_range())
        low, high = (short_number(level, 8) for level in self._levels)
        way = "drag the blue lines to change them (← →, Shift+← →), double click for a large one"
        set_tip(self, f"Colours from {low} to {high}; {way}")
        self.setAccessibleDescription(f"Levels {low} and {high}")

    def _shown_range(self) -> tuple[float, float]:
        """Return the range of all values and both handles."""
        return min(self._edges[0], self._levels[0]), max(self._edges[-1], self._levels[1])
