"""A straight line over a kernel as a value: where it lies, and how far it covers each cell."""

import math

import numpy as np

from convexplorer._dataclass import dataclass

Point = tuple[float, float]

LONGEST_LINE = 363.0  # pixels: from corner to corner of the largest kernel, and a cell beyond


@dataclass(frozen=True)
class Line:
    """A line with flat ends and a soft rim of one cell.

    Attributes
    ----------
    row, column : its middle, from the upper left corner of the kernel, in cells.
    slope : degrees; 0 lies flat, 45 rises to the right, 90 stands upright, as in `formulas`.
    length, width : in cells, 1 or more.

    Examples
    --------
    >>> Line(0.5, 1.5, 0.0, 3.0, 1.0).coverage((2, 4))
    array([[1., 1., 1., 0.],
           [0., 0., 0., 0.]])
    """

    row: float
    column: float
    slope: float
    length: float
    width: float

    def __post_init__(self) -> None:
        for name in ("row", "column", "slope"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"the {name} of a line must be finite; got {getattr(self, name)}")
        for name in ("length", "width"):
            if not 1 <= getattr(self, name) <= LONGEST_LINE:
                raise ValueError(f"the {name} of a line must lie in 1…{LONGEST_LINE:g} px; got {getattr(self, name):g}")

    @classmethod
    def between(cls, start: Point, end: Point, width: float) -> "Line":
        """Return the line whose first and last cell lie around two points."""
        down, right = end[0] - start[0], end[1] - start[1]
        slope = math.degrees(math.atan2(-down, right)) if down or right else 0.0
        length = min(math.hypot(down, right) + 1, LONGEST_LINE)
        return cls((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, slope, length, width)

    @property
    def ends(self) -> tuple[Point, Point]:
        """The middles of the first and the last cell; `between` makes the line from them."""
        down, right = self._step((self.length - 1) / 2)
        return (self.row - down, self.column - right), (self.row + down, self.column + right)

    @property
    def side(self) -> Point:
        """The point on the rim beside the middle, by which the width is dragged."""
        down, right = self._step(self.width / 2)
        return self.row - right, self.column + down

    def width_to(self, point: Point) -> float:
        """Return the width of the same line with its rim at a point."""
        across = float(self._along_across(np.array(point[0]), np.array(point[1]))[1])
        return min(max(2 * abs(across), 1.0), LONGEST_LINE)

    def coverage(self, size: tuple[int, int]) -> np.ndarray:
        """Return how far each cell of a kernel is covered, (rows, columns) in 0…1."""
        along, across = self._along_across(np.arange(size[0])[:, np.newaxis] + 0.5, np.arange(size[1]) + 0.5)
        found: np.ndarray = _inside(self.length / 2 - np.abs(along)) * _inside(self.width / 2 - np.abs(across))
        return found

    def _step(self, distance: float) -> Point:
        """Return how far down and to the right a way along the line leads."""
        turn = math.radians(self.slope)
        return -math.sin(turn) * distance, math.cos(turn) * distance

    def _along_across(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        down, right = self._step(1.0)
        rows, columns = rows - self.row, columns - self.column
        # Rounded, so that a line along the cells covers no others by 1e-17.
        return np.round(rows * down + columns * right, 12), np.round(rows * right - columns * down, 12)


def _inside(depth: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.clip(depth + 0.5, 0, 1)
    return found
