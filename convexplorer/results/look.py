"""What a person wants to see, resolved with the data: two visible axes, or one, and an index on every other."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import AXES, Axis
from convexplorer.core.geometry.places import Cell, Grid, Place, nearest_cell
from convexplorer.model.view import Look

LINE = Grid((0.5,), (1.0,), (1.0,))


@dataclass(frozen=True)
class ResolvedLook:
    """A look that fits certain data: equal values show the same part of it.

    Attributes
    ----------
    axes : the spatial axes of the data.
    spatial : number of cells along each.
    visible : numbers of the axes that are drawn: rows and columns, or columns alone.
    index : a cell for each axis: where a hidden one is cut; −1 for visible ones.
    """

    axes: tuple[Axis, ...]
    spatial: tuple[int, ...]
    visible: tuple[int, ...]
    index: Cell

    @property
    def hidden(self) -> tuple[int, ...]:
        """Numbers of the axes that are cut, in order."""
        return tuple(axis for axis in range(len(self.axes)) if axis not in self.visible)

    @property
    def extent(self) -> tuple[float, float]:
        """Height and width of what is drawn, in cells of the data; a single axis is one cell high."""
        return self.extent_of(self.spatial)

    def extent_of(self, spatial: Sequence[float]) -> tuple[float, float]:
        """Return height and width of what is drawn of data of another size."""
        height, width = (1.0, *(float(spatial[axis]) for axis in self.visible))[-2:]
        return height, width

    def cut(self, maps: np.ndarray, grid: Grid) -> np.ndarray:
        """Return what is drawn of maps, (channels, rows, columns), one row where one axis is visible.

        Hidden axes are cut at the cell that covers their index, or the nearest there is. Maps whose two axes are
        visible in their order come back as the same object.

        Parameters
        ----------
        maps : (channels, *spatial).
        grid : where their cells lie on the data.
        """
        if self.visible == (0, 1) and not self.hidden:
            return maps
        cell = self.cell_in(grid, maps.shape[1:])
        kept: list[slice | int] = [i if axis in self.hidden else slice(None) for axis, i in enumerate(cell)]
        part = maps[:, *kept]
        if self.visible != tuple(sorted(self.visible)):
            part = part.swapaxes(1, 2)
        drawn = np.ascontiguousarray(part.reshape(len(maps), -1, part.shape[-1]))
        drawn.flags.writeable = False
        return drawn

    def cell_in(self, grid: Grid, spatial: Sequence[int]) -> Cell:
        """Return the cell at which maps are cut, the nearest there is; it says nothing along visible axes."""
        return nearest_cell(grid.cell_at([i + 0.5 for i in self.index]), spatial)

    def seen_grid(self, grid: Grid) -> Grid:
        """Return the grid of what is drawn: rows and columns."""
        seen = grid.along(self.visible)
        if len(self.visible) == 2:
            return seen
        return Grid(LINE.center + seen.center, LINE.jump + seen.jump, LINE.window + seen.window)

    def seen(self, place: Sequence[float]) -> tuple[float, float]:
        """Return (row, column) of what is drawn for a place of the data."""
        row, column = (0.5, *(place[axis] for axis in self.visible))[-2:]
        return row, column

    def place_of(self, seen: Sequence[float]) -> Place:
        """Return the place of the data that is drawn at (row, column); hidden axes lie in the middle of their cell."""
        place = [i + 0.5 for i in self.index]
        for axis, at in zip(reversed(self.visible), reversed(seen), strict=False):
            place[axis] = at
        return tuple(place)


def resolve(look: Look, spatial: Sequence[int], axes: Sequence[Axis] = ()) -> ResolvedLook:
    """Return a look as it fits data of this size.

    Where an axis that should be visible is not there, or comes twice, the last ones are. Indices outside the data
    become the nearest inside; an index of an axis that is not there, or visible, means nothing.

    Parameters
    ----------
    spatial : number of cells along each spatial axis.
    axes : what they are called; by default the usual ones for their number.

    Examples
    --------
    >>> resolve(Look(), (6, 7, 8)).index
    (3, -1, -1)
    >>> resolve(Look((0, 2), at=((1, 99),)), (6, 7, 8)).index
    (-1, 6, -1)
    >>> resolve(Look(), (200,)).visible
    (0,)
    """
    rank = len(spatial)
    wanted = tuple(axis % rank for axis in look.visible if -rank <= axis < rank)
    is_there = len(wanted) == len(set(wanted)) == len(look.visible)
    visible = wanted if is_there else tuple(range(rank))[-len(look.visible) :]
    at = {axis % rank: index for axis, index in look.at if -rank <= axis < rank}
    index = [-1 if axis in visible else at.get(axis, n // 2) for axis, n in enumerate(spatial)]
    limited = (
        i if axis in visible else min(max(i, 0), n - 1) for axis, (i, n) in enumerate(zip(index, spatial, strict=True))
    )
    return ResolvedLook(tuple(axes) or AXES[rank], tuple(spatial), visible, tuple(limited))
