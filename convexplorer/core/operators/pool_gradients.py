"""Gradients of operators without weights, with respect to their input: pools and upsampling."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.gradients import check_gradient
from convexplorer.core.convolution.scatter import scatter
from convexplorer.core.geometry.arrays import as_float_like, as_maps
from convexplorer.core.geometry.line_taps import line_taps
from convexplorer.core.geometry.windows import Padding, PerAxis, per_axis
from convexplorer.core.operators.pool import divide_by_counts, pool_frame
from convexplorer.core.operators.resample import check_interpolation
from convexplorer.core.operators.unpool import max_pool_indices


def max_pool_gradient(
    gradient: ArrayLike,
    x: ArrayLike,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Return the gradient with respect to the input of `max_pool`; the first maximum of a window receives all.

    Parameters
    ----------
    gradient : (channels, *output)
    x : (channels, *spatial), the pooled input
    pool_size, strides, padding, dilation_rate, ceil_mode : those of `max_pool`

    Returns
    -------
    (channels, *spatial), in the precision of `x`

    Examples
    --------
    >>> max_pool_gradient([[1, 10]], [[5, 7, 7]], 2, strides=1)
    array([[ 0., 11.,  0.]], dtype=float32)
    """
    x = as_maps(x)
    indices = max_pool_indices(
        x, pool_size, strides=strides, padding=padding, dilation_rate=dilation_rate, ceil_mode=ceil_mode
    )
    gradient = as_float_like(gradient, x, "gradient")
    check_gradient(gradient, indices.shape)
    y = np.zeros(x.shape, x.dtype)
    for channel, places in enumerate(indices.reshape(len(x), -1)):
        is_there = places >= 0
        np.add.at(y[channel].reshape(-1), places[is_there], gradient[channel].reshape(-1)[is_there])
    return y


def average_pool_adjoint(
    gradient: ArrayLike,
    input_shape: Sequence[int],
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = False,
) -> np.ndarray:
    """Return the gradient with respect to the input of `average_pool`; counted cells of a window get equal shares.

    Parameters
    ----------
    gradient : (channels, *output)
    input_shape : (channels, *spatial)
    pool_size, strides, padding, dilation_rate, ceil_mode, count_include_pad : those of `average_pool`

    Returns
    -------
    (channels, *spatial), in the precision of `gradient`

    Examples
    --------
    >>> average_pool_adjoint([[2, 6]], (1, 4), 2)
    array([[1., 1., 3., 3.]], dtype=float32)
    """
    gradient = as_maps(gradient, name="gradient")
    frame = pool_frame(tuple(input_shape)[1:], pool_size, strides, padding, dilation_rate, ceil_mode)
    check_gradient(gradient, (input_shape[0], *frame.output))
    shares = gradient.copy()
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        divide_by_counts(shares, frame, padding if count_include_pad else 0)
    return scatter(shares, np.ones((len(shares), 1, *frame.size), gradient.dtype), frame, len(shares))


def upsample_adjoint(
    gradient: ArrayLike, size: PerAxis = 2, *, interpolation: str = "nearest", align_corners: bool = False
) -> np.ndarray:
    """Return the gradient with respect to the input of `upsample`.

    Parameters
    ----------
    gradient : (channels, *output)
    size, interpolation, align_corners : those of `upsample`

    Returns
    -------
    (channels, *spatial)

    Examples
    --------
    >>> upsample_adjoint([[1, 2, 3, 4]])
    array([[3., 7.]], dtype=float32)
    """
    y = as_maps(gradient, name="gradient")
    factors = per_axis(size, y.ndim - 1, "size")
    check_interpolation(interpolation, align_corners)
    if any(n % factor for n, factor in zip(y.shape[1:], factors, strict=True)):
        raise ValueError(f"gradient must have a multiple of size {factors} along its axes; got {y.shape[1:]}")
    for axis, factor in enumerate(factors, start=1):
        n = y.shape[axis] // factor
        cells = np.moveaxis(y, axis, 0)
        total = np.zeros((n, *cells.shape[1:]), y.dtype)
        if interpolation == "nearest":
            np.add.at(total, np.arange(n).repeat(factor), cells)
        else:
            low, high, weight = line_taps(n, factor, align_corners)
            share = weight.astype(y.dtype).reshape(-1, *[1] * (y.ndim - 1))
            np.add.at(total, low, cells * (1 - share))
            np.add.at(total, high, cells * share)
        y = np.moveaxis(total, 0, axis)
    return np.ascontiguousarray(y)
