"""What the desks of the studio work on: the selected kernel, and how a new one gets into the project."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from convexplorer.gui.session.choice import Choice, chosen_filter
from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.panel import Context
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.locks import project
from convexplorer.kernels.planes import same_numbers
from convexplorer.kernels.recipe import Recipe
from convexplorer.model import edits
from convexplorer.model.edits.planes import Target, design
from convexplorer.model.project import Project
from convexplorer.model.view import SELECTED, Reference, Side
from convexplorer.results.picture import Picture
from convexplorer.words import as_sentence

HELD = "held to the locks"  # the step of a recipe whose weights the locks have changed


class Workbench(QObject):
    """The kernel that is designed.

    Parameters
    ----------
    target : returns the planes that are edited, or None.
    try_out : shows what a project would make of the frames; None shows that of the store again.

    Attributes
    ----------
    context : of the window's panels.
    errands : runs what takes long; see `Task`.
    picture : the newest result with its numbers, or None.
    slots : the kernels that the memory slots hold, None for an empty one.
    locks : keys of `kernels.locks.LOCKS` to which each plane is held before it gets into the project.

    Signals
    -------
    changed : the kernel, or the selection of a kernel, is another one.
    peeked : a `Filter` that is looked at without being taken, or None when that is over.
    pictured : a new result with its numbers.
    grating_asked : (wavelength in pixels, direction in degrees) of a wave that is to be looked at in the test bench.
    """

    changed = Signal()
    pictured = Signal(object)
    peeked = Signal(object)
    grating_asked = Signal(float, float)

    def __init__(
        self,
        context: Context,
        target: Callable[[], Target | None],
        errands: Errands,
        try_out: Callable[[Project | None], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self.errands = context, errands
        self._try_out = try_out
        self._peeked: Filter | None = None
        self.picture: Picture | None = None
        self.slots: list[Filter | None] = []
        self.locks: frozenset[str] = frozenset()
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
    def place(self) -> tuple[int, str, int] | None:
        """The document, the layer's id and the index of the selected filter, by which it stays the same kernel."""
        choice = self.choice
        return None if choice is None else (self.context.store.document_number, choice.layer.id, choice.filter_index)

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
        chosen = self.chosen
        return np.zeros((3, 3)) if chosen is None or chosen.rank != 2 else self.plane_of(chosen)

    def plane_of(self, one: Filter) -> np.ndarray:
        """Return the plane of a filter that would be edited, (rows, columns) float64."""
        target = self.target
        if len(one.planes) == 1:
            plane: np.ndarray = one.planes[0]
        elif target is not None and target.plane is not None and target.plane < len(one.planes):
            plane = one.planes[target.plane]
        else:
            with np.errstate(all="ignore"):  # a kernel may hold infinity
                plane = one.planes.mean(axis=0)
        return plane

    @property
    def planes(self) -> np.ndarray:
        """The edited planes: (1, rows, columns) of one, or (P, rows, columns) of all."""
        chosen, target = self.chosen, self.target
        if chosen is not None and target is not None and target.plane is None and chosen.rank == 2:
            return chosen.planes
        return self.plane[np.newaxis]

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
        if self.locks:
            try:
                free, made = made, project(made, self.locks)
            except ValueError as error:
                self.context.refuse(as_sentence(str(error)))
                return False
            if recipe is not None and not same_numbers(free, made):
                recipe = recipe.then(HELD)
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

    def peek(self, one: Filter | None) -> None:
        """Show what a kernel would do in place of the selected one, without taking it; None ends it."""
        if one is self._peeked:
            return
        self._peeked = one
        project = None if one is None or self.choice is None else self._replaced(one)
        if project is None:
            self._peeked = None
        self._try_out(project)
        self.peeked.emit(self._peeked)

    def take_back(self, one: Filter) -> bool:
        """Put a kernel that was there before, or in a slot, in place of the selected one, as one step of Undo."""
        choice = self.choice
        if choice is None or choice.filter is one:
            return False
        self.peek(None)
        self.settle()
        return self.context.commit(edits.replace_filter, choice.layer_index, choice.filter_index, one)

    def compare_with(self, one: Filter | None) -> None:
        """Show the map that a kernel would make beside that of the selected one, with a line to swipe between both."""
        picture, project = self.picture, None if one is None else self._replaced(one)
        if picture is None or project is None:
            return
        reference = Reference(picture.frame, project, title=one.name if one is not None else "")
        sides = (Side("settings"), SELECTED)
        self.context.selection.select(mode="compare", reference=reference, sides=sides)

    def _replaced(self, one: Filter) -> Project | None:
        """Return the project with a kernel in place of the selected one; None if that is impossible."""
        choice = self.choice
        if choice is None:
            return None
        try:
            return edits.replace_filter(self.context.store.state, choice.layer_index, choice.filter_index, one)
        except ValueError as error:
            self.context.refuse(as_sentence(str(error)))
            return None

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
