"""Many channels, each with filters of its own: a product and a sum of all channels at once for each cell of the kernel.

The channels of a cell lie side by side, so that a long line of numbers is multiplied by as many weights. A depthwise
layer deep inside a network has hundreds of channels of 7×7 to 28×28 cells: one by one they take a call each, which
costs ten times what they compute.
"""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import windows
from convexplorer.core.geometry.windows import WindowFrame

# Sums of so many bytes stay in the first-level cache from one cell of the kernel to the next, beside what they add.
_BLOCK_BYTES = 1 << 14
# Channels of a part: its padded input and its result stay in the second-level cache.
_PART_BYTES = 3 << 18
_FEWEST_CHANNELS = 16
_WORTH_THREADS = 100_000


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    if len(x) == 1:
        convolve_each(x, kernel, bias, y, frame)
    else:
        windows.convolve(x, kernel, bias, y, frame)


def convolve_each(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> None:
    """Write the convolution of each channel of `x` with its own filters, (channels · n, 1, kh, kw), into `y`."""
    share = len(kernel) // len(x)

    def convolve_part(part: slice) -> None:
        own = slice(part.start * share, part.stop * share)
        _convolve(x[part], kernel[own, 0], None if bias is None else bias[own], y[own], frame)

    parts = _parts(len(x), frame, x.itemsize, y.size)
    if y.size >= _WORTH_THREADS:
        for_each(convolve_part, parts)
    else:
        for part in parts:
            convolve_part(part)


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the parts that all threads have in work, each with its padded input and its result."""
    if kernel_shape[1] > 1:
        return windows.workspace_bytes(frame, tuple(kernel_shape), itemsize)
    channel = 2 * (math.prod(frame.padded) + math.prod(frame.output)) * itemsize
    return int(thread_count() * max(_PART_BYTES, _FEWEST_CHANNELS * channel))


def _parts(channels: int, frame: WindowFrame, itemsize: int, size: int) -> list[slice]:
    """Return the channels of each part: at least one for each thread where there is much to do."""
    step = max(_FEWEST_CHANNELS, _PART_BYTES // (math.prod(frame.padded) * itemsize))
    if size >= _WORTH_THREADS:
        step = min(step, max(_FEWEST_CHANNELS, -(-channels // thread_count())))
    return [slice(first, min(first + step, channels)) for first in range(0, channels, step)]


def _convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    padded = frame.block(x, [slice(0, n) for n in frame.output])
    channels, height, width = padded.shape
    lanes = _transposed(padded.reshape(channels, -1)).reshape(height, width, channels)
    share, (rows, columns) = len(kernel) // channels, frame.output
    step = max(1, _BLOCK_BYTES // (columns * channels * x.itemsize))
    sums = np.empty((rows, columns, channels), x.dtype)
    product = np.empty((min(step, rows), columns, channels), x.dtype)
    for j in range(share):
        # As wide as a row: all of it is then one line.
        weights = np.repeat(kernel[j::share].transpose(1, 2, 0)[:, :, np.newaxis], columns, axis=2)
        for first in range(0, rows, step):
            part = sums[first : first + step]
            _add_taps(lanes, weights, part, product[: len(part)], first, frame)
            if bias is not None:
                part += bias[j::share]
        y[j::share] = _transposed(sums.reshape(-1, channels)).reshape(channels, rows, columns)


def _add_taps(
    lanes: np.ndarray, weights: np.ndarray, sums: np.ndarray, product: np.ndarray, first: int, frame: WindowFrame
) -> None:
    """Write the sums of some rows of the output: for each cell of the kernel, what it reads times its weights."""
    (down, across), (step_down, step_across) = frame.strides, frame.dilation_rate
    count, columns = sums.shape[:2]
    for row, column in np.ndindex(*frame.size):
        top, left = first * down + row * step_down, column * step_across
        read = lanes[top : top + (count - 1) * down + 1 : down, left : left + (columns - 1) * across + 1 : across]
        if row == column == 0:
            np.multiply(read, weights[row, column], out=sums)
        else:
            np.multiply(read, weights[row, column], out=product)
            np.add(sums, product, out=sums)


def _transposed(matrix: np.ndarray) -> np.ndarray:
    """Return a transposed matrix in memory of its own; by OpenCV in a quarter of NumPy's time."""
    return np.asarray(cv2.transpose(np.ascontiguousarray(matrix))).reshape(matrix.shape[::-1])
