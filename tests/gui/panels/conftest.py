"""A store, a selection and an idle player for panels, and true results without threads."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from convexplorer.gui.look import theme
from convexplorer.gui.session.panel import Context, Panel
from convexplorer.gui.session.selection import Selection
from convexplorer.kernels.filter import Filter
from convexplorer.live.player import Player
from convexplorer.live.slots import Inbox
from convexplorer.model.default import default_project
from convexplorer.model.project import ConvLayer, Project
from convexplorer.model.store import Store
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame


def frame(channels: tuple[str, ...] = ("R", "G", "B"), rows: int = 16, columns: int = 20) -> Frame:
    """Return a small noisy picture."""
    rng = np.random.default_rng(7)
    return Frame(rng.random((len(channels), rows, columns), dtype=np.float32), channels, title="noise.png")


@dataclass
class Bench:
    """Panels on a project, told of every change as the window tells them."""

    context: Context
    frame: Frame = field(default_factory=frame)
    panels: list[Panel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.store.subscribe(self._on_project)

    @property
    def state(self) -> Project:
        return self.context.store.state

    def put(self, panel: Panel) -> None:
        """Let a panel hear of the project and its results."""
        self.panels.append(panel)
        panel.apply(self.state, None)
        self.compute()

    def layer(self, index: int = 0) -> ConvLayer:
        """Return a convolution of the project."""
        found = self.state.layers[index]
        assert isinstance(found, ConvLayer)
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


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Bench]:
    """Return a bench on the default project."""
    if theme.is_dark() or not qapp.styleSheet():
        theme.apply_theme(qapp, "light")
    player = Player(Inbox())
    yield Bench(Context(Store(default_project()), Selection(), player))
    player.close()
    # Widgets that wait for their end would be dressed and told of changes by all tests to come.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
