"""Kernels of Keras and of PyTorch, turned to filters first; and one array of a file as a bank of filters."""

import numpy as np

from convexplorer.formats.tensor_file import Writer
from convexplorer.kernels.filter import Filter
from convexplorer.model.opening import learned
from convexplorer.words import times

KINDS = ("conv", "depthwise_conv", "conv_transpose")


def filters_first(
    kernel: np.ndarray, writer: Writer, kind: str = "conv", *, channels: int | None = None, groups: int = 1
) -> np.ndarray | None:
    """Return a kernel as (filters, channels in, *size); None if a layer of this kind cannot have it.

    Parameters
    ----------
    kernel : with the axes of the writer's file; of "" those of PyTorch.
    kind : of the layer, one of `KINDS`; a filter of "depthwise_conv" has a plane for each channel.
    channels : of the layer's input; None if unknown.
    groups : of the layer's channels.
    """
    if kernel.ndim < 3 or 0 in kernel.shape:
        return None
    if kind == "depthwise_conv":
        if writer == "keras":  # (*size, channels, filters)
            return np.moveaxis(kernel, (-1, -2), (0, 1))
        count = len(kernel) if channels is None else channels  # (channels · filters, 1, *size)
        if kernel.shape[1] != 1 or len(kernel) % count:
            return None
        return kernel.reshape(count, len(kernel) // count, *kernel.shape[2:]).swapaxes(0, 1)
    if kind == "conv":
        return np.moveaxis(kernel, (-1, -2), (0, 1)) if writer == "keras" else kernel
    if writer == "keras":  # (*size, filters, channels)
        return np.moveaxis(kernel, (-2, -1), (0, 1))
    inputs, filters, *size = kernel.shape  # (channels, filters // groups, *size)
    if groups < 1 or inputs % groups:
        return None
    grouped = kernel.reshape(groups, inputs // groups, filters, *size).swapaxes(1, 2)
    return grouped.reshape(groups * filters, inputs // groups, *size)


def as_bank(
    kernel: np.ndarray, writer: Writer, kind: str = "conv", *, channel: int | None = None, name: str = "filter"
) -> tuple[Filter, ...]:
    """Return a kernel of a file as a bank of filters.

    Parameters
    ----------
    kernel : (rows, columns), or 3 or 4 axes in the order of the writer; of "" that of PyTorch.
    kind : of the layer that it was in, one of `KINDS`.
    channel : the channel whose planes are taken, for filters that look at each channel of a picture alike; None takes
        them all, and the filters fit inputs of so many channels only.

    Raises
    ------
    ValueError : the array is no kernel of such a layer, or has no such channel; the message is a sentence.
    """
    array = kernel[np.newaxis, np.newaxis] if kernel.ndim == 2 else kernel
    turned = filters_first(array, "" if kernel.ndim == 2 else writer, kind)
    if turned is None or not 3 <= turned.ndim <= 5:
        raise ValueError(f"an array of {times(kernel.shape)} numbers is no kernel of a layer {kind}")
    if channel is not None and not 0 <= channel < turned.shape[1]:
        raise ValueError(f"its filters have the channels 0…{turned.shape[1] - 1}; got {channel}")
    planes = turned if channel is None else turned[:, channel : channel + 1]
    return learned.bank(planes, None, name)


def channel_count(kernel: np.ndarray, writer: Writer, kind: str = "conv") -> int:
    """Return the number of channels that the filters of a kernel look at; 0 if it is no kernel."""
    if kernel.ndim == 2:
        return 1
    turned = filters_first(kernel, writer, kind)
    return 0 if turned is None else turned.shape[1]
