"""Says what a frame costs when a running source brings more frames than can be shown, and offers a step that helps."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from convexplorer.gui.commands.shell import Actions, Shell
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.live import burden
from convexplorer.live.player import PlayerStatus
from convexplorer.model.project import Project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from convexplorer.sources.frame import Frame

_LABELS: dict[burden.Step, str] = {
    "enlarge": "Show only the selected map",
    "half-size": "Use frames of half size",
    "small-input": "Compute at 320 × 240",
}


class KeepingUp(QObject):
    """Watches the frames of a window; speaks once for each source, and once more after a step that was not enough.

    Parameters
    ----------
    clock : monotonic seconds; a parameter, so that tests control the time.
    """

    def __init__(self, window: Shell, messages: MessageBar, *, clock: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._keeping = burden.Keeping(clock)
        self._frame: Frame | None = None
        self._source: Source | None = None
        self._told: list[Source] = []
        self._sentence = ""  # while it may be on screen
        bridge = window.bridge
        bridge.picture_ready.connect(self._on_picture)
        bridge.glance_ready.connect(self._on_glance)
        bridge.status_changed.connect(self._on_status)
        window.selection.view_changed.connect(self._on_change)
        window.store.subscribe(self._on_project)

    @Slot(object)
    def _on_picture(self, picture: Picture) -> None:
        self._note(picture.frame)

    @Slot(object)
    def _on_glance(self, glance: Glance) -> None:
        self._note(glance.job.frame)

    def _note(self, frame: Frame) -> None:
        if frame is not self._frame:
            self._frame = frame
            self._keeping.note_frame()

    def _on_project(self, _new: Project, _old: Project) -> None:
        self._on_change()

    @Slot()
    def _on_change(self, _view: object = None) -> None:
        self._keeping.reset()  # what an edit costs is not what a frame costs

    @Slot(object)
    def _on_status(self, status: PlayerStatus) -> None:
        is_running = status.state == "playing" and status.info is not None and status.info.has_time
        if not is_running or status.source != self._source:
            self._source = status.source
            self._keeping.reset()
            self._retire()
            return
        missing = self._keeping.shortfall(status.rate_hz)
        if missing is None:
            self._retire()
        elif self._source not in self._told and not self._messages.has_question:
            self._say(missing)

    def _say(self, missing: burden.Shortfall) -> None:
        bridge = self._window.bridge
        picture, glance = bridge.picture, bridge.glance
        if picture is None or self._source is None:
            return
        steps = burden.steps_for(picture, glance)
        if not steps:
            return  # a sentence that nothing follows from would only be in the way
        self._told.append(self._source)
        self._sentence = burden.sentence_of(missing, burden.costs_of(picture, glance, missing))
        actions: Actions = tuple((_LABELS[step], self._taking(step, self._source)) for step in steps)
        self._window.say(self._sentence, actions=actions, is_offer=True)

    def _taking(self, step: burden.Step, source: Source) -> Callable[[], None]:
        def take() -> None:
            self._told.remove(source)  # who has taken a step wants to know whether it was enough
            self._window.actions_by_name[step].trigger()

        return take

    def _retire(self) -> None:
        """Take the sentence away when it is not true any more."""
        if self._sentence:
            self._messages.retire(self._sentence)
            self._sentence = ""
