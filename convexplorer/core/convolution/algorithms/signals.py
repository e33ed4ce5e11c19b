"""Signals folded into the rows of an image, which `rows` convolves.

Neighbouring rows of the folded signal overlap by a kernel, without a copy. A long kernel is folded too: row `i` of the
image holds the cells from `i · 32` on, so tap `32 · i + j` is `i` rows down and `j` columns to the right, and each cell
is copied 32-fold instead of once per tap.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer.core.convolution.algorithms import opencv as planes
from convexplorer.core.convolution.algorithms import rows, windows
from convexplorer.core.geometry.windows import WindowFrame, window_frame

_ROW = 512
# OpenCV wants long rows.
_PLANE_ROW = 4096
_FOLD = 32
# So many outputs are padded and computed at a time.
_BLOCK = 1 << 19


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, length) with `kernel` (filters, channels, size) into `y`."""
    for start in range(0, frame.output[0], _BLOCK):
        outputs = slice(start, min(start + _BLOCK, frame.output[0]))
        _convolve_block(frame.block(x, (outputs,)), kernel, bias, y[:, outputs], frame)


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of a padded block and of the workspaces of `rows` or `planes`."""
    count = min(frame.output[0], _BLOCK)
    padded = kernel_shape[1] * (count * frame.strides[0] + frame.spans[0]) * itemsize
    folded, width = _folded(kernel_shape, frame)
    image = _image_frame(folded, max(1, count // width), width, frame)
    algorithm = planes if width == _PLANE_ROW else rows
    return int(padded + algorithm.workspace_bytes(image, folded, itemsize))


def _convolve_block(
    block: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> None:
    filters, channels, _ = kernel.shape
    (stride,) = frame.strides
    folded, width = _folded(kernel.shape, frame)
    lines = y.shape[1] // width
    if lines:
        image = _image_frame(folded, lines, width, frame)
        channel_bytes, cell_bytes = block.strides
        steps = channel_bytes, width * stride * cell_bytes, cell_bytes
        picture = np.lib.stride_tricks.as_strided(block, (channels, *image.spatial), steps, writeable=False)
        maps = y[:, : lines * width].reshape(filters, lines, width)
        if width == _PLANE_ROW:  # OpenCV knows no rows that overlap
            planes.convolve(np.ascontiguousarray(picture), kernel.reshape(folded), bias, maps, image)
        else:
            rows.convolve(picture, kernel.reshape(folded), bias, maps, image)
    rest = y.shape[1] - lines * width
    if rest:
        tail = block[:, lines * width * stride :]
        place = replace(frame, spatial=tail.shape[1:], amounts=((0, 0),), output=(rest,))
        windows.convolve(tail, kernel, bias, y[:, -rest:], place)


def _image_frame(folded: tuple[int, ...], lines: int, width: int, frame: WindowFrame) -> WindowFrame:
    """Return the window geometry in the folded signal."""
    (stride,), (dilation,), size = frame.strides, frame.dilation_rate, folded[2:]
    columns = (width - 1) * stride + (size[1] - 1) * dilation + 1
    return window_frame((lines + size[0] - 1, columns), size, strides=(1, stride), dilation_rate=(1, dilation))


def _folded(kernel_shape: Sequence[int], frame: WindowFrame) -> tuple[tuple[int, ...], int]:
    """Return the shape of the folded kernel, and the number of outputs in a row."""
    filters, channels, size = kernel_shape
    if (frame.strides, frame.dilation_rate) == ((1,), (1,)):
        if filters * channels == 1 and size < planes.FOURIER_AREA:
            return (filters, channels, 1, size), _PLANE_ROW
        for width in range(_FOLD, 2 * _FOLD):
            if size > width and size % width == 0:
                return (filters, channels, size // width, width), width
    return (filters, channels, 1, size), _ROW
