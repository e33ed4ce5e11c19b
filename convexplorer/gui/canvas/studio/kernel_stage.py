"""The kernel of the studio: its cells, which can be painted and typed as elsewhere, under the handles of a desk."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.studio.overlay import KernelOverlay, Point

HATCH_PX = 5


class KernelStage(KernelGrid):
    """A `KernelGrid` with an overlay.

    Attributes
    ----------
    overlay : the handles over the cells, or None.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.overlay: KernelOverlay | None = None
        self._bound: np.ndarray | None = None
        self._is_taken = False

    def set_overlay(self, overlay: KernelOverlay | None) -> None:
        """Lay handles over the cells; None for none."""
        if overlay is not self.overlay:
            self._let_go()
            self.overlay = overlay
            self.update()

    def set_bound_cells(self, bound: np.ndarray | None) -> None:
        """Hatch the cells that follow from others, (rows, columns) bool; None for none."""
        self._bound = bound
        self.update()

    def to_screen(self, row: float, column: float) -> QPointF:
        """Return where a point of the kernel lies in the widget."""
        layout = self.layout_now
        return QPointF(layout.left + column * layout.width, layout.top + row * layout.height)

    def to_kernel(self, position: QPointF) -> Point:
        """Return the point of the kernel at a position of the widget, which may lie outside."""
        layout = self.layout_now
        return (position.y() - layout.top) / layout.height, (position.x() - layout.left) / layout.width

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Offer the mouse to the handles first."""
        point = self.to_kernel(event.position())
        if self.overlay is not None and self.overlay.press(point, event.button(), event.modifiers()):
            self._is_taken = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle that is held."""
        if self._is_taken and self.overlay is not None:
            self.overlay.drag(self.to_kernel(event.position()))
            self.update()
            return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle that is held."""
        if self._is_taken:
            self._let_go()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let a value be typed at a handle."""
        position = event.position()
        if self.overlay is not None and self.overlay.double_click(self.to_kernel(position), position):
            return
        super().mouseDoubleClickEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what the handle under the mouse is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.overlay is not None:
            tip = self.overlay.tip_at(self.to_kernel(QPointF(event.pos())))
            if tip:
                QToolTip.showText(event.globalPos(), tip, self)
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, then what lies over them."""
        super().paintEvent(event)
        painter = QPainter(self)
        if self._bound is not None and self._bound.shape == (self.rows, self._planes.shape[2]):
            self._hatch(painter, self._bound)
        if self.overlay is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.overlay.paint(painter, self)

    def _hatch(self, painter: QPainter, bound: np.ndarray) -> None:
        """Draw a thin line across each cell that follows from others."""
        layout = self.layout_now
        color = self.palette().text().color()
        color.setAlphaF(0.35)
        painter.setPen(color)
        for row, column in np.argwhere(bound).tolist():
            rect = QRectF(layout.cell_rect(row, column))
            side = min(rect.width(), rect.height(), HATCH_PX * 2)
            painter.drawLine(rect.bottomLeft(), rect.bottomLeft() + QPointF(side, -side))

    def _let_go(self) -> None:
        if self._is_taken:
            self._is_taken = False
            if self.overlay is not None:
                self.overlay.release()
            self.update()
