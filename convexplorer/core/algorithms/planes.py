"""Images plane by plane with OpenCV's `filter2D`: the fast algorithm for few planes or a large kernel.

`filter2D` skips weights of 0 and computes large kernels by a Fourier transform. Both would lose or spread
NaN and infinity, and the transform adds noise in proportion to the largest value; such input goes to `rows`.
"""

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.algorithms import rows
from convexplorer.core.windows import WindowFrame

# From this many cells on OpenCV 5 uses a Fourier transform.
FOURIER_AREA = 130
_BAND_BYTES = 1 << 20
# A value may exceed the mean by this factor; the transform's noise then stays near 1e-4 of the mean.
_LARGEST_RANGE = 1000.0


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    dilated = _dilated(kernel, frame)
    if not _is_tame(x, dilated):
        rows.convolve(x, kernel, bias, y, frame)
        return
    height = _band_rows(frame, x.itemsize)
    for top in range(0, frame.output[0], height):
        band = slice(top, min(top + height, frame.output[0]))
        _convolve_band(x, dilated, bias, y[:, band], frame, band)


def workspace_bytes(frame: WindowFrame, _: tuple[int, ...], itemsize: int) -> int:
    """Return what a padded band of one channel and its result take."""
    rows_in = (_band_rows(frame, itemsize) - 1) * frame.strides[0] + frame.spans[0]
    return 2 * rows_in * _padded_columns(frame) * itemsize


def _convolve_band(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame, band: slice
) -> None:
    """Write some rows of the output: channel by channel, so that only one of them is padded at a time."""
    places = band, slice(0, frame.output[1])
    for channel in range(x.shape[0]):
        block = frame.block(x[channel : channel + 1], places)[0]
        for i, total in enumerate(y):
            filtered = _correlate(block, kernel[i, channel])[:: frame.strides[0], :: frame.strides[1]]
            inside = filtered[: total.shape[0], : total.shape[1]]
            if channel == 0:
                np.add(inside, 0 if bias is None else bias[i], out=total)
            else:
                np.add(total, inside, out=total)


def _correlate(channel: np.ndarray, plane: np.ndarray) -> np.ndarray:
    filtered: np.ndarray = cv2.filter2D(channel, -1, plane, anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
    return filtered


def _dilated(kernel: np.ndarray, frame: WindowFrame) -> np.ndarray:
    """Return the kernel with zeros between its taps."""
    if frame.spans == frame.size:
        return kernel
    dilated = np.zeros((*kernel.shape[:2], *frame.spans), kernel.dtype)
    dilated[:, :, :: frame.dilation_rate[0], :: frame.dilation_rate[1]] = kernel
    return dilated


def _is_tame(x: np.ndarray, kernel: np.ndarray) -> bool:
    """Return whether all is finite, no sum can overflow and, for a Fourier transform, no value sticks out."""
    total = sum(cv2.norm(plane, cv2.NORM_L1) for plane in x)
    if not total * np.abs(kernel).sum(dtype=np.float64) < np.finfo(x.dtype).max / 1000:
        return False
    if kernel.shape[2] * kernel.shape[3] < FOURIER_AREA:
        return True
    return max(cv2.norm(plane, cv2.NORM_INF) for plane in x) * x.size <= _LARGEST_RANGE * total


def _padded_columns(frame: WindowFrame) -> int:
    return (frame.output[1] - 1) * frame.strides[1] + frame.spans[1]


def _band_rows(frame: WindowFrame, itemsize: int) -> int:
    # Eight kernel heights: neighbouring bands both read the rows between them.
    source_rows = max(_BAND_BYTES // (_padded_columns(frame) * itemsize), 8 * frame.spans[0])
    return min(frame.output[0], max(1, source_rows // frame.strides[0]))
