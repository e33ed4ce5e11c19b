"""The interface of panels: their context, and the calls they receive."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.session.ribbon_look import RibbonLook
from convexplorer.gui.session.selection import Selection
from convexplorer.live.player import Player, PlayerStatus
from convexplorer.model.project import Project
from convexplorer.model.store import Store
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence


@dataclass(frozen=True)
class Context:
    """The services of a panel: the store for edits, the selection for the view, the player for playback.

    Attributes
    ----------
    actions : the window's commands by name; buttons, keys, menus and the palette give the same `CommandAction`.
    refuse : shows the reason why an edit was refused, in the message bar over the pictures.
    ribbon_look : how the cards of the layers are shown.
    """

    store: Store
    selection: Selection
    player: Player
    actions: Mapping[str, CommandAction]
    refuse: Callable[[str], None]
    ribbon_look: RibbonLook

    def commit(self, edit: Callable[..., Project], *arguments: object, merge: str | None = None) -> bool:
        """Commit `edit(project, *arguments)`; return True on success, else show the reason and return False.

        Parameters
        ----------
        edit : Project → Project; raises `ValueError` if the edit is impossible.
        merge : commits with the same key in a row are one undo step.
        """
        try:
            self.store.commit(edit(self.store.state, *arguments), merge)
        except ValueError as error:
            self.refuse(as_sentence(str(error)))
            return False
        return True


class Panel(QWidget):
    """A pane of the window that shows state passed to it and requests changes; a panel keeps no state of its own."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def apply(self, new: Project, old: Project | None) -> None:
        """Show a project; `old` is None on the first call."""

    def show_picture(self, picture: Picture) -> None:
        """Show a new result."""

    def show_survey(self, picture: Picture) -> None:
        """Show the numbers of a frame whose pixels have been on screen already, while frames flow."""
        self.show_picture(picture)

    def show_glance(self, glance: Glance) -> None:
        """Show what is seen of a frame, as far as it concerns this panel; numbers of it are not known."""

    def show_status(self, status: PlayerStatus) -> None:
        """Show the status of the player."""

    def mark_before(self, is_before: bool) -> None:
        """Say that the numbers are those before an edit whose maps are seen already, or that they no longer are."""

    @property
    def passing_height(self) -> int:
        """How much of the height is of sentences that come and go by themselves: no picture is moved for them."""
        return 0

    def room_beside(self, content: QWidget) -> QSize:
        """Return the size in logical pixels needed around the main content, independent of the current sizes."""
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        wanted = content.sizeHint().expandedTo(content.minimumSizeHint()).expandedTo(content.minimumSize())
        return QSize(margins.left() + margins.right(), self.sizeHint().height() - wanted.height())
