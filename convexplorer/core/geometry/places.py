"""Places, cells and boxes of any number of axes, and how the cells of maps lie on the picture they are made from.

A place is a point in the coordinates of the picture: its cell i covers i ≤ place < i + 1 along an axis. A cell is an
index into maps, without the channel. Both are as long as the data has spatial axes.
"""

import math
from collections.abc import Sequence

from convexplorer._dataclass import dataclass

Place = tuple[float, ...]
Cell = tuple[int, ...]


def is_inside(cell: Sequence[int], spatial: Sequence[int]) -> bool:
    """Return whether a cell lies in maps of this size.

    Examples
    --------
    >>> is_inside((0, 4), (3, 5)), is_inside((-1,), (3,))
    (True, False)
    """
    return all(0 <= i < n for i, n in zip(cell, spatial, strict=True))


def nearest_cell(cell: Sequence[int], spatial: Sequence[int]) -> Cell:
    """Return the cell in maps of this size that is nearest to one which may lie outside.

    Examples
    --------
    >>> nearest_cell((-1, 2, 9), (4, 4, 4))
    (0, 2, 3)
    """
    return tuple(min(max(i, 0), n - 1) for i, n in zip(cell, spatial, strict=True))


@dataclass(frozen=True)
class Grid:
    """Where a map's cells lie on the picture, along each of its axes; by default those of a picture of two axes.

    Attributes
    ----------
    center : place of the centre of cell 0.
    jump : distance from one cell's centre to the next.
    window : length of the part that a cell sees around its centre, its receptive field.

    Examples
    --------
    >>> grid = Grid(center=(2.0,), jump=(4.0,), window=(6.0,))
    >>> grid.place_of((3,)), grid.cell_at((13.9,))
    ((14.0,), (3,))
    """

    center: Place = (0.5, 0.5)
    jump: Place = (1.0, 1.0)
    window: Place = (1.0, 1.0)

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.center)

    def cell_at(self, place: Sequence[float]) -> Cell:
        """Return the cell that covers a place; it may lie outside the map."""
        return tuple(
            math.floor((at - center) / jump + 0.5)
            for at, center, jump in zip(place, self.center, self.jump, strict=True)
        )

    def place_of(self, cell: Sequence[int]) -> Place:
        """Return the place of a cell's centre."""
        return tuple(center + jump * i for center, jump, i in zip(self.center, self.jump, cell, strict=True))

    def along(self, axes: Sequence[int]) -> "Grid":
        """Return the grid of some of the axes, in the order given."""
        center, jump, window = (tuple(each[axis] for axis in axes) for each in (self.center, self.jump, self.window))
        return Grid(center, jump, window)


def block_grid(factor: int, rank: int = 2) -> Grid:
    """Return where the cells of a picture that was reduced by a factor lie on the full one.

    Examples
    --------
    >>> block_grid(4, rank=1)
    Grid(center=(2.0,), jump=(4.0,), window=(4.0,))
    """
    side = (float(factor),) * rank
    return Grid((factor / 2,) * rank, side, side)


@dataclass(frozen=True)
class Crop:
    """A small part of maps: its first cell and its size, along each axis."""

    start: Cell
    size: Cell

    @staticmethod
    def around(cell: Sequence[int], size: Sequence[int]) -> "Crop":
        """Return a crop with a cell in its middle."""
        return Crop(tuple(i - n // 2 for i, n in zip(cell, size, strict=True)), tuple(size))

    @property
    def stop(self) -> Cell:
        """The first cell behind the crop, along each axis."""
        return tuple(first + n for first, n in zip(self.start, self.size, strict=True))

    @property
    def last(self) -> Cell:
        """The last cell, along each axis."""
        return tuple(stop - 1 for stop in self.stop)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The crop as indices into maps: `maps[:, *crop.slices]`."""
        return tuple(map(slice, self.start, self.stop))

    def within(self, spatial: Sequence[int], smallest: int, largest: int) -> "Crop":
        """Return the crop with every side from `smallest` to `largest` cells, moved into maps of this size.

        Maps smaller than `smallest` are taken whole.
        """
        size = tuple(min(max(wanted, smallest), largest, n) for wanted, n in zip(self.size, spatial, strict=True))
        start = tuple(
            min(max(first, 0), n - length) for first, n, length in zip(self.start, spatial, size, strict=True)
        )
        return Crop(start, size)


@dataclass(frozen=True)
class Region:
    """Some cells of a map in raster order: along each axis from `start` to before `stop`.

    Examples
    --------
    >>> region = Region((1, 2), (3, 5))
    >>> region.count, region.cell(4), region.position((2, 3))
    (6, (2, 3), 4)
    """

    start: Cell
    stop: Cell

    @staticmethod
    def of(spatial: Sequence[int]) -> "Region":
        """Return the region of a whole map of this size."""
        return Region((0,) * len(spatial), tuple(spatial))

    @staticmethod
    def around(cell: Sequence[int], most: int, spatial: Sequence[int]) -> "Region":
        """Return a region of at most `most` cells around a cell, in a map of this size, about as wide as high.

        Examples
        --------
        >>> Region.around((0, 50), 100, (4, 100))
        Region(start=(0, 38), stop=(4, 63))
        """
        size, left = list(spatial), most
        for count, axis in zip(range(len(size), 0, -1), sorted(range(len(size)), key=size.__getitem__), strict=True):
            size[axis] = max(min(size[axis], int(left ** (1 / count) + 1e-9)), 1)
            left //= size[axis]
        crop = Crop.around(cell, size)
        start = tuple(min(max(i, 0), n - length) for i, length, n in zip(crop.start, size, spatial, strict=True))
        return Region(start, Crop(start, crop.size).stop)

    @property
    def size(self) -> Cell:
        """Number of cells along each axis."""
        return tuple(max(stop - start, 0) for start, stop in zip(self.start, self.stop, strict=True))

    @property
    def count(self) -> int:
        """Number of cells."""
        return math.prod(self.size)

    @property
    def last(self) -> Cell:
        """The last cell, along each axis."""
        return tuple(stop - 1 for stop in self.stop)

    def within(self, spatial: Sequence[int]) -> "Region":
        """Return the part that lies in a map of this size; the whole map if no cell does."""
        part = Region(
            tuple(max(start, 0) for start in self.start),
            tuple(min(stop, n) for stop, n in zip(self.stop, spatial, strict=True)),
        )
        return part if part.count else Region.of(spatial)

    def cell(self, position: int) -> Cell:
        """Return the cell at a position in raster order: the last axis runs fastest."""
        offsets = []
        for n in reversed(self.size[1:]):
            position, offset = divmod(position, max(n, 1))
            offsets.append(offset)
        return tuple(start + offset for start, offset in zip(self.start, (position, *reversed(offsets)), strict=True))

    def position(self, cell: Sequence[int]) -> int:
        """Return the position of a cell, or of the nearest one in the region."""
        position = 0
        for i, start, stop, n in zip(cell, self.start, self.stop, self.size, strict=True):
            position = position * n + min(max(i, start), stop - 1) - start
        return position
