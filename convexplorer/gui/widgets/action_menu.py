"""Context menus, made of the window's commands: the same actions as in its menus, on its buttons and keys."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

Submenu = tuple[str, tuple[str, ...]]
"""(title, names of commands)"""

REGION: Submenu = (
    "Region",
    (
        *("region-sight", "region-zoom", "region-study"),
        *("region-copy", "region-export", "region-picture", "region-forget"),
    ),
)


def open_menu(
    actions: Mapping[str, QAction], names: Sequence[str | Submenu | None], parent: QWidget, at: QPoint, title: str
) -> QMenu:
    """Open a menu of commands at a point of the screen.

    Parameters
    ----------
    names : of commands, None for a separator; what would make the menu longer than a small screen is a submenu.
    title : what the commands act on, for screen readers.
    """
    menu = QMenu(title, parent)
    menu.setAccessibleName(title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for name in names:
        if name is None:
            menu.addSeparator()
        elif isinstance(name, str):
            menu.addAction(actions[name])
        else:
            _add_submenu(menu, name, actions)
    menu.popup(at)
    return menu


def _add_submenu(menu: QMenu, submenu: Submenu, actions: Mapping[str, QAction]) -> None:
    title, names = submenu
    inner = menu.addMenu(title)
    inner.setToolTipsVisible(True)
    for name in names:
        inner.addAction(actions[name])
