"""Gradients of convolutions: the derivative of the outputs' sum, weighted by `gradient`, by each input and each weight.

The gradient of a linear operator with respect to its input does not depend on the input: it is the adjoint operator,
with `<conv(x), y> = <x, conv_adjoint(y)>`. The adjoint of a unit output also holds the weight of every input in it.
The gradient with respect to a bias is `bias_gradient` for every operator; gradients of pools are in `pool_gradients`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.plans import Setting, check_shapes, resolve
from convexplorer.core.convolution.scatter import scatter
from convexplorer.core.convolution.separable import as_grouped, check_depthwise_shapes
from convexplorer.core.convolution.transpose import check_transposed_shapes, transposed_frame
from convexplorer.core.geometry.arrays import as_float, as_float_like, as_maps
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, pad, window_frame


def conv_adjoint(
    gradient: ArrayLike,
    kernel: ArrayLike,
    input_shape: Sequence[int],
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the input of `conv`.

    Parameters
    ----------
    gradient : (filters, *output)
    kernel : (filters, channels // groups, *size)
    input_shape : (channels, *spatial); the output shape alone does not determine it.
    strides, padding, dilation_rate, groups, border : those of `conv`

    Returns
    -------
    (channels, *spatial), in the precision of `gradient`

    Examples
    --------
    >>> conv_adjoint([[0, 1, 0]], [[[1, 2, 3]]], (1, 5))
    array([[0., 1., 2., 3., 0.]], dtype=float32)
    """
    gradient = as_float(gradient, "gradient")
    kernel = as_float_like(kernel, gradient, "kernel")
    setting = Setting.of(kernel.ndim - 2, strides, padding, dilation_rate, groups, border, "auto")
    frame, _ = resolve(tuple(input_shape), kernel.shape, setting)
    check_gradient(gradient, (len(kernel), *frame.output))
    return scatter(gradient, kernel, frame, groups)


def conv_kernel_gradient(
    gradient: ArrayLike,
    x: ArrayLike,
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the kernel of `conv`.

    Parameters
    ----------
    gradient : (filters, *output)
    x : (channels, *spatial)
    size : of the kernel, a number or one per spatial axis
    strides, padding, dilation_rate, groups, border : those of `conv`

    Returns
    -------
    (filters, channels // groups, *size), in the precision of `x`

    Examples
    --------
    >>> conv_kernel_gradient([[1, 0, 10]], [[1, 2, 3, 4]], 2)
    array([[[31., 42.]]], dtype=float32)
    """
    x = as_maps(x)
    gradient = as_float_like(gradient, x, "gradient")
    frame = window_frame(
        x.shape[1:], size, strides=strides, padding=padding, dilation_rate=dilation_rate, border=border
    )
    if gradient.ndim != x.ndim:
        raise ValueError(f"gradient must have the shape (filters, *output); got {gradient.shape}")
    check_shapes(None, (len(gradient), 1, *frame.size), groups)
    if len(x) % groups:
        raise ValueError(f"x must have channels that {groups} groups share alike; got {len(x)}")
    check_gradient(gradient, (len(gradient), *frame.output))
    return _kernel_gradient(gradient, x, frame, groups)


def bias_gradient(gradient: ArrayLike) -> np.ndarray:
    """Return the gradient with respect to a bias: the sum of each map.

    Parameters
    ----------
    gradient : (filters, *output)

    Returns
    -------
    (filters,)

    Examples
    --------
    >>> bias_gradient([[1, 2, 3], [0, 0, 1]])
    array([6., 1.], dtype=float32)
    """
    gradient = as_float(gradient, "gradient")
    if gradient.ndim < 1:
        raise ValueError("gradient must have the shape (filters, *output); got a number")
    total: np.ndarray = gradient.reshape(len(gradient), -1).sum(axis=1)
    return total


def conv_transpose_adjoint(
    gradient: ArrayLike,
    kernel: ArrayLike,
    input_shape: Sequence[int],
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the input of `conv_transpose`: a convolution with the same kernel.

    Parameters
    ----------
    gradient : (filters, *output)
    kernel : (channels, filters // groups, *size)
    input_shape : (channels, *spatial)
    strides, padding, output_padding, dilation_rate, groups, border : those of `conv_transpose`

    Returns
    -------
    (channels, *spatial), in the precision of `gradient`

    Examples
    --------
    >>> conv_transpose_adjoint([[1, 0, 0, 0, 10]], [[[1, 2, 3]]], (1, 2), strides=2)
    array([[ 1., 30.]], dtype=float32)
    """
    gradient = as_float(gradient, "gradient")
    kernel = as_float(kernel, "kernel")
    check_transposed_shapes(tuple(input_shape), kernel.shape, groups)
    frame = transposed_frame(
        tuple(input_shape)[1:],
        kernel.shape[2:],
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
        border=border,
    )
    check_gradient(gradient, (kernel.shape[1] * groups, *frame.spatial))
    y = conv(
        gradient,
        kernel,
        strides=frame.strides,
        padding=frame.amounts,
        dilation_rate=frame.dilation_rate,
        groups=groups,
        border=border,
    )
    # A large output padding leaves room for windows that belong to no input.
    return np.ascontiguousarray(y[(slice(None), *map(slice, frame.output))])


def conv_transpose_kernel_gradient(
    gradient: ArrayLike,
    x: ArrayLike,
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the kernel of `conv_transpose`.

    Parameters
    ----------
    gradient : (filters, *output)
    x : (channels, *spatial)
    size : of the kernel, a number or one per spatial axis
    strides, padding, output_padding, dilation_rate, groups, border : those of `conv_transpose`

    Returns
    -------
    (channels, filters // groups, *size), in the precision of `x`

    Examples
    --------
    >>> conv_transpose_kernel_gradient([[1, 2, 3, 4]], [[1, 10]], 2, strides=2)
    array([[[31., 42.]]], dtype=float32)
    """
    x = as_maps(x)
    gradient = as_float_like(as_maps(gradient, name="gradient"), x, "gradient")
    frame = transposed_frame(
        x.shape[1:],
        size,
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
        border=border,
    )
    check_transposed_shapes(x.shape, (len(x), 1, *frame.size), groups)
    if len(gradient) % groups:
        raise ValueError(f"gradient must have as many channels as {groups} groups share alike; got {len(gradient)}")
    check_gradient(gradient, (len(gradient), *frame.spatial))
    # The adjoint is a convolution of the gradient, in which x stands where the gradient of its output would.
    return _kernel_gradient(x, gradient, frame, groups)


def depthwise_conv_adjoint(
    gradient: ArrayLike,
    kernel: ArrayLike,
    input_shape: Sequence[int],
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the input of `depthwise_conv`.

    Parameters
    ----------
    gradient : (channels * multiplier, *output)
    kernel : (channels, multiplier, *size)
    input_shape : (channels, *spatial)
    strides, padding, dilation_rate, border : those of `depthwise_conv`

    Returns
    -------
    (channels, *spatial), in the precision of `gradient`

    Examples
    --------
    >>> depthwise_conv_adjoint([[1, 0], [0, 1]], [[[1, 2]], [[3, 4]]], (2, 3))
    array([[1., 2., 0.],
           [0., 3., 4.]], dtype=float32)
    """
    kernel = as_float(kernel, "kernel")
    check_depthwise_shapes(tuple(input_shape), kernel.shape)
    return conv_adjoint(
        gradient,
        as_grouped(kernel),
        input_shape,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=len(kernel),
        border=border,
    )


def depthwise_conv_kernel_gradient(
    gradient: ArrayLike,
    x: ArrayLike,
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the gradient with respect to the kernel of `depthwise_conv`.

    Parameters
    ----------
    gradient : (channels * multiplier, *output)
    x : (channels, *spatial)
    size : of the kernel, a number or one per spatial axis
    strides, padding, dilation_rate, border : those of `depthwise_conv`

    Returns
    -------
    (channels, multiplier, *size), in the precision of `x`

    Examples
    --------
    >>> depthwise_conv_kernel_gradient([[1, 0], [0, 1]], [[1, 2, 3], [4, 5, 6]], 2)
    array([[[1., 2.]],
           [[5., 6.]]], dtype=float32)
    """
    x = as_maps(x)
    grouped = conv_kernel_gradient(
        gradient,
        x,
        size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=len(x),
        border=border,
    )
    return grouped.reshape(len(x), -1, *grouped.shape[2:])


def check_gradient(gradient: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise ValueError if a gradient does not have the shape of its output."""
    if gradient.shape != shape:
        raise ValueError(f"gradient must have the shape of the output, {shape}; got {gradient.shape}")


def _kernel_gradient(gradient: np.ndarray, x: np.ndarray, frame: WindowFrame, groups: int) -> np.ndarray:
    """Return, for each weight, the sum over all outputs of gradient times the input value under the weight."""
    filters, channels = len(gradient) // groups, len(x) // groups
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        block = pad(x, frame.amounts, frame.border) if any(map(any, frame.amounts)) else x
        rows = gradient.reshape(groups, filters, -1)
        y = np.empty((groups, filters, channels, *frame.size), x.dtype)
        for tap in np.ndindex(*frame.size):
            cells = tuple(
                slice(k * dilation, k * dilation + (n - 1) * stride + 1, stride)
                for k, dilation, n, stride in zip(tap, frame.dilation_rate, frame.output, frame.strides, strict=True)
            )
            met = block[(slice(None), *cells)].reshape(groups, channels, -1)
            y[(slice(None), slice(None), slice(None), *tap)] = rows @ met.swapaxes(1, 2)
    return y.reshape(groups * filters, channels, *frame.size)
