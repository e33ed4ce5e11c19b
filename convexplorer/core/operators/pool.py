"""Pooling: the maximum or the mean of each window, channel by channel."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.convolution.algorithms import pooling
from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, pad_amounts, window_frame


def max_pool(
    x: np.ndarray,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Return the maximum of each window; NaN if the window contains NaN.

    Parameters
    ----------
    x : (channels, *spatial) float
    pool_size : size of the window, a number or one per spatial axis.
    strides : `pool_size` if None, as in Keras.
    padding : as in `conv`, smaller than the window. Padded cells are ignored; a dilated window without a single cell
        of the input gives −∞.
    dilation_rate : as in `conv`
    ceil_mode : as in `output_size`

    Returns
    -------
    (channels, *output) float

    Examples
    --------
    >>> max_pool(np.array([[1.0, 5.0, 2.0, 3.0]]), 2)
    array([[5., 3.]])
    """
    x = as_maps(x)
    frame = pool_frame(x.shape[1:], pool_size, strides, padding, dilation_rate, ceil_mode)
    if pooling.are_pairs(frame):
        return pooling.largest_of_pairs(x, frame)
    return pooling.reduce(x, frame, np.maximum, outside=-np.inf)


def average_pool(
    x: np.ndarray,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = False,
) -> np.ndarray:
    """Return the mean of each window.

    Parameters
    ----------
    x, pool_size, strides, dilation_rate, ceil_mode : as in `max_pool`
    padding : as in `max_pool`; a dilated window without a single counted cell gives NaN.
    count_include_pad : True counts padded cells as zeros, PyTorch's default; False averages input cells only, as Keras
        does. Cells that `ceil_mode` adds at the end are never counted.

    Returns
    -------
    (channels, *output) float

    Examples
    --------
    >>> average_pool(np.array([[1.0, 5.0, 2.0, 3.0]]), 3, strides=2, padding="same")
    array([[2.66666667, 2.5       ]])
    """
    x = as_maps(x)
    frame = pool_frame(x.shape[1:], pool_size, strides, padding, dilation_rate, ceil_mode)
    with np.errstate(invalid="ignore", over="ignore"):
        if pooling.are_pairs(frame):
            return pooling.means_of_pairs(x, frame)
        y = pooling.reduce(x, frame, np.add, outside=0.0)
        divide_by_counts(y, frame, padding if count_include_pad else 0)
    return y


def global_max_pool(x: np.ndarray, *, keepdims: bool = False) -> np.ndarray:
    """Return the maximum of each channel; NaN if the channel contains NaN.

    Parameters
    ----------
    x : (channels, *spatial) float
    keepdims : True keeps the spatial axes with size 1.

    Returns
    -------
    (channels,) or (channels, 1, …) float

    Examples
    --------
    >>> global_max_pool(np.array([[1.0, 5.0], [2.0, -1.0]]))
    array([5., 2.])
    """
    x = as_maps(x)
    return np.asarray(x.max(axis=tuple(range(1, x.ndim)), keepdims=keepdims))


def global_average_pool(x: np.ndarray, *, keepdims: bool = False) -> np.ndarray:
    """Return the mean of each channel.

    Parameters
    ----------
    x, keepdims : as in `global_max_pool`

    Returns
    -------
    (channels,) or (channels, 1, …) float

    Examples
    --------
    >>> global_average_pool(np.array([[1.0, 5.0], [2.0, -1.0]]))
    array([3. , 0.5])
    """
    x = as_maps(x)
    with np.errstate(invalid="ignore", over="ignore"):
        means: np.ndarray = x.reshape(len(x), -1).mean(axis=1)
    return means.reshape(-1, *[1] * (x.ndim - 1)) if keepdims else means


def pool_frame(
    spatial: Sequence[int],
    pool_size: PerAxis,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> WindowFrame:
    """Return the window geometry of a pooling; raise ValueError if the windows do not fit the input."""
    frame = window_frame(
        spatial,
        pool_size,
        strides=pool_size if strides is None else strides,
        padding=padding,
        dilation_rate=dilation_rate,
        ceil_mode=ceil_mode,
        name="pool_size",
        argument="pool_size",
    )
    for covered, pair in zip(frame.spans, frame.amounts, strict=True):
        if max(pair) >= covered:
            raise ValueError(
                f"padding must be smaller than the pooling window; got {max(pair)} for a window of {covered}"
            )
    return frame


def divide_by_counts(out: np.ndarray, frame: WindowFrame, padding: Padding) -> None:
    """Divide window sums in place by the number of cells counted: input cells, plus the cells of `padding`.

    Parameters
    ----------
    out : (channels, *output) float, changed in place.
    padding : the padding to count: that of the pooling, or 0 to count input cells only.

    Examples
    --------
    >>> sums = np.array([[6.0, 6.0, 6.0]])
    >>> divide_by_counts(sums, pool_frame((5,), 3, strides=2, padding=1), 0)
    >>> sums
    array([[3., 2., 3.]])
    """
    counted = pad_amounts(
        frame.spatial, frame.size, strides=frame.strides, padding=padding, dilation_rate=frame.dilation_rate
    )
    for axis, (before, after) in enumerate(counted):
        starts = np.arange(frame.output[axis]) * frame.strides[axis] - frame.amounts[axis][0]
        cells = starts[:, np.newaxis] + np.arange(frame.size[axis]) * frame.dilation_rate[axis]
        counts = ((cells >= -before) & (cells < frame.spatial[axis] + after)).sum(axis=1)
        out /= counts.astype(out.dtype).reshape(-1, *[1] * (frame.rank - 1 - axis))
