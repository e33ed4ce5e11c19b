"""A store, a selection and an idle player for panels, and true results without threads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.gui.commands.shell import Actions, Hand, Kind, Shell
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.look import theme
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.window.qactions import CommandActions, refresh_actions
from convexplorer.kernels.filter import Filter
from convexplorer.model.default import default_project
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame


def frame(channels: tuple[str, ...] = ("R", "G", "B"), rows: int = 16, columns: int = 20) -> Frame:
    """Return a small noisy picture."""
    rng = np.random.default_rng(7)
    return Frame(rng.random((len(channels), rows, columns), dtype=np.float32), channels, title="noise.png")


class NoFilters(QWidget):
    """Stands where the filters would: nothing is edited."""

    def check_transform(self, name: str) -> None:
        """Refuse nothing."""

    def chosen_planes(self) -> tuple[np.ndarray, str]:
        """Return no planes."""
        return np.zeros((0, 0, 0)), ""


class NoNumbers(QWidget):
    """Stands where the numbers of a small input would: none are edited."""

    is_editing = False


class NoCamera(QWidget):
    """Stands where the settings of a camera would: they are not shown."""

    is_asked_for = False


class NoExplanation(QWidget):
    """Stands where the explanation would: a film that does not run."""

    explanation = trace = computation = None
    has_explanation = has_trace = has_film = False

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.film = FilmPlayer(self)


class NoMaps(QWidget):
    """Stands for the panel of maps that the window has."""

    has_faults = False
    has_scores = False
    shows_bars = True
    are_sorted = False


class NoPad(QWidget):
    """Takes the place of the pad: nothing is drawn."""

    is_drawing = False


class BenchShell(Shell):
    """A window without panels of its own: commands act on the panels that a bench puts into it."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.controls = QWidget(self)
        self.explanation_panel = NoExplanation(self)  # type: ignore[assignment]
        self.filter_panel = NoFilters(self)  # type: ignore[assignment]
        self.numbers_panel = NoNumbers(self)  # type: ignore[assignment]
        self.camera_panel = NoCamera(self)  # type: ignore[assignment]
        self.maps_panel = NoMaps(self)  # type: ignore[assignment]
        self.pad_panel = NoPad(self)  # type: ignore[assignment]
        self.said: list[str] = []  # newest last
        for name in self.actions_by_name:  # all at once: the bench asks after its own changes only
            self.actions_by_name[name]

    def make_actions(self) -> CommandActions:
        self.commands = CommandActions(self, lambda: None)
        return self.commands

    def run(self, command: Callable[[Shell], None]) -> None:
        command(self)

    def ask_commands(self) -> None:
        """Nothing: the bench asks after every change."""

    def hand(self, at: QPoint | None = None) -> Hand:
        return "kernel"

    def say(self, text: str, *, kind: Kind = "info", actions: Actions = ()) -> None:
        self.said.append(text)

    def show_controls(self, is_shown: bool, *, is_chosen: bool = False) -> None:
        self.controls.setVisible(is_shown)


@dataclass
class Bench:
    """Panels on a project, told of every change as the window tells them."""

    shell: BenchShell
    frame: Frame = field(default_factory=frame)
    panels: list[Panel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.store.subscribe(self._on_project)
        self.context.selection.view_changed.connect(lambda _view: refresh_actions(self.shell, self.shell.commands))

    @property
    def context(self) -> Context:
        return self.shell.context

    @property
    def said(self) -> str:
        """The last sentence that the window was asked to say, or ""."""
        return self.shell.said[-1] if self.shell.said else ""

    @property
    def state(self) -> Project:
        return self.context.store.state

    def put(self, panel: Panel) -> None:
        """Let a panel hear of the project and its results."""
        self.panels.append(panel)
        if isinstance(panel, FilterPanel):
            self.shell.filter_panel = panel
        panel.apply(self.state, None)
        refresh_actions(self.shell, self.shell.commands)
        self.compute()

    def layer(self, index: int = 0) -> Layer:
        """Return a convolution of the project."""
        found = self.state.layers[index]
        assert isinstance(found, Layer)
        return found

    def filter(self, index: int = 0) -> Filter:
        """Return a filter of the first layer."""
        return self.layer().filters[index]

    def undo_steps(self) -> int:
        """Count the steps that can be undone, and take them back."""
        count = 0
        while self.context.store.can_undo:
            self.context.store.undo()
            count += 1
        return count

    def compute(self) -> Picture:
        """Compute the project as it is now and tell the panels."""
        picture = render(Job(self.frame, self.state, self.context.selection.view)).picture
        for panel in self.panels:
            panel.show_picture(picture)
        return picture

    def _on_project(self, new: Project, old: Project) -> None:
        for panel in self.panels:
            panel.apply(new, old)
        refresh_actions(self.shell, self.shell.commands)


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    """Return a bench on the default project."""
    if theme.is_dark() or not qapp.styleSheet():
        theme.apply_theme(qapp, "light")
    shell = BenchShell(default_project())
    yield Bench(shell)
    shell.bridge.close()
    shell.errands.close()
    shell.deleteLater()
    # Widgets that wait for their end would be dressed and told of changes by all tests to come.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
