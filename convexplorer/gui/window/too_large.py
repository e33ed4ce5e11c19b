"""Says that a picture is too large for the layers of a network, and offers a size at which it is not."""

from PySide6.QtCore import QObject, Slot

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.live import burden
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.sources import Source

LABEL = "Compute at 320 × 240"


class TooLarge(QObject):
    """Watches the pictures of a window; speaks once for each source with the same layers.

    A picture that is too large is computed reduced, and says so above its maps. Layers of a network can be given a
    small picture instead, at which all numbers are exact; that is offered here.
    """

    def __init__(self, window: Shell, messages: MessageBar) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._told: tuple[Source, tuple[str, ...]] | None = None
        self._sentence = ""  # while it may be on screen
        window.bridge.picture_ready.connect(self._on_picture)

    @Slot(object)
    def _on_picture(self, picture: Picture) -> None:
        if picture.factor == 1:
            self._retire()
            return
        told = _key(picture.project)
        is_offered = "small-input" in burden.steps_for(picture, None)
        if told != self._told and is_offered and not self._messages.has_question:
            self._told, self._sentence = told, picture.note
            action = self._window.actions_by_name["small-input"]
            self._window.say(picture.note, actions=((LABEL, action.trigger),), is_offer=True)

    def _retire(self) -> None:
        """Take the sentence away when it is not true any more."""
        self._told = None
        if self._sentence:
            self._messages.retire(self._sentence)
            self._sentence = ""


def _key(project: Project) -> tuple[Source, tuple[str, ...]]:
    return project.source, project.ids
