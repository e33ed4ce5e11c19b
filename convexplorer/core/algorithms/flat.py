"""Small inputs of any rank: all windows side by side at once, then a single matrix product.

Three calls of NumPy in all. What they copy must stay small: it is as large as the input times the cells of a window.
"""

import math
from collections.abc import Sequence
from operator import mul

import numpy as np

from convexplorer.core.algorithms import windows
from convexplorer.core.windows import WindowFrame

# Beyond, the copies would take more memory than the result is worth.
_MOST_CELLS = 1 << 18


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, *size) into `y`."""
    if _cells(frame, len(x)) > _MOST_CELLS:
        windows.convolve(x, kernel, bias, y, frame)
        return
    padded = _padded(x, frame)
    channel_bytes, *steps = padded.strides
    taps: np.ndarray = np.ndarray(
        (len(x), *frame.size, *frame.output),
        x.dtype,
        padded,
        0,
        (channel_bytes, *map(mul, steps, frame.dilation_rate), *map(mul, steps, frame.strides)),
    )
    matrix = kernel.reshape(len(kernel), -1)
    result = y.reshape(len(kernel), -1)
    # Not `dot`, which takes a matrix of one cell for a factor, and 0 times NaN for 0.
    np.matmul(matrix, taps.reshape(matrix.shape[1], -1), out=result)
    if bias is not None:
        result += bias[:, np.newaxis]


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return what the padded input and all windows take."""
    channels = kernel_shape[1]
    if _cells(frame, channels) > _MOST_CELLS:
        return windows.workspace_bytes(frame, tuple(kernel_shape), itemsize)
    return (channels * math.prod(frame.padded) + _cells(frame, channels)) * itemsize


def _cells(frame: WindowFrame, channels: int) -> int:
    return channels * math.prod(frame.size) * math.prod(frame.output)


def _padded(x: np.ndarray, frame: WindowFrame) -> np.ndarray:
    """Return the padded input, contiguous."""
    if frame.padding_range == (0, 0):
        return np.ascontiguousarray(x)
    if frame.border != "zeros" or frame.padding_range[0] < 0:
        return np.ascontiguousarray(frame.block(x, [slice(0, count) for count in frame.output]))
    padded = np.zeros((len(x), *frame.padded), x.dtype)
    padded[frame.inside] = x
    return padded
