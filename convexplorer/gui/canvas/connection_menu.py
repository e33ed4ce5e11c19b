"""What is said of a connection between layers, and offered, wherever it is drawn."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from convexplorer.model.connections import Arc


def connection_tip(arc: Arc) -> str:
    """Return which layers a connection joins, and how it is taken away."""
    return f"{arc.words}\nClick to choose this connection, then Delete takes it away"


def connection_menu(parent: QWidget, remove: Callable[[], object]) -> QMenu:
    """Return the menu of a connection."""
    menu = QMenu(parent)
    menu.addAction("Remove this connection").triggered.connect(lambda: remove())
    return menu
