"""The bridge between the player and engine threads and the main thread, in both directions."""

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.core.layers import Shape
from convexplorer.core.network import Graph
from convexplorer.gui.session.selection import Selection
from convexplorer.gui.session.settings import cache_folder
from convexplorer.live.engine import Engine
from convexplorer.live.player import Player, PlayerStatus
from convexplorer.live.slots import Inbox, Latest
from convexplorer.live.spare_time import SpareTime
from convexplorer.live.whole_networks import Session, WholeNetworks
from convexplorer.model.project import Project
from convexplorer.model.store import Store
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.results.render import failed_picture, render

# An edit waits no longer for its pixels than the screen takes from one picture to the next.
PIXELS_FIRST_S = 1 / 60


class Bridge(QObject):
    """The owner of player and engine; passes edits to them and their results to the window.

    Both directions use slots that keep only the newest value, so at most one event of each kind waits in the main
    thread, even a slow one.

    A picture of a project that has just been replaced is still shown: during a drag every picture is outdated when
    finished, and dropping these pictures would freeze the maps until the mouse rests.

    Attributes
    ----------
    picture : the newest result with all its numbers, or the newest survey; None before the first.
    glance : what is on screen, if it is newer than the full pictures; None if these are on screen.

    Signals
    -------
    picture_ready : the newest result with all its numbers, a `Picture`.
    glance_ready : a `Glance`: only the newest pixels of input and maps, while frames flow or right after an edit.
    survey_ready : a `Picture` of a frame that was shown as a glance: numbers, a few times a second, and no pixels for
        the panes, which are newer.
    """

    picture_ready = Signal(object)
    glance_ready = Signal(object)
    survey_ready = Signal(object)
    status_changed = Signal(object)
    _picture_waits = Signal()
    _survey_waits = Signal()
    _status_waits = Signal()

    def __init__(self, store: Store, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._selection = selection
        self._inbox = Inbox()
        self._pictures: Latest[Picture | Glance] = Latest(self._picture_waits.emit)
        self._surveys: Latest[Picture] = Latest(self._survey_waits.emit)
        self._statuses: Latest[PlayerStatus] = Latest(self._status_waits.emit)
        self.spare_time = SpareTime(cache_folder())
        self.networks = WholeNetworks(_prepare)
        self._engine = Engine(
            self._inbox, self._pictures, self._surveys, spare_time=self.spare_time, library=self.networks
        )
        self.player = Player(self._inbox, self._statuses.put)
        self._is_started = self._wants_numbers = False
        self._glance_s = 0.0  # what the newest glance took; infinite after an edit that had none in time
        self.picture: Picture | None = None
        self.glance: Glance | None = None
        self._picture_waits.connect(self._deliver_picture)
        self._survey_waits.connect(self._deliver_survey)
        self._status_waits.connect(self._deliver_status)
        store.subscribe(self._on_project)
        selection.view_changed.connect(self._on_view)

    def allow(self, *, races: bool) -> None:
        """Compute by what is fastest on this machine, or by the fixed plan; where the environment says so, by this."""
        self.spare_time.allow(races=races)
        self.networks.allow(is_on=self.spare_time.records.is_on)

    def start(self) -> None:
        """Start both threads with the store's project, unless they run."""
        if self._is_started:
            return
        self._is_started = True
        view, project = self._selection.view, self._store.state
        if not view.layer and project.layers:
            view = replace(view, layer=project.layers[0].id)  # as the window will select it when it is built
        self._inbox.put_view(view)
        self._inbox.put_project(project)
        self._engine.start()
        self.player.start()
        self.player.open(self._store.state.source)

    def deliver(self) -> None:
        """Show a result that waits for its event."""
        self._deliver_picture()

    def reopen(self) -> None:
        """Reopen the project's source, after it has failed, ended or been unplugged."""
        self.player.open(self._store.state.source)

    def close(self) -> None:
        """Stop the player, then the engine, and wait for both; neither reports anything afterwards."""
        self.player.close()
        self._statuses.close()
        self._engine.close()
        self.networks.close()

    def first_pixels(self, project: Project) -> Picture | Glance | None:
        """Wait a moment for the first result of an edit, and return it before it is delivered.

        None if there is none in time, or if that is not to be expected. The window then has the pixels before anything
        else is done for the edit, and all of it takes less time: in two threads of Python, pixels and panels would wait
        for each other.
        """
        if not self._is_started or self._wants_numbers or self._glance_s > PIXELS_FIRST_S:
            return None
        made = self._pictures.wait_for(lambda made: made.project is project, PIXELS_FIRST_S)
        if made is None:
            self._glance_s = math.inf
        return made

    def exact_picture(self) -> Picture | None:
        """Return the full picture of what is on screen, computed now if that is a glance; None before the first."""
        glance = self.glance
        if glance is None:
            return self.picture
        try:
            picture = render(glance.job).picture
        except Exception as error:  # as in the engine, what went wrong is a note of the picture
            picture = failed_picture(glance.job, error)
        self._engine.overtake(glance.job.number)
        self._show(picture)
        return picture

    def try_out(self, project: Project | None) -> None:
        """Show what a project would make of the frames, before it is one; None shows the store's again."""
        self._inbox.put_project(self._store.state if project is None else project)

    def _on_project(self, new: Project, old: Project) -> None:
        self._inbox.put_project(new)
        if new.source != old.source:
            self.player.open(new.source)

    def put_screen(self, screen: Screen) -> None:
        """Tell the engine what the window needs for its pixels."""
        self._wants_numbers = screen.wants_numbers
        self._inbox.put_screen(screen)

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self._inbox.put_view(view)

    @Slot()
    def _deliver_picture(self) -> None:
        made = self._pictures.take()
        if isinstance(made, Glance):
            self.glance, self._glance_s = made, made.seconds
            self.glance_ready.emit(made)
        elif made is not None:
            self._show(made)

    @Slot()
    def _deliver_survey(self) -> None:
        survey = self._surveys.take()
        if survey is not None:
            self.picture = survey
            self.survey_ready.emit(survey)

    def _show(self, picture: Picture) -> None:
        self.picture, self.glance = picture, None
        self.picture_ready.emit(picture)

    @Slot()
    def _deliver_status(self) -> None:
        status = self._statuses.take()
        if status is not None:
            self.status_changed.emit(status)


def _prepare(graph: Graph, shape: Shape) -> Session | None:
    from convexplorer.export.onnx_session import prepare  # no start needs it

    return prepare(graph, shape)
