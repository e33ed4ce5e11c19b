"""The history of the selected kernel as a row of small pictures."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.canvas.studio.chips import NONE, Chip, KernelChips
from convexplorer.gui.panels.studio.memory.past import Past
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.words import times


class PastRow(KernelChips):
    """What the selected kernel has been: hover to look at a state, click to go back to it."""

    def __init__(self, work: Workbench, parent: QWidget | None = None) -> None:
        super().__init__("What this kernel has been", parent)
        self._work = work
        self._past = Past()
        self.hovered.connect(self._on_hovered)
        self.clicked.connect(self._on_clicked)
        work.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Note the kernel of now, and show what it has been."""
        work, one, place = self._work, self._work.chosen, self._work.place
        if one is None or place is None:
            self.set_chips(())
            return
        self._past.note(place, one, work.context.store.before)
        states = self._past.states(place)
        chips = [Chip(filter_image(each), "", partial(_tip, each, len(states) - i)) for i, each in enumerate(states)]
        self.set_chips(chips, self._past.current(place))

    @Slot(int)
    def _on_hovered(self, index: int) -> None:
        place = self._work.place
        self._work.peek(None if index == NONE or place is None else self._past.states(place)[index])

    @Slot(int)
    def _on_clicked(self, index: int) -> None:
        place = self._work.place
        if place is not None:
            self._work.take_back(self._past.states(place)[index])


def _tip(one: Filter, steps: int) -> str:
    made = made_by(one)
    when = "now" if steps == 1 else f"{steps - 1} step{'s' if steps > 2 else ''} before the newest"
    told = f"{times(one.size)}, {when}" + ("" if made is None else f": {sentence_of(made)}")
    return f"{told}\nHover to look at it, click to go back to it."
