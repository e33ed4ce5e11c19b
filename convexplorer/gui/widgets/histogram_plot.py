"""The drawing part of the histogram; a module of its own because importing pyqtgraph takes about 0.2 s."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from convexplorer.gui.look import theme


class HistogramPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph is not typed
    """Bars, a line at zero and two handles, without logic of their own."""

    handle_dragged = Signal(bool, float)  # True for the upper handle; its new value
    handle_released = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, background=None)
        for part in (self, self.viewport()):
            part.setAcceptDrops(False)  # what is dropped here is dropped on the window
        self._bars = pg.PlotCurveItem([0.0, 1.0], [0.0], stepMode="center", fillLevel=0)
        self._zero = pg.InfiniteLine(0, angle=90, movable=False)
        self._handles = (pg.InfiniteLine(0, angle=90, movable=True), pg.InfiniteLine(1, angle=90, movable=True))
        self._build()
        for handle in self._handles:
            handle.sigDragged.connect(self._on_dragged)
            handle.sigPositionChangeFinished.connect(self.handle_released)
        theme.notifier().changed.connect(self.restyle)
        self.restyle()

    @property
    def is_dragged(self) -> bool:
        """True while the mouse drags a handle."""
        return any(handle.moving for handle in self._handles)

    def draw(self, counts: np.ndarray, edges: np.ndarray) -> None:
        """Draw counts (n) between edges (n + 1); nothing for n = 0."""
        if counts.size == 0:
            self._bars.setData([0.0, 1.0], [0.0])
            return
        self._bars.setData(edges, counts)
        # One bar often dominates, as zero does after ReLU: it may be cut off, the others must stay visible.
        second = np.partition(counts, -2)[-2] if counts.size > 1 else 0.0
        top = min(counts.max(), 2 * second) or counts.max() or 1.0
        self.setYRange(0, top, padding=0.02)

    def place(self, levels: tuple[float, float], shown: tuple[float, float]) -> None:
        """Move the handles and show a range, except during a drag, when the handle would move away from the mouse."""
        for handle, level in zip(self._handles, levels, strict=True):
            handle.blockSignals(True)
            handle.setValue(level)
            handle.blockSignals(False)
        if not self.is_dragged:
            self.setXRange(*shown, padding=0.03)

    @Slot()
    def restyle(self) -> None:
        """Apply the current colours."""
        colors = theme.colors()
        bar = theme.mix(colors.muted, colors.panel, 0.35)
        self._bars.setBrush(bar)
        self._bars.setPen(pg.mkPen(bar, width=1))
        self._zero.setPen(pg.mkPen(colors.muted, width=theme.px(1), style=Qt.PenStyle.DashLine))
        for handle in self._handles:
            handle.setPen(pg.mkPen(colors.accent, width=theme.px(2)))
            handle.setHoverPen(pg.mkPen(colors.accent, width=theme.px(4)))

    @Slot(object)
    def _on_dragged(self, handle: Any) -> None:
        self.handle_dragged.emit(handle is self._handles[1], handle.value())

    def _build(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent")
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.hideAxis("left")
        self.hideAxis("bottom")
        self.getPlotItem().setContentsMargins(0, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        for item in (self._bars, self._zero, *self._handles):
            self.addItem(item, ignoreBounds=True)
