"""Whitening of patches: what neighbouring pixels have in common is taken off, and every direction counts as much.

In pictures, smooth patterns are far stronger than fine ones; without whitening, filters learn little else.
"""

import numpy as np

from convexplorer._dataclass import dataclass

# Added to the variances, of patches of variance 1. Smaller ones learn the noise of the pixels.
EPSILON = 0.2
_NOTHING = 1e-12  # of the largest variance: what is left of 0 by rounding


@dataclass(frozen=True, eq=False)
class Axes:
    """The principal axes of patches, the strongest first.

    Attributes
    ----------
    mean : (cells,)
    variances : (cells,), along each axis, falling; none is negative.
    vectors : (cells, cells), an axis in each row, with norm 1; its largest weight is positive.
    """

    mean: np.ndarray
    variances: np.ndarray
    vectors: np.ndarray

    @property
    def are_there(self) -> np.ndarray:
        """(cells,), True for the axes along which the values differ by more than rounding."""
        there: np.ndarray = self.variances > self.variances[0] * _NOTHING
        return there


def principal_axes(values: np.ndarray) -> Axes:
    """Return the eigenvectors of the covariance of values, (N, cells), with their variances.

    Examples
    --------
    >>> axes = principal_axes(np.array([[3.0, 0], [-3, 0], [0, 1], [0, -1]]))
    >>> axes.variances, axes.vectors
    (array([4.5, 0.5]), array([[1., 0.],
           [0., 1.]]))
    """
    mean = values.mean(axis=0)
    centred = values - mean
    variances, vectors = np.linalg.eigh(centred.T @ centred / len(values))
    # 0.0 + takes the sign of −0.
    return Axes(mean, np.maximum(variances[::-1], 0.0), 0.0 + upright(vectors.T[::-1]))


def upright(vectors: np.ndarray) -> np.ndarray:
    """Return vectors (n, cells) with signs chosen so that the largest weight of each is positive.

    Examples
    --------
    >>> upright(np.array([[1.0, -3.0], [2.0, 1.0]]))
    array([[-1.,  3.],
           [ 2.,  1.]])
    """
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, np.newaxis], axis=1)
    turned: np.ndarray = vectors * np.where(largest < 0, -1.0, 1.0)
    return turned


def whiten(values: np.ndarray, epsilon: float = EPSILON) -> np.ndarray:
    """Return values (N, cells) whitened so that they stay as near as possible to what they were (ZCA).

    Parameters
    ----------
    epsilon : added to the variances, as a share of their mean. With 0, the covariance becomes the identity.

    Raises
    ------
    ValueError : epsilon is negative.
    """
    if epsilon < 0:
        raise ValueError(f"epsilon must be ≥ 0; got {epsilon}")
    axes = principal_axes(values)
    added = epsilon * axes.variances.mean()
    # Patches without their mean lie in a plane: across it, there is nothing to stretch.
    scales = np.zeros_like(axes.variances)
    scales[axes.are_there] = 1 / np.sqrt(axes.variances[axes.are_there] + added)
    whitened: np.ndarray = (values - axes.mean) @ (axes.vectors.T * scales) @ axes.vectors
    return whitened
