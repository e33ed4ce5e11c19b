"""Savitzky–Golay kernels: the value or a derivative, in the middle, of the polynomial that fits a window best.

Two families share the name. The polynomials of a *total degree* hold the products x^a y^b with a + b up to it; those of
a *degree per axis* hold all with a and b up to it, and their kernels are products of a column and a row.
"""

import math

import numpy as np

from convexplorer.kernels.shapes import Weights


def savitzky_golay(degree: int, down: int, right: int, size: int) -> Weights:
    """Return the kernel of a total degree.

    Parameters
    ----------
    degree : of the polynomial; at least that of the derivative is taken, and at most `size` − 1.
    down, right : orders of the derivative along rows and columns, together below `size`; 0 and 0 smooth.
    size : rows and columns.

    Examples
    --------
    >>> (savitzky_golay(2, 0, 0, 5) * 175).round()[2]
    array([ 7., 22., 27., 22.,  7.])
    """
    degree = min(max(degree, down + right), size - 1)
    steps, reach = _steps(size)
    x, y = np.tile(steps, size), np.repeat(steps, size)
    exponents = [(a, b) for a in range(degree + 1) for b in range(degree + 1 - a)]
    monomials = np.stack([y**a * x**b for a, b in exponents], axis=1)
    row = np.linalg.pinv(monomials)[exponents.index((down, right))].reshape(size, size)
    factor = math.factorial(down) * math.factorial(right) / reach ** (down + right)
    return _with_parity(row * factor, down, right)


def savitzky_golay_tensor(degree: int, down: int, right: int, size: int) -> Weights:
    """Return the kernel of a degree per axis, the product of a column and a row; parameters as above.

    Examples
    --------
    >>> (savitzky_golay_tensor(2, 0, 0, 5) * 35**2).round()[0]
    array([  9., -36., -51., -36.,   9.])
    """
    return np.outer(_along(degree, down, size), _along(degree, right, size))


def _along(degree: int, order: int, size: int) -> np.ndarray:
    """Return the kernel along one axis."""
    degree = min(max(degree, order), size - 1)
    steps, reach = _steps(size)
    row = np.linalg.pinv(steps[:, np.newaxis] ** np.arange(degree + 1))[order]
    row = row + (-1) ** order * row[::-1]
    found: np.ndarray = row / 2 * (math.factorial(order) / reach**order)
    return found


def _steps(size: int) -> tuple[np.ndarray, float]:
    """Return the cells from the middle in −1…1, which keeps powers well-conditioned, and how many cells are 1."""
    reach = max((size - 1) / 2, 0.5)
    return (np.arange(size) - (size - 1) / 2) / reach, reach


def _with_parity(kernel: Weights, down: int, right: int) -> Weights:
    """Return a kernel exactly as even or odd along each axis as its derivative is."""
    kernel = (kernel + (-1) ** down * kernel[::-1]) / 2
    kernel += (-1) ** right * kernel[:, ::-1].copy()
    return kernel / 2
