"""The test bench: small patterns on which the effect of a kernel can be predicted, and its answer to each.

Patterns go on beyond what is shown, so that no answer is one to a border.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.conv import conv
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.kernels.planes import centre
from convexplorer.sources import patterns

SIDE = 97  # pixels that are shown; odd, so that one lies in the middle
_MARGIN = MAX_KERNEL_SIZE // 2
_WHOLE = SIDE + 2 * _MARGIN


@dataclass(frozen=True)
class Wave:
    """The wave that gratings, edges and cuts have in common.

    Attributes
    ----------
    wavelength : in pixels, 2 or more.
    angle : in degrees, clockwise from the right, in which it runs.
    """

    wavelength: float = 8.0
    angle: float = 0.0


@dataclass(frozen=True)
class BenchRow:
    """A pattern of the bench.

    Attributes
    ----------
    label, explanation : a word above it, and a sentence for its tip.
    draw : returns (rows, columns) of the pattern, of so many pixels a side.
    has_angle, has_length : True if it follows the angle, and the length, of the wave.
    """

    label: str
    explanation: str
    draw: Callable[[int, Wave], np.ndarray]
    has_angle: bool = False
    has_length: bool = False


BENCH: dict[str, BenchRow] = {
    "impulse": BenchRow(
        "Impulse",
        "A single pixel of 1. The answer is the kernel, turned by 180°.",
        lambda side, _: patterns.impulse(side, 0),
    ),
    "edge": BenchRow(
        "Edge",
        "From 0 to 1 in the direction of the wave. Drag to turn it.",
        lambda side, wave: patterns.step_edge(side, wave.angle),
        has_angle=True,
    ),
    "grating": BenchRow(
        "Grating",
        "The wave itself, from 0 to 1. The answer is the response at this wave, and the gain times its mean, 0.5. "
        "Drag to turn it; after a click the wheel changes its length.",
        lambda side, wave: patterns.grating(side, wave.wavelength, wave.angle, 0.0),
        has_angle=True,
        has_length=True,
    ),
    "zone-plate": BenchRow(
        "Zone plate",
        "Waves of every direction, finer outwards, two pixels long at the rim: the answer is bright where they pass.",
        # As fine at the rim of what is shown, and finer beyond it.
        lambda side, _: patterns.zone_plate(side, 0.5 * side / SIDE),
    ),
    "noise": BenchRow(
        "Noise",
        "Independent values from 0 to 1. The deviation of the answer is the noise gain times theirs, 0.29.",
        lambda side, _: patterns.noise(side, 1, 0),
    ),
}


def drawn(key: str, wave: Wave) -> np.ndarray:
    """Return what is shown of a pattern, (SIDE, SIDE) float64 in 0…1."""
    return _whole(key, *_asked(key, wave))[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]


def answer(key: str, wave: Wave, plane: np.ndarray) -> np.ndarray:
    """Return the map of a pattern, (SIDE, SIDE) float32, each value that of the pixel under the centre cell.

    Sums that are nothing but rounding are 0; the answer to an impulse has none.

    Parameters
    ----------
    key : of `BENCH`.
    plane : (rows, columns) of at most `MAX_KERNEL_SIZE` cells an axis.

    Examples
    --------
    >>> float(answer("impulse", Wave(), np.array([[0.0, 5.0, 0.0]]))[SIDE // 2, SIDE // 2])
    5.0
    """
    rows, columns = (_read(n) for n in plane.shape)
    source = _whole(key, *_asked(key, wave))[rows, columns].astype(np.float32)
    with np.errstate(all="ignore"):  # weights may be too large for float32
        made: np.ndarray = conv(source[np.newaxis], plane[np.newaxis, np.newaxis])[0]
        rounding = 2 * np.finfo(np.float32).eps * np.abs(plane).sum()
    if key == "impulse" or not np.isfinite(rounding):
        return made
    return np.where(np.abs(made) <= rounding, np.float32(0), made)


def _read(n: int) -> slice:
    """Return what a kernel of `n` cells reads along an axis for all that is shown."""
    start = _MARGIN - centre(n)
    return slice(start, start + SIDE + n - 1)


def _asked(key: str, wave: Wave) -> tuple[float, float]:
    """Return length and angle as far as a pattern depends on them."""
    row = BENCH[key]
    return wave.wavelength if row.has_length else 0.0, wave.angle if row.has_angle else 0.0


@lru_cache(maxsize=16)
def _whole(key: str, wavelength: float, angle: float) -> np.ndarray:
    whole = BENCH[key].draw(_WHOLE, Wave(wavelength, angle))
    whole.flags.writeable = False
    return whole
