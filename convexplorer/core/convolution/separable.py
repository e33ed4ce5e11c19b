"""Convolutions of each channel on its own: depthwise, and depthwise followed by a pointwise mixing of the channels."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.conv import conv
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.windows import Padding, PerAxis


def depthwise_conv(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Convolve each channel with filters of its own.

    Parameters
    ----------
    x : (channels, *spatial)
    kernel : (channels, multiplier, *size)
    bias : (channels * multiplier,), optional
    strides, padding, dilation_rate, border : as in `conv`

    Returns
    -------
    (channels * multiplier, *output), a new array
        All maps of channel 0 first, as in Keras.

    Examples
    --------
    >>> depthwise_conv([[1, 2, 4], [1, 1, 1]], [[[-1, 1]], [[1, 1]]])
    array([[1., 2.],
           [2., 2.]], dtype=float32)
    """
    x, kernel = as_float(x), as_float(kernel, "kernel")
    check_depthwise_shapes(x.shape, kernel.shape)
    return conv(
        x,
        as_grouped(kernel),
        bias,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=len(kernel),
        border=border,
    )


def separable_conv(
    x: ArrayLike,
    depthwise_kernel: ArrayLike,
    pointwise_kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Convolve each channel on its own, then mix the results with a pointwise kernel.

    Parameters
    ----------
    x : (channels, *spatial)
    depthwise_kernel : (channels, multiplier, *size)
    pointwise_kernel : (filters, channels * multiplier, 1, …), a 1 per spatial axis
    bias : (filters,), optional
    strides, padding, dilation_rate, border : as in `conv`, for the depthwise step.

    Returns
    -------
    (filters, *output), a new array

    Examples
    --------
    >>> separable_conv([[1, 2, 4], [1, 1, 1]], [[[-1, 1]], [[1, 1]]], [[[1], [10]]])
    array([[21., 22.]], dtype=float32)
    """
    x = as_float(x)
    depthwise_kernel = as_float(depthwise_kernel, "depthwise_kernel")
    pointwise_kernel = as_float(pointwise_kernel, "pointwise_kernel")
    check_depthwise_shapes(x.shape, depthwise_kernel.shape, "depthwise_kernel")
    check_pointwise_shape(depthwise_kernel.shape, pointwise_kernel.shape)
    maps = depthwise_conv(
        x, depthwise_kernel, strides=strides, padding=padding, dilation_rate=dilation_rate, border=border
    )
    return conv(maps, pointwise_kernel, bias)


def as_grouped(kernel: np.ndarray) -> np.ndarray:
    """Return a depthwise kernel in the shape of a `conv` with one group per channel: (channels * multiplier, 1, *size).

    Examples
    --------
    >>> as_grouped(np.ones((3, 2, 5, 5))).shape
    (6, 1, 5, 5)
    """
    return kernel.reshape(-1, 1, *kernel.shape[2:])


def check_depthwise_shapes(
    x_shape: tuple[int, ...] | None, kernel_shape: tuple[int, ...], name: str = "kernel"
) -> None:
    """Raise ValueError if the shapes of kernel and input (None if unknown) do not fit each other."""
    rank = len(kernel_shape) - 2
    if rank not in (1, 2, 3):
        raise ValueError(
            f"{name} must have the shape (channels, multiplier, *size) with 1 to 3 sizes; got {kernel_shape}"
        )
    if x_shape is None:
        return
    if len(x_shape) != rank + 1:
        raise ValueError(
            f"x must have the shape (channels, *spatial) with {rank} spatial axes, as the {name} has; got {x_shape}"
        )
    if x_shape[0] != kernel_shape[0]:
        raise ValueError(f"x must have {kernel_shape[0]} channels, as the {name} has; got {x_shape[0]}")


def check_pointwise_shape(depthwise_shape: tuple[int, ...], pointwise_shape: tuple[int, ...]) -> None:
    """Raise ValueError if the pointwise kernel does not take the depthwise kernel's maps."""
    maps, ones = depthwise_shape[0] * depthwise_shape[1], (1,) * (len(depthwise_shape) - 2)
    if len(pointwise_shape) < 2 or pointwise_shape[1:] != (maps, *ones):
        expected = ", ".join(map(str, ("filters", maps, *ones)))
        raise ValueError(f"pointwise_kernel must have the shape ({expected}); got {pointwise_shape}")
