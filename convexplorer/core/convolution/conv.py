"""Convolution of maps with a bank of kernels, in one, two or three dimensions.

Cross-correlation, as in every deep-learning library: the kernel is not flipped. `plans` chooses the algorithm; the
numbers do not depend on the choice.
"""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.execution import as_offsets, in_precision, is_finite, run, without_rim
from convexplorer.core.convolution.plans import Setting, choose, resolve
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.windows import Padding, PerAxis


def conv(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
    algorithm: str = "auto",
) -> np.ndarray:
    """Convolve maps with every filter of a kernel.

    Parameters
    ----------
    x : (channels, *spatial)
        float64 is computed in float64, everything else in float32.
    kernel : (filters, channels // groups, *size)
        The number of axes decides the rank: 3 for signals, 4 for images, 5 for volumes.
    bias : (filters,), optional
    strides, dilation_rate : a number, or one per spatial axis; unlike in Keras, both may exceed 1 together.
    padding : "valid", "same" (output `ceil(n / stride)`, surplus at the end), "causal" (rank 1),
        a number, one per axis, or a (before, after) pair per axis.
    groups : number of groups that channels and filters are divided into; a filter reads the channels of its group.
    border : the values in the padding: "zeros", "edge", "reflect", "symmetric", "wrap".
    algorithm : "auto", or a key of `ALGORITHMS`.

    Returns
    -------
    (filters, *output), a new array
        NaN and infinity reach exactly the outputs whose windows touch them, even under a weight of 0.

    Raises
    ------
    ValueError : an argument is wrong, or shapes do not fit; the message names the argument.

    Examples
    --------
    >>> conv([[1, 2, 4, 8]], [[[-1, 1]]])
    array([[1., 2., 4.]], dtype=float32)
    """
    x = as_float(x, "x")
    kernel = in_precision(kernel, x.dtype, "kernel")
    setting = Setting.of(kernel.ndim - 2, strides, padding, dilation_rate, groups, border, algorithm)
    frame, name = resolve(x.shape, kernel.shape, setting)
    offsets = as_offsets(bias, len(kernel), x.dtype)
    y = memory.empty((len(kernel), *frame.output), x.dtype)
    rest = without_rim(kernel, frame)
    if rest is not None and is_finite(x):
        kernel, frame = rest
        name, _ = choose(frame, kernel.shape[:2], groups, algorithm)
    run(x, kernel, offsets, y, frame, groups, name)
    return y


def contributions(
    x: ArrayLike,
    kernel: ArrayLike,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Return the contribution of each input channel to one filter's map; their sum is the map before bias.

    Parameters
    ----------
    x : (channels, *spatial)
    kernel : (channels, *size), one filter
    strides, padding, dilation_rate, border : as in `conv`

    Returns
    -------
    (channels, *output)

    Examples
    --------
    >>> contributions([[1, 2, 3], [4, 5, 6]], [[1, 1], [0, 2]])
    array([[ 3.,  5.],
           [10., 12.]], dtype=float32)
    """
    planes = as_float(kernel, "kernel")[:, np.newaxis]
    return conv(
        x,
        planes,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=len(planes),
        border=border,
    )
