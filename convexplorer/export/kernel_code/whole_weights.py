"""Whole numbers and a divisor in place of fractions, for tools that cut weights to whole numbers."""

import numpy as np

MAX_WEIGHT = 1 << 16  # times 49 cells of a byte it stays within 32 bits
_MAX_DIVISOR = 4096


def whole_weights(plane: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Return whole weights, their divisor, and the largest rounding error of a weight.

    The smallest divisor that makes all weights whole is taken; if there is none, one so large that rounding errs least.

    Examples
    --------
    >>> weights, divisor, error = whole_weights(np.array([[0.0625, 0.125, 0.0625]]))
    >>> weights.tolist(), divisor, error
    ([[1.0, 2.0, 1.0]], 16.0, 0.0)
    """
    largest = float(np.abs(plane).max()) or 1.0
    for divisor in range(1, _MAX_DIVISOR + 1):
        whole = np.rint(plane * divisor)
        if largest * divisor > MAX_WEIGHT:
            break
        if np.allclose(whole, plane * divisor, rtol=0, atol=1e-9 * max(divisor * largest, 1)):
            return whole, float(divisor), float(np.abs(whole / divisor - plane).max())
    best = MAX_WEIGHT / largest
    whole = np.rint(plane * best)
    return whole, best, float(np.abs(whole / best - plane).max())
