"""The window of one value: the cells that it reads, and the numbers that stand there."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps

Place = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Window:
    """Where a window reads.

    Attributes
    ----------
    positions : per axis (size,) int, the input index under each tap; outside 0…n−1 is padding.
    sources : per axis (size,) int, the index whose value stands there by the border mode; −1 where there is none
        and zeros are read.
    """

    positions: tuple[np.ndarray, ...]
    sources: tuple[np.ndarray, ...]

    @property
    def is_padding(self) -> np.ndarray:
        """Whether each tap misses the cells of the input, (*size) bool."""
        met = [
            (position >= 0) & (position == source)
            for position, source in zip(self.positions, self.sources, strict=True)
        ]
        return ~all_axes(met)

    @property
    def is_empty(self) -> np.ndarray:
        """Whether no cell of the input gives the value under each tap, (*size) bool."""
        return ~all_axes([source >= 0 for source in self.sources])


def window_at(axes: Sequence[AxisTaps], place: Place) -> Window:
    """Return the window of a place (channel, *cell), the windows of a layer being given axis by axis."""
    # A global pool has one output, whose place names no cell.
    cells = [np.array(cell) for cell in place[1:]] or [np.array(0)] * len(axes)
    return Window(
        tuple(axis.positions(cell) for axis, cell in zip(axes, cells, strict=True)),
        tuple(axis.sources(cell) for axis, cell in zip(axes, cells, strict=True)),
    )


def cell_window(cell: Sequence[int]) -> Window:
    """Return the window that reads one cell."""
    cells = tuple(np.array([int(i)]) for i in cell)
    return Window(cells, cells)


def read(x: np.ndarray, channels: Sequence[int], window: Window, outside: float = 0.0) -> np.ndarray:
    """Return what the window reads of these channels, (n, *size), a copy of these cells only."""
    values: np.ndarray = x[np.ix_(channels, *(np.maximum(source, 0) for source in window.sources))]
    values[:, window.is_empty] = outside
    return values


def column(maps: np.ndarray, place: Place) -> np.ndarray:
    """Return the values of all channels in a place, (channels,)."""
    every: tuple[Any, ...] = (slice(None), *place[1:])
    values: np.ndarray = maps[every]
    return values


def all_axes(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return where the masks of all axes are set, (*size) bool."""
    result = np.array(True)
    for mask in masks:
        result = np.logical_and.outer(result, mask)
    return result
