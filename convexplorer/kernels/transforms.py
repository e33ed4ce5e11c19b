"""Operations on a whole kernel: each row of TRANSFORMS is a button in the window."""

from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass

Planes = np.ndarray


@dataclass(frozen=True)
class Transform:
    """An operation on a whole kernel.

    Attributes
    ----------
    label, explanation : name and tip of the button.
    function : (P, kh, kw) → (P, kh, kw); raises `ValueError` if the operation is undefined for these weights.
    step : what was done, in words that continue how the kernel was made.
    """

    label: str
    explanation: str
    function: Callable[[Planes], Planes]
    step: str


def _rotate(planes: Planes) -> Planes:
    return np.rot90(planes, k=-1, axes=(1, 2))


def _transpose(planes: Planes) -> Planes:
    return planes.transpose(0, 2, 1)


def _normalize_sum(planes: Planes) -> Planes:
    total = float(planes.sum())
    if not np.isfinite(total):
        raise ValueError("the weights add up to no finite number, so no factor makes the sum 1")
    if abs(total) <= _rounding(planes):
        raise ValueError("the weights add up to 0, so no factor makes the sum 1")
    return planes / total


def _zero_sum(planes: Planes) -> Planes:
    if not np.isfinite(planes).all():
        raise ValueError("a weight that is not finite has no mean to take away")
    centred: Planes = planes - planes.mean()
    return centred


def _unit_norm(planes: Planes) -> Planes:
    largest = float(np.abs(planes).max())
    if not np.isfinite(largest):
        raise ValueError("a weight is not finite, so no factor makes the norm 1")
    if largest == 0:
        raise ValueError("all weights are 0, so no factor makes the norm 1")
    scaled = planes / largest  # so that squares neither overflow nor vanish
    unit: Planes = scaled / np.sqrt(np.square(scaled).sum())
    return unit


def _rounding(planes: Planes) -> float:
    """Return a bound on the rounding error of the weights' sum."""
    return float(np.abs(planes).sum()) * planes.size * np.finfo(np.float64).eps


TRANSFORMS: dict[str, Transform] = {
    "rotate": Transform("Rotate 90°", "Turns the kernel by 90° clockwise.", _rotate, "turned by 90°"),
    "flip-horizontal": Transform(
        "Flip left to right",
        "Mirrors the kernel: left becomes right.",
        lambda planes: planes[:, :, ::-1],
        "flipped left to right",
    ),
    "flip-vertical": Transform(
        "Flip top to bottom",
        "Mirrors the kernel: top becomes bottom.",
        lambda planes: planes[:, ::-1],
        "flipped top to bottom",
    ),
    "transpose": Transform("Transpose", "Swaps rows and columns.", _transpose, "transposed"),
    "negate": Transform("Negate", "Turns every weight's sign: light answers become dark ones.", np.negative, "negated"),
    "normalize-sum": Transform(
        "Normalise to sum 1",
        "Divides all weights by their sum, so that flat areas keep their brightness.",
        _normalize_sum,
        "normalised to sum 1",
    ),
    "zero-sum": Transform(
        "Make zero-sum", "Takes the mean off every weight, so that flat areas give 0.", _zero_sum, "made zero-sum"
    ),
    "unit-norm": Transform(
        "Normalise to length 1",
        "Scales the weights so that their squares add up to 1: answers become comparable.",
        _unit_norm,
        "normalised to length 1",
    ),
    "double": Transform("Double", "Multiplies every weight by 2.", lambda planes: planes * 2, "doubled"),
    "halve": Transform("Halve", "Divides every weight by 2.", lambda planes: planes / 2, "halved"),
    "clear": Transform("Clear", "Sets every weight to 0.", np.zeros_like, "cleared"),
}
