"""The large plot of a map's values; a module of its own because importing pyqtgraph takes about 0.2 s."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from convexplorer.gui.look import theme
from convexplorer.results.distribution import Distribution
from convexplorer.words import full_number, number, percent

_SMALLEST_COUNT = 0.5  # where a logarithmic axis begins: below a single value
_FONT_PX = 13


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """An axis whose numbers are written as all others of the program."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        """Return the number of each tick; counts on a logarithmic axis where they are whole."""
        if self.logMode:
            counts = [10.0**value for value in values]
            return [full_number(round(count)) if count >= 1 else "" for count in counts]
        return [full_number(float(f"{value * scale:.6g}")) for value in values]


class DistributionPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph is not typed
    """Bars of a map's values, the outline before the activation, a line at zero, and the levels as a region.

    The wheel zooms and a drag moves the axis of the values; a double click shows all again.

    Signals
    -------
    levels_dragged : low and high, while the mouse drags an end of the region or all of it.
    levels_drag_finished
    pointed : a sentence on the bin under the mouse; "" outside.
    """

    levels_dragged = Signal(float, float)
    levels_drag_finished = Signal()
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None, axisItems={side: _Axis(side) for side in ("left", "bottom")})
        self._distribution: Distribution | None = None
        self._is_logarithmic = False
        self._is_symmetric = False
        self._is_dragged = False
        self._shown = (0.0, 0.0)
        self._bars = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0)
        self._before = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center")
        self._zero = pg.InfiniteLine(0, angle=90, movable=False)
        self._region = pg.LinearRegionItem((0.0, 1.0), swapMode="block")
        self._region.setZValue(-10)
        for item in (self._region, self._bars, self._before, self._zero):
            self.addItem(item, ignoreBounds=True)
        self._dress()
        self._region.sigRegionChanged.connect(self._on_region)
        self._region.sigRegionChangeFinished.connect(self._on_region_finished)
        self.scene().sigMouseMoved.connect(self._on_moved)
        theme.notifier().changed.connect(self.restyle)
        self.restyle()
        self.setAccessibleName("Distribution of the values")

    def show_distribution(self, distribution: Distribution | None, *, is_symmetric: bool = False) -> None:
        """Show another distribution; a view that the hand has zoomed stays.

        Parameters
        ----------
        is_symmetric : both levels have the same distance from 0, as those of a palette with two directions.
        """
        self._distribution, self._is_symmetric = distribution, is_symmetric
        self._draw()
        if distribution is None:
            return
        if not self._is_dragged:
            self._place(distribution.levels)
        ends = (*distribution.levels, float(distribution.edges[0]), float(distribution.edges[-1]))
        shown = (min(ends), max(ends))
        if shown != self._shown and self._shows_all():
            self._shown = shown
            self.show_all()
        self._shown = shown

    def set_logarithmic(self, flag: bool) -> None:
        """Count on a logarithmic axis, on which single values are seen beside thousands."""
        self._is_logarithmic = flag
        self.getPlotItem().setLogMode(x=False, y=flag)
        self._draw()

    @Slot()
    def show_all(self) -> None:
        """Show the range of all values and both levels."""
        self.setXRange(*self._shown, padding=0.03)

    @Slot()
    def restyle(self) -> None:
        """Apply the current colours and sizes."""
        colors = theme.colors()
        self._bars.setBrush(theme.mix(colors.muted, colors.panel, 0.25))
        self._bars.setPen(pg.mkPen(None))
        self._before.setPen(pg.mkPen(colors.warning, width=theme.px(2)))
        self._zero.setPen(pg.mkPen(colors.muted, width=theme.px(1), style=Qt.PenStyle.DashLine))
        tint = theme.mix(colors.accent, colors.panel, 0.86)
        self._region.setBrush(tint)
        self._region.setHoverBrush(theme.mix(colors.accent, colors.panel, 0.78))
        for line in self._region.lines:
            line.setPen(pg.mkPen(colors.accent, width=theme.px(2)))
            line.setHoverPen(pg.mkPen(colors.accent, width=theme.px(4)))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colors.muted))
            axis.setTextPen(pg.mkPen(colors.text))
            axis.setTickFont(theme.digits_font(_FONT_PX))
            axis.label.setFont(theme.text_font(_FONT_PX))
        self.setLabel("bottom", "value", color=colors.text.name())
        self.setLabel("left", "cells of the map", color=colors.text.name())

    def mouseDoubleClickEvent(self, _event: QEvent) -> None:
        """Show all values again."""
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing of a bin any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent")
        for part in (self, self.viewport()):
            part.setAcceptDrops(False)  # what is dropped here is dropped on the window
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        for side in ("left", "bottom"):
            self.getAxis(side).enableAutoSIPrefix(False)

    def _draw(self) -> None:
        found = self._distribution
        if found is None:
            self._bars.setData([0.0, 1.0], [0.0])
            self._before.setVisible(False)
            return
        self._bars.setData(found.edges, self._heights(found.counts), fillLevel=self._floor)
        self._before.setVisible(found.before is not None)
        if found.before is not None:
            self._before.setData(found.edges, self._heights(found.before))
        self.setYRange(self._floor, self._top(found), padding=0.02)

    @property
    def _floor(self) -> float:
        return float(np.log10(_SMALLEST_COUNT)) if self._is_logarithmic else 0.0

    def _heights(self, counts: np.ndarray) -> np.ndarray:
        # Curves are given as they are drawn: the logarithmic mode of the plot changes the axis alone.
        return np.log10(np.maximum(counts, _SMALLEST_COUNT)) if self._is_logarithmic else counts

    def _top(self, found: Distribution) -> float:
        """Return the upper end of the axis: one bar may be cut off, as that of 0 after ReLU; the others are seen."""
        tops = []
        for counts in (found.counts, found.before):
            if counts is not None and len(counts) > 1:
                second = float(np.partition(counts, -2)[-2])
                highest = float(counts.max())
                tops.append(highest if self._is_logarithmic else min(highest, 2 * second) or highest)
        top = max(tops, default=1.0) or 1.0
        return float(np.log10(top)) if self._is_logarithmic else top

    def _shows_all(self) -> bool:
        """Return whether the hand has left the axis of the values as it was."""
        low, high = self.viewRange()[0]
        width = self._shown[1] - self._shown[0]
        return not width or abs((high - low) / (1.06 * width) - 1) < 0.02

    def _place(self, levels: tuple[float, float]) -> None:
        self._region.blockSignals(True)
        for line, level in zip(self._region.lines, levels, strict=True):
            line.setValue(level)
        self._region.blockSignals(False)

    @Slot()
    def _on_region(self) -> None:
        """Let one end follow the other where levels are symmetric, and tell both."""
        low, high = self._region.getRegion()
        if self._is_symmetric:
            before = max(abs(level) for level in self._distribution.levels) if self._distribution else high
            moved = max((low, high), key=lambda end: abs(abs(end) - before))
            high = max(abs(moved), 1e-6 * max(before, 1e-30))
            low = -high
            self._place((low, high))
        self._is_dragged = True
        self.levels_dragged.emit(low, high)

    @Slot()
    def _on_region_finished(self) -> None:
        self._is_dragged = False
        self.levels_drag_finished.emit()

    @Slot(object)
    def _on_moved(self, position: QPointF) -> None:
        value = self.getPlotItem().vb.mapSceneToView(position).x()
        found = None if self._distribution is None else self._distribution.share_at(value)
        if found is None:
            self.pointed.emit("")
            return
        low, high, share = found
        self.pointed.emit(f"{percent(share)} of the cells hold {number(low)} … {number(high)}")
