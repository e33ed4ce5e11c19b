"""Context menus, made of the window's commands: the same actions as in its menus, on its buttons and keys."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


def open_menu(
    actions: Mapping[str, QAction], names: Sequence[str | None], parent: QWidget, at: QPoint, title: str
) -> QMenu:
    """Open a menu of commands at a point of the screen.

    Parameters
    ----------
    names : of commands, None for a separator.
    title : what the commands act on, for screen readers.
    """
    menu = QMenu(title, parent)
    menu.setAccessibleName(title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for name in names:
        if name is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])
    menu.popup(at)
    return menu
