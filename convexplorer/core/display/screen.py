"""Pictures in the pixels of a screen: brought to their size there, and painted in the four bytes that it takes.

Areas become means by a power of two, which is quick and keeps what is thin; the rest, less than two, is interpolated.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.display.coloring import find_palette


def block_factors(cells: Sequence[int], size: Sequence[int]) -> tuple[int, int]:
    """Return the largest powers of two by which rows and columns may be averaged and stay no fewer than `size`.

    Examples
    --------
    >>> block_factors((720, 1280), (121, 215)), block_factors((100, 100), (300, 60))
    ((4, 4), (1, 1))
    """
    rows, columns = (_factor(n, wanted) for n, wanted in zip(cells, size, strict=True))
    return rows, columns


def block_means(values: np.ndarray, factors: Sequence[int]) -> np.ndarray:
    """Return the means of whole blocks of cells, (H // rows, W // columns); a rest at the end is left out.

    By halves: 0.09 instead of 0.28 ms for a map of 720p by four.

    Parameters
    ----------
    values : (H, W) or (H, W, C), float32 or uint8.
    factors : of rows and columns, powers of two.
    """
    height, width = (n // factor * factor for n, factor in zip(values.shape, factors, strict=False))
    values = values[:height, :width]
    rows, columns = factors
    while rows > 1 or columns > 1:
        step_down, step_right = min(rows, 2), min(columns, 2)
        half = values.shape[1] // step_right, values.shape[0] // step_down
        values = cv2.resize(values, half, interpolation=cv2.INTER_AREA)
        rows, columns = rows // step_down, columns // step_right
    return values


def fit_means(means: np.ndarray, cells: Sequence[int], factors: Sequence[int], size: Sequence[int]) -> np.ndarray:
    """Return the picture of block means at its size on screen, interpolated; enlarged cells keep their edges.

    Parameters
    ----------
    means : as `block_means` gives them, or a convolution with strides that averages.
    cells : rows and columns of the picture that they are the means of.
    """
    height, width = size
    shrunk = min(height, means.shape[0]), min(width, means.shape[1])
    if shrunk != means.shape[:2]:
        means = _interpolated(means, cells, factors, shrunk)
    if shrunk != (height, width):
        means = cv2.resize(means, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    return means


def fit(values: np.ndarray, size: Sequence[int]) -> np.ndarray:
    """Return a picture at its size on screen, `size` rows and columns; it may be the same array.

    Parameters
    ----------
    values : (H, W) or (H, W, C), float32 or uint8.

    Examples
    --------
    >>> fit(np.array([[0, 2, 4, 6], [0, 2, 4, 6]], np.float32), (1, 2))
    array([[1., 5.]], dtype=float32)
    """
    factors = block_factors(values.shape[:2], size)
    return fit_means(block_means(values, factors), values.shape[:2], factors, size)


def paint(indexed: np.ndarray, palette_name: str, *, dark: bool = False) -> np.ndarray:
    """Return the colours of an indexed map as a screen takes them: (H, W, 4) uint8, blue, green, red and 255.

    Parameters
    ----------
    indexed, palette_name, dark : as `colorize` takes them.

    Examples
    --------
    >>> paint(np.array([[0, 254]], np.uint8), "gray")
    array([[[  0,   0,   0, 255],
            [255, 255, 255, 255]]], dtype=uint8)
    """
    # One number of 32 bits a colour: an eighth of the time of a colour map and of a fourth channel.
    painted: np.ndarray = cv2.LUT(indexed, _table(palette_name, dark))
    return painted.view(np.uint8).reshape(*indexed.shape, 4)


@lru_cache(maxsize=64)
def _table(palette_name: str, dark: bool) -> np.ndarray:
    colors = find_palette(palette_name).colors(dark)
    table = np.full((256, 4), 255, np.uint8)
    table[:, :3] = colors[:, ::-1]
    return table.view(np.int32).reshape(1, 256)


def _factor(cells: int, wanted: int) -> int:
    factor = 1
    while 2 * factor * max(wanted, 1) <= cells:
        factor *= 2
    return factor


def _interpolated(means: np.ndarray, cells: Sequence[int], factors: Sequence[int], size: tuple[int, int]) -> np.ndarray:
    """Return block means at another size; what the blocks left out at the end is where it belongs."""
    height, width = size
    is_even = all(n % factor == 0 for n, factor in zip(cells, factors, strict=True))
    if is_even:
        return cv2.resize(means, (width, height), interpolation=cv2.INTER_LINEAR)
    places = [
        (np.arange(count, dtype=np.float32) + np.float32(0.5)) * np.float32(n / count / factor) - np.float32(0.5)
        for count, n, factor in zip(size, cells, factors, strict=True)
    ]
    down, right = map(np.ascontiguousarray, np.broadcast_arrays(places[0][:, np.newaxis], places[1]))
    return cv2.remap(means, right, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
