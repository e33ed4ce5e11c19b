"""Statistics of a map in numbers and words: extremes, moments and a histogram, fast enough for every video frame."""

import math

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.operators.activations import describe
from convexplorer.results.picture import Statistics
from convexplorer.results.reading import Zeros, read_extreme
from convexplorer.words import number, percent, range_words

BINS = 64
_LEAST_VARIANCE = 1e-9  # of the mean's square: below, a difference of sums has fewer than seven digits left


@dataclass(frozen=True, eq=False)
class Moments:
    """Numbers of a map.

    Attributes
    ----------
    minimum, maximum : as they read.
    zeros : share of values that are 0 within rounding error, 0…1.
    finite : the values that the numbers were taken of, (H, W).
    ends : the smallest and the largest of them, as they are.
    """

    minimum: float
    maximum: float
    mean: float
    deviation: float
    zeros: float
    finite: np.ndarray
    ends: tuple[float, float]


def extremes(values: np.ndarray) -> tuple[float, float, float]:
    """Return the smallest and the largest finite value, and the share of values that are not finite."""
    # NumPy's extremes are NaN if one value is, so that they reveal all that is not finite.
    low, high = float(values.min()), float(values.max())
    if math.isfinite(low) and math.isfinite(high):
        return low, high, 0.0
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 0.0, 1.0
    return float(finite.min()), float(finite.max()), 1.0 - finite.size / values.size


def measure(values: np.ndarray, noise: float = 0.0, zeros: Zeros | None = None) -> Statistics | None:
    """Return the statistics of the finite values of a map (*spatial); None if there are none.

    A value on the edge of two bins may count in either, because bins are found by rounding. Values with |v| ≤ `noise`
    count as 0, because two ways of computing the same sum may differ by that much. Where `zeros` tells that the
    smallest and the largest value are nothing but rounding, the map is one of zeros.
    """
    moments = moments_of(values, noise, zeros)
    if moments is None:
        return None
    (low, high), values = moments.ends, moments.finite
    edges = np.linspace(low, high if high > low else low + max(1.0, abs(low)), BINS + 1)
    return Statistics(
        _histogram(values, edges),
        edges,
        moments.minimum,
        moments.maximum,
        moments.mean,
        moments.deviation,
        moments.zeros,
    )


def moments_of(values: np.ndarray, noise: float = 0.0, zeros: Zeros | None = None) -> Moments | None:
    """Return what one number says of a map, as `measure`; None if no value is finite."""
    low, high, not_finite = extremes(values)
    if not_finite == 1.0:
        return None
    lowest, highest = read_extreme(low, values, zeros), read_extreme(high, values, zeros)
    if lowest == highest == 0.0 and (low or high):
        return moments_of(np.where(np.isfinite(values), values.dtype.type(0), values))
    values = values[np.isfinite(values)].reshape(1, -1) if not_finite else _as_matrix(values)
    mean, deviation = _moments(values, low, high)
    nonzero = int(np.count_nonzero(values > noise)) + int(np.count_nonzero(values < -noise))
    share = (values.size - nonzero) / values.size
    return Moments(lowest, highest, _mean(mean, values, noise), deviation, share, values, (low, high))


def describe_map(statistics: Statistics, linear: np.ndarray, values: np.ndarray, activation: str, noise: float) -> str:
    """Return a sentence on a map: its range, its zeros, and the effect of the activation.

    Parameters
    ----------
    linear, values : (*spatial) before and after the activation; the same where there is none.
    noise : what is no larger counts as 0, as in `measure`.

    Examples
    --------
    >>> x = np.array([[-2, -1, 0, 1]], np.float32)
    >>> describe_map(measure(np.maximum(x, 0)), x, np.maximum(x, 0), "relu", 0.0)
    'values in 0 … 1, 75 % are 0: ReLU set 50 % to 0, the lowest was −2'
    """
    low, high = number(statistics.minimum), number(statistics.maximum)
    text = describe_range(statistics)
    if 0 < statistics.zeros < 1:
        text += f", {_percent(statistics.zeros)} are 0"
    if activation == "linear":
        return text
    label = describe(activation).label
    lowest, highest, _ = extremes(linear)
    removed = _removed(linear, values, noise)
    if removed:
        below = f", the lowest was {number(lowest)}" if lowest < min(statistics.minimum, -noise) else ""
        return f"{text}: {label} set {_percent(removed)} to 0{below}"
    if (lowest, highest) == (statistics.minimum, statistics.maximum) or low == high == "0":
        return text
    return f"{text}: {label} made them of {range_words(lowest, highest).removeprefix('all ')}"


def describe_range(statistics: Statistics) -> str:
    """Return the beginning of the sentence on a map: "values in −2 … 1"."""
    low, high = number(statistics.minimum), number(statistics.maximum)
    return f"all values are {low}" if low == high else f"values in {low} … {high}"


def _mean(mean: float, values: np.ndarray, noise: float) -> float:
    """Return the mean as it reads: 0 where it is what rounding may leave of the values that are not 0.

    The mean of a dark picture with a single bright cell is small, and true.
    """
    if abs(mean) > noise or mean == 0:
        return mean
    counted = values[np.abs(values) > noise]
    total = float(counted.sum(dtype=np.float64))
    return total / values.size if abs(total) > noise * counted.size else 0.0


def _moments(values: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """Return mean and standard deviation by sums in float64: a fifth of the time of `cv2.meanStdDev`, and as exact."""
    if low == high:
        return low, 0.0
    mean = float(cv2.sumElems(values)[0]) / values.size
    variance = cv2.norm(values, cv2.NORM_L2SQR) / values.size - mean * mean
    if not variance > _LEAST_VARIANCE * mean * mean:  # the difference has lost its digits, or the squares are too large
        return mean, float(values.std(dtype=np.float64))
    return mean, math.sqrt(variance)


def _removed(linear: np.ndarray, values: np.ndarray, noise: float) -> float:
    """Return the share of values that were not 0 before the activation, and are after it."""
    was_value = (linear > noise) | (linear < -noise)
    return int(np.count_nonzero(was_value & (values == 0))) / values.size


def _as_matrix(values: np.ndarray) -> np.ndarray:
    """Return the values of a map of any number of axes with two of them, as OpenCV takes them; (H, W) as it is."""
    return values.reshape(len(values), -1)


def _percent(share: float) -> str:
    return percent(share, ".2g") if share < 0.995 else "nearly 100 %"


def _histogram(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    width = edges[-1] - edges[0]
    if abs(edges[0]) > 1000 * width:  # float32 would round away the differences
        values = values.astype(np.float64)
    scale = BINS / width
    # Rounds to the nearest whole number, so half a bin less makes bin b hold [b, b + 1).
    bins = cv2.addWeighted(values, scale, values, 0.0, -edges[0] * scale - 0.5, dtype=cv2.CV_8U)
    counts = cv2.calcHist([bins], [0], None, [256], [0, 256]).ravel().astype(np.int64)
    counts[BINS - 1] += counts[BINS:].sum()  # the largest value itself
    return counts[:BINS]
