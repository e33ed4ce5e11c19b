"""The orientation that a bank of turned kernels finds in each cell: whose answer is the largest, and how large."""

from collections.abc import Iterable, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.analysis import analyze
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipes import made_by

HALF_TURN, FULL_TURN = 180.0, 360.0


@dataclass(frozen=True)
class Turned:
    """A map of a bank whose kernel has an angle.

    Attributes
    ----------
    index : of the map.
    angle : in degrees, as the kernel's family counts it.
    is_odd : True if the negative of the kernel is the kernel turned by 180°: a negative answer is an angle, too.
    """

    index: int
    angle: float
    is_odd: bool


@dataclass(frozen=True, eq=False)
class Orientations:
    """The angle of the strongest answer in each cell.

    Attributes
    ----------
    angles : (H, W) float32, degrees in 0…`period`.
    strengths : (H, W) float32, the magnitude of that answer; NaN where an answer is NaN.
    period : 180 of lines, 360 of directions.
    """

    angles: np.ndarray
    strengths: np.ndarray
    period: float

    @property
    def phases(self) -> np.ndarray:
        """The angles on a full circle, (H, W) float32 in −π…π: a hue for each, and the same for 0 and the period."""
        turns = self.angles / np.float32(self.period)
        turns -= turns > 0.5
        turns *= np.float32(2 * np.pi)
        return turns


def turned_of(filters: Sequence[Filter]) -> tuple[Turned, ...]:
    """Return the filters of a bank that have an angle, with it; () if they are fewer than two angles.

    Examples
    --------
    >>> from convexplorer.kernels.sweep import Sweep, swept
    >>> [(one.angle, one.is_odd) for one in turned_of(swept("gaussian-derivative", {}, Sweep(angles=2)))]
    [(0.0, True), (90.0, True)]
    """
    found = [Turned(i, angle, _is_odd(one)) for i, one in enumerate(filters) if (angle := _angle_of(one)) is not None]
    return tuple(found) if len({one.angle for one in found}) > 1 else ()


def orientations(maps: np.ndarray | Sequence[np.ndarray], turned: Iterable[Turned]) -> Orientations:
    """Return whose answer is the largest in each cell.

    One pass over each map, none over a stack of them: what is larger replaces what was the largest. Magnitudes are
    compared; where all kernels are odd, the sign of the winner tells which of two opposite directions it is.

    Parameters
    ----------
    maps : (filters, H, W) float32, before an activation.
    turned : the maps to compare, one or more.

    Examples
    --------
    >>> found = orientations(np.array([[[1.0, -3.0]], [[2.0, 2.0]]]), [Turned(0, 0, True), Turned(1, 90, True)])
    >>> found.angles, found.strengths, found.period
    (array([[ 90., 180.]], dtype=float32), array([[2., 3.]], dtype=float32), 360.0)
    """
    ones = tuple(turned)
    contest = Contest(maps[ones[0].index].shape, [one.angle for one in ones], is_odd=all(one.is_odd for one in ones))
    for one in ones:
        contest.enter(maps[one.index])
    return contest.outcome()


class Contest:
    """The strongest answers so far, of maps that enter one after the other.

    The winners are numbers of a byte where there are few maps: a later map has a larger number, so that a maximum of
    masked numbers replaces the slow copy under a mask. A number is twice the map's, and one more for a negative answer.

    Parameters
    ----------
    shape : (H, W) of the maps.
    angles : of the maps, in the order in which they will enter.
    is_odd : True if a negative answer is a positive one at the opposite angle.
    """

    def __init__(self, shape: tuple[int, ...], angles: Sequence[float], *, is_odd: bool) -> None:
        self._angles, self._is_odd, self._entered = angles, is_odd, 0
        number = np.uint8 if len(angles) <= 128 else np.uint16
        self._best, self._winners = np.full(shape, -1, np.float32), np.zeros(shape, number)
        self._magnitude, self._numbers = np.empty(shape, np.float32), np.empty(shape, number)
        self._flags = np.empty(shape, bool)

    def enter(self, values: np.ndarray) -> None:
        """Let the values of one map win where their magnitudes are larger than all before."""
        number, zero = self._numbers.dtype.type, self._numbers.dtype.type(0)
        np.abs(values, out=self._magnitude, casting="same_kind")
        np.signbit(values, out=self._flags)
        np.add(self._flags, number(2 * self._entered), out=self._numbers, casting="unsafe")
        np.greater(self._magnitude, self._best, out=self._flags)
        np.maximum(self._best, self._magnitude, out=self._best)  # NaN stays
        mask = np.subtract(zero, self._flags, dtype=number, casting="unsafe")  # all bits where it has won
        np.bitwise_and(self._numbers, mask, out=self._numbers)
        np.maximum(self._winners, self._numbers, out=self._winners)
        self._entered += 1

    def outcome(self) -> Orientations:
        """Return the angles of the winners, and their magnitudes."""
        period = FULL_TURN if self._is_odd else HALF_TURN
        both = [(angle, angle + 180) if self._is_odd else (angle, angle) for angle in self._angles]
        table = np.mod(np.array(both, np.float64), period).astype(np.float32).reshape(-1)
        return Orientations(table[self._winners], self._best, period)


def _angle_of(one: Filter) -> float | None:
    """Return the angle of a kernel that a family made and nobody has edited since; None if it has none."""
    made = made_by(one)
    if one.rank != 2 or made is None or made.kind != "preset" or made.steps:
        return None
    angle = made.settings.get("parameters", {}).get("angle")
    return float(angle) if isinstance(angle, int | float) else None


def _is_odd(one: Filter) -> bool:
    return bool(np.isfinite(one.planes).all()) and analyze(one.planes).half_turn == "odd"
