"""Kernels of one cell: a matrix product of filters and channels, without any copy."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import windows
from convexplorer.core.convolution.algorithms.rows import shape_of_products
from convexplorer.core.geometry.windows import WindowFrame

# Columns of a product, and how many products a thread takes at most before it asks for more.
_MOST_COLUMNS, _TILES = 4096, 4


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, 1, …) into `y`."""
    if not can_convolve(frame):
        windows.convolve(x, kernel, bias, y, frame)
        return
    filters, channels = kernel.shape[:2]
    cells, out = x.reshape(channels, -1), y.reshape(filters, -1)
    parts, width = shape_of_products(filters, channels)
    matrix = kernel.reshape(parts, filters // parts, channels)
    width = min(width, _MOST_COLUMNS)
    share = min(_TILES, -(-cells.shape[1] // (thread_count() * width))) * width

    def multiply(start: int) -> None:
        stop = min(start + share, cells.shape[1])
        whole = start + (stop - start) // width * width
        for first, last, columns in ((start, whole, width), (whole, stop, stop - whole)):
            if last > first:
                tiles = cells[:, first:last].reshape(channels, -1, columns).transpose(1, 0, 2)
                products = out[:, first:last].reshape(parts, filters // parts, -1, columns)
                np.matmul(matrix, tiles[:, np.newaxis], out=products.transpose(2, 0, 1, 3))
        if bias is not None:
            out[:, start:stop] += bias[:, np.newaxis]

    for_each(multiply, range(0, cells.shape[1], share))


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return 0, because nothing is copied; for kernels of more cells the workspace of `windows`."""
    return 0 if can_convolve(frame) else windows.workspace_bytes(frame, tuple(kernel_shape), itemsize)


def can_convolve(frame: WindowFrame) -> bool:
    """Return True if every output depends on the one cell at its own position."""
    return math.prod(frame.size) == 1 and frame.output == frame.spatial and frame.padding_range == (0, 0)
