"""A line edit that handles the undo shortcuts only while it contains unfinished typing."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class TextField(QLineEdit):
    """A line edit that leaves Ctrl+Z to the window unless the user is typing: after an entry, undo means the project.

    A plain line edit would consume the key, or undo its text and not the value that the text stands for.
    """

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the actions of the window."""
        if is_undo_key(event) and not self.isModified():
            event.ignore()
            return True
        return super().event(event)


def is_undo_key(event: QEvent) -> bool:
    """Return True if the event offers the undo or redo shortcut to a widget, before any action is triggered."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def forget_typing(edit: QLineEdit) -> None:
    """Clear a line edit's own undo history; its text and selection stay."""
    start, length, place = edit.selectionStart(), edit.selectionLength(), edit.cursorPosition()
    edit.setText(edit.text())
    if length:
        edit.setSelection(start, length)
    else:
        edit.setCursorPosition(place)
