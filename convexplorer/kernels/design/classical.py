"""The classical methods: frequency sampling, windows, and McClellan's transform of a one-dimensional filter."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convexplorer.kernels.design.spectrum import Grid, Size, positions, weights_at
from convexplorer.words import times

Window = Literal["rectangular", "hamming", "hann", "blackman", "kaiser"]
WINDOWS: tuple[Window, ...] = get_args(Window)


def frequency_sampling(wanted: Grid) -> NDArray[np.float64]:
    """Return the kernel, as large as the grid, whose response is the wanted one at each of its frequencies.

    MATLAB's `fsamp2`. Between the frequencies the response swings. With an even number of rows or columns −0.5 has no
    opposite, and a kernel that is symmetric about its middle answers 0 there.

    Parameters
    ----------
    wanted : (rows, columns) response on `frequencies(rows)` × `frequencies(columns)`.
    """
    return weights_at(wanted, positions(wanted.shape[0]), positions(wanted.shape[1]))


def windowed(
    wanted: Grid, size: Size, window: Window = "hamming", *, beta: float = 3.0, is_circular: bool = True
) -> NDArray[np.float64]:
    """Return the ideal kernel, of which a size is kept, times a window.

    Parameters
    ----------
    wanted : response on a grid that is fine against the size: its inverse transform stands for the unlimited kernel.
    window, beta, is_circular : see `window_weights`.
    """
    ideal = weights_at(wanted, positions(size[0]), positions(size[1]))
    return ideal * window_weights(size, window, beta=beta, is_circular=is_circular)


def window_weights(
    size: Size, window: Window = "hamming", *, beta: float = 3.0, is_circular: bool = True
) -> NDArray[np.float64]:
    """Return a window over a kernel, 1 in the middle.

    Parameters
    ----------
    window : its profile from the middle to the middle of the outermost cells.
    beta : of the Kaiser window, ≥ 0: 0 is rectangular, 5.4 is near to Hamming.
    is_circular : True to turn the profile round the middle (Huang), False for its product along rows and columns.

    Examples
    --------
    >>> window_weights((3, 3), "hann", is_circular=False)[1]
    array([0., 1., 0.])
    """
    if window not in WINDOWS:
        raise ValueError(f"window must be one of {', '.join(WINDOWS)}; got {window!r}")
    down, across = (positions(cells) / max((cells - 1) / 2, 1) for cells in size)
    if not is_circular or window == "rectangular":
        return np.outer(_profile(np.abs(down), window, beta), _profile(np.abs(across), window, beta))
    distance = np.hypot(down[:, np.newaxis], across)
    # The corner of a circle's square lies outside; the outermost cells of the axes do not, whatever was rounded.
    return np.where(distance <= 1 + 1e-12, _profile(np.minimum(distance, 1.0), window, beta), 0.0)


def mcclellan(taps: ArrayLike) -> NDArray[np.float64]:
    """Return the kernel that a symmetric one-dimensional filter becomes when its frequencies are bent to circles.

    MATLAB's `ftrans2` with McClellan's matrix. The response along both axes is exactly that of the filter; its circles
    are round for low frequencies only: a cut-off at 0.45 on the axes lies at 0.52 along the diagonal.

    Parameters
    ----------
    taps : an odd number of weights, the same from both ends.

    Examples
    --------
    >>> mcclellan([0.25, 0.5, 0.25]) * 16
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    weights = np.asarray(taps, np.float64)
    if weights.ndim != 1 or len(weights) % 2 == 0 or not np.allclose(weights, weights[::-1]):
        raise ValueError(f"taps must be an odd number of weights, the same from both ends; got {times(weights.shape)}")
    reach = len(weights) // 2
    before = np.zeros((len(weights), len(weights)))
    before[reach, reach] = 1.0
    kernel: NDArray[np.float64] = weights[reach] * before
    if reach == 0:
        return kernel
    now = _bent(before)
    for tap in weights[reach + 1 :]:
        kernel = kernel + 2 * tap * now
        before, now = now, 2 * _bent(now) - before  # Chebyshev's polynomials
    return kernel


def _bent(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a plane convolved with McClellan's matrix, which turns the cosine of one frequency to that of a circle."""
    padded = np.pad(plane, 1)
    beside = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    cross = beside[:, :-2] + 2 * beside[:, 1:-1] + beside[:, 2:]
    return np.asarray((cross - 8 * plane) / 8)


def _profile(distance: NDArray[np.float64], window: Window, beta: float) -> NDArray[np.float64]:
    turn = np.pi * distance
    if window == "hamming":
        return np.asarray(0.54 + 0.46 * np.cos(turn))
    if window == "hann":
        return np.asarray(0.5 + 0.5 * np.cos(turn))
    if window == "blackman":
        return np.asarray(0.42 + 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn))
    if window == "kaiser":
        return np.asarray(np.i0(beta * np.sqrt(1 - distance**2)) / np.i0(beta))
    return np.ones_like(distance)
