"""Values without places, as after Flatten, Dense and global pools, shown as pictures: a cell each, or rows of cells."""

import math
from dataclasses import replace

import numpy as np

from convexplorer.core.explain.trace import Trace
from convexplorer.core.layers.tracing.window import Window
from convexplorer.results.picture import Grid

# Up to so many values get a picture of one cell each, like the scores of a classifier; more stand in rows.
MOST_SEPARATE = 64


def is_vector(maps: np.ndarray) -> bool:
    """Whether maps have no spatial axes."""
    return maps.ndim == 1


def row_length(count: int) -> int:
    """Return how many values stand in a row, so that the picture of all is about as wide as high."""
    return math.ceil(math.sqrt(count))


def as_maps(maps: np.ndarray) -> np.ndarray:
    """Return (channels, rows, columns): maps as they are; few values as maps of one cell, many as one map of rows.

    The last row is filled up with NaN, which is drawn as no value.
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


def place_of(count: int, channel: int, cell: tuple[int, int]) -> tuple[int]:
    """Return the index of the value that a cell of its picture shows; the nearest one of `count`."""
    index = channel if count <= MOST_SEPARATE else cell[0] * row_length(count) + cell[1]
    return (min(max(index, 0), count - 1),)


def cell_of(count: int, index: int) -> tuple[int, int]:
    """Return the cell that shows a value."""
    return (0, 0) if count <= MOST_SEPARATE else divmod(index, row_length(count))


def vector_grid(count: int, height: float, width: float) -> Grid:
    """Return where the cells of the picture of `count` values lie on a picture of this size: they share all of it."""
    if count <= MOST_SEPARATE:
        return Grid((height / 2, width / 2), (height, width), (height, width))
    columns = row_length(count)
    rows = -(-count // columns)
    jump = height / rows, width / columns
    return Grid((jump[0] / 2, jump[1] / 2), jump, (height, width))


def as_planes(trace: Trace) -> Trace:
    """Return a trace of a layer that reads values without places, these in rows as its picture shows them.

    Cells that fill the last row up are not counted.
    """
    if trace.values.ndim != 1:
        return trace
    count = len(trace.values)
    columns = row_length(count)
    rows = -(-count // columns)

    def laid_out(values: np.ndarray | None) -> np.ndarray | None:
        if values is None:
            return None
        filled = np.zeros(rows * columns, values.dtype)
        filled[:count] = values
        return filled.reshape(1, rows, columns)

    axes = (np.arange(rows), np.arange(columns))
    values, counted = laid_out(trace.values), laid_out(trace.counted)
    assert values is not None
    assert counted is not None
    return replace(
        trace,
        window=Window(axes, axes),
        channels=np.zeros(1, int),
        values=values,
        weights=laid_out(trace.weights),
        products=laid_out(trace.products),
        counted=counted,
        sums=trace.sums.sum(keepdims=True) if trace.products is not None else trace.sums[-1:],
    )
