"""A composed kernel beside the passes that it stands for, on a picture: both maps and how far they differ."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core import conv
from convexplorer.kernels.composing import OPERATIONS, Apply, Settings, complete, composed
from convexplorer.words import compact_number, number, times

LARGEST = 256  # rows and columns of the part of the picture that is compared
_ROUNDING = 1e-9  # of the largest value: what float64 sums leave
SEED = 1  # of the noise that is added to what is to be undone


@dataclass(frozen=True, eq=False)
class CompositionCheck:
    """Two maps of one picture, each (H, W) float64.

    Attributes
    ----------
    before, after : the map of the passes and that of the one kernel; of an inverse the blurred and the undone picture.
    labels : of both.
    difference : after minus before; of an inverse, after minus the picture itself.
    margin : rows and columns at each side whose windows reach beyond the picture: there the passes pad anew.
    sentence : what the comparison says.
    """

    before: np.ndarray
    after: np.ndarray
    difference: np.ndarray
    labels: tuple[str, str, str]
    margin: tuple[int, int]
    sentence: str


def middle_of(image: np.ndarray) -> np.ndarray:
    """Return the middle of a picture (C, H, W) as the mean of its channels, (H, W), at most `LARGEST` wide."""
    rows, columns = image.shape[1:]
    top, left = (max(0, n - LARGEST) // 2 for n in (rows, columns))
    part = image[:3, top : top + LARGEST, left : left + LARGEST]
    grey: np.ndarray = part.astype(np.float64).mean(axis=0)
    return grey


def check_composition(
    picture: np.ndarray,
    operation: str,
    first: np.ndarray,
    second: np.ndarray,
    settings: Settings,
    *,
    is_flipped: bool = False,
    border: str = "zeros",
) -> CompositionCheck:
    """Compute both ways, in float64.

    Parameters
    ----------
    picture : (H, W)
    first, second : planes as in `kernels.composing`; those of several channels count as their mean, of a grey picture.
    border : what lies outside the picture, in every pass.

    Examples
    --------
    >>> box = np.full((1, 3, 3), 1 / 9)
    >>> check_composition(np.eye(32), "add", box, box, {}).sentence
    'Equal to the last digits: the largest difference is 0, up to 1 row and 1 column from the border.'
    """

    def apply(y: np.ndarray, planes: np.ndarray) -> np.ndarray:
        return conv(y, planes[np.newaxis], padding="same", border=border)

    turn = slice(None, None, -1 if is_flipped else 1)
    one, other = (planes[:, turn, turn].mean(axis=0, keepdims=True) for planes in (first, second))
    known = complete(operation, first, settings)
    whole = composed(operation, one, other, known)
    x = picture[np.newaxis].astype(np.float64)
    if operation == "invert":
        return _undone(apply, x, one, whole, known)
    passes, once = OPERATIONS[operation].passes(apply, x, one, other, known)[0], apply(x, whole)[0]
    margin = (whole.shape[1] // 2, whole.shape[2] // 2)
    with np.errstate(invalid="ignore"):  # infinity minus infinity
        difference = once - passes
    return CompositionCheck(
        passes,
        once,
        difference,
        ("The passes", "The one kernel", "Difference"),
        margin,
        _sentence(passes, difference, margin),
    )


def _undone(apply: Apply, x: np.ndarray, blur: np.ndarray, plane: np.ndarray, settings: Settings) -> CompositionCheck:
    noise = np.random.default_rng(SEED).normal(0, settings["noise"], x.shape)
    blurred = apply(x, blur) + noise
    undone = apply(blurred, plane)
    margin = tuple((a + b) // 2 for a, b in zip(blur.shape[1:], plane.shape[1:], strict=True))
    before, after = (_decibels(_inside(y[0] - x[0], margin)) for y in (blurred, undone))
    verdict = (
        ""
        if after is None or before is None or after > before
        else " That is worse than before: allow for more noise, or take the other prior."
    )
    words = f"Blurred, with the noise: {_db(before)}; undone: {_db(after)}.{verdict}"
    labels = ("First, and noise", "Undone", "Undone − picture")
    return CompositionCheck(blurred[0], undone[0], undone[0] - x[0], labels, (margin[0], margin[1]), words)


def _sentence(passes: np.ndarray, difference: np.ndarray, margin: tuple[int, int]) -> str:
    inside = _inside(difference, margin)
    if inside.size == 0:
        return f"The kernel is larger than the {times(passes.shape)} cells that are compared: all windows reach beyond."
    if not np.isfinite(inside).all():
        return "The maps hold values that are no finite numbers, and cannot be compared."
    size = float(np.abs(_inside(passes, margin)).max())
    largest, at_border = (float(np.nanmax(np.abs(each))) for each in (inside, difference))
    verdict = "Equal to the last digits: the" if largest <= _ROUNDING * size else "The"
    where = " and ".join(f"{n} {what}{'s' * (n != 1)}" for n, what in zip(margin, ("row", "column"), strict=True))
    beyond = (
        f"; at the border, where each pass pads anew, {compact_number(at_border)}"
        if at_border > _ROUNDING * size
        else ""
    )
    return f"{verdict} largest difference is {_little(largest, size)}, up to {where} from the border{beyond}."


def _little(largest: float, size: float) -> str:
    return "0" if largest <= 1e-15 * size else f"{largest:.1e}" if largest < 1e-3 else number(largest)


def _inside(y: np.ndarray, margin: tuple[int, ...]) -> np.ndarray:
    rows, columns = margin
    return y[rows : y.shape[0] - rows, columns : y.shape[1] - columns]


def _decibels(error: np.ndarray) -> float | None:
    square = float(np.mean(np.square(error))) if error.size else 0.0
    return None if not square > 0 or not np.isfinite(square) else -10 * float(np.log10(square))


def _db(value: float | None) -> str:
    return "no number" if value is None else f"{value:.1f} dB"
