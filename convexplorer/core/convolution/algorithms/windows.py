"""The general algorithm: copy the windows of a block of outputs side by side, then one matrix product.

Works for every rank and setting. Each input cell is copied once per kernel cell, so blocks are small; the whole
"im2col" matrix never exists.
"""

import math
from collections.abc import Iterator

import numpy as np

from convexplorer.core.geometry.windows import WindowFrame, sliding_windows

# 4 MB of windows stay in the second-level cache of most machines.
_BLOCK_BYTES = 4 << 20


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, *size) into `y`."""
    for places in _blocks(frame, kernel.shape, x.itemsize):
        values = _block_values(frame.block(x, places), kernel, frame)
        if bias is not None:
            values += bias[:, np.newaxis]
        part = y[(slice(None), *places)]
        part[...] = values.reshape(part.shape)


def workspace_bytes(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> int:
    """Return the size of the largest block's windows and results."""
    outputs = math.prod(_block_shape(frame, kernel_shape, itemsize))
    return outputs * (math.prod(kernel_shape[1:]) + kernel_shape[0]) * itemsize


def _block_values(block: np.ndarray, kernel: np.ndarray, frame: WindowFrame) -> np.ndarray:
    """Return the convolution of one padded block, (filters, outputs)."""
    windows = sliding_windows(block, frame.size, frame.strides, frame.dilation_rate)
    rank = frame.rank
    taps_first = windows.transpose(0, *range(rank + 1, 2 * rank + 1), *range(1, rank + 1))
    matrix = kernel.reshape(kernel.shape[0], -1)
    values: np.ndarray = matrix @ taps_first.reshape(matrix.shape[1], -1)
    return values


def _block_shape(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Return the shape of a block of outputs: as many whole last axes as fit, then part of the next."""
    room = max(1, _BLOCK_BYTES // (max(math.prod(kernel_shape[1:]), kernel_shape[0]) * itemsize))
    shape: list[int] = []
    for n in reversed(frame.output):
        shape.insert(0, min(n, room))
        room = max(1, room // n)
    return tuple(shape)


def _blocks(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> Iterator[tuple[slice, ...]]:
    shape = _block_shape(frame, kernel_shape, itemsize)
    counts = [-(-n // step) for n, step in zip(frame.output, shape, strict=True)]
    for index in np.ndindex(*counts):
        yield tuple(
            slice(i * step, min((i + 1) * step, n)) for i, step, n in zip(index, shape, frame.output, strict=True)
        )
