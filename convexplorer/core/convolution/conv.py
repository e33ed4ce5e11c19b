"""Convolution of maps with a bank of kernels, in one, two or three dimensions.

Cross-correlation, as in every deep-learning library: the kernel is not flipped. `plans` chooses the algorithm, within
`records.using` also a race on this machine; the numbers do not depend on the choice, up to float32 rounding.
Filters that weigh all channels alike are applied to the channels' sum.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.execution import as_offsets, in_precision, is_finite, run, without_rim
from convexplorer.core.convolution.plans import Plan, Setting, choose, plan_of, resolve
from convexplorer.core.convolution.records import Work, in_force
from convexplorer.core.convolution.shared_plane import WHY, common_planes, summed_channels
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame

# Fewer take well below a millisecond on any machine, and looking a record up takes up to 30 µs.
_PRODUCTS_WORTH_A_RACE = 2_000_000


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
    if algorithm == "auto":
        common = common_planes(kernel, frame, groups)
        total = None if common is None else summed_channels(x)
        if common is not None and total is not None:
            x, kernel = total, common
            name, _ = choose(frame, kernel.shape[:2])
    rest = without_rim(kernel, frame)
    if rest is not None and is_finite(x):
        kernel, frame = rest
        name, _ = choose(frame, kernel.shape[:2], groups, algorithm)
    records = in_force() if algorithm == "auto" and _may_race(name, kernel, frame) else None
    (run if records is None else records.run)(x, kernel, offsets, y, frame, groups, name)
    return y


def plan_in_force(
    x_shape: Sequence[int],
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> Plan:
    """Return the plan by which `conv` computes finite input of this shape here and now, with these weights.

    Unlike `plan`, it knows the zeros around the kernel, and the races on this machine if they decide.

    Examples
    --------
    >>> ring = np.pad(np.arange(216.0).reshape(8, 3, 3, 3), ((0, 0), (0, 0), (9, 9), (9, 9)))
    >>> plan_in_force((3, 480, 640), ring).algorithm
    'rows'
    """
    setting = Setting.of(kernel.ndim - 2, strides, padding, dilation_rate, groups, border, "auto")
    frame, _ = resolve(tuple(x_shape), kernel.shape, setting)
    whole = kernel.shape, frame.output
    common = common_planes(kernel, frame, setting.groups)
    kernel = kernel if common is None else common
    kernel, frame = without_rim(kernel, frame) or (kernel, frame)
    name, why = choose(frame, kernel.shape[:2], setting.groups)
    records, race = in_force() if _may_race(name, kernel, frame) else None, ""
    if records is not None:
        work = Work.of(frame, kernel, setting.groups, has_bias=bias is not None and bool(bias.any()))
        name, why, race = records.plan(work, name, why)
    found = plan_of(frame, kernel.shape, setting.groups, name, why)
    found = replace(found, multiply_adds=math.prod(whole[0]) * math.prod(whole[1]), race=race)
    if common is None:
        return found
    summed_bytes = math.prod(frame.spatial) * kernel.itemsize
    return replace(found, why=f"{why}; {WHY}", workspace_bytes=found.workspace_bytes + summed_bytes)


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


def _may_race(rule: str, kernel: np.ndarray, frame: WindowFrame) -> bool:
    """Return True if races decide: not for small inputs, nor for float64, which ONNX Runtime does not compute here."""
    products = kernel.size * math.prod(frame.output)
    return rule != "flat" and kernel.dtype == np.float32 and products >= _PRODUCTS_WORTH_A_RACE
