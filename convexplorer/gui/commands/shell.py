"""The window's interface for commands: the objects that outlive every panel, and the window's abstract methods.

This interface is separate from the window, so that commands, menus and the table of actions depend on two panels only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMainWindow, QWidget

from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.panels.camera_panel import CameraPanel
from convexplorer.gui.panels.explanation_panel import ExplanationPanel
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.gui.panels.numbers_panel import NumbersPanel
from convexplorer.gui.panels.pad_panel import PadPanel
from convexplorer.gui.panels.studio import StudioRoom
from convexplorer.gui.session.bridge import Bridge
from convexplorer.gui.session.choice import Choice, chosen_filter
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.later import Later
from convexplorer.gui.session.panel import Context
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.session.ribbon_look import RibbonLook
from convexplorer.gui.session.selection import Selection
from convexplorer.gui.session.sending import Sending
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.ending import Ending
from convexplorer.model.project import Project
from convexplorer.model.store import Document, Store
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.render import by_fixed_plan
from convexplorer.results.tile_words import tile_under

if TYPE_CHECKING:
    from pathlib import Path

    from convexplorer.gui.film.export import FilmExport
    from convexplorer.gui.session.network_reading import NetworkReading
    from convexplorer.gui.session.reference_reading import ReferenceReading
    from convexplorer.model.nearest import Candidate
    from convexplorer.model.opening.opened import OpenedNetwork

Kind = Literal["info", "good", "warning", "error"]
Hand = Literal["kernel", "input", ""]  # the pane in which the user works; "" for any other
Actions = Sequence[tuple[str, Callable[[], None]]]


class Shell(Ending, QMainWindow):
    """A window as seen by commands: one project, the threads that compute it, and the user's settings.

    Attributes
    ----------
    recording : the running recording, or None.
    sendings : what is sent to other programs, by its name in `commands.sending`.
    stream_address : of the stream that is served, or "".
    is_opening_camera : True while a virtual camera is opened beside.
    film_export : the running export of a film, or None.
    network_reading : the file of a network that is being read, to be opened or to be compared with, or None.
    opened_network : the network that was opened last, and its file, or None.
    differences : the window with the differences from the reference, while it is open.
    kernel_files : the filters of files with which kernels are compared.
    later : what waits until the first frame is painted.
    scale : of the interface, 1 being normal.
    actions_by_name : the commands as actions of Qt; panels get the same objects in their `context`.
    """

    filter_panel: FilterPanel
    maps_panel: MapsPanel
    input_panel: InputPanel
    numbers_panel: NumbersPanel
    pad_panel: PadPanel
    camera_panel: CameraPanel
    controls: QWidget
    explanation_panel: ExplanationPanel
    studio: StudioRoom

    def __init__(self, project: Project, document: Document | None = None) -> None:
        super().__init__()
        self.settings = Settings()
        self.store = Store(project, document)
        self.selection = Selection(self)
        self.viewport = Viewport(self)
        self.bridge = Bridge(self.store, self.selection, self)
        self.bridge.allow(races=self.settings.read("races", True))
        self.errands = Errands(self)
        self.later = Later(self)
        self.actions_by_name = self.make_actions()
        self.ribbon_look = RibbonLook(self)
        self.context = Context(
            self.store, self.selection, self.bridge.player, self.actions_by_name, self.refuse, self.ribbon_look
        )
        self.recording: Recording | None = None
        self.sendings: dict[str, Sending] = {}
        self.stream_address = ""
        self.is_opening_camera = False
        self.film_export: FilmExport | None = None
        self.network_reading: NetworkReading | ReferenceReading | None = None
        self.opened_network: tuple[Path, OpenedNetwork] | None = None
        self.differences: QWidget | None = None
        self.kernel_files: dict[Path, list[Candidate]] = {}
        self.scale = theme.scale()

    def make_actions(self) -> Mapping[str, CommandAction]:
        """Return the commands as actions of Qt, by name."""
        raise NotImplementedError

    def exact_picture(self) -> Picture | None:
        """Return the full picture of what is on screen, which is computed now if only its pixels are there."""
        return self.bridge.exact_picture()

    def selected_tile(self) -> Tile | None:
        """Return the tile that is copied and exported, or None."""
        return tile_under(self.bridge.picture, self.selection.view.filter)

    def exact_tile(self) -> Tile | None:
        """Return the tile of what is on screen with the numbers that leave the program: those of the fixed plan."""
        picture = self.exact_picture()
        return None if picture is None else tile_under(by_fixed_plan(picture), self.selection.view.filter)

    def choice(self) -> Choice | None:
        """Return the filter that commands edit, or None; a layer without filters yields that of a convolution."""
        return chosen_filter(self.store.state, self.selection.view)

    def picture_pane(self) -> PicturePane:
        """Return the pane in which the hand is: that of the maps, if it has the focus, else that of the input."""
        maps = self.maps_panel.pane
        return maps if self.focusWidget() is maps else self.input_panel.pane

    def select_filter(self, index: int) -> None:
        """Select a filter of the selected layer; the index is clamped to the bank."""
        if chosen := self.choice():
            self.selection.select(filter=min(max(index, 0), len(chosen.layer.filters) - 1))

    def refuse(self, sentence: str) -> None:
        """Show the reason why an edit was refused."""
        self.say(sentence, kind="warning")

    def run(self, command: "Callable[[Shell], None]") -> None:
        """Run a command; the state of all actions follows."""
        raise NotImplementedError

    def ask_commands(self) -> None:
        """Ask all commands whether they are possible, if anything has changed since they were asked last."""
        raise NotImplementedError

    def hand(self, at: QPoint | None = None) -> Hand:
        """Return the pane that lies at a position in the window, or else has the focus, if numbers can go there."""
        raise NotImplementedError

    def say(
        self, text: str, *, kind: Kind = "info", actions: Actions = (), replaces: str = "", is_offer: bool = False
    ) -> None:
        """Show a sentence over the maps; it continues the sentence `replaces`.

        Buttons for `actions` stay until one is pressed, those of an offer, which are commands elsewhere, for a while.
        """
        raise NotImplementedError

    def refresh_title(self) -> None:
        """Show the project's name and a mark for unsaved work in the title."""
        raise NotImplementedError

    def show_controls(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the column of controls; remember it if the user has chosen so."""
        raise NotImplementedError

    def show_explanation(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        """Show or hide the panel that explains a value; remember it if the user has chosen so."""
        raise NotImplementedError

    def show_lens(self) -> None:
        """Show the computation of a value enlarged, over the window."""
        raise NotImplementedError

    def show_histogram(self) -> None:
        """Show how the values of the selected map are distributed, over the window."""
        raise NotImplementedError

    def show_differences(self) -> None:
        """Show how far all layers differ from the reference, in a window beside this one."""
        raise NotImplementedError

    def large_view(self) -> QWidget | None:
        """Return the contents of the open lens, or None."""
        raise NotImplementedError

    def set_theme(self, name: theme.Name) -> None:
        """Set the theme to light, dark or the system's, and remember the choice."""
        raise NotImplementedError

    def set_scale(self, scale: float) -> None:
        """Set the scale of the interface, and remember it."""
        raise NotImplementedError

    def start_recording(self, recording: Recording) -> None:
        """Start recording every new picture."""
        raise NotImplementedError

    def stop_recording(self) -> None:
        """End the recording, finish its file in the background, and then show where the file is."""
        raise NotImplementedError

    def start_sending(self, name: str, sending: Sending, address: str = "") -> None:
        """Send every new picture, at an address if it has one."""
        raise NotImplementedError

    def stop_sending(self, name: str) -> None:
        """End a sending in the background, if there is one, and say so."""
        raise NotImplementedError

    def hand_out(self) -> None:
        """Record and send what is on screen now."""
        raise NotImplementedError
