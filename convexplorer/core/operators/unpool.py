"""The positions of the maxima of a max-pooling, and unpooling of values to these positions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, per_axis
from convexplorer.core.operators.pool import pool_frame


def max_pool_indices(
    x: ArrayLike,
    pool_size: PerAxis,
    *,
    strides: PerAxis | None = None,
    padding: Padding = "valid",
    dilation_rate: PerAxis = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """Return the index of the maximum of each window: the first of equal values; NaN counts as largest.

    Parameters
    ----------
    x, pool_size, strides, padding, dilation_rate, ceil_mode : as in `max_pool`

    Returns
    -------
    (channels, *output) int64
        Row-major index within the channel, as in PyTorch (ONNX continues counting through the channels); −1 for a
        window without a cell of the input.

    Examples
    --------
    >>> max_pool_indices([[[1, 2], [4, 3]]], 2)
    array([[[2]]])
    """
    x = as_maps(x)
    frame = pool_frame(x.shape[1:], pool_size, strides, padding, dilation_rate, ceil_mode)
    numbers = np.arange(np.prod(frame.spatial)).reshape(frame.spatial)
    largest = np.zeros((x.shape[0], *frame.output), x.dtype)
    indices = np.full(largest.shape, -1, np.int64)
    for tap in np.ndindex(*frame.size):
        outputs, cells = _met(frame, tap)
        candidates, best = x[(slice(None), *cells)], largest[(slice(None), *outputs)]
        found = indices[(slice(None), *outputs)]
        is_better = (found < 0) | (candidates > best) | (np.isnan(candidates) & ~np.isnan(best))
        np.copyto(best, candidates, where=is_better)
        np.copyto(found, numbers[cells], where=is_better)
    return indices


def unpool(x: ArrayLike, indices: ArrayLike, output_size: Sequence[int]) -> np.ndarray:
    """Return zeros, with each value of `x` at the cell that max-pooling took the value from.

    Parameters
    ----------
    x : (channels, *spatial)
    indices : array of the same shape, from `max_pool_indices`; negative indices are skipped. If overlapping windows
        name a cell twice, the last value remains.
    output_size : size of the pooling's input, without channels; the pooled size does not determine it.

    Returns
    -------
    (channels, *output_size), a new array

    Examples
    --------
    >>> unpool([[5, 7]], [[1, 2]], [4])
    array([[0., 5., 7., 0.]], dtype=float32)
    """
    x = as_maps(x)
    size = per_axis(output_size, x.ndim - 1, "output_size")
    places = checked_indices(indices, x.shape, int(np.prod(size)))
    y = np.zeros((x.shape[0], *size), x.dtype)
    for channel, numbers in enumerate(places.reshape(len(x), -1)):
        is_there = numbers >= 0
        y[channel].reshape(-1)[numbers[is_there]] = x[channel].reshape(-1)[is_there]
    return y


def unpool_gradient(gradient: ArrayLike, indices: ArrayLike) -> np.ndarray:
    """Return the gradient with respect to the values of `unpool`: each takes it from the cell that it was put in.

    Parameters
    ----------
    gradient : (channels, *output_size)
    indices : (channels, *spatial), those of `unpool`. Where several name one cell, the last one takes its gradient.

    Returns
    -------
    (channels, *spatial), in the precision of `gradient`

    Examples
    --------
    >>> unpool_gradient([[1, 2, 3, 4]], [[1, 2]])
    array([[2., 3.]], dtype=float32)
    """
    given = as_maps(gradient, name="gradient")
    cells = int(np.prod(given.shape[1:]))
    places = checked_indices(indices, np.shape(indices), cells)
    y = np.zeros(places.shape, given.dtype)
    for channel, numbers in enumerate(places.reshape(len(given), -1)):
        is_there = numbers >= 0
        owners = np.full(cells, -1)
        owners[numbers[is_there]] = np.flatnonzero(is_there)
        is_there[is_there] = owners[numbers[is_there]] == np.flatnonzero(is_there)
        y[channel].reshape(-1)[is_there] = given[channel].reshape(-1)[numbers[is_there]]
    return y


def checked_indices(indices: ArrayLike, shape: tuple[int, ...], cells: int) -> np.ndarray:
    """Return the indices as an array; raise ValueError if they have another shape or an index ≥ `cells`."""
    places = np.asarray(indices)
    if places.dtype.kind not in "iu":
        raise ValueError(f"indices must be whole numbers; got an array of {places.dtype}")
    if places.shape != shape:
        raise ValueError(f"indices must have the shape of x, {shape}; got {places.shape}")
    if places.max(initial=-1) >= cells:
        raise ValueError(f"indices must be below the {cells} cells of output_size; got {places.max()}")
    return places


def _met(frame: WindowFrame, tap: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return slices of the outputs whose tap lies on a cell of the input, and of these cells."""
    outputs, cells = [], []
    for axis, k in enumerate(tap):
        stride, shift = frame.strides[axis], k * frame.dilation_rate[axis] - frame.amounts[axis][0]
        first = max(-(shift // stride), 0)
        last = min((frame.spatial[axis] - 1 - shift) // stride, frame.output[axis] - 1)
        last = max(last, first - 1)
        outputs.append(slice(first, last + 1))
        cells.append(slice(first * stride + shift, max(last * stride + shift + 1, 0), stride))
    return tuple(outputs), tuple(cells)
