"""The window's shortcuts while a popup is open: Qt gives a popup all keys, and none to the window below it."""

from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from convexplorer.gui.session.command_action import CommandAction


def run_shortcut(popup: QWidget, event: QKeyEvent) -> bool:
    """Close a popup and run the command of its window whose shortcut was pressed; return False if there is none."""
    owner = popup.parentWidget()
    keys = QKeySequence(event.keyCombination())
    actions = owner.window().actions() if owner is not None else []
    action = next((one for one in actions if isinstance(one, CommandAction) and keys in one.shortcuts()), None)
    if action is None:
        return False
    popup.close()
    action.give()
    return True
