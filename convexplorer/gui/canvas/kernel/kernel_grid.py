"""The kernel as a control whose cells are painted, nudged and typed into."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
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
from convexplorer.words import cell_words, full_number

Cell = tuple[int, int]

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_MOST_SAID = 8  # of planes that differ in a cell
_FIRST_CHARACTERS = frozenset("0123456789.,-+−")
_NEGATIVE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class KernelGrid(QWidget):
    """A grid of the weights of one filter, or of other numbers, that reports edits and changes no number itself.

    Drag paints `strength`, with the right button or Ctrl or Alt −`strength`, with Shift 0. The wheel nudges
    by `step` (Shift: ten times). Typing opens an editor in the cell under the mouse, else in the focused one.

    Parameters
    ----------
    noun : what the numbers are, for screen readers.

    Signals
    -------
    stroke_started, painted(row, column, value), stroke_ended : painting by dragging, each cell once per stroke.
    cell_edited(row, column, value) : a typed number, or 0 by Delete.
    nudged(row, column, amount) : add an amount to a cell, in every active plane.
    hovered : (row, column) under the mouse, or None.
    focus_moved : (row, column) of the focused cell, to which keys apply.
    menu_asked : the point of the screen for a context menu.
    """

    stroke_started = Signal()
    painted = Signal(int, int, float)
    stroke_ended = Signal()
    cell_edited = Signal(int, int, float)
    nudged = Signal(int, int, float)
    hovered = Signal(object)
    focus_moved = Signal(int, int)
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None, *, noun: str = "Kernel") -> None:
        super().__init__(parent)
        self._noun = noun
        self._levels: tuple[float, float] | None = None
        self.strength = 1.0
        self.step = 0.1
        self._planes = np.zeros((1, 3, 3))
        self._active: int | None = None
        self._table: np.ndarray | None = None
        self._painted: QPixmap | None = None
        self._painter: KernelPainter | None = None  # by which that was painted
        self._is_outdated = False
        self._focus: Cell = (1, 1)
        self._hover: Cell | None = None
        self._stroke: Stroke | None = None
        self._before_click: tuple[Cell, float] | None = None
        self._wheel = 0
        self._shows_focus = False
        self._build()

    @property
    def focused_cell(self) -> Cell:
        """The focused cell, to which keys apply."""
        return self._focus

    @property
    def rows(self) -> int:
        """The number of rows of the kernel."""
        return int(self._planes.shape[1])

    @property
    def layout_now(self) -> CellGrid:
        """The current layout of the cells."""
        return lay_out(*self._planes.shape[1:], self.width(), self.height())

    def set_planes(self, planes: np.ndarray, active: int | None = None) -> None:
        """Show planes (P, rows, columns); `active` is the index of the edited plane, None for all."""
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
        """Set the weight colours, (256, 3) uint8: 0 … 127 (zero) … 254, and 255 for weights that are not finite."""
        self._table = np.asarray(table)
        self._refresh()

    def set_levels(self, levels: tuple[float, float]) -> None:
        """Set the numbers of the first and the last colour, in place of levels around 0."""
        self._levels = levels
        self._refresh()

    def set_focused_cell(self, row: int, column: int) -> None:
        """Move the focus to another cell."""
        rows, columns = self._planes.shape[1:]
        cell = (min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
        if cell != self._focus:
            self._focus = cell
            self._describe()
            self.focus_moved.emit(*cell)
            self.update()

    def edit_cell(self, row: int, column: int, text: str | None = None) -> None:
        """Open the editor over a cell; with `text` as the first typed characters, if given."""
        self.set_focused_cell(row, column)
        row, column = self._focus
        shown = full_number(float(self._shown()[0, row, column])) if text is None else text
        self._editor.open(self.layout_now.cell_rect(row, column), shown, is_selected=text is None)

    def describe_cell(self, row: int, column: int) -> str:
        """Return a cell's position and exact weights in words."""
        weights = self._shown()[:, row, column]
        if len(weights) > _MOST_SAID and (weights != weights[0]).any():
            low, high = full_number(float(weights.min())), full_number(float(weights.max()))
            return f"{cell_words((row, column))}: {len(weights)} weights in {low} … {high}"
        values = [full_number(float(value)) for value in weights]
        text = values[0] if len(set(values)) == 1 else ", ".join(values)
        return f"{cell_words((row, column))}: {text}"

    def sizeHint(self) -> QSize:
        """Return the preferred size, a square."""
        return QSize(theme.px(240), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest usable size."""
        return QSize(theme.px(120), theme.px(120))

    def hasHeightForWidth(self) -> bool:
        """Return True, because the widget is square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the width as the height."""
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
        """Show exact values as tooltips, and keep keys that begin a number from the window's shortcuts."""
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
        """Continue a stroke, or mark the cell under the mouse."""
        if self._stroke is not None:
            self._paint_to(event.position(), self._stroke)
        self._hover_over(self.layout_now.cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke."""
        if self._stroke is not None and not event.buttons():
            self._stroke = None
            self.stroke_ended.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the editor, and undo the painting of the first of the two clicks."""
        cell = self.layout_now.cell_at(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._before_click is not None and self._before_click[0] == cell:
            value = self._before_click[1]
            if value != self._shown()[0, *cell]:
                self.cell_edited.emit(*cell, value)
        self.edit_cell(*cell)

    def leaveEvent(self, event: QEvent) -> None:
        """Remove the mark of the cell under the mouse."""
        super().leaveEvent(event)
        self._hover_over(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu by the menu key, and beside the cells, where the right button does not paint."""
        event.accept()
        is_by_key = event.reason() != QContextMenuEvent.Reason.Mouse
        if is_by_key or self.layout_now.cell_at(QPointF(event.pos())) is None:
            self.menu_asked.emit(self.mapToGlobal(self.rect().center()) if is_by_key else event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nudge the cell under the mouse by one step per notch."""
        cell = self.layout_now.cell_at(event.position())
        if cell is None:
            event.ignore()
            return
        event.accept()
        # Some systems report a horizontal wheel while Shift or Alt is pressed.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        if notches:
            is_large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.nudged.emit(*cell, notches * self.step * (10 if is_large else 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the focus, start typing, or set the cell to 0."""
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
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
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
        """Show the focused cell if the focus was reached by a key."""
        super().focusInEvent(event)
        self._shows_focus = event.reason() in KEY_REASONS
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the mark of the focused cell."""
        super().focusOutEvent(event)
        self._shows_focus = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 few cells: all are painted
        """Paint the cells, then their marks."""
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
        if self._noun != "Kernel":
            self._editor.setAccessibleName("Number")
        self._editor.committed.connect(self._on_committed)
        self._editor.closed.connect(self._on_editor_closed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._describe()

    def _cells(self) -> QPixmap:
        """Return the painted cells; of those painted before only the ones that look different are painted anew."""
        ratio, before = self.devicePixelRatioF(), self._painter
        is_kept = self._painted is not None and self._painted.size() == self.size() * ratio
        if self._painted is not None and is_kept and not self._is_outdated:
            return self._painted
        if self._painted is None or not is_kept:
            self._painted = QPixmap(self.size() * ratio)
            self._painted.setDevicePixelRatio(ratio)
            before = None
        finite, layout = np.abs(self._planes[np.isfinite(self._planes)]), self.layout_now
        self._painter = KernelPainter(self._shown(), float(finite.max(initial=0.0)), self._table, self._levels)
        changed = None if before is None else self._painter.changed_since(before, layout)
        if changed is None:
            self._painted.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._painted)
        self._painter.paint(painter, layout, changed)
        painter.end()
        self._is_outdated = False
        return self._painted

    def _shown(self) -> np.ndarray:
        """Return the edited planes: the active one, or all."""
        return self._planes if self._active is None else self._planes[self._active : self._active + 1]

    def _paint_to(self, position: QPointF, stroke: Stroke) -> None:
        """Emit `painted` for every cell on the line to a position that the stroke has not painted yet."""
        for cell in stroke.advance(self.layout_now, position):
            # A listener may have set smaller planes meanwhile.
            if cell[0] < self._planes.shape[1] and cell[1] < self._planes.shape[2]:
                self.painted.emit(*cell, stroke.value)

    def _value_of(self, event: QMouseEvent) -> float:
        """Return the value painted by the event's button and modifiers."""
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
        """Return the cell for typing: the one under the mouse, else the focused one."""
        return self._hover or self._focus

    @Slot()
    def _on_theme_changed(self) -> None:
        self._painter = None  # another theme or size: every cell looks different
        self._refresh()

    def _refresh(self) -> None:
        """Recompute colours and description, and repaint."""
        self._is_outdated = True
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Describe the focused cell to assistive technology."""
        rows, columns = self._planes.shape[1:]
        self.setAccessibleName(f"{self._noun} {rows} × {columns}, {self.describe_cell(*self._focus)}")

    def _mark(self, painter: QPainter, rect: QRectF, color: QColor) -> None:
        """Draw a frame around the outside of a cell."""
        with device_pixels(painter) as ratio:
            thick = max(1, round(2 * ratio))
            outline(painter, snapped(rect, ratio).adjusted(-thick, -thick, thick, thick), color, thick)


def _begins_number(event: QKeyEvent) -> bool:
    """Return True if a key can begin a typed number."""
    has_modifier = bool(event.modifiers() & (_NEGATIVE | Qt.KeyboardModifier.MetaModifier))
    return not has_modifier and len(event.text()) == 1 and event.text() in _FIRST_CHARACTERS
