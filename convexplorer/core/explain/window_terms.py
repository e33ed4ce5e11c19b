"""What many values of a layer read, and by which weights: the numbers of their traces, without a trace for each."""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.line_taps import LineTaps
from convexplorer.core.geometry.resize_taps import ResizeTaps
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import (
    AveragePool,
    Conv,
    DepthwiseConv,
    Flatten,
    Layer,
    LocalResponseNorm,
    Resize,
    SeparableConv,
    Shape,
    Unpool,
    Upsample,
)


@dataclass(frozen=True, eq=False)
class Reader:
    """What all values of one map read: the same channels by the same weights.

    Attributes
    ----------
    channels, inputs : (n,) int, the channels that take part, and of which input of the layer they are.
    weights : (n, taps) float64; None where nothing is weighted, or in each place by other numbers.
    size : number of products of one value.
    bias : what is added.
    """

    channels: np.ndarray
    inputs: np.ndarray
    weights: np.ndarray | None
    size: int
    bias: float = 0.0


@dataclass(frozen=True, eq=False)
class Terms:
    """What some values of a layer read.

    Attributes
    ----------
    cells : (m, n, taps) int, the cells of the flattened maps of `inputs`.
    inputs : (m, n, 1) int, the input of the layer that these are cells of.
    is_there : (m, 1 or n, taps) bool, where there is such a cell; elsewhere is padding.
    weights : (m or 1, n, taps) float64; None where nothing is weighted.
    biases : (m,).
    """

    cells: np.ndarray
    inputs: np.ndarray
    is_there: np.ndarray
    weights: np.ndarray | None
    biases: np.ndarray


def reader_cost(layer: Layer) -> int:
    """Return what it costs to find a reader, in products that are read meanwhile."""
    return 1 << 10 if isinstance(layer, Conv | DepthwiseConv | SeparableConv) else 1 << 13


def has_terms(layer: Layer) -> bool:
    """Return whether `terms_of` knows what a layer reads; otherwise ask its traces."""
    is_counting = isinstance(layer, AveragePool) and layer.count_include_pad
    return layer.is_regular and not (is_counting or isinstance(layer, Unpool | LocalResponseNorm | Flatten))


def reader(layer: Layer, channel: int, xs: Sequence[np.ndarray]) -> Reader:
    """Return what the values of one map of a layer read."""
    if isinstance(layer, SeparableConv):
        # Both steps in one; each depthwise map stays a group of terms of its own.
        planes = layer.depthwise.kernel
        owners = np.repeat(np.arange(len(planes)), planes.shape[1])
        steps = planes.reshape(len(owners), -1).astype(np.float64)
        factors = layer.pointwise_kernel[channel].reshape(-1, 1).astype(np.float64)
        return Reader(owners, np.zeros(len(owners), int), steps * factors, steps.size, layer.bias_of(channel))
    if isinstance(layer, Conv | DepthwiseConv):
        one, read = layer.alone(channel)
        weights = one.kernel.reshape(len(read), -1).astype(np.float64)
        return Reader(np.array(read), np.zeros(len(read), int), weights, weights.size, layer.bias_of(channel))
    first = layer.trace((channel, *(0 for _ in layer.output_shape(*(x.shape for x in xs))[1:])), *xs)
    inputs = np.array(first.inputs or (0,) * len(first.channels))
    given = None
    if first.weights is not None and not isinstance(layer, AveragePool | Upsample | Resize):
        given = first.weights.reshape(len(first.channels), -1).astype(np.float64)
    return Reader(first.channels, inputs, given, first.values.size, first.bias)


def terms_of(
    layer: Layer, readers: Sequence[Reader], which: np.ndarray, places: Sequence[np.ndarray], xs: Sequence[np.ndarray]
) -> Terms:
    """Return what values of a layer read.

    Parameters
    ----------
    readers, which : value i is one of the map that `readers[which[i]]` reads for; `which` is in order.
    places : along each axis of the maps the cells of the values, (m,).
    xs : the layer's inputs.
    """
    spatials = [x.shape[1:] for x in xs]
    axes = layer.taps(*spatials)
    count = len(which)
    # A global pool has one value, whose place names no cell.
    along = list(places) or [np.zeros(count, int)] * len(axes)
    flat, is_there = windows(axes, along, count)
    channels = np.stack([one.channels for one in readers])[which][:, :, np.newaxis]
    inputs = np.stack([one.inputs for one in readers])[which][:, :, np.newaxis]
    weights = _weights(layer, readers, which, axes, along, is_there, xs[0].dtype)
    size = int(np.prod(spatials[0]))
    biases = np.array([one.bias for one in readers])[which]
    return Terms(channels * size + flat, inputs, is_there, weights, biases)


def _weights(
    layer: Layer,
    readers: Sequence[Reader],
    which: np.ndarray,
    axes: Sequence[AxisTaps],
    places: Sequence[np.ndarray],
    is_there: np.ndarray,
    dtype: np.dtype,
) -> np.ndarray | None:
    """Return the weights (m, n or 1, taps) of values, in the precision of a layer's input."""
    if isinstance(layer, AveragePool):
        shares = is_there / np.maximum(is_there.sum(axis=-1, keepdims=True), 1)
        return _as_rounded(shares, dtype)
    if isinstance(layer, Upsample | Resize):
        lines = (LineTaps, ResizeTaps)
        along = [axis.weights(place) for axis, place in zip(axes, places, strict=True) if isinstance(axis, lines)]
        shares = reduce(_outer, along, np.ones((len(which), 1)))
        return _as_rounded(shares[:, np.newaxis], dtype)
    weights = [one.weights for one in readers if one.weights is not None]
    if len(weights) < len(readers):
        return None
    if which[0] == which[-1]:  # `which` is in order
        one: np.ndarray = weights[which[0]][np.newaxis]
        return one
    every: np.ndarray = np.stack(weights[which[0] : which[-1] + 1])[which - which[0]]
    return every


def _as_rounded(weights: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return weights in float64, rounded as a layer rounds them."""
    rounded: np.ndarray = weights.astype(dtype).astype(np.float64)
    return rounded


def _outer(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the products of each number of one with each of the other, row by row, (m, taps)."""
    products: np.ndarray = (one[:, :, np.newaxis] * other[:, np.newaxis]).reshape(len(one), -1)
    return products


def windows(axes: Sequence[AxisTaps], places: Sequence[np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which cell of a flattened channel each tap of some outputs reads, and where there is one.

    Parameters
    ----------
    places : along each axis the outputs, (m,). All results are (m, 1, taps).
    """
    rank = len(axes)
    flat = np.zeros((count,) + (1,) * rank, int)
    is_there = np.ones(flat.shape, bool)
    for number, (axis, along) in enumerate(zip(axes, places, strict=True)):
        form = (count, *(-1 if i == number else 1 for i in range(rank)))
        sources = axis.sources(along)
        flat = flat * axis.n + np.maximum(sources, 0).reshape(form)
        is_there = is_there & (sources >= 0).reshape(form)
    return flat.reshape(count, 1, -1), is_there.reshape(count, 1, -1)


def flat_source(layer: Flatten, cells: np.ndarray, shape: Shape) -> np.ndarray:
    """Return which cells of the flattened maps a `Flatten` reads for some of its values."""
    if not layer.channels_last:
        return cells
    inner, channels = np.divmod(cells, shape[0])
    sources: np.ndarray = channels * int(np.prod(shape[1:])) + inner
    return sources
