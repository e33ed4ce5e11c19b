"""What a kernel is, in numbers: its sums, its symmetries, its rank, and where its weights lie.

All of it speaks of a kernel as it is applied, without turning it (cross-correlation). Nothing here is about a picture.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Parity = Literal["even", "odd", ""]

# Weights that differ by less of the largest one are equal: far below what float32 maps can tell apart,
# far above the rounding of a formula.
_EQUAL = 1e-12
# Factors are looked for in whole numbers up to this one: larger ones are no easier to read than decimals.
_LARGEST_WHOLE = 99
_LARGEST_DIVISOR = 12


@dataclass(frozen=True, eq=False)
class Factors:
    """A kernel plane as a column times a row: `plane == factor * np.outer(column, row)`.

    Attributes
    ----------
    column, row : (rows,) and (columns,) float64, whole numbers where such exist; the signs are where they change.
    factor : what is left, positive.
    """

    column: np.ndarray
    row: np.ndarray
    factor: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a kernel is.

    Attributes
    ----------
    planes : (channels, rows, columns) float64, as applied.
    sum, plane_sums : the answer to a flat area of 1 in all channels, and in one of them; 0 where only rounding is left.
    lowest, highest : the sums of the negative and of the positive weights: the answers to a picture in 0…1 lie
        between them, and both can be reached.
    norm : Euclidean; by so much independent noise of the pixels grows.
    factors : the plane that all channels share as a column times a row; None if there is no such, or no one plane.
    across_columns, across_rows, half_turn : whether mirroring left to right, top to bottom, or turning by 180°
        leaves the kernel as it is ("even"), changes all its signs ("odd"), or neither; "" too if all weights are 0.
    is_isotropic : a quarter turn leaves the kernel as it is.
    ramp : (row, column): the answers to pictures whose brightness rises by 1 a row downwards, and a column to the
        right, beyond the answer to their value under the middle of the window.
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
        """Sum of the absolute weights: no answer to a picture in −1…1 is larger."""
        return self.highest - self.lowest

    @property
    def ranks(self) -> tuple[int, ...]:
        """Of how many columns times rows each plane is the sum."""
        return tuple(rank(plane) for plane in self.planes)

    @property
    def is_zero(self) -> bool:
        """Whether all weights are 0."""
        return self.absolute_sum == 0

    @property
    def is_shared(self) -> bool:
        """Whether all channels meet the same plane."""
        return bool(_are_equal(self.planes, self.planes[:1]))

    @property
    def is_non_negative(self) -> bool:
        """Whether no weight is negative."""
        return self.lowest == 0

    @property
    def direction(self) -> float | None:
        """Clockwise angle in degrees (0: right, 90: down) in which a steady rise gives the largest answer.

        None if rises give no answer of their own.
        """
        down, right = self.ramp
        return None if down == right == 0 else float(np.degrees(np.arctan2(down, right)))

    @property
    def center(self) -> tuple[float, float] | None:
        """(row, column) of the weights' centre of mass from the middle of the window; None if the sum is 0."""
        return None if self.sum == 0 else (self.ramp[0] / self.sum, self.ramp[1] / self.sum)


def analyze(planes: ArrayLike) -> Analysis:
    """Return what a kernel is.

    Parameters
    ----------
    planes : ([channels,] rows, columns) of finite weights, as applied: a plane that several channels share
        stands once for each.

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
    """Return the sum, 0 where only rounding is left of it; with infinity among the weights it is not finite.

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
    """Return the Euclidean norm.

    Examples
    --------
    >>> norm(np.array([[3.0, -4.0]]))
    5.0
    """
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        return float(np.sqrt(np.square(weights).sum()))


def rank(plane: np.ndarray) -> int:
    """Return of how many columns times rows a plane is the sum: 0 for zeros.

    Examples
    --------
    >>> rank(np.ones((3, 5))), rank(np.eye(3))
    (1, 3)
    """
    largest = np.abs(plane).max()
    return 0 if largest == 0 else int(np.linalg.matrix_rank(plane / largest, rtol=max(plane.shape) * _EQUAL))


def factors(plane: np.ndarray) -> Factors | None:
    """Return a plane as a column times a row, None if it is no such product.

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
    """Return by how much convolution and correlation can differ at most on pictures in 0…1, before the activation.

    Parameters
    ----------
    planes : (channels, rows, columns)

    Examples
    --------
    >>> flip_distance(np.array([[[-1.0, 0.0, 1.0]]]))
    2.0
    """
    difference = planes - planes[:, ::-1, ::-1]
    return 0.0 if _are_equal(planes, planes[:, ::-1, ::-1]) else float(np.maximum(difference, 0).sum())


def _analysis(weights: np.ndarray, *, is_shared: bool) -> Analysis:
    return Analysis(
        planes=weights,
        sum=exact_sum(weights),
        plane_sums=tuple(exact_sum(plane) for plane in weights),
        lowest=float(np.minimum(weights, 0).sum()),
        highest=float(np.maximum(weights, 0).sum()),
        norm=norm(weights),
        factors=factors(weights[0]) if is_shared else None,
        across_columns=_parity(weights, weights[:, :, ::-1]),
        across_rows=_parity(weights, weights[:, ::-1]),
        half_turn=_parity(weights, weights[:, ::-1, ::-1]),
        is_isotropic=weights.shape[1] == weights.shape[2] and _are_equal(weights, np.rot90(weights, axes=(1, 2))),
        ramp=(_ramp(weights, 1), _ramp(weights, 2)),
    )


def _parity(weights: np.ndarray, other: np.ndarray) -> Parity:
    if not weights.any():
        return ""
    return "even" if _are_equal(weights, other) else "odd" if _are_equal(weights, -other) else ""


def _are_equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Compare to twelve digits of the largest weight."""
    return bool(np.abs(a - b).max() <= _EQUAL * np.abs(a).max())


def _ramp(weights: np.ndarray, axis: int) -> float:
    """Return the answer to a rise by 1 per cell along an axis, which is 0 under the middle."""
    n = weights.shape[axis]
    steps = (np.arange(n) - (n - 1) / 2).reshape([-1 if i == axis else 1 for i in range(3)])
    return exact_sum(weights * steps)


def _simple(vector: np.ndarray) -> np.ndarray:
    """Return a multiple of a vector: the smallest whole numbers, or, if none fit, one whose weights add up to 1 or −1.

    Where they add up to 0, it is the absolute ones that do.
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
