"""Conversion of float maps to 8 bits for the screen: levels, indices, clipping. Nothing here is part of the arithmetic.

An indexed map holds 0…254 between its levels, with the middle at exactly 127, and 255 for values that are not finite.
A palette maps each index to a colour.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import DTypeLike

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.display.palettes import (
    LAST_INDEX,
    NOT_FINITE_INDEX,
    PALETTES,
    WEIGHTS_PALETTE,
    ZERO_INDEX,
    Palette,
)

__all__ = [
    "PALETTES",
    "WEIGHTS_PALETTE",
    "Levels",
    "Palette",
    "are_symmetric",
    "are_whole",
    "as_opencv_8bit",
    "choose_levels",
    "clipped_share",
    "colorize",
    "largest_magnitude",
    "luminance",
    "nice_ceiling",
    "noise_in",
    "not_finite_share",
    "reduce",
    "rounding_noise",
    "sample_step",
    "to_indexed",
]

# The levels are chosen from about this many values, whatever the size: a fifth of a millisecond.
_SAMPLES = 10_000
# One value in so many may stick out without setting the scale: a hot pixel, not an edge.
_PEAK_SHARE = 0.9999
# Values below this share of the peak are the flat background. They do not vote, so that edges on it set the levels.
_BACKGROUND = 1e-3
# However flat the rest, levels reach at least this share of the peak: below it lies the grain of a camera's 8 bits.
_SMALLEST_SHARE = 1 / 16
# What rounding may leave of a sum that should be 0, in units in the last place of its terms together. The zero-sum
# presets of 3×3 to 63×63 left up to 14 on flat pictures and ramps.
_ROUNDINGS = 32
# Whole numbers below are exact in float32, and so are their sums.
_LARGEST_WHOLE = 2.0**24
_FIRST = 256
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
# Below, float32 itself ends, and colours would show rounding only.
_SMALLEST = 1e-30
_LARGEST_SCALED = 1e9
# Twice as much still fits float64.
_LARGEST = 8e307


@dataclass(frozen=True)
class Levels:
    """The values shown in the first and the last colour; values beyond them are clipped."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.high - self.low) and self.low < self.high):
            raise ValueError(f"levels must be two finite numbers, low < high; got {self.low:g} and {self.high:g}")


def are_symmetric(levels: Levels, palette: str) -> bool:
    """Return whether levels lie at the same distance from 0, in a palette (key of `PALETTES`) with two directions."""
    return PALETTES[palette].is_diverging and levels.low == -levels.high


def round_levels(low: float, high: float) -> tuple[float, float]:
    """Round levels to three significant digits of the larger one; a hand is no more exact, and a person reads them.

    Levels that would become one are left as they are.

    Examples
    --------
    >>> round_levels(-4.07349, 4.07349), round_levels(0.1, 1234.5)
    ((-4.07, 4.07), (0.0, 1230.0))

    """
    largest = max(abs(low), abs(high))
    if not (math.isfinite(largest) and largest > 0):
        return (low, high)
    decimals = 2 - math.floor(math.log10(largest))
    rounded = (round(low, decimals), round(high, decimals))
    return rounded if rounded[0] < rounded[1] else (low, high)


def largest_magnitude(values: np.ndarray) -> float:
    """Return the largest finite absolute value, what colours are scaled by; 1 where nothing is above 1e-30.

    Examples
    --------
    >>> largest_magnitude(np.array([-3.0, 2.0, np.inf])), largest_magnitude(np.zeros(2))
    (3.0, 1.0)
    """
    finite = np.abs(values[np.isfinite(values)])
    largest = float(finite.max()) if finite.size else 0.0
    return largest if largest > _SMALLEST else 1.0


def nice_ceiling(value: float) -> float:
    """Round up to 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten.

    Round levels keep colour bars readable, and steady while frames change slightly.

    Examples
    --------
    >>> nice_ceiling(0.37), nice_ceiling(812), nice_ceiling(0)
    (0.4, 1000.0, 0.0)
    """
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"value must be finite and ≥ 0; got {value}")
    if value == 0:
        return 0.0
    exponent = math.floor(math.log10(value))
    # Text gives the decimal that is meant: 3 · 10⁻¹ is not 0.3 in binary arithmetic.
    candidates = (float(f"{factor}e{exponent}") for factor in _NICE)
    return next((nice for nice in candidates if nice >= value), float(f"1e{exponent + 1}"))


def choose_levels(
    maps: Sequence[np.ndarray],
    *,
    palette: str,
    coverage: float = 0.995,
    magnitude: float = 0.0,
    ends: Callable[[], tuple[float, float]] | None = None,
) -> Levels:
    """Return round levels that contain at least `coverage` of the values that stand out from 0.

    Parameters
    ----------
    maps : arrays that share the levels; an even sample of their finite values is used.
    palette : key of `PALETTES`. Levels of a diverging palette are symmetric about 0; the others run from the low to the
        high end of the values, or from or to 0 if the values begin or end near 0.
    coverage : share of the values, 0…1. All values of a map that is 0 almost everywhere are contained.
    magnitude : bound on the absolute terms of the sums that the values are. Values within the rounding error of such a
        sum count as 0, and the levels become as wide as `magnitude`, so that the map looks like 0.
    ends : gives the smallest and the largest finite value where `maps` are samples; asked only if these are all alike.

    Examples
    --------
    >>> choose_levels([np.array([[-0.3, 0.0, 0.7]])], palette="signed", coverage=1)
    Levels(low=-0.8, high=0.8)
    >>> choose_levels([np.array([[-1e-16, 0.0, 1e-16]])], palette="signed", magnitude=24)
    Levels(low=-25.0, high=25.0)
    """
    if not 0 <= coverage <= 1:
        raise ValueError(f"coverage must lie in 0…1; got {coverage}")
    if not (math.isfinite(magnitude) and magnitude >= 0):
        raise ValueError(f"magnitude must be finite and ≥ 0; got {magnitude}")
    sample = np.concatenate([_sample(values, _SAMPLES // len(maps)) for values in maps]) if maps else np.zeros(1)
    # What rounding may have added: 0.4 in float32 lies a little above 0.4, and its level is 0.4.
    rounding = float(np.finfo(sample.dtype).eps)
    noise = noise_in(sample, magnitude)
    sizes = np.abs(sample)
    is_value = sizes > noise
    if _find(palette).is_diverging:
        high = _reach(sizes * is_value, coverage) or max(map(abs, ends() if ends else _extremes(maps)))
        return _symmetric(high if high > noise else magnitude, rounding)
    sample = np.where(is_value, sample, 0)
    low, high = _range(sample, coverage)
    if high - low <= 2 * noise:
        low, high = (end if abs(end) > noise else 0.0 for end in (ends() if ends else _extremes(maps)))
    if high - low <= 2 * noise:
        middle = low + (high - low) / 2
        low, high = (middle, middle) if middle else (0.0, magnitude)
    return _round_range(low, high, rounding)


def rounding_noise(magnitude: float, dtype: DTypeLike = np.float32) -> float:
    """Return a bound on the rounding error of a sum whose terms have this magnitude.

    Examples
    --------
    >>> rounding_noise(24) < 1e-4
    True
    """
    return _ROUNDINGS * float(np.finfo(dtype).eps) * magnitude


def noise_in(values: np.ndarray, magnitude: float) -> float:
    """Return a bound on the rounding error of values that are sums of terms of this magnitude; 0 of whole numbers.

    Stored numbers and typed ones are whole: a step of 1 beside terms of a million is exact.

    Examples
    --------
    >>> noise_in(np.array([0.5, 4.0]), 1e6) > 0, noise_in(np.array([0.0, 4.0]), 1e6)
    (True, 0.0)
    """
    noise = rounding_noise(magnitude, values.dtype)
    return 0.0 if noise and magnitude < _LARGEST_WHOLE and are_whole(values) else noise


def are_whole(values: np.ndarray) -> bool:
    """Return whether all values are whole numbers; NaN is passed over."""
    flat = values.reshape(-1)
    # The first few answer for nearly every picture, some more where it begins with a black edge.
    start, count = 0, _FIRST
    while start < flat.size:
        if not _are_whole(flat[start : start + count]):
            return False
        start, count = start + count, 4 * count
    return True


def to_indexed(values: np.ndarray, levels: Levels, out: np.ndarray | None = None) -> np.ndarray:
    """Return indices (H, W) uint8: 0…254 evenly from low to high, the middle at exactly 127, not finite: 255.

    Examples
    --------
    >>> to_indexed(np.array([[-9.0, -1.0, 0.0, 1.0, np.nan]]), Levels(-1, 1))
    array([[  0,   0, 127, 254, 255]], dtype=uint8)
    """
    width = levels.high - levels.low
    middle = levels.low + width / 2
    scale = LAST_INDEX / width
    not_finite = None if _is_finite(values) else ~np.isfinite(values)
    # float32 suffices unless the levels are narrow beside their own size, or near the ends of float32.
    if abs(middle) > 1000 * width or not _SMALLEST < width < 1 / _SMALLEST:
        values, middle = values.astype(np.float64) - middle, 0.0
    # OpenCV saturates at 0 and 255 only as long as the scaled value fits 32 bits.
    if not_finite is not None or cv2.norm(values, cv2.NORM_INF) * scale + abs(middle * scale) > _LARGEST_SCALED:
        values = np.clip(values, middle - width / 2, middle + width / 2)
    indexed: np.ndarray = cv2.addWeighted(
        values, scale, values, 0.0, ZERO_INDEX - middle * scale, dst=out, dtype=cv2.CV_8U
    )
    # `cv2.min` takes the number for an array of one channel beside a single cell, and changes nothing there.
    cv2.threshold(indexed, LAST_INDEX, LAST_INDEX, cv2.THRESH_TRUNC, dst=indexed)
    if not_finite is not None:
        indexed[not_finite] = NOT_FINITE_INDEX
    return indexed


def colorize(indexed: np.ndarray, palette_name: str, *, dark: bool = False) -> np.ndarray:
    """Return the colours of an indexed map, (H, W, 3) uint8 RGB.

    Parameters
    ----------
    indexed : (H, W) uint8, from `to_indexed`.
    palette_name : key of `PALETTES`.
    dark : True for the dark theme's colours.

    Examples
    --------
    >>> colorize(np.array([[0, 254]], np.uint8), "gray")
    array([[[  0,   0,   0],
            [255, 255, 255]]], dtype=uint8)
    """
    colors = _find(palette_name).colors(dark)
    # OpenCV takes and gives BGR, so RGB goes through unchanged.
    painted: np.ndarray = cv2.applyColorMap(indexed, colors.reshape(256, 1, 3))
    return painted


def reduce(values: np.ndarray, factor: int) -> np.ndarray:
    """Return the mean of each `factor` × `factor` block of a map; blocks at the end may be smaller.

    A block that contains NaN or infinity is not finite, so that these values stay visible.

    Examples
    --------
    >>> reduce(np.array([[1.0, 3.0, 5.0]]), 2)
    array([[2., 5.]])
    """
    if factor < 1:
        raise ValueError(f"factor must be ≥ 1; got {factor}")
    if factor == 1:
        return values.copy()
    height, width = values.shape
    y = np.empty((-(-height // factor), -(-width // factor)), values.dtype)
    rows, columns = height // factor * factor, width // factor * factor
    for row_from, row_to in ((0, rows), (rows, height)):
        for column_from, column_to in ((0, columns), (columns, width)):
            part = values[row_from:row_to, column_from:column_to]
            if part.size:
                target = y[row_from // factor : -(-row_to // factor), column_from // factor : -(-column_to // factor)]
                target[...] = _area_means(part, target.shape)
    return y


def clipped_share(
    values: np.ndarray, levels: Levels, minimum: float | None = None, maximum: float | None = None
) -> float:
    """Return the share of values beyond the levels, 0…1; NaN and infinity are not counted as clipped.

    Parameters
    ----------
    minimum, maximum : of the values, if they are known and all are finite: an end that nothing exceeds is not counted.

    Examples
    --------
    >>> clipped_share(np.array([[0.0, 0.5, 2.0, -3.0]]), Levels(-1, 1))
    0.5
    """
    # The bounds in the precision of the values: 0.1 in float32 is not beyond a level of 0.1.
    low, high = (float(values.dtype.type(level)) for level in (levels.low, levels.high))
    count = 0
    if minimum is None or minimum < low:
        below = values < low
        count += int(np.count_nonzero(below if minimum is not None else below & (values > -math.inf)))
    if maximum is None or maximum > high:
        above = values > high
        count += int(np.count_nonzero(above if maximum is not None else above & (values < math.inf)))
    return count / values.size


def not_finite_share(values: np.ndarray) -> float:
    """Return the share of NaN and infinite values, 0…1.

    Examples
    --------
    >>> not_finite_share(np.array([[0.0, np.nan, np.inf, 1.0]]))
    0.5
    """
    return 0.0 if _is_finite(values) else int(np.count_nonzero(~np.isfinite(values))) / values.size


def as_opencv_8bit(values: np.ndarray, white: float = 1.0) -> np.ndarray:
    """Quantise values as an 8-bit image does: round(255 · v) clipped to 0…255, over 255, as float32.

    This is the result of `cv2.filter2D` with ddepth −1 on an 8-bit picture: values below 0 and above 1 are lost, and
    NaN becomes 0. Where another value than 1 is white, the scale runs from 0 to that.

    Examples
    --------
    >>> as_opencv_8bit(np.array([[-0.5, 0.5, 7.0]]))
    array([[0.       , 0.5019608, 1.       ]], dtype=float32)
    """
    clipped = np.clip(values, 0, white)
    kept = cv2.addWeighted(clipped, 255.0 / white, clipped, 0.0, 0.0, dtype=cv2.CV_8U)
    result: np.ndarray = cv2.LUT(kept, np.arange(256, dtype=np.float32) / np.float32(255) * np.float32(white))
    return result


def luminance(image: np.ndarray) -> np.ndarray:
    """Return the luminance (1, *spatial) by Rec. 709's weights, of the values as stored (not linearised).

    Parameters
    ----------
    image : (C, *spatial) grey, grey with alpha, RGB or RGB with alpha; alpha is ignored. Grey stays exact.

    Examples
    --------
    >>> luminance(np.array([[[1.0]], [[0.0]], [[0.0]]]))
    array([[[0.2126]]])
    """
    if image.ndim < 2 or not 1 <= len(image) <= 4:
        raise ValueError(f"image must have the shape (1 to 4 channels, *spatial); got {image.shape}")
    if len(image) < 3:
        return image[:1].copy()
    red, green, blue = image[:3]
    # Written with differences, so that R = G = B comes out exactly.
    with np.errstate(over="ignore", invalid="ignore"):  # infinity less infinity is NaN
        y: np.ndarray = green + 0.2126 * (red - green) + 0.0722 * (blue - green)
    return y[np.newaxis]


def _find(palette: str) -> Palette:
    if palette == WEIGHTS_PALETTE.name:
        return WEIGHTS_PALETTE
    if palette not in PALETTES:
        raise ValueError(f"palette must be one of {', '.join(PALETTES)}; got {palette!r}")
    return PALETTES[palette]


def _area_means(part: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Return the means of equal blocks of a map; those of halves by halves: 0.09 instead of 0.28 ms of 720p by four."""
    height, width = shape
    while part.shape[0] % (4 * height) == 0 and part.shape[1] % (4 * width) == 0:
        part = cv2.resize(part, (part.shape[1] // 2, part.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)


def _are_whole(values: np.ndarray) -> bool:
    with np.errstate(invalid="ignore"):
        return bool(((values == np.rint(values)) | np.isnan(values)).all())


def _is_finite(values: np.ndarray) -> bool:
    """Return True if all values are finite, by their absolute sum: False also if the sum overflows float64."""
    return math.isfinite(cv2.norm(values, cv2.NORM_L1)) or bool(np.isfinite(values).all())


def sample_step(size: int, maps: int = 1) -> int:
    """Return the step between the values of a flattened map that `choose_levels` looks at.

    Parameters
    ----------
    size : of each map.
    maps : how many share the levels.

    Examples
    --------
    >>> sample_step(1280 * 720), sample_step(100)
    (93, 1)
    """
    return _step(size, _SAMPLES // maps)


def _step(size: int, count: int) -> int:
    """Return an odd step: an even one would meet the same columns in every row of most pictures."""
    return max(1, size // max(1, count)) | 1


def _sample(values: np.ndarray, count: int) -> np.ndarray:
    """Return an even sample of about `count` finite values."""
    picked = values.reshape(-1)[:: _step(values.size, count)]
    is_finite = np.isfinite(picked)
    return np.ascontiguousarray(picked) if is_finite.all() else picked[is_finite]


def _reach(sizes: np.ndarray, coverage: float) -> float:
    """Return the quantile `coverage` of the sizes above the background; 0 if nearly all sizes are 0."""
    if not sizes.size:
        return 0.0
    peak = _in_order(sizes, _rank(_PEAK_SHARE, sizes.size))
    if not peak:
        return 0.0
    count = int(np.count_nonzero(sizes > _BACKGROUND * peak))
    return max(_in_order(sizes, sizes.size - count + _rank(coverage, count)), _SMALLEST_SHARE * peak)


def _range(sample: np.ndarray, coverage: float) -> tuple[float, float]:
    """Return (low, high) between which `coverage` of the values above the background lie, on either side."""
    bottom, top = _ends(sample, _PEAK_SHARE)
    standing_out = sample[np.abs(sample) > _BACKGROUND * max(-bottom, top)]
    low, high = _ends(standing_out, coverage)
    if standing_out.size < sample.size:
        low, high = min(low, 0.0), max(high, 0.0)
    return (
        min(low, _SMALLEST_SHARE * bottom) if bottom < 0 else low,
        max(high, _SMALLEST_SHARE * top) if top > 0 else high,
    )


def _ends(values: np.ndarray, share: float) -> tuple[float, float]:
    """Return the values that this share of all does not fall below, and does not exceed; 0 if there are none."""
    if not values.size:
        return 0.0, 0.0
    rank = _rank(share, values.size)
    return _in_order(values, values.size - 1 - rank), _in_order(values, rank)


def _in_order(values: np.ndarray, place: int) -> float:
    """Return the value at a place in order, from 0, that of the smallest."""
    # With a second place NumPy selects in a way that does not mind equal values.
    return float(np.partition(values, (place, values.size - 1))[place])


def _rank(share: float, count: int) -> int:
    """Return the place in order of the quantile at this share of `count` values."""
    return max(0, math.ceil(share * count) - 1)


def _extremes(maps: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the smallest and the largest finite value; (0, 0) if there is none."""
    finite = [values[np.isfinite(values)] for values in maps]
    pairs = [(float(values.min()), float(values.max())) for values in finite if values.size]
    return min((low for low, _ in pairs), default=0.0), max((high for _, high in pairs), default=0.0)


def _symmetric(high: float, rounding: float) -> Levels:
    high = _above(high, rounding) if high > _SMALLEST else 1.0
    return Levels(-high, high)


def _round_range(low: float, high: float, rounding: float) -> Levels:
    """Return round levels around a range, from or to 0 if the range begins or ends near 0."""
    if max(-low, high) <= _SMALLEST:
        return Levels(0.0, 1.0)
    if low >= 0 and (low <= high / 2 or low == high):
        return Levels(0.0, _above(high, rounding))
    if high <= 0 and (high >= low / 2 or low == high):
        return Levels(-_above(-low, rounding), 0.0)
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    largest = max(-low, high)
    step = nice_ceiling(max((high - low) / 10, 1e-6 * largest))
    slack = rounding * largest / step
    steps = math.floor(low / step + slack), math.ceil(high / step - slack)
    if steps[0] >= steps[1]:  # the whole range is rounding
        steps = math.floor(low / step), math.floor(low / step) + 1
    # 15 digits: 3 · 0.1 is shown as 0.3.
    return Levels(*(float(f"{count * step:.15g}") for count in steps))


def _above(value: float, rounding: float) -> float:
    return nice_ceiling(min(value * (1 - rounding), _LARGEST))
