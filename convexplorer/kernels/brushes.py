"""Brushes that paint on a plane of weights, and a stroke of one from the press of a button to its release.

Points are (row, column) floats from the upper left corner of the kernel, in cells, so that cell (0, 0) has its middle
at (0.5, 0.5). They may lie outside.
"""

from collections.abc import Callable, Collection

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.lines import Line
from convexplorer.kernels.locks import project, spread

Point = tuple[float, float]

LARGEST_BRUSH = 64.0  # cells across
_HELD = 0.5  # a cell that is painted this far keeps its weight when a lock corrects the sum
_DIGITS = 15  # so that 0.1 + 0.2 is 0.3


@dataclass(frozen=True)
class BrushKind:
    """What a brush does to the weights below it.

    Attributes
    ----------
    label, explanation : name of the button and a sentence for its tip.
    covers : `covers(distance, size, hardness)` returns how far cells in this distance of the stroke are painted, 0…1;
        None if the stroke is the straight `Line` from its start to the pointer.
    paints : `paints(plane, value)` returns what fully painted cells become.
    has_value, has_hardness : False if the number means nothing to it.
    """

    label: str
    explanation: str
    covers: Callable[[np.ndarray, float, float], np.ndarray] | None
    paints: Callable[[np.ndarray, float], np.ndarray]
    has_value: bool = True
    has_hardness: bool = True


@dataclass(frozen=True)
class Brush:
    """A brush as the user has set it.

    Attributes
    ----------
    kind : key of `BRUSHES`.
    value : the weight that it sets, or that it adds.
    size : diameter in cells, 1 or more; width of a line; of the Gaussian, two standard deviations.
    hardness : share of the radius that is painted fully, 0…1.
    """

    kind: str = "value"
    value: float = 1.0
    size: float = 1.0
    hardness: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in BRUSHES:
            raise ValueError(f"kind must be one of {', '.join(BRUSHES)}; got {self.kind!r}")
        if not 1 <= self.size <= LARGEST_BRUSH:
            raise ValueError(f"size must lie in 1…{LARGEST_BRUSH:g} cells; got {self.size:g}")
        if not 0 <= self.hardness <= 1:
            raise ValueError(f"hardness must lie in 0…1; got {self.hardness:g}")


class Stroke:
    """A stroke of a brush, which paints each cell once, however often it comes by.

    Parameters
    ----------
    plane : (rows, columns) before the stroke.
    locks : keys of `locks.LOCKS` that the plane keeps while it is painted.
    """

    def __init__(self, plane: np.ndarray, brush: Brush, start: Point, locks: Collection[str] = ()) -> None:
        self._plane = np.asarray(plane, dtype=np.float64)
        self._brush, self._locks = brush, locks
        self._start = self._last = _snapped(start)
        self._coverage = np.zeros(self._plane.shape)
        self._rows, self._columns = (np.arange(n) + 0.5 for n in self._plane.shape)
        self._order = np.zeros(self._plane.shape)  # when each cell was painted furthest
        self._turn = 0

    def to(self, point: Point) -> np.ndarray:
        """Return the plane after the stroke has gone straight on to a point.

        Raises
        ------
        ValueError
            If the locks refuse such a plane; the text is a sentence for the user.
        """
        kind, point = BRUSHES[self._brush.kind], _snapped(point)
        if kind.covers is None:
            self._order = self._way(self._start, point)[0]
            self._coverage = Line.between(self._start, point, self._brush.size).coverage(self._plane.shape)
        else:
            along, distance = self._way(self._last, point)
            here = kind.covers(distance, self._brush.size, self._brush.hardness)
            is_new = (here >= self._coverage) & (here > 0)
            self._coverage = np.where(is_new, here, self._coverage)
            self._order = np.where(is_new, self._turn + along, self._order)
        self._last = point
        self._turn += 1
        return _painted(self._plane, self._brush, self._coverage, self._order, self._locks)

    def _way(self, start: Point, end: Point) -> tuple[np.ndarray, np.ndarray]:
        """Return for each cell the share of a straight way up to the place next to it, and the distance from there."""
        down, right = end[0] - start[0], end[1] - start[1]
        rows, columns = self._rows[:, np.newaxis] - start[0], self._columns - start[1]
        square = down * down + right * right
        along = np.clip((rows * down + columns * right) / (square or 1.0), 0, 1)
        return along, np.hypot(rows - along * down, columns - along * right)


def with_line(plane: np.ndarray, line: Line, value: float, locks: Collection[str] = ()) -> np.ndarray:
    """Return a plane whose weights on a line are set to a value, as far as the line covers them.

    Examples
    --------
    >>> with_line(np.zeros((1, 3)), Line(0.5, 0.5, 0.0, 1.0, 1.0), 2.0, {"columns-odd"})
    array([[ 2.,  0., -2.]])
    """
    coverage = line.coverage(plane.shape)
    return _painted(plane, Brush("line", value), coverage, np.zeros(plane.shape), locks)


def _painted(
    plane: np.ndarray, brush: Brush, coverage: np.ndarray, order: np.ndarray, locks: Collection[str]
) -> np.ndarray:
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        full = BRUSHES[brush.kind].paints(plane, brush.value)
        mixed = _readable(plane + coverage * (full - plane))
        painted: np.ndarray = np.where(coverage == 0, plane, np.where(coverage == 1, full, mixed))
    if not locks:
        return painted
    painted, shared = spread(painted, coverage, order, locks)
    return project(painted, locks, shared >= _HELD)


def _snapped(point: Point) -> Point:
    """Return the middle of the cell that a point lies in: a brush of one cell paints whole cells."""
    return float(np.floor(point[0])) + 0.5, float(np.floor(point[1])) + 0.5


def _round_tip(distance: np.ndarray, size: float, hardness: float) -> np.ndarray:
    """Return 1 in the hard middle, falling like a cosine to 0 at the rim; 1 in the cells of the stroke itself."""
    radius = size / 2
    hard = radius * hardness
    soft = np.clip((distance - hard) / max(radius - hard, 1e-12), 0, 1)
    tip = np.where(distance <= radius, (1 + np.cos(np.pi * soft)) / 2, 0.0)
    found: np.ndarray = np.where((distance <= hard) | (distance == 0), 1.0, tip)
    return found


def _bell(distance: np.ndarray, size: float, _hardness: float) -> np.ndarray:
    found: np.ndarray = np.exp(-2 * np.square(distance / size))
    return found


def _set(plane: np.ndarray, value: float) -> np.ndarray:
    return np.full_like(plane, value)


def _add(plane: np.ndarray, value: float) -> np.ndarray:
    return _readable(plane + value)


def _smooth(plane: np.ndarray, _value: float) -> np.ndarray:
    """Return the plane blurred by 1 2 1 both ways; beyond the rim its outermost weights go on."""
    wide = np.pad(plane, 1, mode="edge")
    tall = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    found: np.ndarray = (tall[:, :-2] + 2 * tall[:, 1:-1] + tall[:, 2:]) / 4
    return found


def _readable(values: np.ndarray) -> np.ndarray:
    """Return numbers rounded to the digits that a float64 has for certain."""
    with np.errstate(all="ignore"):
        scale = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(np.abs(values))))
        rounded = np.round(values * scale) / scale
    found: np.ndarray = np.where(np.isfinite(rounded), rounded, values)
    return found


BRUSHES: dict[str, BrushKind] = {
    "value": BrushKind("Value", "Sets the weights it passes to the value.", _round_tip, _set),
    "add": BrushKind("Add", "Adds the value to the weights it passes, once in a stroke.", _round_tip, _add),
    "smooth": BrushKind(
        "Smooth",
        "Evens out the weights it passes with their neighbours, by 1 2 1.",
        _round_tip,
        _smooth,
        has_value=False,
    ),
    "line": BrushKind(
        "Line", "Sets the weights on the straight line from press to pointer.", None, _set, has_hardness=False
    ),
    "gaussian": BrushKind(
        "Gaussian",
        "Adds a bell around the stroke, whose height is the value and whose size is two standard deviations.",
        _bell,
        _add,
        has_hardness=False,
    ),
}
