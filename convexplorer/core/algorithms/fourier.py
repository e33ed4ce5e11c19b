"""Long kernels on signals by Fourier transforms of overlapping blocks ("overlap-save").

The transform spreads NaN and infinity, and adds noise in proportion to the largest value of a block; input that would
show it, and kernels that are not long, go to `signals`.
"""

from collections.abc import Sequence

import numpy as np

from convexplorer._threads import for_each, thread_count
from convexplorer.core.algorithms import signals
from convexplorer.core.windows import WindowFrame

# Fewer taps are multiplied directly.
SHORTEST = 128
_LEAST_BLOCK = 4096
# A value may exceed the mean by this factor; the noise then stays near 1e-4 of the mean.
_LARGEST_RANGE = 1000.0


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, length) with `kernel` (filters, channels, size) into `y`."""
    if not _can_convolve(frame) or not _is_tame(x, kernel):
        signals.convolve(x, kernel, bias, y, frame)
        return
    length = _block_length(frame)
    step = length - frame.size[0] + 1
    spectra = np.conj(np.fft.rfft(kernel, length))
    pieces = _pieces(len(kernel) + len(x))

    def convolve_blocks(start: int) -> None:
        stop = min(start + pieces * step, frame.output[0])
        count = -(-(stop - start) // step)
        cells = frame.block(x, (slice(start, stop),))
        if cells.shape[1] < (count - 1) * step + length:
            cells = np.pad(cells, ((0, 0), (0, (count - 1) * step + length - cells.shape[1])))
        blocks = np.lib.stride_tricks.sliding_window_view(cells, length, axis=1)[:, ::step][:, :count]
        spectrum = np.fft.rfft(blocks)
        products = spectra * spectrum if len(x) == 1 else np.einsum("fcn,cbn->fbn", spectra, spectrum)
        values = np.fft.irfft(products, length)[..., :step].reshape(len(y), -1)[:, : stop - start]
        y[:, start:stop] = values if bias is None else values + bias[:, np.newaxis]

    for_each(convolve_blocks, range(0, frame.output[0], pieces * step))


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return what the spectra of the kernel, and in each thread the products and values of a block, take."""
    if not _can_convolve(frame):
        return signals.workspace_bytes(frame, kernel_shape, itemsize)
    filters, channels, _ = kernel_shape
    blocks = _pieces(filters + channels) * (filters + channels)
    return (2 * filters * channels + thread_count() * 4 * blocks) * _block_length(frame) * itemsize


def _can_convolve(frame: WindowFrame) -> bool:
    return frame.size[0] >= SHORTEST and frame.strides == (1,) and frame.dilation_rate == (1,)


def _pieces(maps: int) -> int:
    """Return how many blocks are transformed at a time: a megabyte or so, so that calls are few."""
    return max(1, 32 // maps)


def _block_length(frame: WindowFrame) -> int:
    """Return a power of two that most of a block's outputs fit in."""
    return max(_LEAST_BLOCK, 1 << (4 * frame.size[0] - 1).bit_length())


def _is_tame(x: np.ndarray, kernel: np.ndarray) -> bool:
    """Return whether all is finite, no sum can overflow, and no value sticks out."""
    total, largest = np.abs(x).sum(dtype=np.float64), np.abs(x).max()
    if not total * np.abs(kernel).sum(dtype=np.float64) < np.finfo(x.dtype).max / 1000:
        return False
    return bool(largest * x.size <= _LARGEST_RANGE * total)
