"""Maps without spatial axes (from Flatten, Dense, global pools) shown as pictures: one cell each, or rows of cells."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer.core.explain.trace import Trace
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers.tracing.window import Window, cell_window

# Up to this many values are shown as one-cell pictures, like a classifier's scores; more as rows of one picture.
MOST_SEPARATE = 64
WIDEST_PICTURE = 3  # times as many columns as rows


def is_vector(maps: np.ndarray) -> bool:
    """Return True if the maps have no spatial axes."""
    return maps.ndim == 1


def row_length(count: int) -> int:
    """Return how many values stand in a row: rows of equal length where they make a picture no wider than 3 : 1.

    Otherwise the picture is about as wide as high, and the last row is shorter.

    Examples
    --------
    >>> row_length(224), row_length(1000), row_length(1009)
    (16, 40, 32)
    """
    most = math.isqrt(count)
    rows = next((rows for rows in range(most, 0, -1) if count % rows == 0), 1)
    return count // rows if count <= rows * rows * WIDEST_PICTURE else math.ceil(math.sqrt(count))


def as_maps(maps: np.ndarray) -> np.ndarray:
    """Return (channels, rows, columns): maps unchanged; few values as one-cell maps, many values as rows of one map.

    The last row is filled up with NaN: `empty_cells` says how many of them are no values.
    """
    if not is_vector(maps):
        return maps
    if len(maps) <= MOST_SEPARATE:
        return maps.reshape(-1, 1, 1)
    columns = row_length(len(maps))
    rows = -(-len(maps) // columns)
    filled = np.full(rows * columns, np.nan, maps.dtype)
    filled[: len(maps)] = maps
    filled.flags.writeable = False
    return filled.reshape(1, rows, columns)


def empty_cells(shape: Sequence[int]) -> int:
    """Return how many cells fill up the last row of the picture of maps of this shape; 0 where maps have places."""
    if len(shape) != 1 or shape[0] <= MOST_SEPARATE:
        return 0
    return -shape[0] % row_length(shape[0])


def flat_name(names: Sequence[str], shape: Sequence[int], index: int, *, channels_last: bool) -> str:
    """Return the name of a flattened value: its map and its cell there.

    Parameters
    ----------
    names : of the maps that were flattened; `shape` is theirs, (channels, *spatial).

    Examples
    --------
    >>> flat_name(("edges", "dots"), (2, 3, 4), 5, channels_last=True)
    'dots (0, 2)'
    """
    if channels_last:
        *cell, channel = np.unravel_index(index, (*shape[1:], shape[0]))
    else:
        channel, *cell = np.unravel_index(index, tuple(shape))
    name = names[int(channel)] if channel < len(names) else f"map {channel + 1}"
    return f"{name} ({', '.join(str(int(i)) for i in cell)})"


def place_of(count: int, channel: int, cell: tuple[int, int]) -> tuple[int]:
    """Return the index of the value shown by a cell of its picture, clamped to 0…count − 1."""
    index = channel if count <= MOST_SEPARATE else cell[0] * row_length(count) + cell[1]
    return (min(max(index, 0), count - 1),)


def cell_of(count: int, index: int) -> tuple[int, int]:
    """Return the cell that shows a value."""
    return (0, 0) if count <= MOST_SEPARATE else divmod(index, row_length(count))


def vector_grid(count: int, height: float, width: float) -> Grid:
    """Return the grid of the picture of `count` values, stretched over a picture of this size."""
    if count <= MOST_SEPARATE:
        return Grid((height / 2, width / 2), (height, width), (height, width))
    columns = row_length(count)
    rows = -(-count // columns)
    jump = height / rows, width / columns
    return Grid((jump[0] / 2, jump[1] / 2), jump, (height, width))


def as_planes(trace: Trace, count: int) -> Trace:
    """Return a trace of a layer that reads `count` values without places, laid out as they are shown.

    Few values, and those that an activation joins, stand side by side as channels of one cell; more in rows, as their
    picture shows them. Cells that fill the last row up are not counted.
    """
    if trace.values.ndim != 1:
        return trace
    if len(trace.values) <= MOST_SEPARATE or trace.activation.is_over_channels:
        return _as_channels(trace, count)
    columns = row_length(len(trace.values))
    rows = -(-len(trace.values) // columns)
    axes = (np.arange(rows), np.arange(columns))
    return _laid_out(
        trace,
        (1, rows, columns),
        window=Window(axes, axes),
        channels=np.zeros(1, int),
        sums=trace.sums.sum(keepdims=True) if trace.products is not None else trace.sums[-1:],
    )


def _as_channels(trace: Trace, count: int) -> Trace:
    """Return a trace whose values are channels of one cell; the cell is that of the explained value, if it has one."""
    # More values than one are read from all over: the marked cell is that of the same number.
    own = int(trace.channels[0]) if len(trace.channels) == 1 else min(trace.place[0], count - 1)
    return _laid_out(trace, (len(trace.values), 1, 1), window=cell_window(cell_of(count, own)))


def _laid_out(trace: Trace, shape: tuple[int, int, int], **changes: Any) -> Trace:
    """Return a trace with its numbers in another shape; cells that are left over are 0 and not counted."""

    def filled(values: np.ndarray) -> np.ndarray:
        cells = np.zeros(math.prod(shape), values.dtype)
        cells[: len(values)] = values
        return cells.reshape(shape)

    return replace(
        trace,
        values=filled(trace.values),
        weights=None if trace.weights is None else filled(trace.weights),
        products=None if trace.products is None else filled(trace.products),
        counted=filled(trace.counted),
        **changes,
    )
