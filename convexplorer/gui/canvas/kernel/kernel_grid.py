"""The kernel as its own control: cells to paint, nudge and type into."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.gui.canvas.cell_grid import CellGrid
from convexplorer.gui.canvas.kernel.cell_editor import CellEditor
from convexplorer.gui.canvas.kernel.kernel_layout import lay_out
from convexplorer.gui.canvas.kernel.kernel_painter import KernelPainter
from convexplorer.gui.canvas.kernel.stroke import Stroke
from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped
from convexplorer.gui.canvas.pictures.pane import KEY_REASONS
from convexplorer.gui.look import theme
from convexplorer.words import full_number

Cell = tuple[int, int]

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_FIRST_CHARACTERS = frozenset("0123456789.,-+−")
_NEGATIVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class KernelGrid(QWidget):
    """Shows the planes of one filter and asks for changes; it changes nothing itself.

    Drag paints `strength`, with the right button or Ctrl or Alt −`strength`, with Shift 0. The wheel nudges
    by `step` (Shift: ten times). Typing begins a number in the cell under the mouse, else in the focused one.

    Signals
    -------
    stroke_started, painted(row, column, value), stroke_ended : painting by dragging, each cell once a stroke.
    cell_edited(row, column, value) : a typed number, or 0 by Delete.
    nudged(row, column, amount) : add an amount to a cell, in every active plane.
    hovered : (row, column) under the mouse, or None.
    focus_moved : (row, column) of the cell that keys refer to.
    """

    stroke_started = Signal()
    painted = Signal(int, int, float)
    stroke_ended = Signal()
    cell_edited = Signal(int, int, float)
    nudged = Signal(int, int, float)
    hovered = Signal(object)
    focus_moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strength = 1.0
        self.step = 0.1
        self._planes = np.zeros((1, 3, 3))
        self._active: int | None = None
        self._table: np.ndarray | None = None
        self._painted: QPixmap | None = None
        self._focus: Cell = (1, 1)
        self._hover: Cell | None = None
        self._stroke: Stroke | None = None
        self._before_click: tuple[Cell, float] | None = None
        self._wheel = 0
        self._shows_focus = False
        self._build()

    @property
    def focused_cell(self) -> Cell:
        """The cell that keys refer to."""
        return self._focus

    @property
    def layout_now(self) -> CellGrid:
        """Where the cells lie."""
        return lay_out(*self._planes.shape[1:], self.width(), self.height())

    def set_planes(self, planes: np.ndarray, active: int | None = None) -> None:
        """Show planes (P, rows, columns); `active` is the one to edit, None for all together."""
        planes = np.asarray(planes, dtype=np.float64)
        if planes.shape[1:] != self._planes.shape[1:]:
            self._editor.close_quietly()
            self._hover = None
        self._planes = planes
        self._active = active
        rows, columns = planes.shape[1:]
        self._focus = (min(self._focus[0], rows - 1), min(self._focus[1], columns - 1))
        self._refresh()

    def set_palette_table(self, table: np.ndarray) -> None:
        """Take the weight colours, (256, 3) uint8: 0 … 127 (zero) … 254, and 255 for not finite."""
        self._table = np.asarray(table)
        self._refresh()

    def set_focused_cell(self, row: int, column: int) -> None:
        """Let keys refer to another cell."""
        rows, columns = self._planes.shape[1:]
        cell = (min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
        if cell != self._focus:
            self._focus = cell
            self._describe()
            self.focus_moved.emit(*cell)
            self.update()

    def edit_cell(self, row: int, column: int, text: str | None = None) -> None:
        """Open the number line over a cell; with `text` typing has already begun."""
        self.set_focused_cell(row, column)
        row, column = self._focus
        shown = full_number(float(self._shown()[0, row, column])) if text is None else text
        self._editor.open(self.layout_now.cell_rect(row, column), shown, is_selected=text is None)

    def describe_cell(self, row: int, column: int) -> str:
        """Return a cell's place and exact weights in words."""
        values = [full_number(float(value)) for value in self._shown()[:, row, column]]
        text = values[0] if len(set(values)) == 1 else ", ".join(values)
        return f"row {row + 1}, column {column + 1}: {text}"

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(theme.px(240), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        """Stay usable."""
        return QSize(theme.px(120), theme.px(120))

    def hasHeightForWidth(self) -> bool:
        """Be square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Be square."""
        return width

    @Slot(float, int)
    def _on_committed(self, value: float, direction: int) -> None:
        row, column = self._focus
        values = self._shown()[:, row, column]
        if not np.array_equal(values, np.full_like(values, value), equal_nan=True):
            self.cell_edited.emit(row, column, value)
        if direction:
            columns = self._planes.shape[2]
            index = (row * columns + column + direction) % (self._planes.shape[1] * columns)
            self.edit_cell(*divmod(index, columns))

    @Slot()
    def _on_editor_closed(self) -> None:
        if not self._editor.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Show exact values as tips, and keep the keys that begin a number from shortcuts of the window."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.layout_now.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if cell is None else self.describe_cell(*cell).capitalize(), self)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _begins_number(event):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        cell = self.layout_now.cell_at(event.position())
        is_painting = self._stroke is not None
        if is_painting or cell is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._editor.close_quietly()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._before_click = (cell, float(self._shown()[0, *cell]))
        self._stroke = Stroke(self._value_of(event), event.position())
        self.set_focused_cell(*cell)
        self.stroke_started.emit()
        self._paint_to(event.position(), self._stroke)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on painting, or mark the cell under the mouse."""
        if self._stroke is not None:
            self._paint_to(event.position(), self._stroke)
        self._hover_over(self.layout_now.cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke."""
        if self._stroke is not None and not event.buttons():
            self._stroke = None
            self.stroke_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the number line, and take back what the first of the two clicks has painted."""
        cell = self.layout_now.cell_at(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._before_click is not None and self._before_click[0] == cell:
            value = self._before_click[1]
            if value != self._shown()[0, *cell]:
                self.cell_edited.emit(*cell, value)
        self.edit_cell(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Mark nothing."""
        super().leaveEvent(event)
        self._hover_over(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Keep the right button for painting."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nudge the cell under the mouse, a step a notch."""
        cell = self.layout_now.cell_at(event.position())
        if cell is None:
            event.ignore()
            return
        event.accept()
        # Some systems turn the wheel sideways while Shift or Alt is held.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        if notches:
            is_large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(*cell, notches * self.step * (10 if is_large else 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, type, zero."""
        key, (row, column) = event.key(), self._focus
        if key in _STEPS and not event.modifiers() & _NEGATIVE:
            down, right = _STEPS[Qt.Key(key)]
            self._shows_focus = True
            self._hover = None
            self.set_focused_cell(row + down, column + right)
            self.update()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._shows_focus = True
            self.set_focused_cell(row, 0 if key == Qt.Key.Key_Home else self._planes.shape[2] - 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cell_edited.emit(*self._typed_cell(), 0.0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit_cell(*self._typed_cell())
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            is_large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            amount = self.step * (10 if is_large else 1)
            self.nudged.emit(*self._typed_cell(), amount if key == Qt.Key.Key_PageUp else -amount)
        elif _begins_number(event):
            self.edit_cell(*self._typed_cell(), event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focused cell when the focus came by a key."""
        super().focusInEvent(event)
        self._shows_focus = event.reason() in KEY_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the focused cell."""
        super().focusOutEvent(event)
        self._shows_focus = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 few cells: all are painted
        """Paint the cells, then what marks them."""
        painter = QPainter(self)
        layout = self.layout_now
        painter.drawPixmap(0, 0, self._cells())
        colors = theme.colors()
        if self._hover is not None:
            self._mark(painter, layout.cell_rect(*self._hover), colors.cursor)
        if self._shows_focus:
            self._mark(painter, layout.cell_rect(*self._focus), colors.accent)

    def _build(self) -> None:
        """Set up the widget and its editor."""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._editor = CellEditor(self)
        self._editor.committed.connect(self._on_committed)
        self._editor.closed.connect(self._on_editor_closed)
        theme.notifier().changed.connect(self._refresh)
        self._describe()

    def _cells(self) -> QPixmap:
        """Return all cells, painted once for as long as weights and size stay."""
        ratio = self.devicePixelRatioF()
        if self._painted is None or self._painted.size() != self.size() * ratio:
            finite = np.abs(self._planes[np.isfinite(self._planes)])
            self._painted = QPixmap(self.size() * ratio)
            self._painted.setDevicePixelRatio(ratio)
            self._painted.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._painted)
            KernelPainter(self._shown(), float(finite.max(initial=0.0)), self._table).paint(painter, self.layout_now)
            painter.end()
        return self._painted

    def _shown(self) -> np.ndarray:
        """Return the planes that are edited: the active one, or all."""
        return self._planes if self._active is None else self._planes[self._active : self._active + 1]

    def _paint_to(self, position: QPointF, stroke: Stroke) -> None:
        """Paint every cell on the way to a position that this stroke has not painted yet."""
        for cell in stroke.advance(self.layout_now, position):
            # A listener may have answered with smaller planes.
            if cell[0] < self._planes.shape[1] and cell[1] < self._planes.shape[2]:
                self.painted.emit(*cell, stroke.value)

    def _value_of(self, event: QMouseEvent) -> float:
        """Return what this button with these modifiers paints."""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return 0.0
        is_negative = event.button() == Qt.MouseButton.RightButton or bool(event.modifiers() & _NEGATIVE)
        return -self.strength if is_negative else self.strength

    def _hover_over(self, cell: Cell | None) -> None:
        """Mark the cell under the mouse."""
        if cell != self._hover:
            self._hover = cell
            self.hovered.emit(cell)
            self.update()

    def _typed_cell(self) -> Cell:
        """Return the cell that typing refers to: the one pointed at, else the focused one."""
        return self._hover or self._focus

    @Slot()
    def _refresh(self) -> None:
        """Recompute colours and words, and repaint."""
        self._painted = None
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Say to assistive technology what is focused."""
        rows, columns = self._planes.shape[1:]
        self.setAccessibleName(f"Kernel {rows} × {columns}, {self.describe_cell(*self._focus)}")

    def _mark(self, painter: QPainter, rect: QRectF, color: QColor) -> None:
        """Frame a cell on its outside."""
        with device_pixels(painter) as ratio:
            thick = max(1, round(2 * ratio))
            outline(painter, snapped(rect, ratio).adjusted(-thick, -thick, thick, thick), color, thick)


def _begins_number(event: QKeyEvent) -> bool:
    """Whether a key begins a typed number."""
    has_modifier = bool(event.modifiers() & (_NEGATIVE | Qt.KeyboardModifier.MetaModifier))
    return not has_modifier and len(event.text()) == 1 and event.text() in _FIRST_CHARACTERS
