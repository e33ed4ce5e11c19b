"""The text box of a formula, which marks the place of what is wrong."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.text_field import is_undo_key

LINES = 3
PAUSE_MS = 250  # of typing, before what is half typed is read


class FormulaField(QPlainTextEdit):
    """A box of a few lines; Enter ends typing, Shift+Enter breaks the line.

    Signals
    -------
    edited : the text that the user has typed, after a pause or at the end.
    ended : typing has ended: by Enter, or the loss of the focus.
    """

    edited = Signal(str)
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.setAccessibleName("Formula of the kernel")
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # what is dropped here is dropped on the window
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._on_text_changed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """The formula."""
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        """Show another formula, without a signal; what is being typed stays."""
        if text != self.text and not self._pause.isActive():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self.moveCursor(QTextCursor.MoveOperation.End)
        self._told = self.text

    def insert(self, text: str) -> None:
        """Insert a name at the cursor, in place of what is selected; the cursor goes between its parentheses."""
        self.insertPlainText(text)
        if text.endswith(")"):
            inside = len(text) - text.index("(") - 1
            self.moveCursor(QTextCursor.MoveOperation.PreviousCharacter)
            cursor = self.textCursor()
            cursor.movePosition(
                QTextCursor.MoveOperation.PreviousCharacter, QTextCursor.MoveMode.KeepAnchor, inside - 1
            )
            self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def mark(self, start: int, stop: int) -> None:
        """Underline the characters from one place up to another; the last one where nothing stands there."""
        length = len(self.text)
        if stop <= start or start >= length:
            start, stop = max(length - 1, 0), length
        place = QTextEdit.ExtraSelection()
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        style.setUnderlineColor(theme.colors().error)
        style.setForeground(theme.colors().error)
        place.format = style
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(min(stop, length), QTextCursor.MoveMode.KeepAnchor)
        place.cursor = cursor
        self.setExtraSelections([place])

    def unmark(self) -> None:
        """Underline nothing."""
        self.setExtraSelections([])

    @property
    def marked(self) -> str:
        """The characters that are underlined."""
        return "".join(one.cursor.selectedText() for one in self.extraSelections())

    def event(self, event: QEvent) -> bool:
        """Keep typed characters from the window's shortcuts; leave undo to it unless the user is typing."""
        if is_undo_key(event) and not self._pause.isActive():
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End typing at Enter."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._end()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End typing."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._end()

    def _end(self) -> None:
        self._tell()
        self.ended.emit()

    @Slot()
    def _on_text_changed(self) -> None:
        self.unmark()
        self._pause.start()

    @Slot()
    def _tell(self) -> None:
        self._pause.stop()
        if self.text != self._told:
            self._told = self.text
            self.edited.emit(self._told)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(theme.digits_font(13))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES + theme.px(18))
