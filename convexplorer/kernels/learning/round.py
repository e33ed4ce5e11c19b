"""What a method has learned after one of its rounds."""

import numpy as np

from convexplorer._dataclass import dataclass


@dataclass(frozen=True, eq=False)
class Round:
    """A bank as it forms.

    Attributes
    ----------
    number : of the round, from 1; 0 is the bank that the method begins with.
    vectors : (count, cells) float64, each with norm 1: the filters.
    shares : (count,), how much of the patches each filter stands for; they sum to 1.
    energy : what the method makes small, per patch: the mean square of what the bank leaves unexplained.
    is_settled : True if further rounds would change nothing.
    """

    number: int
    vectors: np.ndarray
    shares: np.ndarray
    energy: float
    is_settled: bool = False


def of_norm_1(vectors: np.ndarray) -> np.ndarray:
    """Return vectors (n, cells) divided by their norms; 0 stays 0."""
    norms = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    unit: np.ndarray = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def shares_of(amounts: np.ndarray) -> np.ndarray:
    """Return amounts divided by their sum; equal shares of nothing."""
    total = amounts.sum()
    shares: np.ndarray = amounts / total if total > 0 else np.full(len(amounts), 1 / len(amounts))
    return shares
