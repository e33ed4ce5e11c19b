"""The main window: creates the panels and connects them to projects, results and each other."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from convexplorer.core.geometry.places import Cell, Place
from convexplorer.gui.canvas.explanation.computation import Computation
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.commands import dropping, regions
from convexplorer.gui.commands.live_drawing import LiveDrawing
from convexplorer.gui.commands.sending import STREAM, content
from convexplorer.gui.commands.shell import Actions, Hand, Kind, Shell
from convexplorer.gui.look import theme
from convexplorer.gui.panels.camera_panel import CameraPanel
from convexplorer.gui.panels.explanation_panel import ExplanationPanel
from convexplorer.gui.panels.explanation_panel.marking import PictureMarks
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.levels_panel import LevelsPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.gui.panels.numbers_panel import NumbersPanel
from convexplorer.gui.panels.pad_panel import PadPanel
from convexplorer.gui.panels.parameters_panel import ParametersPanel
from convexplorer.gui.panels.pattern_panel import PatternPanel
from convexplorer.gui.panels.ribbon import Ribbon
from convexplorer.gui.panels.statistics_panel import StatisticsPanel
from convexplorer.gui.panels.status_panel import StatusPanel
from convexplorer.gui.panels.transport_panel import TransportPanel
from convexplorer.gui.session import camera_memory
from convexplorer.gui.session.beat import Beat
from convexplorer.gui.session.choice import remaining
from convexplorer.gui.session.panel import Panel
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.session.safety_copy import SafetyCopy
from convexplorer.gui.session.sending import Draw, Sending
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.paint_now import paint_now
from convexplorer.gui.widgets.wheel import WheelGuard
from convexplorer.gui.window import ground
from convexplorer.gui.window.announcer import Announcer
from convexplorer.gui.window.body import Body
from convexplorer.gui.window.divider import Divider
from convexplorer.gui.window.edit_watch import EditWatch
from convexplorer.gui.window.large_histogram import LargeHistogram
from convexplorer.gui.window.lens import Lens
from convexplorer.gui.window.placement import Placement
from convexplorer.gui.window.qactions import build_actions, draw_icons, refresh_actions, title_of
from convexplorer.gui.window.scaling import Scaling
from convexplorer.gui.window.screen_watch import ScreenWatch
from convexplorer.gui.window.top_bar import TopBar
from convexplorer.live.player import PlayerStatus
from convexplorer.model.project import Project
from convexplorer.model.store import Document
from convexplorer.model.view import View
from convexplorer.results.explanation import cell_under, pixel_under, place_of_cell, shown_size
from convexplorer.results.glance import Glance
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame
from convexplorer.words import plain

LATER_MS = 500  # from the start on, if there is no picture yet
STATUS_MS = 100  # between two statuses of a playing source that differ in its place only

_RECORDING = "recording"


class MainWindow(Shell):
    """The window of one project.

    Parameters
    ----------
    project : the initial project.
    document : its file; by default the project is untitled.
    size : (width, height) in pixels; the remembered size by default.
    reads_at_once : True to read the source and to compute while the window is built, instead of from `start` on.
    """

    def __init__(
        self,
        project: Project,
        document: Document | None = None,
        size: tuple[int, int] | None = None,
        *,
        reads_at_once: bool = False,
    ) -> None:
        super().__init__(project, document)
        if reads_at_once:
            self.bridge.start()
        self._is_remembered = True
        self._is_over = False
        self._drawings: dict[str, LiveDrawing] = {}  # one for each thread that draws what leaves the window
        self._finishing = 0  # recordings that have ended, and whose files are not finished yet
        self._lens: Lens | None = None
        self._frame_kind: object = None
        # Commands are asked again in the next turn of the event loop, once for all that has changed until then.
        # Who looks at a command before that asks at once, see `CommandAction`.
        self._must_ask = False
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self.ask_commands)
        self._told_status: PlayerStatus | None = None  # without what changes with every frame
        self._statuses: Beat[PlayerStatus] = Beat(self._show_status, STATUS_MS, self)
        self._divided_layer = ""  # the layer for whose maps the window was divided last
        self._safety_copy = SafetyCopy(self.store, self)
        build_actions(self)
        self._build()
        self._top_bar.recording_note.failed.connect(self.stop_recording)
        self._top_bar.sending_note.failed.connect(self.stop_sending)
        self._announcer = Announcer(self, self._messages, self._safety_copy)
        self.setAcceptDrops(True)
        self.store.subscribe(self._on_project)
        self.selection.view_changed.connect(self._on_view)
        self.bridge.picture_ready.connect(self._on_picture)
        self.bridge.glance_ready.connect(self._on_glance)
        self.bridge.survey_ready.connect(self._on_survey)
        self.bridge.status_changed.connect(self._on_status)
        self._edit_watch = EditWatch(self.bridge, self)  # behind the panels, which have the new numbers then
        self._edit_watch.changed.connect(self._on_numbers_late)
        theme.notifier().changed.connect(self._on_theme)
        self._apply(project, None)
        for changed in (
            self.selection.view_changed,
            self.selection.pin_changed,
            self.selection.overlays_changed,
            self.selection.region_changed,
            self.explanation_panel.film.changed,
            self.filter_panel.plane_chosen,
        ):
            changed.connect(self._refresh_actions)
        self.later.add(draw_icons(self))
        theme.dress(_application())  # all widgets at once, before anything is measured
        self.body.recall(self.settings)
        self._placement = Placement(self, self.settings, size)
        self._screen_watch = ScreenWatch(self, lambda: self.takes_all_numbers)
        explanation = self.explanation_panel
        for changed in (explanation.film.changed, explanation.page_changed, explanation.sight_changed):
            changed.connect(self._screen_watch.refresh)
        self._scaling = Scaling(self)
        self.body.show_automatically()

    # Interface for commands

    def run(self, command: Callable[[Shell], None]) -> None:
        """Run a command; the state of all actions follows."""
        self._refresh_actions()  # Qt has toggled the switch, but the command may ask first, in an event loop of its own
        try:
            command(self)
        except Exception as error:
            error.add_note(title_of(command))  # the hook for unexpected exceptions says it, see `app.run`
            raise
        finally:
            self._refresh_actions()

    @Slot()
    def ask_commands(self) -> None:
        """Ask all commands whether they are possible, if anything has changed since they were asked last."""
        if self._must_ask:
            self._must_ask = False  # first: what is asked may look at another command
            self._asking.stop()
            refresh_actions(self)

    def say(
        self, text: str, *, kind: Kind = "info", actions: Actions = (), replaces: str = "", is_offer: bool = False
    ) -> None:
        """Show a sentence in the message bar over the pictures."""
        self._messages.show_message(text, kind=kind, actions=actions, replaces=replaces, is_offer=is_offer)

    def hand(self, at: QPoint | None = None) -> Hand:
        """Return the pane at a position or with the focus; the button for pasting belongs to the kernel."""
        widget = self.focusWidget() if at is None else self.childAt(at)
        if at is None and self.filter_panel.is_paste_under_mouse():
            return "kernel"
        if widget is None:
            return ""
        kernel: tuple[QWidget, ...] = (self.filter_panel,) if at is None else (self.controls,)
        panes: tuple[tuple[QWidget, Hand], ...] = (*((one, "kernel") for one in kernel), (self.input_panel, "input"))
        return next((hand for pane, hand in panes if pane.isAncestorOf(widget)), "")

    def show_controls(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the column of controls."""
        self.body.show_controls(is_shown, is_chosen=is_chosen)
        self._refresh_actions()

    def show_explanation(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the panel that explains a value."""
        self._explaining.stop()
        self.body.show_explanation(is_shown, is_chosen=is_chosen)
        self._refresh_actions()

    def show_lens(self) -> None:
        """Show the computation of a value enlarged, over the window."""
        if self._lens is not None or self.explanation_panel.computation is None:
            return
        lens = Lens(self, self.explanation_panel.make_large)
        if isinstance(lens.view, ComputationView):
            lens.view.tap_pointed.connect(self.selection.mark_tap)
            lens.view.stepped.connect(self.explanation_panel.step)
        lens.closed.connect(self._on_lens_closed)
        self._lens = lens
        self._feed_lens(self.explanation_panel.computation)
        self._screen_watch.refresh()
        lens.open()

    def show_histogram(self) -> None:
        """Show how the values of the selected map are distributed, over the window."""
        LargeHistogram(self).open()

    def show_differences(self) -> None:
        """Show how far all layers differ from the reference, in a window beside this one."""
        if self.differences is None:
            from convexplorer.gui.window.differences_window import DifferencesWindow  # no start shows it

            found = DifferencesWindow(self)
            found.closed.connect(self._on_differences_closed)
            self.differences = found
            self._screen_watch.refresh()
        self.differences.show()
        self.differences.raise_()
        self.differences.activateWindow()
        self._refresh_actions()

    def large_view(self) -> QWidget | None:
        """Return the contents of the open lens, or None."""
        return None if self._lens is None else self._lens.view

    def set_theme(self, name: theme.Name) -> None:
        """Set the theme to light, dark or the system's, and remember the choice."""
        theme.apply_theme(_application(), name)
        self.settings.write("theme", name)

    def set_scale(self, scale: float) -> None:
        """Set the scale of the interface, as far as the screen is wide enough, and remember it."""
        self._scaling.set(scale)

    def start_recording(self, recording: Recording) -> None:
        """Start recording every new picture."""
        self.recording = recording
        self._top_bar.recording_note.follow(recording)
        self.hand_out()
        self._refresh_actions()
        self.say(_recording_text(recording), actions=(("Stop", self.stop_recording),), is_offer=True)

    @Slot()
    def stop_recording(self) -> None:
        """End the recording, finish its file in the background, and then show where the file is."""
        recording, self.recording = self.recording, None
        if recording is None:
            return
        self._top_bar.recording_note.follow(None)
        self._drawings.pop(_RECORDING, None)
        recording.stop()
        self._refresh_actions()
        self.say(f"Finishing {recording.path.name} …", replaces=_recording_text(recording))
        sentences: list[str] = []

        def tell(error: Exception | None) -> None:
            self._finishing -= 1
            failed = error or recording.failure
            self.say(sentences[0] if sentences else str(error), kind="error" if failed else "good")

        self._finishing += 1
        self.errands.run(lambda: sentences.append(recording.close()), tell)

    @property
    def takes_all_numbers(self) -> bool:
        """True while each result is taken with its numbers by something else than the panes."""
        return self._lens is not None or self.explanation_panel.reads_each_frame

    @property
    def is_finishing(self) -> bool:
        """True while an ended recording or sending is finished in the background."""
        return self._finishing > 0

    def start_sending(self, name: str, sending: Sending, address: str = "") -> None:
        """Send every new picture, at an address if it has one."""
        self.sendings[name] = sending
        self.stream_address = address or self.stream_address
        self._top_bar.sending_note.follow(self.sendings, self.stream_address)
        self.hand_out()
        self._refresh_actions()

    @Slot(str)
    def stop_sending(self, name: str) -> None:
        """End a sending in the background, if there is one, and say so."""
        sending = self.sendings.pop(name, None)
        if sending is None:
            return
        if name == STREAM:
            self.stream_address = ""
        self._top_bar.sending_note.follow(self.sendings, self.stream_address)
        self._drawings.pop(name, None)
        self._refresh_actions()

        def tell(error: Exception | None) -> None:
            self._finishing -= 1
            failed = error or sending.failure
            if failed is not None:
                self.say(f"The {name} has ended: {failed}", kind="error")
            else:
                self.say(f"The {name} has ended: {sending.summary}", kind="good")

        self._finishing += 1
        self.errands.run(sending.close, tell)

    def hand_out(self) -> None:
        """Record and send what is on screen now."""
        shown = self.bridge.glance or self.bridge.picture
        if shown is None:
            return
        if self.recording is not None and self.recording.failure is not None:
            self.stop_recording()
        elif self.recording is not None and (draw := self._draw_of(_RECORDING, shown)):
            self.recording.put(draw, shown.dropped_frames)
        for name, sending in self.sendings.items():
            if draw := self._draw_of(name, shown):
                sending.put(draw)

    def _draw_of(self, name: str, shown: Picture | Glance) -> Draw | None:
        """Return the function that draws for a recording or a sending, in its own thread; None to leave this out."""
        drawing = self._drawings.setdefault(name, LiveDrawing())
        if not drawing.takes(shown):
            return None
        return drawing.of(shown, content(self), self.selection.view.filter, is_dark=theme.is_dark())

    def refresh_title(self) -> None:
        """Show the project's name and a mark for unsaved work in the title."""
        path = self.store.document.path
        # Qt takes "[*]" for the place of its own mark, and two of them for the text "[*]".
        name = plain(path.name).replace("[*]", "[*][*]") if path else "untitled"
        self.setWindowTitle(f"{name}{'*' if self.store.is_modified else ''} — ConvExplorer")

    def start(self, *, is_talkative: bool = True) -> None:
        """Start player and engine.

        Parameters
        ----------
        is_talkative : True to offer unsaved work after a crash, show the hint of the first start, and remember the
            layout at the end; False for a screenshot.
        """
        self._is_remembered = is_talkative
        self.bridge.start()
        self.bridge.deliver()  # what is ready is in the first paint, and so are the states of all buttons
        self._refresh_actions()
        self.ask_commands()
        QTimer.singleShot(LATER_MS, self, self.later.begin)  # also where no picture comes
        self.maps_panel.take_focus()
        if is_talkative:
            QTimer.singleShot(0, self._scaling.limit)
            QTimer.singleShot(0, self._announcer.greet)

    # Updates of the panels

    def _apply(self, new: Project, old: Project | None) -> None:
        if old is not None and new.source != old.source:
            shown = self.bridge.glance or self.bridge.picture
            self.splitter.expect_source(None if shown is None else shown.frame)
        self._clamp_selection(new, old)
        for panel in self.panels:
            panel.apply(new, old)
        if old is not None:
            self._refresh_actions()
        self.refresh_title()

    def _on_project(self, new: Project, old: Project) -> None:
        camera_memory.remember(self.settings, new, old, self.bridge.player.status)
        if _have_same_parts(new, old):
            self._show_pixels_of(new)
        self._apply(new, old)

    def _show_pixels_of(self, project: Project) -> None:
        """Paint the maps of an edit now, if they come at once; all else is told and painted afterwards."""
        made = self.bridge.first_pixels(project)
        if isinstance(made, Glance):
            self.bridge.deliver()
        elif made is not None:
            self.maps_panel.show_picture(made)
        if made is not None:
            paint_now(self)

    @Slot(object)
    def _on_picture(self, picture: Picture) -> None:
        is_bank = all(tile.role == "map" for tile in picture.tiles)
        self._make_room(picture.frame, picture.look, picture.project, picture.view, len(picture.tiles) * is_bank)
        for panel in self.panels:
            panel.show_picture(picture)
        self._note_kind(picture)
        self.hand_out()
        self.later.begin()

    @Slot(object)
    def _on_glance(self, glance: Glance) -> None:
        """Show what is seen of a frame: the panes exchange their images, and all numbers wait for a survey."""
        job = glance.job
        self._make_room(job.frame, glance.look, job.project, job.view, len(glance.maps))
        for panel in self.panels:
            panel.show_glance(glance)
        self.hand_out()

    @Slot(object)
    def _on_survey(self, picture: Picture) -> None:
        """Show the numbers of a frame that was on screen: in all panels at once, so that no two disagree."""
        for panel in self.panels:
            panel.show_survey(picture)
        self._note_kind(picture)

    @Slot(bool)
    def _on_numbers_late(self, are_late: bool) -> None:
        for panel in self.panels:
            panel.mark_before(are_late)

    def _make_room(self, frame: Frame, look: ResolvedLook, project: Project, view: View, count: int) -> None:
        """Fit cursor, selection, viewport and the division of the window to what is shown next.

        Parameters
        ----------
        count : of the maps in a bank; 0 for other ways to show them.
        """
        self._placement.settle()
        cursor = self.selection.cursor
        if cursor is not None and len(cursor) != len(look.axes):  # it was on other data
            self.selection.point_at(None)
        # How many maps a layer makes may depend on the picture.
        if count and project is self.store.state and view.layer == self.selection.view.layer:
            self.selection.select(filter=min(self.selection.view.filter, count - 1))
        self.viewport.set_extent(*look.extent)
        regions.keep_inside(self)
        self.splitter.divide_for(frame)
        if view.layer != self._divided_layer:  # another layer may have one map where there were eight
            self._divided_layer = view.layer
            self.splitter.divide()

    def _note_kind(self, picture: Picture) -> None:
        """Ask the commands again if a picture is of another kind, on which it depends what can be chosen."""
        frame, panel = picture.frame, self.explanation_panel
        maps = self.maps_panel
        given = bool(picture.tiles), panel.has_trace, panel.has_film, maps.has_scores, maps.has_faults
        prepared = picture.project.preprocessing
        kind = frame.samples, frame.channels, frame.spatial, frame.pixels is None, prepared, *given
        if kind != self._frame_kind:
            self._frame_kind = kind
            self._refresh_actions()
            self.ask_commands()  # now: buttons that come or go are laid out before the picture is painted

    @Slot(object)
    def _on_status(self, status: PlayerStatus) -> None:
        told = replace(status, index=0, is_estimated=False, rate_hz=0.0, skipped_frames=0)
        is_new = told != self._told_status
        self._told_status = told
        self._statuses.put(status, at_once=is_new or status.state != "playing")
        if is_new:  # no command depends on how far a source has played
            self._refresh_actions()
            self.ask_commands()  # now, as for another kind of picture

    def _show_status(self, status: PlayerStatus) -> None:
        for panel in self.panels:
            panel.show_status(status)
        self._announcer.show_status(status)

    @Slot()
    def _on_theme(self) -> None:
        ground.lay(self)
        self.body.divide()
        if self.bridge.glance is not None:
            return  # the next one has the new colours; what else is known is of an older frame
        if self.bridge.picture is not None:
            self._on_picture(self.bridge.picture)

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self.store.note_selected(view.layer, view.filter)

    def _clamp_selection(self, new: Project, old: Project | None) -> None:
        """Select what exists: where undo or redo changed what can be selected, what was selected in that state."""
        before = self.selection.view.layer
        lost = None if old is None or new.index_of(before) is not None else old.index_of(before)
        if old is not None and self.store.selected is not None and _selectable(new) != _selectable(old):
            layer_id, index = self.store.selected
            self.selection.select(layer=layer_id, filter=index)
        if not new.layers:
            return
        view = self.selection.view
        layer = new.index_of(view.layer)
        if layer is None:
            layer = 0 if old is None or lost is None else remaining(old, lost, new)
        chosen = new.layers[layer]
        # Each filter of a depthwise layer makes one map per channel, and the picture determines the channels.
        is_bank = chosen.has_filters and not chosen.has_map_per_channel
        count = len(chosen.filters) if is_bank else view.filter + 1
        self.selection.select(layer=chosen.id, filter=min(view.filter, count - 1))
        self._on_view(self.selection.view)
        if lost is not None and old is not None and self.selection.pin is not None:
            gone = plain(old.layers[lost].title)
            self.say(f"{gone} is gone; the pinned place is explained in {plain(chosen.title)} now.")

    # Explaining

    @Slot(object)
    def _on_input_pinned(self, place: Place) -> None:
        """Pin the value that belongs to a clicked pixel."""
        if self.bridge.picture is not None:
            self._on_pinned(pixel_under(self.bridge.picture, place))

    @Slot(object)
    def _on_pinned(self, place: Place) -> None:
        """Pin the value under a click; a click on the pinned one opens its computation where the eye is."""
        picture, selection = self.bridge.picture, self.selection
        if picture is None:
            return
        cell = cell_under(picture, picture.position, place)
        if cell is None:
            return
        before = selection.pin, selection.view.filter
        if selection.pointed_filter is not None:
            selection.select(filter=selection.pointed_filter)
        # A value without place leaves the pinned place where it is.
        is_alone = shown_size(picture, picture.position) == (1, 1) and selection.pin is not None
        pin = selection.pin if is_alone else place_of_cell(picture, picture.position, cell)
        if (pin, selection.view.filter) == before:
            self.show_lens()
        selection.hold(pin)
        if self.body.explanation_chosen is None and self.explanation_panel.isHidden():
            self._explaining.start()

    @Slot(object)
    def _on_unit_opened(self, cell: Cell | None) -> None:
        """Explain the value that was clicked in the network at a glance."""
        picture = self.bridge.picture
        if picture is not None and cell:
            self.selection.hold(place_of_cell(picture, picture.project.position(self.selection.view.layer), cell))
        self.show_explanation(True)

    @Slot(object, object)
    def _on_region_dragged(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        regions.drag(self, first, last)

    @Slot(object, object)
    def _on_shift_dragged(self, first: Place | None, last: Place | None) -> None:
        """Show what a shift of the picture does to the map."""
        self.show_explanation(True)
        self.explanation_panel.drag_picture(first, last)

    @Slot(object)
    def _on_overlays(self, overlays: frozenset[str]) -> None:
        for pane in (self.input_panel.pane, *self.maps_panel.panes):
            pane.set_loupe("loupe" in overlays)

    @Slot()
    def _on_region_finished(self) -> None:
        regions.tell(self)

    @Slot()
    def _on_scale(self) -> None:
        if self.bridge.picture is None:
            return  # an empty pane has a scale, but nothing that it enlarges
        self.status_panel.show_zoom(self.input_panel.pane.magnification, self.maps_panel.magnification)

    @Slot()
    def _on_page(self) -> None:
        if not self.explanation_panel.isHidden():  # one that is told unseen takes no room
            self.body.divide()
        self._refresh_actions()

    @Slot(object)
    def _on_marked(self, marks: PictureMarks) -> None:
        self.input_panel.set_marks(marks.input)
        self.input_panel.set_sampling(marks.sampling)
        self.input_panel.set_crop(marks.crop)
        self.input_panel.set_padded(marks.padded)
        self.maps_panel.set_marks(marks.maps or {})

    @Slot(object)
    def _feed_lens(self, computation: Computation | None) -> None:
        if self._lens is not None:
            self._lens.show_computation(computation, self.explanation_panel.place_text)

    @Slot()
    def _on_lens_closed(self) -> None:
        self._lens = None
        self._screen_watch.refresh()
        self.selection.mark_tap(None)

    @Slot()
    def _on_differences_closed(self) -> None:
        self.differences = None
        self._screen_watch.refresh()
        self._refresh_actions()

    @Slot()
    def _refresh_actions(self, _what: object = None) -> None:
        if not self._is_over:
            self._must_ask = True
            self._asking.start()

    # Building

    def _build(self) -> None:
        context = self.context
        self.ribbon = Ribbon(context, self)
        self.transport_panel = TransportPanel(context, self)
        self.pattern_panel = PatternPanel(context, self)
        self.numbers_panel = NumbersPanel(context, self)
        self.pad_panel = PadPanel(context, self)
        self.camera_panel = CameraPanel(context, self)
        self.camera_panel.shown.connect(self._refresh_actions)
        footers = (self.transport_panel, self.camera_panel, self.pattern_panel, self.numbers_panel, self.pad_panel)
        self.input_panel = InputPanel(context, self.viewport, footers, self)
        self.input_panel.cover_with(self.numbers_panel.editor)
        self.numbers_panel.editing_changed.connect(self._refresh_actions)
        self.input_panel.cover_with(self.pad_panel.editor)
        self.pad_panel.drawing_changed.connect(self._refresh_actions)
        self.pad_panel.drawn.connect(self._refresh_actions)
        self.filter_panel = FilterPanel(context, self)
        self.parameters_panel = ParametersPanel(context, self)
        self.statistics_panel = StatisticsPanel(context, self)
        self.levels_panel = LevelsPanel(context, self)
        self.maps_panel = MapsPanel(context, self.viewport, (self.levels_panel,), self)
        self.explanation_panel = ExplanationPanel(context, self.viewport, self)
        self.status_panel = StatusPanel(context, self)
        self.panels: tuple[Panel, ...] = (
            self.ribbon,
            self.input_panel,
            self.transport_panel,
            self.camera_panel,
            self.pattern_panel,
            self.numbers_panel,
            self.pad_panel,
            self.filter_panel,
            self.parameters_panel,
            self.statistics_panel,
            self.levels_panel,
            self.maps_panel,
            self.explanation_panel,
            self.status_panel,
        )
        for shown in (self.input_panel.pane, *self.maps_panel.panes):
            shown.region_dragged.connect(self._on_region_dragged)
            shown.region_finished.connect(self._on_region_finished)
            shown.shift_dragged.connect(self._on_shift_dragged)
            self.selection.region_changed.connect(shown.set_region)
        self.selection.overlays_changed.connect(self._on_overlays)
        self.input_panel.pane.scale_changed.connect(self._on_scale)
        self.maps_panel.scale_changed.connect(self._on_scale)
        self.maps_panel.pane_changed.connect(self._on_scale)
        self.input_panel.reported.connect(self.status_panel.show_values)
        self.input_panel.pinned.connect(self._on_input_pinned)
        self.maps_panel.pinned.connect(self._on_pinned)
        self.maps_panel.opened.connect(self._on_unit_opened)
        for pane in (self.input_panel, self.maps_panel):
            pane.stepped.connect(self.explanation_panel.step)
        self.input_panel.framed.connect(self.explanation_panel.frame_crop)
        self.explanation_panel.page_changed.connect(self._on_page)
        self.explanation_panel.marked.connect(self._on_marked)
        self.explanation_panel.explained.connect(self._feed_lens)
        self.controls = self._build_controls()
        self.splitter = Divider(self.input_panel, self.controls, self.maps_panel, self._count_maps, self)
        self._top_bar = TopBar(self, self.ribbon)
        self.body = Body(self._top_bar, self.splitter, self.explanation_panel, self.status_panel, self.controls, self)
        self.setCentralWidget(self.body)
        # The first click on a map explains its value. It waits until the click cannot become a double click, because
        # the pictures shrink: the second press would meet another map, or none.
        self._explaining = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())
        self._explaining.timeout.connect(lambda: self.show_explanation(True))
        self._messages = MessageBar(self.splitter, self.maps_panel)
        for part in (self.input_panel, self.controls, self.maps_panel, self.explanation_panel):
            WheelGuard(part)

    def _build_controls(self) -> QScrollArea:
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.filter_panel, 1)
        layout.addWidget(self.parameters_panel)
        layout.addWidget(self.statistics_panel)
        area = QScrollArea(self)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("Controls")
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _count_maps(self) -> int:
        chosen, picture, view = self.choice(), self.bridge.picture, self.selection.view
        if view.mode == "compare" or self.maps_panel.magnification is None:  # one picture, divided, or none of one size
            return 1
        if picture is not None and picture.view == view and picture.tiles and picture.tiles[0].role == "map":
            return len(picture.tiles)
        if chosen is None:
            return 1
        return len(chosen.layer.filters)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or pause on Space, close a message on Esc, if the focused widget does not handle the key."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.actions_by_name["play"].give()
        elif event.key() == Qt.Key.Key_Escape and self._messages.text:
            self._messages.clear()
        elif event.key() == Qt.Key.Key_Escape and self.selection.pin is not None:
            self.selection.hold(None)
        elif event.key() == Qt.Key.Key_Escape and self.selection.region is not None:
            self.selection.set_region(None)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept data that can be opened, as a copy."""
        dropping.offer_copy(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Ask for a copy again: with each move the source may propose another action."""
        dropping.offer_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open dropped data."""
        if dropping.offer_copy(event) and not dropping.take(
            self, event.mimeData(), self.hand(event.position().toPoint())
        ):
            event.ignore()
            self.say("Neither a file, a picture, an address nor numbers were dropped.", kind="warning")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the threads in the order of the data flow, keep unsaved work, remember the layout."""
        event.accept()
        if self._is_over:
            return
        if self.differences is not None:
            self.differences.close()  # which remembers its place
        self._is_over = True
        self.hide()  # hidden first, because closing may take a moment
        self.stop_recording()
        for name in tuple(self.sendings):
            self.stop_sending(name)
        self.explanation_panel.close_film()
        if self.film_export is not None:
            self.film_export.cancel()
        for task in self.findChildren(Task):
            task.stop()
        self.later.close()
        self.bridge.close()
        self.errands.close()
        self._safety_copy.close()
        self._announcer.close()
        if self._is_remembered:
            self._remember_layout()

    def _remember_layout(self) -> None:
        self._placement.remember(self.settings)
        self.body.remember(self.settings)
        self.settings.sync()


def _selectable(project: Project) -> tuple[object, ...]:
    """Return the layers and their filters, in their order."""
    return tuple((layer.id, *(one.name for one in layer.filters)) for layer in project.layers)


def _have_same_parts(new: Project, old: Project) -> bool:
    """Return True if all that can be picked is the same: a result then suits panels that have not heard of the edit."""
    parts = [[(layer.id, layer.kind, len(layer.filters)) for layer in one.layers] for one in (new, old)]
    return new.source == old.source and parts[0] == parts[1]


def _recording_text(recording: Recording) -> str:
    """Return the sentence that stands while a recording runs, and that its end replaces."""
    return f"Recording to {recording.path.name}."


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
