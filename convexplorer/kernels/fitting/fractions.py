"""The fraction of whole weights that a kernel is, as 1/16 · (1 2 1; 2 4 2; 1 2 1)."""

import numpy as np

from convexplorer._dataclass import dataclass

DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 24, 25, 32, 36, 48, 49, 64, 81, 100, 128, 159, 256, 273)
# A weight is at most this far from a whole one, or any kernel would be a fraction of a large denominator.
_MOST_DISTANCE = 1 / 8


@dataclass(frozen=True, eq=False)
class WholeWeights:
    """Whole weights and what divides them.

    Attributes
    ----------
    weights : (rows, columns) int64
    denominator : the least of `DENOMINATORS` that fits.
    """

    weights: np.ndarray
    denominator: int

    @property
    def plane(self) -> np.ndarray:
        """The kernel, (rows, columns) float64."""
        return self.weights / self.denominator

    @property
    def sentence(self) -> str:
        """The kernel in words, rows between semicolons."""
        rows = "; ".join(" ".join(str(weight).replace("-", "−") for weight in row) for row in self.weights)
        return f"({rows})" if self.denominator == 1 else f"1/{self.denominator} · ({rows})"


def whole_weights(plane: np.ndarray, tolerance: float = 1e-6) -> WholeWeights | None:
    """Return the whole weights that a kernel is a fraction of, or None.

    Parameters
    ----------
    plane : (rows, columns)
    tolerance : by which each weight may be off, as the error of a fit.

    Examples
    --------
    >>> whole_weights(np.array([[0.25, 0.5, 0.25000001]])).sentence
    '1/4 · (1 2 1)'
    """
    plane = np.asarray(plane, dtype=np.float64)
    if not np.isfinite(plane).all() or np.abs(plane).max() > 1e6:
        return None
    for denominator in DENOMINATORS:
        if tolerance * denominator > _MOST_DISTANCE:
            break
        rounded = np.rint(plane * denominator)
        if np.abs(plane * denominator - rounded).max() <= tolerance * denominator and rounded.any():
            return WholeWeights(rounded.astype(np.int64), denominator)
    return None
