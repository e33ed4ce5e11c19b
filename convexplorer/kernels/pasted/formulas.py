"""Kernels that libraries make by a formula: OpenCV's and SciPy's Gaussians, MATLAB's `fspecial`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from convexplorer.kernels.pasted.makers import array_of, check_lengths, number_of

# OpenCV takes these for sigma 0 and small sizes.
_SMALL_GAUSSIANS = {
    1: (1.0,),
    3: (0.25, 0.5, 0.25),
    5: (0.0625, 0.25, 0.375, 0.25, 0.0625),
    7: (0.03125, 0.109375, 0.21875, 0.28125, 0.21875, 0.109375, 0.03125),
    9: (4 / 256, 13 / 256, 30 / 256, 51 / 256, 60 / 256, 51 / 256, 30 / 256, 13 / 256, 4 / 256),
}


def gaussian_column(size: Any, sigma: Any = 0.0, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make `cv2.getGaussianKernel(ksize, sigma)`, (ksize, 1); sigma ≤ 0 is derived from the size as OpenCV does."""
    n, s = *check_lengths([number_of(size)]), number_of(sigma)
    if n % 2 == 0:
        raise ValueError("versions of OpenCV differ in getGaussianKernel for an even size; paste its numbers")
    if s <= 0 and n in _SMALL_GAUSSIANS:
        return np.array(_SMALL_GAUSSIANS[n])[:, np.newaxis]
    s = s if s > 0 else 0.3 * ((n - 1) * 0.5 - 1) + 0.8
    weights = np.exp(-0.5 * np.square((np.arange(n) - (n - 1) / 2) / s))
    return np.asarray((weights / weights.sum())[:, np.newaxis])


def gaussian_window(count: Any, std: Any = 1.0, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make `scipy.signal.windows.gaussian(M, std)`, whose largest value is 1 for odd M."""
    (n,) = check_lengths([number_of(count)])
    return np.asarray(np.exp(-0.5 * np.square((np.arange(n) - (n - 1) / 2) / number_of(std))))


def gabor(
    size: Any, sigma: Any, theta: Any, lambd: Any, gamma: Any, psi: Any = np.pi / 2, *_rest: Any, **_named: Any
) -> np.ndarray:
    """Make `cv2.getGaborKernel(ksize, sigma, theta, lambd, gamma, psi)`; ksize is (columns, rows).

    As in OpenCV, psi is a quarter of a turn if it is not given.
    """
    columns, rows = check_lengths(list(array_of(size).ravel()))
    along, across = number_of(sigma), number_of(sigma) / (number_of(gamma) or 1.0)
    y, x = np.mgrid[rows // 2 : -(rows // 2) - 1 : -1, columns // 2 : -(columns // 2) - 1 : -1].astype(np.float64)
    cosine, sine = np.cos(number_of(theta)), np.sin(number_of(theta))
    u, v = x * cosine + y * sine, -x * sine + y * cosine
    envelope = np.exp(-0.5 * (np.square(u / along) + np.square(v / across)))
    return np.asarray(envelope * np.cos(2 * np.pi / number_of(lambd) * u + number_of(psi)))


def structuring_element(shape: Any, size: Any, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make `cv2.getStructuringElement(shape, ksize)`; ksize is (columns, rows)."""
    columns, rows = check_lengths(list(array_of(size).ravel()))
    kind = str(shape).rpartition("_")[2].lower()
    r, c = rows // 2, columns // 2
    if kind in ("rect", "0", "0.0"):
        return np.ones((rows, columns))
    element = np.zeros((rows, columns))
    if kind in ("cross", "1", "1.0"):
        element[r], element[:, c] = 1, 1
        return element
    if kind not in ("ellipse", "2", "2.0"):
        raise ValueError(f"a shape MORPH_RECT, MORPH_CROSS or MORPH_ELLIPSE is expected; got {shape}")
    for i in range(rows):
        dy = i - r
        if abs(dy) <= r:
            dx = int(np.rint(c * np.sqrt((r * r - dy * dy) / (r * r)))) if r else c
            element[i, max(c - dx, 0) : min(c + dx + 1, columns)] = 1
    return element


def fspecial(kind: Any, *parameters: Any, **_named: Any) -> np.ndarray:
    """Make MATLAB's `fspecial(type, …)` with its defaults, of the types that are a formula.

    Raises
    ------
    ValueError : the type is not known here.
    """
    make = _SPECIAL.get(str(kind).lower())
    if make is None:
        raise ValueError(f"fspecial('{kind}') is not computed here; paste its numbers, or take the preset that is near")
    return np.asarray(make(*parameters), np.float64)


def _size(given: Any) -> tuple[int, int]:
    rows, *columns = check_lengths(list(array_of(given).ravel()))
    return rows, columns[0] if columns else rows


def _average(size: Any = 3.0) -> np.ndarray:
    shape = _size(size)
    return np.full(shape, 1 / (shape[0] * shape[1]))


def _squared_radius(size: Any) -> np.ndarray:
    rows, columns = _size(size)
    y, x = np.arange(rows) - (rows - 1) / 2, np.arange(columns) - (columns - 1) / 2
    return np.asarray(np.square(y)[:, np.newaxis] + np.square(x))


def _cut_gaussian(squared: np.ndarray, sigma: float) -> np.ndarray:
    """Return a Gaussian as MATLAB cuts it: what is below a rounding error of the largest value is 0."""
    weights = np.exp(-squared / (2 * sigma * sigma))
    weights[weights < np.finfo(np.float64).eps * weights.max()] = 0
    return np.asarray(weights / weights.sum())


def _gaussian(size: Any = 3.0, sigma: Any = 0.5) -> np.ndarray:
    return _cut_gaussian(_squared_radius(size), number_of(sigma))


def _laplacian_of_gaussian(size: Any = 5.0, sigma: Any = 0.5) -> np.ndarray:
    squared, variance = _squared_radius(size), number_of(sigma) ** 2
    weights = _cut_gaussian(squared, number_of(sigma)) * (squared - 2 * variance) / variance**2
    return np.asarray(weights - weights.sum() / weights.size)


def _laplacian(alpha: Any = 0.2) -> np.ndarray:
    a = min(max(number_of(alpha), 0.0), 1.0)
    corner, edge = a / (a + 1), (1 - a) / (a + 1)
    return np.array([[corner, edge, corner], [edge, -4 / (a + 1), edge], [corner, edge, corner]])


def _unsharp(alpha: Any = 0.2) -> np.ndarray:
    return np.asarray(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]) - _laplacian(alpha))


_SPECIAL: dict[str, Callable[..., np.ndarray]] = {
    "average": _average,
    "gaussian": _gaussian,
    "laplacian": _laplacian,
    "log": _laplacian_of_gaussian,
    "prewitt": lambda: np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
    "sobel": lambda: np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]),
    "unsharp": _unsharp,
}
