"""The properties of a kernel: sums, symmetries, rank, and centre of mass.

All properties belong to the kernel as applied, without a flip (cross-correlation), and are independent of pictures.
"""

from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass

Parity = Literal["even", "odd", ""]

# Weights that differ by less of the largest one are equal: far below what float32 maps can tell apart,
# far above the rounding of a formula.
_EQUAL = 1e-12
# Factors are looked for in whole numbers up to this one: larger ones are no easier to read than decimals.
_LARGEST_WHOLE = 99
_LARGEST_DIVISOR = 12


@dataclass(frozen=True, eq=False)
class Factors:
    """A rank-one plane as an outer product: `plane == factor * np.outer(column, row)`.

    Attributes
    ----------
    column, row : (rows,) and (columns,) float64, scaled to whole numbers if possible. They carry the signs.
    factor : the remaining factor, positive.
    """

    column: np.ndarray
    row: np.ndarray
    factor: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """The properties of a kernel.

    Attributes
    ----------
    planes : (channels, rows, columns) float64, as applied.
    sum, plane_sums : response to a flat area of 1 in all channels, and in each channel; 0 if only rounding is left.
    lowest, highest : sums of the negative and of the positive weights, the bounds of the response to a picture in 0…1;
        both can be reached.
    norm : Euclidean norm, the factor by which independent noise of the pixels grows.
    factors : outer product of the plane shared by all channels; None if its rank is not 1, or the planes differ.
    across_columns, across_rows, half_turn : symmetry under mirroring left to right, mirroring top to bottom, and a turn
        by 180°: "even" leaves the kernel unchanged, "odd" changes all signs, "" is neither, or all weights are 0.
    is_isotropic : True if a quarter turn leaves the kernel unchanged.
    ramp : (row, column): responses to brightness rising by 1 per row downwards, and by 1 per column to the right, minus
        the response to the value under the middle of the window.
    """

    planes: np.ndarray
    sum: float
    plane_sums: tuple[float, ...]
    lowest: float
    highest: float
    norm: float
    factors: Factors | None
    across_columns: Parity
    across_rows: Parity
    half_turn: Parity
    is_isotropic: bool
    ramp: tuple[float, float]

    @property
    def absolute_sum(self) -> float:
        """Sum of the absolute weights, the largest possible response to a picture in −1…1."""
        return self.highest - self.lowest

    @cached_property
    def ranks(self) -> tuple[int, ...]:
        """Rank of each plane."""
        return tuple(rank(plane) for plane in self.planes)

    @property
    def is_zero(self) -> bool:
        """True if all weights are 0."""
        return self.absolute_sum == 0

    @cached_property
    def is_shared(self) -> bool:
        """True if all channels share one plane."""
        return bool(_are_equal(self.planes, self.planes[:1]))

    @property
    def is_non_negative(self) -> bool:
        """True if no weight is negative."""
        return self.lowest == 0

    @property
    def direction(self) -> float | None:
        """Clockwise angle in degrees (0: right, 90: down) of the brightness ramp with the largest response.

        None if the kernel does not respond to ramps.
        """
        down, right = self.ramp
        return None if down == right == 0 else float(np.degrees(np.arctan2(down, right)))

    @property
    def center(self) -> tuple[float, float] | None:
        """Centre of mass (row, column) of the weights, from the middle of the window; None if the sum is 0."""
        return None if self.sum == 0 else (self.ramp[0] / self.sum, self.ramp[1] / self.sum)


def analyze(planes: ArrayLike) -> Analysis:
    """Analyze the weights of a kernel.

    Parameters
    ----------
    planes : ([channels,] rows, columns) of finite weights, as applied: a plane that several channels share is repeated
        for each.

    Raises
    ------
    ValueError : the planes have another number of axes, no weights, or weights that are not finite.

    Examples
    --------
    >>> sobel = analyze([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> sobel.sum, sobel.across_columns, sobel.direction, sobel.ranks
    (0.0, 'odd', 0.0, (1,))
    >>> sobel.factors.column, sobel.factors.row
    (array([1., 2., 1.]), array([-1.,  0.,  1.]))
    """
    weights = np.array(planes, np.float64, ndmin=3)
    if weights.ndim != 3 or weights.size == 0:
        raise ValueError(f"planes must have the shape ([channels,] rows, columns); got {np.shape(planes)}")
    if not np.isfinite(weights).all():
        raise ValueError("planes must hold finite weights; got NaN or infinity")
    with np.errstate(all="ignore"):  # sums of finite weights may be infinite
        return _analysis(weights, is_shared=_are_equal(weights, weights[:1]))


def exact_sum(weights: np.ndarray) -> float:
    """Return the sum of the weights, 0 if only rounding is left; not finite if a weight is infinite.

    Examples
    --------
    >>> exact_sum(np.array([0.1, 0.2, -0.3]))
    0.0
    """
    with np.errstate(all="ignore"):
        total = float(weights.sum())
        if not np.isfinite(total):
            return total
        rounding = float(np.abs(weights).sum()) * weights.size * np.finfo(np.float64).eps
    return 0.0 if abs(total) <= rounding else total


def norm(weights: np.ndarray) -> float:
    """Return the Euclidean norm of the weights.

    Examples
    --------
    >>> norm(np.array([[3.0, -4.0]]))
    5.0
    """
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        return float(np.sqrt(np.square(weights).sum()))


def rank(plane: np.ndarray) -> int:
    """Return the rank of a plane: the fewest outer products (column × row) that sum to it; 0 if all weights are 0.

    Examples
    --------
    >>> rank(np.ones((3, 5))), rank(np.eye(3))
    (1, 3)
    """
    largest = np.abs(plane).max()
    return 0 if largest == 0 else int(np.linalg.matrix_rank(plane / largest, rtol=max(plane.shape) * _EQUAL))


def factors(plane: np.ndarray) -> Factors | None:
    """Return the outer product of a rank-one plane, column and row; None for any other rank.

    Examples
    --------
    >>> box = factors(np.full((2, 2), 0.25))
    >>> box.column, box.row, box.factor
    (array([1., 1.]), array([1., 1.]), 0.25)
    """
    if rank(plane) != 1:
        return None
    i, j = np.unravel_index(np.argmax(np.abs(plane)), plane.shape)
    pivot = float(plane[i, j])
    column, row = _simple(plane[:, j] / pivot), _simple(plane[i] / pivot)
    if (column <= 0).all():
        column = -column
    factor = pivot / float(column[i] * row[j])
    if factor < 0:
        column, row, factor = (column, -row, -factor) if (column >= 0).all() else (-column, row, -factor)
    # Adding 0 turns −0 into 0.
    return Factors(column + 0.0, row + 0.0, factor)


def flip_distance(planes: np.ndarray) -> float:
    """Return the largest difference of convolution and correlation on pictures in 0…1, before the activation.

    Parameters
    ----------
    planes : (channels, *size)

    Examples
    --------
    >>> flip_distance(np.array([[[-1.0, 0.0, 1.0]]]))
    2.0
    """
    turned = np.flip(planes, axis=tuple(range(1, planes.ndim)))
    difference = planes - turned
    return 0.0 if _are_equal(planes, turned) else float(np.maximum(difference, 0).sum())


def _analysis(weights: np.ndarray, *, is_shared: bool) -> Analysis:
    each = weights[:1] if is_shared else weights  # planes that are equal have the same symmetries
    return Analysis(
        planes=weights,
        sum=exact_sum(weights),
        plane_sums=tuple(exact_sum(plane) for plane in weights),
        lowest=float(np.minimum(weights, 0).sum()),
        highest=float(np.maximum(weights, 0).sum()),
        norm=norm(weights),
        factors=factors(weights[0]) if is_shared else None,
        across_columns=_parity(each, each[:, :, ::-1]),
        across_rows=_parity(each, each[:, ::-1]),
        half_turn=_parity(each, each[:, ::-1, ::-1]),
        is_isotropic=each.shape[1] == each.shape[2] and _are_equal(each, np.rot90(each, axes=(1, 2))),
        ramp=(_ramp(weights, 1), _ramp(weights, 2)),
    )


def _parity(weights: np.ndarray, other: np.ndarray) -> Parity:
    if not weights.any():
        return ""
    return "even" if _are_equal(weights, other) else "odd" if _are_equal(weights, -other) else ""


def _are_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Return True if the weights agree to twelve digits of the largest one."""
    return bool(np.abs(a - b).max() <= _EQUAL * np.abs(a).max())


def _ramp(weights: np.ndarray, axis: int) -> float:
    """Return the response to a ramp along an axis that rises by 1 per cell and is 0 in the middle."""
    n = weights.shape[axis]
    steps = (np.arange(n) - (n - 1) / 2).reshape([-1 if i == axis else 1 for i in range(3)])
    return exact_sum(weights * steps)


def _simple(vector: np.ndarray) -> np.ndarray:
    """Return a multiple of a vector: the smallest whole numbers, or, if there are none, one with sum 1 or −1.

    If the sum is 0, the absolute values sum to 1 instead.
    """
    vector = np.where(np.abs(vector) <= _EQUAL * np.abs(vector).max(), 0.0, vector)
    smallest = np.abs(vector[vector != 0]).min()
    for divisor in range(1, _LARGEST_DIVISOR + 1):
        scaled = vector / smallest * divisor
        whole = np.round(scaled)
        if np.abs(whole).max() > _LARGEST_WHOLE:
            break
        if np.abs(scaled - whole).max() <= _EQUAL * np.abs(scaled).max():
            return np.asarray(whole)
    return np.asarray(vector / abs(exact_sum(vector) or float(np.abs(vector).sum())))
