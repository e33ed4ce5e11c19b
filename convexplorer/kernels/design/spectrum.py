"""The response of a kernel to waves, and kernels back from responses; the one place that decides signs and the middle.

A kernel is applied without a flip (correlation), so that it answers the wave exp(2πi f·p) by that wave times
`H(f) = Σ h[p] exp(+2πi f·p)`. Textbooks on convolution have a minus there: for real kernels the magnitude is the same,
the phase is the opposite. Positions p are counted from the middle of the kernel; that of an even size lies between two
cells, which is where its symmetric kernels have theirs.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Size = tuple[int, int]
Grid = NDArray[np.float64] | NDArray[np.complex128]


def frequencies(count: int) -> NDArray[np.float64]:
    """Return the frequencies of an axis, 0 in the middle, in cycles per pixel.

    An even count begins with −0.5, which is also +0.5.

    Examples
    --------
    >>> frequencies(4), frequencies(5)
    (array([-0.5 , -0.25,  0.  ,  0.25]), array([-0.4, -0.2,  0. ,  0.2,  0.4]))
    """
    return np.asarray((np.arange(count) - count // 2) / count, np.float64)


def positions(count: int) -> NDArray[np.float64]:
    """Return the positions of the cells of an axis from the middle of the kernel.

    Examples
    --------
    >>> positions(3), positions(4)
    (array([-1.,  0.,  1.]), array([-1.5, -0.5,  0.5,  1.5]))
    """
    return np.asarray(np.arange(count) - (count - 1) / 2, np.float64)


def response(kernel: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> NDArray[np.complex128]:
    """Return the response of a kernel, as applied, on any grid of frequencies.

    Parameters
    ----------
    kernel : (kh, kw) of finite weights.
    rows, columns : (R,) and (C,) frequencies in cycles per pixel.

    Returns
    -------
    response : (R, C) complex128. That of a kernel that is symmetric about its middle has no imaginary part.

    Examples
    --------
    >>> response(np.ones((1, 3)) / 3, [0], [0, 1 / 3, 0.5]).real.round(6) + 0.0
    array([[ 1.      ,  0.      , -0.333333]])
    """
    plane = np.asarray(kernel, np.float64)
    down = _waves(positions(plane.shape[0]), np.asarray(rows, np.float64))
    across = _waves(positions(plane.shape[1]), np.asarray(columns, np.float64))
    return np.asarray(down.T @ plane @ across)


def responses_on(kernel: NDArray[np.float64], count: int) -> NDArray[np.complex128]:
    """Return the response of a kernel on a square grid of `frequencies(count)`; its waves are remembered."""
    down, across = (_known_waves(cells, count) for cells in kernel.shape)
    with np.errstate(over="ignore", invalid="ignore"):  # the sum of the largest weights is infinite
        return np.asarray(down.T @ kernel @ across)


def weights_at(wanted: Grid, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights that have a response, at any positions: the real part of the inverse transform.

    Parameters
    ----------
    wanted : response on the grid `frequencies(R)` × `frequencies(C)`, real or complex.
    rows, columns : positions from the middle, in cells.

    Examples
    --------
    >>> one_to_the_right = np.exp(2j * np.pi * frequencies(5))[np.newaxis] * np.ones((5, 1))
    >>> weights_at(one_to_the_right, positions(3), positions(3)).round(9) + 0.0
    array([[0., 0., 0.],
           [0., 0., 1.],
           [0., 0., 0.]])
    """
    down = _known_angles(tuple(rows), wanted.shape[0])
    across = _known_angles(tuple(columns), wanted.shape[1])
    total = down[0] @ wanted.real @ across[0].T - down[1] @ wanted.real @ across[1].T
    if np.iscomplexobj(wanted):
        total += down[0] @ wanted.imag @ across[1].T + down[1] @ wanted.imag @ across[0].T
    return np.asarray(total / wanted.size)


def mirrored(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a grid of frequencies with each frequency's opposite in its place."""
    return flipped(flipped(grid, 0), 1)


def flipped(grid: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return a grid of frequencies with one component's sign changed; −0.5 is its own opposite."""
    turned = np.flip(grid, axis)
    return np.roll(turned, 1, axis) if grid.shape[axis] % 2 == 0 else turned


def _waves(places: NDArray[np.float64], cycles: NDArray[np.float64]) -> NDArray[np.complex128]:
    return np.asarray(np.exp(2j * np.pi * np.outer(places, cycles)))


@lru_cache(maxsize=32)
def _known_waves(cells: int, count: int) -> NDArray[np.complex128]:
    waves = _waves(positions(cells), frequencies(count))
    waves.flags.writeable = False
    return waves


@lru_cache(maxsize=32)
def _known_angles(places: tuple[float, ...], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return cosines and sines (places, frequencies): real products take half of what complex ones do."""
    angles = 2 * np.pi * np.outer(places, frequencies(count))
    return np.cos(angles), np.sin(angles)
