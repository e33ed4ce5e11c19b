"""What every panel is given and may be told."""

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from convexplorer.gui.session.selection import Selection
from convexplorer.live.player import Player, PlayerStatus
from convexplorer.model.project import Project
from convexplorer.model.store import Store
from convexplorer.results.picture import Picture


@dataclass(frozen=True)
class Context:
    """The three things a panel talks to: edits go to the store, looking to the selection, playback to the player."""

    store: Store
    selection: Selection
    player: Player


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
