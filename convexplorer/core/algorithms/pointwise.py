"""Kernels of one cell: a matrix product of filters and channels, without any copy."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._threads import for_each
from convexplorer.core.algorithms import windows
from convexplorer.core.algorithms.rows import SMALL_PRODUCT
from convexplorer.core.windows import WindowFrame

# Cells of a product: a multiple of a cache line, and at most as many as stay near.
_LINE, _MOST_COLUMNS = 16, 4096
_TILES = 16


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, 1, …) into `y`."""
    if not can_convolve(frame):
        windows.convolve(x, kernel, bias, y, frame)
        return
    filters, channels = kernel.shape[:2]
    cells, out, matrix = x.reshape(channels, -1), y.reshape(filters, -1), kernel.reshape(filters, channels)
    width = min(max(SMALL_PRODUCT // kernel.size // _LINE, 1) * _LINE, _MOST_COLUMNS)

    def multiply(start: int) -> None:
        stop = min(start + _TILES * width, cells.shape[1])
        whole = start + (stop - start) // width * width
        if whole > start:
            tiles = cells[:, start:whole].reshape(channels, -1, width).transpose(1, 0, 2)
            np.matmul(matrix, tiles, out=out[:, start:whole].reshape(filters, -1, width).transpose(1, 0, 2))
        if stop > whole:
            np.matmul(matrix, cells[:, whole:stop], out=out[:, whole:stop])
        if bias is not None:
            out[:, start:stop] += bias[:, np.newaxis]

    for_each(multiply, range(0, cells.shape[1], _TILES * width))


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return 0, as nothing is copied, or what `windows` needs for kernels of more cells."""
    return 0 if can_convolve(frame) else windows.workspace_bytes(frame, tuple(kernel_shape), itemsize)


def can_convolve(frame: WindowFrame) -> bool:
    """Return whether every output is made of the one cell in its place."""
    return math.prod(frame.size) == 1 and frame.output == frame.spatial and frame.padding_range == (0, 0)
