"""What the desks of the studio work on: the selected kernel, and how a new one gets into the project."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from convexplorer.gui.session.choice import Choice, chosen_filter
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipe import Recipe
from convexplorer.model import edits
from convexplorer.model.edits.planes import Target, design
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture

Projection = Callable[[np.ndarray], np.ndarray]


class Workbench(QObject):
    """The kernel that is designed.

    Parameters
    ----------
    target : returns the planes that are edited, or None.

    Attributes
    ----------
    context : of the window's panels.
    errands : runs what takes long; see `Task`.
    picture : the newest result with its numbers, or None.
    locks : is applied to each plane before it gets into the project, so that what is locked holds; None without locks.

    Signals
    -------
    changed : the kernel, or the selection of a kernel, is another one.
    pictured : a new result with its numbers.
    grating_asked : (wavelength in pixels, direction in degrees) of a wave that is to be looked at in the test bench.
    """

    changed = Signal()
    pictured = Signal(object)
    grating_asked = Signal(float, float)

    def __init__(
        self, context: Context, target: Callable[[], Target | None], errands: Errands, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.context, self.errands = context, errands
        self.picture: Picture | None = None
        self.locks: Projection | None = None
        self._target = target

    @property
    def choice(self) -> Choice | None:
        """The selected filter with its layer; None without a layer that has filters."""
        return chosen_filter(self.context.store.state, self.context.selection.view)

    @property
    def chosen(self) -> Filter | None:
        """The selected filter, or None."""
        choice = self.choice
        return None if choice is None else choice.filter

    @property
    def target(self) -> Target | None:
        """Which planes of it are edited."""
        return self._target()

    @property
    def why_not(self) -> str:
        """The reason why no kernel can be designed here, or ""."""
        choice = self.choice
        if choice is None:
            return "No layer has kernels: add a convolution."
        if choice.layer.rank != 2:
            return f"The studio designs kernels of rows and columns; {choice.layer.title} has {choice.layer.rank} axes."
        return ""

    @property
    def plane(self) -> np.ndarray:
        """The edited plane, (rows, columns) float64: the shared one, that of a channel, or the mean of all."""
        chosen, target = self.chosen, self.target
        if chosen is None or target is None or chosen.rank != 2:
            return np.zeros((3, 3))
        if target.plane is not None and target.plane < len(chosen.planes):
            one: np.ndarray = chosen.planes[target.plane]
            return one
        with np.errstate(all="ignore"):  # a kernel may hold infinity
            mean: np.ndarray = chosen.planes.mean(axis=0)
        return mean

    def make(
        self, planes: np.ndarray, recipe: Recipe | None, merge: str | None = None, name: str | None = None
    ) -> bool:
        """Give the edited planes new weights; return False, and say why, if that is impossible.

        Parameters
        ----------
        planes : (rows, columns) or (P, rows, columns); another size works as in `edits.replace_filter`.
        recipe : how they were made; None: what is known of the kernel, then edited by hand.
        merge : changes with the same key are one step of Undo, until `settle`.
        name : of the filter; by default its own stays.
        """
        target = self.target
        if target is None or self.why_not:
            self.context.refuse(self.why_not or "No kernel is selected.")
            return False
        made = np.asarray(planes, dtype=np.float64)
        made = made[0] if made.ndim == 3 and len(made) == 1 else made
        if self.locks is not None:
            try:
                made = np.stack([self.locks(one) for one in made]) if made.ndim == 3 else self.locks(made)
            except ValueError as error:
                self.context.refuse(str(error))
                return False
        key = None if merge is None else f"studio {merge} {target.layer} {target.index} {target.plane}"
        return self.context.commit(_designed, target, made, recipe, name, merge=key)

    def make_bank(self, filters: Sequence[Filter], *, is_added: bool = False) -> bool:
        """Put a bank in place of all filters of the layer, or behind them, as one step of Undo."""
        choice = self.choice
        if choice is None:
            self.context.refuse(self.why_not)
            return False
        kept = choice.layer.filters if is_added else ()
        self.settle()
        is_done = self.context.commit(edits.set_filters, choice.layer_index, (*kept, *filters))
        if is_done:
            self.context.selection.select(filter=len(kept))
        return is_done

    def settle(self) -> None:
        """End a step of Undo."""
        self.context.store.settle()

    def take(self, picture: Picture) -> None:
        """Take the newest result."""
        self.picture = picture
        self.pictured.emit(picture)


def _designed(project: Project, target: Target, planes: np.ndarray, recipe: Recipe | None, name: str | None) -> Project:
    made = design(project, target, planes, recipe)
    if name is None or made is project:
        return made
    return edits.rename_filter(made, target.layer, target.index, name)
