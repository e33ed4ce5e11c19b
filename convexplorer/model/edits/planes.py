"""Edits of the selected planes: all of them, or the plane of one channel, for which a shared plane is split first."""

from typing import TYPE_CHECKING

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import largest_magnitude
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.project import Project

if TYPE_CHECKING:
    from convexplorer.kernels.recipe import Recipe

Cell = tuple[int, int]
RGB = ("R", "G", "B")


@dataclass(frozen=True)
class Target:
    """The planes that an edit changes: `plane` None means all; `channel_count` is that of the layer's input."""

    layer: int
    index: int
    plane: int | None
    channel_count: int


def set_weight(project: Project, target: Target, cell: Cell, value: float) -> Project:
    """Set one weight."""
    split = split_for(project, target)
    return edits.set_weight(split, target.layer, target.index, target.plane, *cell, value)


def nudge(project: Project, target: Target, cell: Cell, amount: float) -> Project:
    """Add an amount to a weight in each of the selected planes."""
    split = split_for(project, target)
    planes = _filter(split, target).planes.copy()
    active = slice(None) if target.plane is None else slice(target.plane, target.plane + 1)
    # 15 digits, so that 0.1 + 0.2 is 0.3.
    planes[active, *cell] = [float(f"{value + amount:.15g}") for value in planes[active, *cell]]
    return edits.set_planes(split, target.layer, target.index, planes, "painted")


def paste(project: Project, target: Target, numbers: np.ndarray) -> Project:
    """Set the weights to an array (rows, columns) or (planes, rows, columns); a single plane keeps its size."""
    if target.plane is None or numbers.ndim == 3:
        return edits.set_planes(project, target.layer, target.index, numbers)
    split = split_for(project, target)
    old = _filter(split, target)
    if numbers.shape != old.size:
        raise ValueError(
            f"the pasted matrix is {numbers.shape[0]}×{numbers.shape[1]}, this plane is "
            f"{old.size[0]}×{old.size[1]}; choose all planes to change the size"
        )
    planes = old.planes.copy()
    planes[target.plane] = numbers
    return edits.set_planes(split, target.layer, target.index, planes)


def design(project: Project, target: Target, numbers: np.ndarray, recipe: "Recipe | None") -> Project:
    """Set the weights to designed ones, (rows, columns) or (planes, rows, columns), and note how they were made.

    Parameters
    ----------
    recipe : of the new weights; None: that of the old ones, then edited by hand.
    """
    made = paste(project, target, numbers)
    if made is project or recipe is None:
        return made
    one = _filter(made, target)
    return edits.note_recipe(made, target.layer, target.index, recipe) if one.recipe != recipe else made


def transform(project: Project, target: Target, operation: str) -> Project:
    """Apply an operation of `TRANSFORMS`, given by its key."""
    return edits.transform_filter(split_for(project, target), target.layer, target.index, operation, target.plane)


def check_transform(project: Project, target: Target, operation: str) -> None:
    """Raise ValueError if `transform` is impossible; a shared plane is judged without a split, whose parts equal it."""
    plane = target.plane if len(_filter(project, target).planes) > 1 else None
    edits.transformed_planes(project, target.layer, target.index, operation, plane)


def brush_of(planes: np.ndarray) -> tuple[float, float]:
    """Return the weight that painting sets and the step of nudging, both on the scale of the present weights."""
    largest = largest_magnitude(planes)
    return largest, float(10.0 ** np.floor(np.log10(largest)) / 10)


def plane_names(count: int) -> tuple[str, ...]:
    """Return the names of the planes: "R", "G", "B" for three, else numbers."""
    return RGB if count == len(RGB) else tuple(str(i) for i in range(count))


def split_for(project: Project, target: Target) -> Project:
    """Split a shared plane into one plane per channel if the target is a single plane."""
    if target.plane is None or len(_filter(project, target).planes) > 1:
        return project
    return edits.split_planes(project, target.layer, target.index, target.channel_count)


def _filter(project: Project, target: Target) -> Filter:
    layer = project.layers[target.layer]
    return layer.filters[target.index]
