"""The kernel of the studio: its cells, which can be painted and typed as elsewhere, under the handles of a desk."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.studio.handle_editor import HandleEditor
from convexplorer.gui.canvas.studio.overlay import KernelOverlay, Point
from convexplorer.gui.canvas.studio.tool_overlay import ToolOverlay
from convexplorer.gui.look import theme

HATCH_ALPHA = 0.3  # numbers below stay readable
_GHOST_SHARE = 0.42  # of a cell's sides, for the weight that it would get


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
        self._ghost: np.ndarray | None = None
        self._is_taken = False
        self._editor_of_handles = HandleEditor(self)

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

    def set_ghost(self, plane: np.ndarray | None) -> None:
        """Show in a corner of each cell the weight that it would get, (rows, columns); None to end it."""
        self._ghost = plane
        self.update()

    def type_value(self, at: QPointF, name: str, value: float, unit: str, take: Callable[[float], object]) -> None:
        """Let a number be typed at a place of the widget; see `HandleEditor.open`."""
        self._editor_of_handles.open(at, name, value, unit, take)

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
        if isinstance(self.overlay, ToolOverlay):
            self.overlay.hover(self.to_kernel(event.position()))
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the tool that the mouse has left."""
        super().leaveEvent(event)
        if isinstance(self.overlay, ToolOverlay):
            self.overlay.hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Offer keys to the tool first."""
        if isinstance(self.overlay, ToolOverlay) and self.overlay.key(event, self._typed_cell()):
            event.accept()
            self.update()
            return
        super().keyPressEvent(event)

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
        if self._ghost is not None and self._ghost.shape == self._planes.shape[1:]:
            self._paint_ghost(painter, self._ghost)
        if self.overlay is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.overlay.paint(painter, self)

    def _hatch(self, painter: QPainter, bound: np.ndarray) -> None:
        """Hatch each cell that follows from others."""
        layout = self.layout_now
        color = QColor(theme.colors().text)
        color.setAlphaF(HATCH_ALPHA)
        brush = QBrush(color, Qt.BrushStyle.BDiagPattern)
        for row, column in np.argwhere(bound).tolist():
            painter.fillRect(layout.cell_rect(row, column), brush)

    def _paint_ghost(self, painter: QPainter, ghost: np.ndarray) -> None:
        """Paint in the lower right corner of each cell that would change the colour of its new weight."""
        now = self._shown()
        scale = max(largest_magnitude(now), largest_magnitude(ghost))
        indexes = to_indexed((ghost / scale).astype(np.float32), Levels(-1.0, 1.0))
        table, layout = WEIGHTS_PALETTE.colors(theme.is_dark()), self.layout_now
        painter.setPen(QPen(theme.colors().accent, 1))
        for row, column in np.argwhere(~np.isclose(now, ghost, rtol=1e-9, atol=1e-12).all(axis=0)).tolist():
            rect = QRectF(layout.cell_rect(row, column))
            side = min(rect.width(), rect.height()) * _GHOST_SHARE
            painter.setBrush(QColor(*table[indexes[row, column]].tolist()))
            painter.drawRect(QRectF(rect.right() - side, rect.bottom() - side, side, side))

    def _let_go(self) -> None:
        if self._is_taken:
            self._is_taken = False
            if self.overlay is not None:
                self.overlay.release()
            self.update()
