"""Takes a connection between layers away, for all that draw it."""

from convexplorer.gui.session.panel import Context
from convexplorer.model import edits
from convexplorer.model.connections import Arc


def unlink(context: Context, arc: Arc) -> None:
    """Take a connection away, if it is still there."""
    index = context.store.state.index_of(arc.target)
    if index is not None:
        context.commit(edits.unlink, index, arc.source)
