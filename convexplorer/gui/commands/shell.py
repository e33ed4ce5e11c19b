"""What commands may ask of the window: the things that outlive every panel, and what a window must be able to do.

Apart from the window itself, so that commands, menus and the table of actions know no panel but two.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.export import FilmExport
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel import ExplanationPanel
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.gui.session.bridge import Bridge
from convexplorer.gui.session.choice import Choice, chosen_filter
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.session.selection import Selection
from convexplorer.gui.session.settings import Settings
from convexplorer.model.project import Project
from convexplorer.model.store import Store
from convexplorer.results.picture import Tile
from convexplorer.results.tile_words import tile_under

Kind = Literal["info", "good", "warning", "error"]
Actions = Sequence[tuple[str, Callable[[], None]]]


class Shell(QMainWindow):
    """One project, the threads that compute it, and what a person has at hand.

    Attributes
    ----------
    project_path : the file the project belongs to, or None.
    recording : the one under way, or None.
    film_export : the film that is being written, or None.
    scale : of the interface, 1 being normal.
    actions_by_name : the commands; panels get the same ones in their `context`.
    """

    filter_panel: FilterPanel
    maps_panel: MapsPanel
    controls: QWidget
    explanation_panel: ExplanationPanel

    def __init__(self, project: Project, path: Path | None = None) -> None:
        super().__init__()
        self.settings = Settings()
        self.store = Store(project)
        self.selection = Selection(self)
        self.viewport = Viewport(self)
        self.bridge = Bridge(self.store, self.selection, self)
        self.errands = Errands(self)
        self.actions_by_name: dict[str, QAction] = {}
        self.context = Context(self.store, self.selection, self.bridge.player, self.actions_by_name, self.refuse)
        self.project_path = path
        self.recording: Recording | None = None
        self.film_export: FilmExport | None = None
        self.scale = theme.scale()

    def selected_tile(self) -> Tile | None:
        """Return the tile that copying and exporting mean."""
        return tile_under(self.bridge.picture, self.selection.view.filter)

    def choice(self) -> Choice | None:
        """Return the filter that commands mean: in the first convolution, if another layer is selected."""
        return chosen_filter(self.store.state, self.selection.view)

    def select_filter(self, index: int) -> None:
        """Select a filter of the selected layer, the nearest that exists."""
        if chosen := self.choice():
            self.selection.select(filter=min(max(index, 0), len(chosen.layer.filters) - 1))

    def refuse(self, sentence: str) -> None:
        """Say why an edit was not made, whatever asked for it."""
        self.say(sentence, kind="warning")

    def run(self, command: "Callable[[Shell], None]") -> None:
        """Run a command and show all switches as they are then."""
        raise NotImplementedError

    def say(self, text: str, *, kind: Kind = "info", actions: Actions = ()) -> None:
        """Show a sentence over the maps, with what can be done about it."""
        raise NotImplementedError

    def refresh_title(self) -> None:
        """Show the project's name and whether there is unsaved work."""
        raise NotImplementedError

    def show_controls(self, is_shown: bool) -> None:
        """Show or hide the column of controls."""
        raise NotImplementedError

    def show_explanation(self, is_shown: bool) -> None:
        """Show or hide the panel that explains a value."""
        raise NotImplementedError

    def show_lens(self) -> None:
        """Show the computation of a value large, over the window."""
        raise NotImplementedError

    def large_view(self) -> QWidget | None:
        """Return what is shown large, over the window, or None."""
        raise NotImplementedError

    def set_theme(self, name: theme.Name) -> None:
        """Dress the program light, dark or as the system, and remember it."""
        raise NotImplementedError

    def set_scale(self, scale: float) -> None:
        """Make the interface larger or smaller, and remember it."""
        raise NotImplementedError

    def start_recording(self, recording: Recording) -> None:
        """Record every picture from now on."""
        raise NotImplementedError

    def stop_recording(self) -> None:
        """End the recording and say where it is."""
        raise NotImplementedError
