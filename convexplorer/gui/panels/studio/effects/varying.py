"""Keeps the kernel that the sliders vary, so that they can go back, until someone else changes it."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from convexplorer.gui.panels.studio.effects.variation_form import VariationForm
from convexplorer.gui.panels.studio.workbench import Workbench
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.kernels.response.variation import Variation


class Varying(QObject):
    """Turns the sliders of a form into edits of the workbench's kernel; each drag is one step of Undo."""

    def __init__(self, form: VariationForm, work: Workbench) -> None:
        super().__init__(form)
        self._form, self._work = form, work
        self._begun: np.ndarray | None = None  # the edited planes before any variation
        self._recipe: Recipe | None = None
        self._made: np.ndarray | None = None  # the plane as it is, made by a variation
        self._is_making = False
        form.varied.connect(self._on_varied)
        form.finished.connect(self._work.settle)

    def show_plane(self, plane: np.ndarray, *, can_be_varied: bool) -> None:
        """Show the plane of the workbench: one that was not made here is where variations begin."""
        if self._is_making or (self._made is not None and _are_same(plane, self._made)):
            self._made = plane
            return
        self._begun, self._made = None, None
        self._form.show_variation(plane if can_be_varied else None, Variation())

    @Slot(object)
    def _on_varied(self, variation: Variation) -> None:
        if self._begun is None:
            chosen = self._work.chosen
            self._begun, self._recipe = self._edited(), None if chosen is None else made_by(chosen)
        made = np.stack([variation.of(plane) for plane in self._begun])
        recipe = self._recipe or Recipe("drawn")
        for step in variation.steps:
            recipe = recipe.then(step)
        self._is_making = True
        try:
            is_done = self._work.make(made, recipe, "vary")
        finally:
            self._is_making = False
        if is_done:
            self._made = self._work.plane
        else:
            self._begun, self._made = None, None
            self.show_plane(self._work.plane, can_be_varied=True)

    def _edited(self) -> np.ndarray:
        """Return the planes that are edited, (P, rows, columns): one, or all of the filter."""
        chosen, target = self._work.chosen, self._work.target
        if chosen is not None and target is not None and target.plane is None:
            return chosen.planes
        return self._work.plane[np.newaxis]


def _are_same(first: np.ndarray, second: np.ndarray) -> bool:
    return first.shape == second.shape and bool(np.array_equal(first, second, equal_nan=True))
