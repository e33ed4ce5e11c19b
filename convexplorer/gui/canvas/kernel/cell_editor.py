"""The editor for a kernel cell's number, placed over the cell."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from convexplorer.gui.look import theme
from convexplorer.kernels.numbers import parse_number

WIDTH_PX = 64
HEIGHT_PX = 26


class CellEditor(QLineEdit):
    """A line edit for a number or a fraction; Enter and Tab commit, Escape cancels.

    Signals
    -------
    committed : the number, and the direction to move: 0 stays, +1 the next cell, −1 the previous one.
    closed : the editor was closed, committed or not.
    """

    committed = Signal(float, int)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Weight")
        self.textEdited.connect(self._on_text_edited)
        self.hide()

    def open(self, cell: QRectF, text: str, *, is_selected: bool) -> None:
        """Open over a cell, inside the parent."""
        self.setFont(theme.digits_font())
        needed = QFontMetricsF(self.font()).horizontalAdvance(text) + theme.px(20)
        width = min(max(cell.width(), theme.px(WIDTH_PX), needed), self._owner.width())
        height = max(min(cell.height(), theme.px(40)), theme.px(HEIGHT_PX))
        area = QRectF(0, 0, width, height)
        area.moveCenter(cell.center())
        area.moveLeft(min(max(area.left(), 0), max(self._owner.width() - width, 0)))
        area.moveTop(min(max(area.top(), 0), max(self._owner.height() - height, 0)))
        self.setGeometry(area.toRect())
        self._mark(is_wrong=False)
        self.setText(text)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if is_selected:
            # Selected backwards, so that the beginning of a long number is visible.
            self.setSelection(len(text), -len(text))

    def close_quietly(self) -> None:
        """Close without a commit."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Handle Tab before Qt moves the focus, and keep typed characters from the window's shortcuts."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and not event.modifiers():
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self._commit(-1 if event.key() == Qt.Key.Key_Backtab else 1)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit or cancel."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit(0)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_quietly()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit a valid number, as a spreadsheet does; discard any other text."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or not self.isVisible():
            return
        try:
            value = parse_number(self.text())
        except ValueError:
            self.close_quietly()
            return
        self.hide()
        self.committed.emit(value, 0)
        self.closed.emit()

    def _on_text_edited(self) -> None:
        self._mark(is_wrong=False)

    def _commit(self, direction: int) -> None:
        """Emit the number and close, or show the error and stay open."""
        try:
            value = parse_number(self.text())
        except ValueError as error:
            self._mark(is_wrong=True)
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), str(error), self)
            return
        self.hide()
        self.committed.emit(value, direction)
        self.closed.emit()

    def _mark(self, *, is_wrong: bool) -> None:
        """Set the frame for a valid or an invalid text."""
        colors = theme.colors()
        edge = (colors.error if is_wrong else colors.accent).name()
        self.setStyleSheet(
            f"QLineEdit {{ background: {colors.field.name()}; color: {colors.text.name()};"
            f" border: 2px solid {edge}; border-radius: 4px; padding: 0; min-height: 0; }}"
        )
        self.setToolTip("")
