"""A map in numbers: extremes, moments and a histogram, quick enough for every frame of a video."""

import numpy as np

from convexplorer._cv import cv2
from convexplorer.live.picture import Statistics

BINS = 64


def extremes(values: np.ndarray) -> tuple[float, float, float]:
    """Return the smallest and the largest finite value, and the share of values that are not finite."""
    low, high, _, _ = cv2.minMaxLoc(values)
    # One sum tells NaN and infinity of either sign, and costs a fraction of looking at each value.
    if np.isfinite(low) and np.isfinite(high) and np.isfinite(cv2.sumElems(values)[0]):
        return low, high, 0.0
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 0.0, 1.0
    return float(finite.min()), float(finite.max()), 1.0 - finite.size / values.size


def measure(values: np.ndarray, noise: float = 0.0) -> Statistics | None:
    """Return the statistics of the finite values (H, W); None if there are none.

    A value at the border of two bins counts in either: bins are found by rounding. What is no larger than `noise`
    counts as 0, because two ways to compute the same sum differ by so much.
    """
    low, high, not_finite = extremes(values)
    if not_finite == 1.0:
        return None
    if not_finite:
        values = values[np.isfinite(values)].reshape(1, -1)
    mean, deviation = cv2.meanStdDev(values)
    zeros = cv2.countNonZero(cv2.inRange(values, -noise, noise)) / values.size
    average = float(mean[0, 0]) if abs(mean[0, 0]) > noise else 0.0
    edges = np.linspace(low, high if high > low else low + max(1.0, abs(low)), BINS + 1)
    return Statistics(
        _histogram(values, edges),
        edges,
        low,
        high,
        average if abs(average) > noise else 0.0,
        float(deviation[0, 0]),
        zeros,
    )


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
