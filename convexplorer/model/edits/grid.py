"""Edits of typed numbers: the grid in the address of the source."""

import zlib
from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.model.edits.layer import set_source
from convexplorer.model.project import Project
from convexplorer.sources.numbers import grid_of, numbers_source


@dataclass(frozen=True)
class GridOperation:
    """An operation on all numbers of a grid, or on those of one channel.

    Attributes
    ----------
    label, explanation : name and tip of the button.
    function : (channels, rows, columns) → the same shape.
    """

    label: str
    explanation: str
    function: Callable[[np.ndarray], np.ndarray]


def grid_values(project: Project) -> np.ndarray:
    """Return the typed numbers of a project, (channels, rows, columns) float64, read-only."""
    if project.source.kind != "numbers":
        raise ValueError("the input is no grid of numbers")
    return grid_of(project.source.address)


def set_grid(project: Project, values: np.ndarray) -> Project:
    """Make numbers (rows, columns) or (channels, rows, columns) the source; ValueError if there are too many."""
    source = numbers_source(np.asarray(values, np.float64))
    return project if source == project.source else set_source(project, source)


def set_grid_cell(project: Project, channel: int | None, row: int, column: int, value: float) -> Project:
    """Set a number in one channel, or in all."""
    values = grid_values(project).copy()
    values[_chosen(channel), row, column] = value
    return set_grid(project, values)


def nudge_grid_cell(project: Project, channel: int | None, row: int, column: int, amount: float) -> Project:
    """Add an amount to a number in one channel, or in all; 0.1 + 0.2 is 0.3."""
    values = grid_values(project).copy()
    at = (_chosen(channel), row, column)
    values[at] = [float(f"{value + amount:.15g}") for value in values[at]]
    return set_grid(project, values)


def resize_grid(project: Project, rows: int, columns: int, channels: int) -> Project:
    """Add zeros, or cut numbers off, below and to the right; a further channel begins as a copy of the last one."""
    old = grid_values(project)
    values = np.zeros((channels, rows, columns))
    height, width = min(rows, old.shape[1]), min(columns, old.shape[2])
    kept = old[np.minimum(np.arange(channels), len(old) - 1)]
    values[:, :height, :width] = kept[:, :height, :width]
    return set_grid(project, values)


def fill_grid(project: Project, channel: int | None, value: float) -> Project:
    """Set all numbers of one channel, or of all."""
    values = grid_values(project).copy()
    values[_chosen(channel)] = value
    return set_grid(project, values)


def transform_grid(project: Project, channel: int | None, operation: str) -> Project:
    """Apply an operation of `GRID_OPERATIONS` to one channel, or to all."""
    values = grid_values(project).copy()
    values[_chosen(channel)] = GRID_OPERATIONS[operation].function(values[_chosen(channel)])
    return set_grid(project, values)


def _chosen(channel: int | None) -> slice:
    return slice(None) if channel is None else slice(channel, channel + 1)


def _inverted(values: np.ndarray) -> np.ndarray:
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ValueError("there is no finite number to exchange with another")
    turned: np.ndarray = finite.max() + finite.min() - values
    return turned


def _random(values: np.ndarray) -> np.ndarray:
    # Seeded by what is there, so that an edit depends on nothing but the project.
    rng = np.random.default_rng(zlib.crc32(values.tobytes()))
    return rng.integers(0, 10, values.shape).astype(np.float64)


GRID_OPERATIONS: dict[str, GridOperation] = {
    "clear": GridOperation("Clear the numbers", "Set all numbers of the input to 0.", np.zeros_like),
    "invert": GridOperation(
        "Invert the numbers", "Exchange the smallest and the largest number, and all between them.", _inverted
    ),
    "random": GridOperation("Random numbers", "Fill the input with random digits; again for others.", _random),
}
