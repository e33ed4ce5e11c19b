"""Derivatives of a Gaussian up to order 4 in any direction, as sums of a few that do not turn.

The derivative of order N in a direction is a sum of the N + 1 derivatives along rows and columns, whose weights alone
depend on the angle (Freeman and Adelson, 1991). What holds for kernels holds for their maps: N + 1 maps are turned.
"""

import math

import numpy as np

from convexplorer.kernels import shapes
from convexplorer.kernels.shapes import Weights

MAX_ORDER = 4


def derivative(order: int, angle: float, sigma: float, size: int) -> Weights:
    """Return a Gaussian's derivative in a direction, exact on polynomials.

    The answer to brightness u^order / order!, with u in cells in the direction, is 1, and that to polynomials of a
    lower degree is 0, also for a narrow bell, which its samples alone would miss.

    Parameters
    ----------
    order : 1…4.
    angle : direction in degrees, clockwise: 0 to the right, 90 downwards.
    sigma : standard deviation of the bell in cells.
    size : rows and columns, more than `order`.

    Examples
    --------
    >>> derivative(2, 0, 2.0, 3).sum(axis=0).round(9)
    array([ 1., -2.,  1.])
    """
    kernel: Weights = np.tensordot(steering(order, angle), basis(order, sigma, size), 1)
    return kernel


def steering(order: int, angle: float) -> np.ndarray:
    """Return the weights of the basis for a direction in degrees, (order + 1,) float64.

    Examples
    --------
    >>> steering(2, 90)
    array([0., 0., 1.])
    """
    cosine, sine = shapes.cosine_sine(angle)
    terms = [math.comb(order, j) * cosine ** (order - j) * sine**j for j in range(order + 1)]
    return np.array(terms) + 0.0  # −0 is 0


def basis(order: int, sigma: float, size: int, *, is_sampled: bool = False) -> np.ndarray:
    """Return the derivatives along columns and rows, (order + 1, size, size) float64.

    The one at `j` is of order − j to the right and of j downwards.

    Parameters
    ----------
    is_sampled : True for the samples of the formula, without the correction that makes them exact on polynomials.
    """
    if not 0 <= order <= MAX_ORDER or size <= order:
        raise ValueError(f"order must lie in 0…{MAX_ORDER} and below the size; got order {order}, size {size}")
    profile = _sampled if is_sampled else _exact
    along = [profile(each, sigma, size) for each in range(order + 1)]
    return np.stack([np.outer(along[j], along[order - j]) for j in range(order + 1)])


def _sampled(order: int, sigma: float, size: int) -> np.ndarray:
    """Return the derivative of a bell along one axis, as applied: mirrored, so that a rise answers positively."""
    u = (np.arange(size) - (size - 1) / 2) / sigma
    # Hermite polynomials by their recurrence.
    before, polynomial = np.zeros(size), np.ones(size)
    for n in range(order):
        before, polynomial = polynomial, u * polynomial - n * before
    return polynomial * np.exp(-(u**2) / 2) / (math.sqrt(2 * math.pi) * sigma ** (order + 1))


def _exact(order: int, sigma: float, size: int) -> np.ndarray:
    """Return the bell times the polynomial of this degree that makes the answers to powers what they should be.

    It is the smallest correction in the measure of the bell, so that nothing far from the middle grows.
    """
    u = np.arange(size) - (size - 1) / 2
    reach = min(max((size - 1) / 2, 0.5), 2 * sigma + 1)  # powers of about 1 keep the equations well-conditioned
    root = np.exp(-((u / sigma) ** 2) / 4)
    powers = (u / reach) ** np.arange(order + 1)[:, np.newaxis]
    wanted = np.zeros(order + 1)
    wanted[order] = math.factorial(order) / reach**order
    kernel: np.ndarray = root * np.linalg.lstsq(powers * root, wanted, rcond=None)[0]
    sign = 1 if order % 2 == 0 else -1
    kernel += sign * kernel[::-1].copy()  # as symmetric as the derivative is
    return kernel / 2
