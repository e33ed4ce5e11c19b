"""How alike two kernels are: the cosine between their weights, up to sign, and if wanted up to turns and shifts."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.planes import common_size, resized

Planes = np.ndarray
Size = tuple[int, ...]

# A cosine that is larger by less than this is the same: the plainer of two ways to lay kernels is then taken.
SAME = 1e-9
LARGEST_SHIFT = 8  # cells: 289 places
# The eight ways to lay a square on itself. Axes are the last two.
TURNS: dict[str, Callable[[Planes], Planes]] = {
    "": lambda planes: planes,
    "turned by 90°": lambda planes: np.rot90(planes, -1, (-2, -1)),
    "turned by 180°": lambda planes: planes[..., ::-1, ::-1],
    "turned by 270°": lambda planes: np.rot90(planes, 1, (-2, -1)),
    "flipped left to right": lambda planes: planes[..., ::-1],
    "flipped top to bottom": lambda planes: planes[..., ::-1, :],
    "transposed": lambda planes: planes.swapaxes(-2, -1),
    "transposed and turned by 180°": lambda planes: planes.swapaxes(-2, -1)[..., ::-1, ::-1],
}


@dataclass(frozen=True)
class Likeness:
    """How another kernel must be laid over one so that they are most alike, and how alike they then are.

    Attributes
    ----------
    cosine : between all weights, −1…1; below 0 the other kernel is negated.
    turn : key of `TURNS`, applied to the other kernel first.
    shift : rows down and columns to the right by which it is then moved.
    """

    cosine: float
    turn: str = ""
    shift: tuple[int, int] = (0, 0)

    @property
    def is_negated(self) -> bool:
        """True if the other kernel has the opposite sign."""
        return self.cosine < 0


def likeness(
    one: Planes, other: Planes, *, turns: bool = False, shifts: bool = False, without_mean: bool = False
) -> Likeness | None:
    """Compare two kernels; None if one has no direction: all weights are 0 or equal to the mean, or one is not finite.

    Parameters
    ----------
    one, other : (P, rows, columns). A single plane meets every channel, as in a layer: beside a kernel of P planes it
        stands P times, so that what these do not share counts as a difference. Other numbers of planes have nothing
        in common: None.
    turns : take the best of the eight ways to turn and flip the other kernel.
    shifts : take the best place, up to half of the larger kernel away, and no more than `LARGEST_SHIFT`.
    without_mean : take the mean off all weights of each kernel first.

    Notes
    -----
    Kernels of different sizes lie on each other with their centre cells, the smaller one among zeros, as a layer
    enlarges it: the cosine is that of the weights as they are applied.

    Examples
    --------
    >>> sobel = np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
    >>> likeness(sobel, -3 * sobel).cosine
    -1.0
    >>> abs(likeness(sobel, sobel.swapaxes(1, 2)).cosine) < 1e-12
    True
    >>> likeness(sobel, sobel.swapaxes(1, 2), turns=True)
    Likeness(cosine=-1.0, turn='turned by 90°', shift=(0, 0))
    """
    return likenesses(one, other[np.newaxis], turns=turns, shifts=shifts, without_mean=without_mean)[0]


def likenesses(
    one: Planes, others: np.ndarray, *, turns: bool = False, shifts: bool = False, without_mean: bool = False
) -> list[Likeness | None]:
    """Compare a kernel with each of many of one size, (N, P, rows, columns), as `likeness` does."""
    unit, units = _directions(one[np.newaxis], without_mean), _directions(others, without_mean)
    if one.shape[0] != others.shape[1] and 1 not in (one.shape[0], others.shape[1]):
        return [None] * len(others)
    # Without a direction, all weights are 0 here.
    is_defined = np.logical_and(units.any(axis=(1, 2, 3)), unit.any()).tolist()
    unit, units = _on_same_channels(unit, units)
    best: list[Likeness | None] = [None] * len(others)
    for turn in TURNS if turns else ("",):
        cosines, places = (_at_best_shifts if shifts else _at_centre)(unit[0], TURNS[turn](units))
        for i, (cosine, place) in enumerate(zip(cosines.tolist(), places, strict=True)):
            known = best[i]
            if known is None or abs(cosine) > abs(known.cosine) + SAME:
                best[i] = Likeness(min(max(cosine, -1.0), 1.0), turn, place)
    return [found if defined else None for found, defined in zip(best, is_defined, strict=True)]


def laid(other: Planes, found: Likeness, size: Size) -> Planes:
    """Return the other kernel as it was laid over one of this size: turned, negated, moved; grown if it is larger.

    What a shift moves beyond the edge is cut off.
    """
    turned = TURNS[found.turn](other)
    grown = resized(turned, common_size(turned.shape[1:], size))
    moved = np.zeros_like(grown)
    targets, sources = zip(*map(_moved, grown.shape[1:], found.shift), strict=True)
    moved[:, *targets] = grown[:, *sources]
    return -moved + 0.0 if found.is_negated else moved  # adding 0 turns −0 into 0


def scaled_like(planes: Planes, model: Planes) -> Planes:
    """Return planes with the Euclidean norm of others, as a whole: a single plane counts once for each channel.

    Unchanged if either norm is 0 or not finite.
    """
    count = max(len(planes), len(model))
    lengths = [_length(each) * (np.sqrt(count) if len(each) == 1 else 1.0) for each in (planes, model)]
    if not all(np.isfinite(length) and length > 0 for length in lengths):
        return planes
    scaled: Planes = planes * (lengths[1] / lengths[0])
    return scaled


def _directions(kernels: np.ndarray, without_mean: bool) -> np.ndarray:
    """Return kernels (N, P, rows, columns) scaled to norm 1; 0 for those that have no direction."""
    axes = (1, 2, 3)
    with np.errstate(all="ignore"):
        largest = np.abs(kernels).max(axis=axes, keepdims=True)
        scaled = np.where(
            np.isfinite(largest) & (largest > 0), kernels / largest, 0.0
        )  # squares neither overflow nor vanish
        if without_mean:
            scaled = scaled - scaled.mean(axis=axes, keepdims=True)
            rounding = scaled[0].size * np.finfo(np.float64).eps
            scaled = np.where(np.abs(scaled).max(axis=axes, keepdims=True) <= rounding, 0.0, scaled)
        norms = np.sqrt(np.square(scaled).sum(axis=axes, keepdims=True))
        found: np.ndarray = np.where(norms > 0, scaled / norms, 0.0)
    return found


def _on_same_channels(unit: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both with equally many planes: the product with a plane that stands P times is that with the P summed."""
    if unit.shape[1] == units.shape[1]:
        return unit, units
    if unit.shape[1] == 1:
        return unit, units.sum(axis=1, keepdims=True) / np.sqrt(units.shape[1])
    return unit.sum(axis=1, keepdims=True) / np.sqrt(unit.shape[1]), units


def _at_centre(unit: Planes, units: np.ndarray) -> tuple[np.ndarray, Sequence[tuple[int, int]]]:
    both = _smaller(unit.shape[1:], units.shape[2:])  # beyond it one of them is 0
    count = len(units)
    parts = resized(units.reshape(-1, *units.shape[2:]), both).reshape(count, -1)
    return parts @ resized(unit, both).ravel(), [(0, 0)] * count


def _at_best_shifts(unit: Planes, units: np.ndarray) -> tuple[np.ndarray, Sequence[tuple[int, int]]]:
    """Return the cosine of the largest magnitude among all shifts, and the shift nearest to the centre that has it."""
    whole = common_size(unit.shape[1:], units.shape[2:])
    reach = [min(n // 2, LARGEST_SHIFT) for n in whole]
    both = _smaller(unit.shape[1:], units.shape[2:])
    size = tuple(min(n, least + 2 * far) for n, least, far in zip(whole, both, reach, strict=True))
    count, planes = units.shape[:2]
    others = resized(units.reshape(-1, *units.shape[2:]), size).reshape(count, planes, *size)
    one = resized(unit, size)
    steps = [range(-far, far + 1) for far in reach]
    best, places = np.zeros(count), [(0, 0)] * count
    for row, column in sorted(itertools.product(*steps), key=lambda shift: shift[0] ** 2 + shift[1] ** 2):
        targets, sources = zip(*map(_moved, size, (row, column)), strict=True)
        moved = np.einsum("prc,nprc->n", one[:, *targets], others[:, :, *sources])
        for i in np.flatnonzero(np.abs(moved) > np.abs(best) + SAME):
            best[i], places[i] = moved[i], (row, column)
    return best, places


def _smaller(one: Size, other: Size) -> Size:
    return tuple(min(along) for along in zip(one, other, strict=True))


def _moved(n: int, by: int) -> tuple[slice, slice]:
    """Return the slices of an axis of n cells after and before a move."""
    return slice(max(by, 0), n + min(by, 0)), slice(max(-by, 0), n - max(by, 0))


def _length(planes: Planes) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.square(planes).sum()))
