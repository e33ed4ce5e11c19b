"""Pooling: the largest or the mean value of each window, channel by channel."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.algorithms import pooling
from convexplorer.core.arrays import as_maps
from convexplorer.core.windows import Amounts, Padding, PerAxis, WindowFrame, pad_amounts, window_frame


def max_pool(
    x: np.ndarray,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Return the largest value of each window; NaN if the window holds one.

    Parameters
    ----------
    x : (channels, *spatial) float
    strides : `pool_size` if None, as in Keras.
    padding : as in `conv`; padded cells never win. A dilated window without a single cell of the input gives −∞.

    Returns
    -------
    (channels, *output) float

    Examples
    --------
    >>> max_pool(np.array([[1.0, 5.0, 2.0, 3.0]]), 2)
    array([[5., 3.]])
    """
    x = as_maps(x)
    frame = pool_frame(
        x.shape[1:],
        pool_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        ceil_mode=ceil_mode,
    )
    if pooling.are_pairs(frame):
        return pooling.largest_of_pairs(x, frame)
    return pooling.reduce(x, frame, np.maximum, outside=-np.inf)


def average_pool(
    x: np.ndarray,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    ceil_mode: bool = False,
    count_padding: bool = False,
) -> np.ndarray:
    """Return the mean of each window.

    Parameters
    ----------
    x : (channels, *spatial) float
    strides : `pool_size` if None, as in Keras.
    count_padding : let the padding count as zeros; by default only cells of the input are averaged, as in Keras.
        What `ceil_mode` adds at the end never counts.

    Returns
    -------
    (channels, *output) float

    Examples
    --------
    >>> average_pool(np.array([[1.0, 5.0, 2.0, 3.0]]), 3, strides=2, padding="same")
    array([[2.66666667, 2.5       ]])
    """
    x = as_maps(x)
    frame = pool_frame(x.shape[1:], pool_size, strides=strides, padding=padding, ceil_mode=ceil_mode)
    with np.errstate(invalid="ignore", over="ignore"):
        if pooling.are_pairs(frame):
            return pooling.means_of_pairs(x, frame)
        y = pooling.reduce(x, frame, np.add, outside=0.0)
    counted = pad_amounts(frame.spatial, frame.size, strides=frame.strides, padding=padding if count_padding else 0)
    for axis in range(frame.rank):
        counts = _cells_counted(frame, counted, axis).astype(y.dtype)
        y /= counts.reshape((-1,) + (1,) * (frame.rank - 1 - axis))
    return y


def pool_frame(
    spatial: Sequence[int],
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> WindowFrame:
    """Return where the windows of a pooling lie; raise ValueError if they do not fit the input."""
    frame = window_frame(
        spatial,
        pool_size,
        strides=pool_size if strides is None else strides,
        padding=padding,
        dilation_rate=dilation_rate,
        ceil_mode=ceil_mode,
        name="pool_size",
    )
    for covered, pair in zip(frame.spans, frame.amounts, strict=True):
        if max(pair) >= covered:
            raise ValueError(
                f"padding must be smaller than the pooling window; got {max(pair)} for a window of {covered}"
            )
    return frame


def _cells_counted(frame: WindowFrame, counted: Amounts, axis: int) -> np.ndarray:
    """Return how many cells of each window along an axis lie in the input and its `counted` padding."""
    before, after = counted[axis]
    starts = np.arange(frame.output[axis]) * frame.strides[axis] - frame.amounts[axis][0]
    first = np.maximum(starts, -before)
    last = np.minimum(starts + frame.size[axis], frame.spatial[axis] + after)
    return last - first
