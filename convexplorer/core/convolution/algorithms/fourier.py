"""Long kernels on signals by Fourier transforms of overlapping blocks ("overlap-save").

The transform spreads NaN and infinity, and adds noise in proportion to the largest value of a block. `signals` computes
input in which that noise would be visible, and short kernels.
"""

from collections.abc import Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import signals
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.windows import WindowFrame

# Fewer taps are multiplied directly. 441 000 outputs in two threads by transforms / directly: 1 filter of 128 taps
# 2.0 / 1.9 ms, of 256 1.9 / 5.7; 32 filters of 64 taps 17 / 12, of 128 17 / 20, of 256 20 / 38, of 512 20 / 71.
SHORTEST = 128
_LEAST_BLOCK = 2048
# So many filters and numbers at a time stay in the second-level cache: 32 filters of 128 taps took 27 ms in a thread,
# 51 when all were multiplied with one block of 4096 after the other.
_FILTERS, _NUMBERS = 8, 1 << 17
# A value may exceed the mean by this factor; the noise then stays near 1e-4 of the mean.
_LARGEST_RANGE = 1000.0


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, length) with `kernel` (filters, channels, size) into `y`."""
    if not _can_convolve(frame) or not _is_tame(x, kernel):
        signals.convolve(x, kernel, bias, y, frame)
        return
    length = _block_length(frame)
    step = length - frame.size[0] + 1
    spectra = _spectra(np.pad(kernel, ((0, 0), (0, 0), (0, length - frame.size[0]))))
    np.negative(spectra[..., 2:-1:2], out=spectra[..., 2:-1:2])  # conjugate: the kernel is not flipped
    pieces = _pieces(frame, len(kernel))

    def convolve_blocks(start: int) -> None:
        stop = min(start + pieces * step, frame.output[0])
        count = -(-(stop - start) // step)
        cells = frame.block(x, (slice(start, stop),))
        if cells.shape[1] < (count - 1) * step + length:
            cells = np.pad(cells, ((0, 0), (0, (count - 1) * step + length - cells.shape[1])))
        blocks = _spectra(np.lib.stride_tricks.sliding_window_view(cells, length, axis=1)[:, ::step][:, :count])
        for first in range(0, len(kernel), _FILTERS):
            some = slice(first, first + _FILTERS)
            values = _signals(_products(spectra[some], blocks))[..., :step].reshape(-1, count * step)
            shift = 0 if bias is None else bias[some, np.newaxis]
            np.add(values[:, : stop - start], shift, out=y[some, start:stop])

    for_each(convolve_blocks, range(0, frame.output[0], pieces * step))


def _spectra(x: np.ndarray) -> np.ndarray:
    """Return the transforms along the last axis, of even length n: Re 0, Re 1, Im 1, Re 2, Im 2, …, Re n/2."""
    return np.asarray(cv2.dft(x.reshape(-1, x.shape[-1]), flags=cv2.DFT_ROWS)).reshape(x.shape)


def _signals(spectra: np.ndarray) -> np.ndarray:
    """Return the inverse transforms, in place."""
    lines = spectra.reshape(-1, spectra.shape[-1])
    cv2.dft(lines, dst=lines, flags=cv2.DFT_ROWS | cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
    return spectra


def _products(kernel: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """Return (filters, blocks, n), products of transforms (filters, channels, n) and (channels, blocks, n), summed."""
    products = memory.empty((len(kernel), *blocks.shape[1:]), blocks.dtype)
    for end in (0, -1):
        products[..., end] = kernel[..., end] @ blocks[..., end]
    pair = np.result_type(blocks.dtype, np.complex64)
    inner, of_kernel, of_blocks = (a[..., 1:-1].view(pair) for a in (products, kernel, blocks))
    if len(blocks) == 1:
        np.multiply(of_kernel, of_blocks, out=inner)
    else:
        np.einsum("fcn,cbn->fbn", of_kernel, of_blocks, out=inner)
    return products


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the kernel's spectra, and of each thread's products and values of a block."""
    if not _can_convolve(frame):
        return signals.workspace_bytes(frame, kernel_shape, itemsize)
    filters, channels, _ = kernel_shape
    blocks = _pieces(frame, filters) * (min(filters, _FILTERS) * 2 + channels * 3)
    return (2 * filters * channels + thread_count() * blocks) * _block_length(frame) * itemsize


def _can_convolve(frame: WindowFrame) -> bool:
    return frame.size[0] >= SHORTEST and frame.strides == (1,) and frame.dilation_rate == (1,)


def _pieces(frame: WindowFrame, filters: int) -> int:
    """Return the number of blocks transformed at a time."""
    length = _block_length(frame)
    blocks = -(-frame.output[0] // (length - frame.size[0] + 1))
    return max(1, min(_NUMBERS // (min(filters, _FILTERS) * length), -(-blocks // thread_count())))


def _block_length(frame: WindowFrame) -> int:
    """Return the block length: a power of two, most of which are valid outputs."""
    return max(_LEAST_BLOCK, 1 << (4 * frame.size[0] - 1).bit_length())


def _is_tame(x: np.ndarray, kernel: np.ndarray) -> bool:
    """Return True if all values are finite, no sum can overflow, and no value is an outlier."""
    total, largest = np.abs(x).sum(dtype=np.float64), np.abs(x).max()
    if not total * np.abs(kernel).sum(dtype=np.float64) < np.finfo(x.dtype).max / 1000:
        return False
    return bool(largest * x.size <= _LARGEST_RANGE * total)
