"""A line edit that takes the keys of undo only while something is typed in it."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class TextField(QLineEdit):
    """With nothing typed, Ctrl+Z is the window's: a person who has entered a number wants the number back.

    A plain line edit would swallow the key, or take back its own text and leave what it stands for.
    """

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the actions of the window."""
        if is_undo_key(event) and not self.isModified():
            event.ignore()
            return True
        return super().event(event)


def is_undo_key(event: QEvent) -> bool:
    """Tell whether a widget is asked if it wants undo or redo for itself, before any action is."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def forget_typing(edit: QLineEdit) -> None:
    """Clear a line edit's own undo history; what is written and what is selected stay."""
    start, length, place = edit.selectionStart(), edit.selectionLength(), edit.cursorPosition()
    edit.setText(edit.text())
    if length:
        edit.setSelection(start, length)
    else:
        edit.setCursorPosition(place)
