"""What every panel is given and may be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from convexplorer.gui.session.selection import Selection
from convexplorer.live.player import Player, PlayerStatus
from convexplorer.model.project import Project
from convexplorer.model.store import Store
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence


@dataclass(frozen=True)
class Context:
    """What a panel talks to: edits go to the store, looking to the selection, playback to the player.

    Attributes
    ----------
    actions : the window's commands by name; a button of a panel is the `QAction` that key, menu and palette trigger.
    refuse : shows why an edit was not made, in the message bar over the pictures: one place for keys and mouse.
    """

    store: Store
    selection: Selection
    player: Player
    actions: Mapping[str, QAction]
    refuse: Callable[[str], None]

    def commit(self, edit: Callable[..., Project], *arguments: object, merge: str | None = None) -> bool:
        """Commit `edit(project, *arguments)`; return whether it was made, the reason why not is shown.

        Parameters
        ----------
        edit : Project → Project; raises `ValueError` for an edit that is impossible.
        merge : commits with the same key in a row are one undo step.
        """
        try:
            self.store.commit(edit(self.store.state, *arguments), merge)
        except ValueError as error:
            self.refuse(as_sentence(str(error)))
            return False
        return True


class Panel(QWidget):
    """A pane of the window. It shows what it is told and asks for changes; it keeps nothing."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def apply(self, new: Project, old: Project | None) -> None:
        """Show a project; `old` is None the first time."""

    def show_picture(self, picture: Picture) -> None:
        """Show a new result."""

    def show_status(self, status: PlayerStatus) -> None:
        """Show what the player does."""

    def room_beside(self, content: QWidget) -> QSize:
        """Return what the panel needs beside its main content, logical pixels, whatever size both have now."""
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        wanted = content.sizeHint().expandedTo(content.minimumSizeHint()).expandedTo(content.minimumSize())
        return QSize(margins.left() + margins.right(), self.sizeHint().height() - wanted.height())
