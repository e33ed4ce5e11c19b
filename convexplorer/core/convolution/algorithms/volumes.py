"""Volumes slice by slice: the slices that a window reads become channels of an image, which `rows` convolves."""

from collections.abc import Sequence

import numpy as np

from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import rows
from convexplorer.core.geometry.borders import padded_axis
from convexplorer.core.geometry.windows import WindowFrame


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, D, H, W) with `kernel` (filters, channels, kd, kh, kw) into `y`."""
    filters, channels, depth, *size = kernel.shape
    image = _slice_frame(frame)
    bank = rows.Rows(kernel.reshape(filters, channels * depth, *size), bias, image)

    def convolve_slice(i: int) -> None:
        start = i * frame.strides[0]
        seen = padded_axis(x, 1, frame.amounts[0], frame.border, start, start + frame.spans[0])
        slices = seen[:, :: frame.dilation_rate[0]].reshape(channels * depth, *x.shape[2:])
        for place in bank.places:
            bank.convolve(slices, y[:, i], place)

    for_each(convolve_slice, range(frame.output[0]))


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the slices that a window reads, and of the workspaces of `rows`."""
    filters, channels, depth, *size = kernel_shape
    slices = channels * frame.spans[0] * frame.spatial[1] * frame.spatial[2] * itemsize
    return thread_count() * 2 * slices + rows.workspace_bytes(
        _slice_frame(frame), (filters, channels * depth, *size), itemsize
    )


def _slice_frame(frame: WindowFrame) -> WindowFrame:
    """Return the window geometry in one slice."""
    return WindowFrame(
        frame.spatial[1:],
        frame.size[1:],
        frame.strides[1:],
        frame.dilation_rate[1:],
        frame.amounts[1:],
        frame.output[1:],
        frame.border,
    )
