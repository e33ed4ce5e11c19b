"""Profiles: the values of input and map along the row and along the column through a place of the picture."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid, Place, nearest_cell
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.reading import read
from convexplorer.results.tile_words import tile_under

Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Curve:
    """The values of one channel of the input, or of a map, along a line.

    Attributes
    ----------
    name : of the channel or the map.
    is_map : True for a map, False for a channel of the input.
    positions : (n,) float64, where the centres of the cells lie along the line, in cells of the input. Those of a
        strided map lie as far apart as its windows.
    values : (n,) float64, as they read.
    current : index of the cell through which the line across goes.
    """

    name: str
    is_map: bool
    positions: np.ndarray
    values: np.ndarray
    current: int

    @property
    def value(self) -> float:
        """The value at the place."""
        return float(self.values[self.current])


@dataclass(frozen=True, eq=False)
class Profile:
    """All curves along one line through a place.

    Attributes
    ----------
    axis : 1 along a row, whose positions are columns; 0 along a column.
    line : which row, or which column of the input.
    place : the position of the place along the line, in cells of the input.
    extent : number of the input's cells along the line.
    curves : those of the input first.
    """

    axis: int
    line: int
    place: float
    extent: float
    curves: tuple[Curve, ...]

    @property
    def title(self) -> str:
        """Which line it is, in words."""
        return f"{('column', 'row')[self.axis]} {self.line}"

    def span(self, *, is_map: bool) -> Span:
        """Return the smallest and the largest finite value of the input's curves or of the map's; 0 is among them."""
        values = [curve.values[np.isfinite(curve.values)] for curve in self.curves if curve.is_map == is_map]
        found = np.concatenate([*values, np.zeros(1)])
        return float(found.min()), float(found.max())


def profiles_of(picture: Picture, filter_index: int, place: Place) -> tuple[Profile, Profile] | None:
    """Return the profiles along the row and along the column through a place (row, column) of what is looked at.

    Return None where there are no rows and columns. A place outside of a map lends its nearest cell.
    """
    tile = tile_under(picture, filter_index)
    seen = picture.seen_input
    if seen.ndim != 3 or seen.size == 0:
        return None
    grid = picture.input_tile.grid
    names = picture.input_names
    found = []
    for axis in (1, 0):
        curves = [curve_along(seen[i], grid, place, axis, name) for i, name in enumerate(names)]
        if tile is not None:
            curves.append(_map_curve(tile, place, axis))
        cell = nearest_cell(grid.cell_at(place), seen.shape[1:])
        extent = picture.look.extent[axis]
        found.append(Profile(axis, int(np.floor(grid.place_of(cell)[1 - axis])), place[axis], extent, tuple(curves)))
    return found[0], found[1]


def curve_along(
    values: np.ndarray, grid: Grid, place: Sequence[float], axis: int, name: str, *, is_map: bool = False
) -> Curve:
    """Return the curve of values (rows, columns) through a place, along the columns (1) or along the rows (0)."""
    cell = nearest_cell(grid.cell_at(place), values.shape)
    positions = grid.center[axis] + grid.jump[axis] * np.arange(values.shape[axis])
    line = values[cell[0]] if axis == 1 else values[:, cell[1]]
    return Curve(name, is_map, positions, line.astype(np.float64), cell[axis])


def _map_curve(tile: Tile, place: Place, axis: int) -> Curve:
    curve = curve_along(tile.values, tile.grid, place, axis, tile.title, is_map=True)
    row, column = nearest_cell(tile.grid.cell_at(place), tile.values.shape)
    rows, columns = tile.values.shape
    along = row * columns + np.arange(columns) if axis == 1 else np.arange(rows) * columns + column
    line = tile.values[row] if axis == 1 else tile.values[:, column]
    read_values = np.asarray(read(line, along, tile.zeros), np.float64).copy()
    read_values[along >= tile.values.size - tile.empty] = np.nan
    return Curve(curve.name, True, curve.positions, read_values, curve.current)
