"""Edits of the planes that are chosen: all together, or one channel's alone, which splits a shared plane first."""

from dataclasses import dataclass

import numpy as np

from convexplorer.core.display.coloring import largest_magnitude
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.project import Project

Cell = tuple[int, int]
RGB = ("R", "G", "B")


@dataclass(frozen=True)
class Target:
    """Which planes an edit means; `plane` None is all of them, `channel_count` as many as the input has."""

    layer: int
    index: int
    plane: int | None
    channel_count: int


def set_weight(project: Project, target: Target, cell: Cell, value: float) -> Project:
    """Set one weight."""
    split = _split(project, target)
    return edits.set_weight(split, target.layer, target.index, target.plane, *cell, value)


def nudge(project: Project, target: Target, cell: Cell, amount: float) -> Project:
    """Add an amount to a weight, in each of the planes that are meant."""
    split = _split(project, target)
    planes = _filter(split, target).planes.copy()
    active = slice(None) if target.plane is None else slice(target.plane, target.plane + 1)
    # 15 digits, so that 0.1 + 0.2 is 0.3.
    planes[active, *cell] = [float(f"{value + amount:.15g}") for value in planes[active, *cell]]
    return edits.set_planes(split, target.layer, target.index, planes)


def paste(project: Project, target: Target, numbers: np.ndarray) -> Project:
    """Take (rows, columns) or (planes, rows, columns) as the weights; one plane alone keeps its size."""
    if target.plane is None or numbers.ndim == 3:
        return edits.set_planes(project, target.layer, target.index, numbers)
    split = _split(project, target)
    old = _filter(split, target)
    if numbers.shape != old.size:
        raise ValueError(
            f"the pasted matrix is {numbers.shape[0]}×{numbers.shape[1]}, this plane is "
            f"{old.size[0]}×{old.size[1]}; choose all planes to change the size"
        )
    planes = old.planes.copy()
    planes[target.plane] = numbers
    return edits.set_planes(split, target.layer, target.index, planes)


def transform(project: Project, target: Target, operation: str) -> Project:
    """Apply a row of `TRANSFORMS`."""
    return edits.transform_filter(_split(project, target), target.layer, target.index, operation, target.plane)


def brush_of(planes: np.ndarray) -> tuple[float, float]:
    """Return what painting sets and what nudging adds: of the size of the weights that are there."""
    largest = largest_magnitude(planes)
    return largest, float(10.0 ** np.floor(np.log10(largest)) / 10)


def plane_names(count: int) -> tuple[str, ...]:
    """Return a letter for each of three planes, else numbers."""
    return RGB if count == len(RGB) else tuple(str(i) for i in range(count))


def _split(project: Project, target: Target) -> Project:
    """Give the filter a plane for each channel, if one of them is to be edited alone."""
    if target.plane is None or len(_filter(project, target).planes) > 1:
        return project
    return edits.split_planes(project, target.layer, target.index, target.channel_count)


def _filter(project: Project, target: Target) -> Filter:
    layer = project.layers[target.layer]
    return layer.filters[target.index]
