"""What can be done with a connection between layers, wherever it is drawn: its tip, its menu, and taking it away."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from convexplorer.gui.session.panel import Context
from convexplorer.model import edits
from convexplorer.model.connections import Arc


def connection_tip(arc: Arc) -> str:
    """Return which layers a connection joins, and how it is taken away."""
    return f"{arc.words}\nClick to choose this connection, then Delete takes it away"


def connection_menu(parent: QWidget, remove: Callable[[], object]) -> QMenu:
    """Return the menu of a connection."""
    menu = QMenu(parent)
    menu.addAction("Remove this connection").triggered.connect(lambda: remove())
    return menu


def unlink(context: Context, arc: Arc) -> None:
    """Take a connection away, if it is still there."""
    index = context.store.state.index_of(arc.target)
    if index is not None:
        context.commit(edits.unlink, index, arc.source)
