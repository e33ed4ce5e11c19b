"""The main window: creates the panels and connects them to projects, results and each other."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from convexplorer.gui.commands import dropping, regions
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
from convexplorer.gui.panels.studio import StudioRoom
from convexplorer.gui.panels.transport_panel import TransportPanel
from convexplorer.gui.session import camera_memory
from convexplorer.gui.session.panel import Panel
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.session.safety_copy import SafetyCopy
from convexplorer.gui.session.sending import Sending
from convexplorer.gui.session.task import Task
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.wheel import WheelGuard
from convexplorer.gui.window import ground
from convexplorer.gui.window.announcer import Announcer
from convexplorer.gui.window.body import Body
from convexplorer.gui.window.delivery import Delivery
from convexplorer.gui.window.divider import Divider
from convexplorer.gui.window.edit_watch import EditWatch
from convexplorer.gui.window.existing import select_existing
from convexplorer.gui.window.explaining import Explaining
from convexplorer.gui.window.large_histogram import LargeHistogram
from convexplorer.gui.window.lens import Lens
from convexplorer.gui.window.outgoing import Outgoing
from convexplorer.gui.window.placement import Placement
from convexplorer.gui.window.qactions import CommandActions, draw_icons, refresh_actions, title_of
from convexplorer.gui.window.scaling import Scaling
from convexplorer.gui.window.screen_watch import ScreenWatch
from convexplorer.gui.window.top_bar import TopBar
from convexplorer.model.project import Project
from convexplorer.model.store import Document
from convexplorer.model.view import View
from convexplorer.words import plain

LATER_MS = 500  # from the start on, if there is no picture yet


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
        # Commands are asked again in the next turn of the event loop, once for all that has changed until then.
        # Who looks at a command before that asks at once, see `CommandAction`.
        self._must_ask = False
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self.ask_commands)
        self._safety_copy = SafetyCopy(self.store, self)
        self._build()
        self._outgoing = Outgoing(self, self._top_bar.recording_note, self._top_bar.sending_note)
        self._outgoing.changed.connect(self._refresh_actions)
        self._announcer = Announcer(self, self._messages, self._safety_copy)
        self.setAcceptDrops(True)
        self.store.subscribe(self._on_project)
        self.selection.view_changed.connect(self._on_view)
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
        self.later.add(draw_icons(self, self._commands))
        theme.dress(_application())  # all widgets at once, before anything is measured
        self.body.recall(self.settings)
        self._placement = Placement(self, self.settings, size)
        self.delivery = Delivery(self, self.panels, self.splitter, self._placement.settle)
        self.delivery.kind_changed.connect(self._on_kind)
        self.delivery.status_shown.connect(self._announcer.show_status)
        self._edit_watch = EditWatch(self.bridge, self)  # behind the panels, which have the new numbers then
        self._edit_watch.changed.connect(self.delivery.mark_before)
        self._screen_watch = ScreenWatch(self, lambda: self.takes_all_numbers)
        explanation = self.explanation_panel
        for changed in (
            explanation.film.changed,
            explanation.page_changed,
            explanation.sight_changed,
            self._explaining.lens_changed,
        ):
            changed.connect(self._screen_watch.refresh)
        self._scaling = Scaling(self)
        self.body.show_automatically()

    # Interface for commands

    def make_actions(self) -> CommandActions:
        """Return the commands as actions of Qt, which are built as they are asked for."""
        self._commands = CommandActions(self, self._refresh_actions)
        return self._commands

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
            refresh_actions(self, self._commands)

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
        self._explaining.show_panel(is_shown, is_chosen=is_chosen)
        self._refresh_actions()

    def show_lens(self) -> None:
        """Show the computation of a value enlarged, over the window."""
        self._explaining.show_lens()

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

    @property
    def lens(self) -> Lens | None:
        """The lens over the window; None while it is closed."""
        return self._explaining.lens

    def large_view(self) -> QWidget | None:
        """Return the contents of the open lens, or None."""
        return None if self.lens is None else self.lens.view

    def set_theme(self, name: theme.Name) -> None:
        """Set the theme to light, dark or the system's, and remember the choice."""
        theme.apply_theme(_application(), name)
        self.settings.write("theme", name)

    def set_scale(self, scale: float) -> None:
        """Set the scale of the interface, as far as the screen is wide enough, and remember it."""
        self._scaling.set(scale)

    def start_recording(self, recording: Recording) -> None:
        """Start recording every new picture."""
        self._outgoing.start_recording(recording)

    @Slot()
    def stop_recording(self) -> None:
        """End the recording, finish its file in the background, and then show where the file is."""
        self._outgoing.stop_recording()

    @property
    def takes_all_numbers(self) -> bool:
        """True while each result is taken with its numbers by something else than the panes."""
        return self.lens is not None or self.explanation_panel.reads_each_frame

    @property
    def is_finishing(self) -> bool:
        """True while an ended recording or sending is finished in the background."""
        return self._outgoing.is_finishing

    def start_sending(self, name: str, sending: Sending, address: str = "") -> None:
        """Send every new picture, at an address if it has one."""
        self._outgoing.start_sending(name, sending, address)

    @Slot(str)
    def stop_sending(self, name: str) -> None:
        """End a sending in the background, if there is one, and say so."""
        self._outgoing.stop_sending(name)

    def hand_out(self) -> None:
        """Record and send what is on screen now."""
        self._outgoing.hand_out()

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
        select_existing(self, new, old)
        for panel in self.panels:
            panel.apply(new, old)
        if old is not None:
            self._refresh_actions()
        self.refresh_title()

    def _on_project(self, new: Project, old: Project) -> None:
        camera_memory.remember(self.settings, new, old, self.bridge.player.status)
        if _have_same_parts(new, old):
            self.delivery.show_pixels_of(new)
        self._apply(new, old)

    @Slot()
    def _on_kind(self) -> None:
        self._refresh_actions()
        self.ask_commands()  # now: buttons that come or go are laid out before the picture is painted

    @Slot()
    def _on_theme(self) -> None:
        ground.lay(self)
        self.body.divide()
        if self.bridge.glance is not None:
            return  # the next one has the new colours; what else is known is of an older frame
        if self.bridge.picture is not None:
            self.delivery.show_picture(self.bridge.picture)

    @Slot(object)
    def _on_view(self, view: View) -> None:
        self.store.note_selected(view.layer, view.filter)

    # Panels that tell each other

    @Slot(object, object)
    def _on_region_dragged(self, first: tuple[float, float], last: tuple[float, float]) -> None:
        regions.drag(self, first, last)

    @Slot(object)
    def _on_overlays(self, overlays: frozenset[str]) -> None:
        for pane in (self.input_panel.pane, *self.maps_panel.panes):
            pane.set_loupe("loupe" in overlays)

    @Slot(bool)
    def _on_studio(self, is_in_studio: bool) -> None:
        if is_in_studio:
            self.studio.enter()
        else:
            self.studio.leave()
        self.maps_panel.show_alone(is_in_studio)
        self.body.enter_studio(is_in_studio)
        self._refresh_actions()

    @Slot()
    def _on_region_finished(self) -> None:
        regions.tell(self)
        self.selection.region_finished.emit()

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
        self._build_panels()
        self._connect_panels()
        self.controls = self._build_controls()
        self.splitter = Divider(self.input_panel, self.controls, self.maps_panel, self._count_maps, self.studio, self)
        self._top_bar = TopBar(self, self.ribbon)
        self.body = Body(self._top_bar, self.splitter, self.explanation_panel, self.status_panel, self.controls, self)
        self.setCentralWidget(self.body)
        self._explaining = Explaining(self, self.body)
        self._messages = MessageBar(self.splitter, self.maps_panel)
        for part in (self.input_panel, self.controls, self.maps_panel, self.explanation_panel, self.studio):
            WheelGuard(part)

    def _build_panels(self) -> None:
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
        self.studio = StudioRoom(context, self.filter_panel.target, self.errands, self.bridge.try_out, self)
        self.panels: tuple[Panel, ...] = (
            self.ribbon,
            self.input_panel,
            self.transport_panel,
            self.camera_panel,
            self.pattern_panel,
            self.numbers_panel,
            self.pad_panel,
            self.filter_panel,
            self.studio,
            self.parameters_panel,
            self.statistics_panel,
            self.levels_panel,
            self.maps_panel,
            self.explanation_panel,
            self.status_panel,
        )

    def _connect_panels(self) -> None:
        for shown in (self.input_panel.pane, *self.maps_panel.panes):
            shown.region_dragged.connect(self._on_region_dragged)
            shown.region_finished.connect(self._on_region_finished)
            self.selection.region_changed.connect(shown.set_region)
        self.selection.found_changed.connect(self.input_panel.pane.set_found)
        self.selection.overlays_changed.connect(self._on_overlays)
        self.selection.studio_entered.connect(self._on_studio)
        self.selection.view_changed.connect(self.studio.refresh)
        self.filter_panel.plane_chosen.connect(self.studio.refresh)
        self.input_panel.pane.scale_changed.connect(self._on_scale)
        self.maps_panel.scale_changed.connect(self._on_scale)
        self.maps_panel.pane_changed.connect(self._on_scale)
        self.input_panel.reported.connect(self.status_panel.show_values)
        for pane in (self.input_panel, self.maps_panel):
            pane.stepped.connect(self.explanation_panel.step)
        self.input_panel.framed.connect(self.explanation_panel.frame_crop)
        self.explanation_panel.page_changed.connect(self._on_page)
        self.explanation_panel.marked.connect(self._on_marked)

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

    def event(self, event: QEvent) -> bool:
        """Have all commands ready before the first key is looked up among their shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and not self.later.is_done:
            self.later.finish()
        return super().event(event)

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
        self._outgoing.stop()
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


def _have_same_parts(new: Project, old: Project) -> bool:
    """Return True if all that can be picked is the same: a result then suits panels that have not heard of the edit."""
    parts = [[(layer.id, layer.kind, len(layer.filters)) for layer in one.layers] for one in (new, old)]
    return new.source == old.source and parts[0] == parts[1]


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
