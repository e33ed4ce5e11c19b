"""A rectangle of the input as a region: its numbers in the input and in a map, and its values."""

from math import ceil, floor

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid, Region
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.reading import read
from convexplorer.results.tile_words import tile_under
from convexplorer.words import number


@dataclass(frozen=True)
class RegionNumbers:
    """The finite values of a channel or a map in a region; of no values at all, all but `count` is NaN.

    Attributes
    ----------
    count : how many finite values these are.
    deviation : standard deviation of the population, σ.
    """

    name: str
    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float

    @property
    def text(self) -> str:
        """The numbers in words."""
        if not self.count:
            return f"{self.name}: no value lies in it"
        span = f"min {number(self.minimum)}, max {number(self.maximum)}"
        return f"{self.name}: {span}, mean {number(self.mean)}, σ {number(self.deviation)}"


def region_between(first: tuple[float, float], last: tuple[float, float], extent: tuple[float, float]) -> Region | None:
    """Return the whole cells of the input that a rectangle between two points touches; None if it has none inside."""
    starts, stops = [], []
    for a, b, size in zip(first, last, extent, strict=True):
        starts.append(max(floor(min(a, b)), 0))
        stops.append(min(ceil(max(a, b)), int(size)))
        if stops[-1] <= starts[-1]:
            return None
    return Region(tuple(starts), tuple(stops))


def values_in(values: np.ndarray, grid: Grid, region: Region) -> np.ndarray:
    """Return the part of maps (…, rows, columns) whose cells have their centres in a region of the input."""
    cuts = []
    for axis in (0, 1):
        centers = grid.center[axis] + grid.jump[axis] * np.arange(values.shape[axis - 2])
        inside = np.flatnonzero((centers >= region.start[axis]) & (centers < region.stop[axis]))
        cuts.append(slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0))
    return values[..., cuts[0], cuts[1]]


def numbers_of(values: np.ndarray, name: str) -> RegionNumbers:
    """Return the numbers of values."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if finite.size == 0:
        return RegionNumbers(name, 0, *(float("nan"),) * 4)
    return RegionNumbers(
        name, finite.size, float(finite.min()), float(finite.max()), float(finite.mean()), float(finite.std())
    )


def region_numbers(picture: Picture, filter_index: int, region: Region) -> tuple[RegionNumbers, ...]:
    """Return the numbers of each channel of the input and of the selected map in a region."""
    given = values_in(picture.seen_input, picture.input_tile.grid, region)
    found = [numbers_of(channel, name) for channel, name in zip(given, picture.input_names, strict=True)]
    tile = tile_under(picture, filter_index)
    if tile is not None:
        found.append(numbers_of(_read_in(tile, region), tile.title))
    return tuple(found)


def _read_in(tile: Tile, region: Region) -> np.ndarray:
    """Return the values of a tile in a region as they read: 0 for what is rounding."""
    values = values_in(tile.values, tile.grid, region)
    if tile.zeros is None or not values.size:
        return values
    small = (values != 0) & (np.abs(values) <= tile.zeros.largest)
    if not small.any():
        return values
    cells = values_in(np.arange(tile.values.size).reshape(tile.values.shape), tile.grid, region)
    found: np.ndarray = values.copy()
    found[small] = read(values[small], cells[small], tile.zeros)
    return found


def numbers_text(numbers: tuple[RegionNumbers, ...]) -> str:
    """Return the numbers in words; how many values they are of is said once if it is the same for all.

    Examples
    --------
    >>> numbers_text((numbers_of(np.array([1.0, 3.0]), "R"), numbers_of(np.array([0.0, 2.0]), "G")))
    '2 values each. R: min 1, max 3, mean 2, σ 1; G: min 0, max 2, mean 1, σ 1.'

    """
    counts = {one.count for one in numbers if one.count}
    if len(counts) == 1:
        return f"{counts.pop()} values each. {'; '.join(one.text for one in numbers)}."
    return f"{'; '.join(f'{one.text}, n {one.count}' if one.count else one.text for one in numbers)}."


def region_text(region: Region) -> str:
    """Return where a region lies: "rows 4…9, columns 6…14"."""
    (top, left), (bottom, right) = region.start, region.stop
    return f"rows {top}…{bottom - 1}, columns {left}…{right - 1}"
