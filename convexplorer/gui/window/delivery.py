"""The way of results and of the player's status from the bridge to the panels."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.gui.commands import regions
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.panel import Panel
from convexplorer.gui.widgets.paint_now import paint_now
from convexplorer.gui.window.divider import Divider
from convexplorer.live.player import PlayerStatus
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.glance import Glance
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame

STATUS_MS = 100  # between two statuses of a playing source that differ in its place only


class Delivery(QObject):
    """Shows what comes in all panels at once, so that no two disagree, after it has made room for it.

    Parameters
    ----------
    splitter : divides the room of the pictures by what is shown next.
    on_coming : called before a picture or a glance is shown.

    Signals
    -------
    kind_changed : what comes is of another kind, on which it depends which commands are possible. It is emitted after
        the panels have it, and before it is painted.
    status_shown : the `PlayerStatus` that the panels show.
    """

    kind_changed = Signal()
    status_shown = Signal(object)

    def __init__(
        self, window: Shell, panels: Sequence[Panel], splitter: Divider, on_coming: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._window, self._panels, self._splitter, self._on_coming = window, panels, splitter, on_coming
        self._picture_kind: object = None
        self._divided_layer = ""  # the layer for whose maps the window was divided last
        self._told_status: PlayerStatus | None = None  # without what changes with every frame
        self._statuses: Beat[PlayerStatus] = Beat(self.show_status, STATUS_MS, self)
        window.bridge.picture_ready.connect(self.show_picture)
        window.bridge.glance_ready.connect(self._on_glance)
        window.bridge.survey_ready.connect(self._on_survey)
        window.bridge.status_changed.connect(self._on_status)

    @Slot(object)
    def show_picture(self, picture: Picture) -> None:
        """Show a result."""
        is_bank = all(tile.role == "map" for tile in picture.tiles)
        self._make_room(picture.frame, picture.look, picture.project, picture.view, len(picture.tiles) * is_bank)
        for panel in self._panels:
            panel.show_picture(picture)
        self._note_kind(picture)
        self._window.hand_out()
        self._window.later.begin()

    def show_pixels_of(self, project: Project) -> None:
        """Paint the maps of an edit now, if they come at once; all else is told and painted afterwards."""
        window = self._window
        made = window.bridge.first_pixels(project)
        if isinstance(made, Glance):
            window.bridge.deliver()
        elif made is not None:
            window.maps_panel.show_picture(made)
        if made is not None:
            paint_now(window)

    @Slot(bool)
    def mark_before(self, are_late: bool) -> None:
        """Say in all panels whether their numbers are those before an edit."""
        for panel in self._panels:
            panel.mark_before(are_late)

    def show_status(self, status: PlayerStatus) -> None:
        """Show a status of the player."""
        for panel in self._panels:
            panel.show_status(status)
        self.status_shown.emit(status)

    @Slot(object)
    def _on_glance(self, glance: Glance) -> None:
        """Show what is seen of a frame: the panes exchange their images, and all numbers wait for a survey."""
        job = glance.job
        self._make_room(job.frame, glance.look, job.project, job.view, len(glance.maps))
        for panel in self._panels:
            panel.show_glance(glance)
        self._window.hand_out()

    @Slot(object)
    def _on_survey(self, picture: Picture) -> None:
        """Show the numbers of a frame that was on screen."""
        for panel in self._panels:
            panel.show_survey(picture)
        self._note_kind(picture)

    @Slot(object)
    def _on_status(self, status: PlayerStatus) -> None:
        told = replace(status, index=0, is_estimated=False, rate_hz=0.0, skipped_frames=0)
        is_new = told != self._told_status
        self._told_status = told
        self._statuses.put(status, at_once=is_new or status.state != "playing")
        if is_new:  # no command depends on how far a source has played
            self.kind_changed.emit()

    def _make_room(self, frame: Frame, look: ResolvedLook, project: Project, view: View, count: int) -> None:
        """Fit cursor, selection, viewport and the division of the window to what is shown next.

        Parameters
        ----------
        count : of the maps in a bank; 0 for other ways to show them.
        """
        self._on_coming()
        window = self._window
        selection, cursor = window.selection, window.selection.cursor
        if cursor is not None and len(cursor) != len(look.axes):  # it was on other data
            selection.point_at(None)
        # How many maps a layer makes may depend on the picture.
        if count and project is window.store.state and view.layer == selection.view.layer:
            selection.select(filter=min(selection.view.filter, count - 1))
        window.viewport.set_extent(*look.extent)
        regions.keep_inside(window)
        self._splitter.divide_for(frame)
        if view.layer != self._divided_layer:  # another layer may have one map where there were eight
            self._divided_layer = view.layer
            self._splitter.divide()

    def _note_kind(self, picture: Picture) -> None:
        """Tell if a picture is of another kind, on which it depends what can be chosen."""
        frame, panel, maps = picture.frame, self._window.explanation_panel, self._window.maps_panel
        given = bool(picture.tiles), panel.has_trace, panel.has_film, maps.has_scores, maps.has_faults
        prepared = picture.project.preprocessing
        kind = frame.samples, frame.channels, frame.spatial, frame.pixels is None, prepared, *given
        if kind != self._picture_kind:
            self._picture_kind = kind
            self.kind_changed.emit()
