"""How far two arrays of one shape differ: float64 sums over values of any dtype, a part at a time."""

import math

import numpy as np

from convexplorer._dataclass import dataclass

_PART = 1 << 14  # values at a time, which stay in the cache as float64


@dataclass(frozen=True)
class ArrayDifference:
    """The difference of two arrays a and b.

    Equal values differ by 0, also two infinities and two NaN; where only one of both is finite, or they are infinities
    of opposite signs, the difference is infinite.

    Attributes
    ----------
    largest : of |a − b|, in float64.
    place : the first place of it, (channel, *cell); () of an empty array.
    first, second : the values there.
    mean : of |a − b|, over all values whose difference is finite.
    relative : ‖a − b‖ / ‖b‖; infinite where only b is 0; 0 where both are.
    cosine : a · b / (‖a‖ ‖b‖), exactly 1 of equal arrays; None where one of both is 0 or not finite.
    count : number of values.
    differing : number of those that are not equal.
    """

    largest: float
    place: tuple[int, ...]
    first: float
    second: float
    mean: float
    relative: float
    cosine: float | None
    count: int
    differing: int

    @property
    def is_none(self) -> bool:
        """True if all values are equal."""
        return self.differing == 0


def array_difference(a: np.ndarray, b: np.ndarray) -> ArrayDifference:
    """Return how far two arrays differ.

    Raises
    ------
    ValueError : the shapes differ.

    Examples
    --------
    >>> found = array_difference(np.array([[3.0, 4.0]]), np.array([[3.0, 0.0]]))
    >>> found.largest, found.place, found.mean, found.relative, found.cosine
    (4.0, (0, 1), 2.0, 1.3333333333333333, 0.6)
    """
    if a.shape != b.shape:
        raise ValueError(f"a and b must have one shape; got {a.shape} and {b.shape}")
    ours, others = a.reshape(-1), b.reshape(-1)
    sums = _Sums()
    if a is not b:
        for start in range(0, ours.size, _PART):
            sums.add(start, ours[start : start + _PART], others[start : start + _PART])
    return sums.result(ours, others, a.shape)


class _Sums:
    """What has been found of the parts so far."""

    def __init__(self) -> None:
        self.largest, self.at = 0.0, 0
        self.total, self.finite, self.differing = 0.0, 0, 0
        self.squares = [0.0] * 4  # of the difference, of a, of b, and the products of both

    @np.errstate(over="ignore", invalid="ignore")
    def add(self, start: int, a: np.ndarray, b: np.ndarray) -> None:
        """Take the next part."""
        x, y = a.astype(np.float64), b.astype(np.float64)
        size = np.abs(x - y)
        largest = float(size.max())
        if math.isfinite(largest):  # two numbers whose difference is 0 are equal
            differing, total, finite = int(np.count_nonzero(size)), float(size.sum()), size.size
        else:
            is_equal = (x == y) | (np.isnan(x) & np.isnan(y))
            size[is_equal] = 0.0
            is_finite = np.isfinite(size)
            size[~is_finite] = np.inf
            differing, finite = int(size.size - is_equal.sum()), int(is_finite.sum())
            total = float(size[is_finite].sum())
            largest = float(size.max())
        if largest > self.largest:
            self.largest, self.at = largest, start + int(size.argmax())
        self.differing += differing
        self.total += total
        self.finite += finite
        for i, product in enumerate((np.dot(size, size), np.dot(x, x), np.dot(y, y), np.dot(x, y))):
            self.squares[i] += float(product)

    def result(self, a: np.ndarray, b: np.ndarray, shape: tuple[int, ...]) -> ArrayDifference:
        """Return the difference of all parts."""
        is_empty = a.size == 0
        place = () if is_empty else tuple(map(int, np.unravel_index(self.at, shape)))
        first, second = (math.nan, math.nan) if is_empty else (float(a[self.at]), float(b[self.at]))
        is_none = self.differing == 0
        relative, cosine = (
            (0.0, _own_cosine(a)) if is_none else (_relative(self.squares[0], self.squares[2]), self._cosine())
        )
        return ArrayDifference(
            largest=self.largest,
            place=place,
            first=first,
            second=second,
            mean=self.total / self.finite if self.finite else 0.0,
            relative=relative,
            cosine=cosine,
            count=int(a.size),
            differing=self.differing,
        )

    def _cosine(self) -> float | None:
        _, own, other, both = self.squares
        norm = math.sqrt(own) * math.sqrt(other) if math.isfinite(own) and math.isfinite(other) else math.inf
        if not 0 < norm < math.inf or not math.isfinite(both):
            return None
        return min(max(both / norm, -1.0), 1.0)


def _own_cosine(a: np.ndarray) -> float | None:
    return 1.0 if a.any() and np.isfinite(a).all() else None


def _relative(difference: float, norm: float) -> float:
    if not math.isfinite(difference) or norm == 0:
        return math.inf
    return math.sqrt(difference / norm) if math.isfinite(norm) else 0.0
