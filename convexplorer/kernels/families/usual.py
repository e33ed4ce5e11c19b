"""The kernels of MATLAB's `fspecial` and of photo editors that differ from those of `formulas` in their parameters."""

import numpy as np

from convexplorer.kernels import shapes
from convexplorer.kernels.shapes import Weights


def rectangle_mean(rows: int, columns: int) -> Weights:
    """Return equal weights that sum to 1."""
    return np.full((rows, columns), 1 / (rows * columns))


def oriented_gaussian(angle: float, sigma: float, across: float, size: int) -> Weights:
    """Return a bell along a slope that is `across` wide across it; the weights sum to 1."""
    u, v = shapes.line_axes(size, angle)
    return shapes.sum_to_one(np.exp(-((u / sigma) ** 2) / 2 - (v / across) ** 2 / 2))


def laplacian(alpha: float) -> Weights:
    """Return the Laplacian with diagonals of weight alpha, `fspecial("laplacian", alpha)`.

    Examples
    --------
    >>> laplacian(0.0)
    array([[ 0.,  1.,  0.],
           [ 1., -4.,  1.],
           [ 0.,  1.,  0.]])
    """
    edge, corner = (1 - alpha) / (1 + alpha), alpha / (1 + alpha)
    return np.array([[corner, edge, corner], [edge, -4 * (edge + corner), edge], [corner, edge, corner]])


def contrast(alpha: float) -> Weights:
    """Return the identity minus that Laplacian, `fspecial("unsharp", alpha)`; the sum is 1."""
    return shapes.impulse(3) - laplacian(alpha)
