"""How each kind of layer computes one value: what its window reads, times which weights, in which order summed.

Only the cells under the window are touched, so that the answer does not depend on the picture's size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from convexplorer.core.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    Layer,
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.normalization import batch_norm_scale_and_shift
from convexplorer.core.taps import LineTaps, axis_taps
from convexplorer.core.windows import pad_amounts

LINEAR = Activation("linear")

Place = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Window:
    """Where a window reads.

    Attributes
    ----------
    positions : per axis (size,) int, the input index under each tap; outside 0…n−1 is padding.
    sources : per axis (size,) int, the index whose value stands there by the border mode; −1 where there is none
        and zeros are read.
    """

    positions: tuple[np.ndarray, ...]
    sources: tuple[np.ndarray, ...]

    @property
    def is_padding(self) -> np.ndarray:
        """Whether each tap misses the cells of the input, (*size) bool."""
        met = [
            (position >= 0) & (position == source)
            for position, source in zip(self.positions, self.sources, strict=True)
        ]
        return ~all_axes(met)

    @property
    def is_empty(self) -> np.ndarray:
        """Whether no cell of the input gives the value under each tap, (*size) bool."""
        return ~all_axes([source >= 0 for source in self.sources])


@dataclass(frozen=True, eq=False)
class Trace:
    """How one value of a layer came about.

    Everything that is computed here is in the precision of the layer's input, as the layer computes it.

    Attributes
    ----------
    place : (channel, *cell) of the value in the layer's maps.
    kind : "conv", "depthwise", "separable", "transpose", "max_pool" and "average_pool" (global ones, too), "upsample",
        "batch_norm", "dense", "flatten", "activation" or "identity".
    window : of a separable convolution the place in the depthwise maps; where these read the input say the stages.
    channels : (n,) int, the input channels that take part; all where an activation joins them, as softmax does.
    values : (n, *size), what the window reads; −∞ where a maximum meets padding.
    weights : (n, *size); None where nothing is weighted. Of a mean: 1 / count where a cell is counted, else 0.
    products : (n, *size), `values * weights`, 0 where a tap is not counted; None without weights.
    counted : (n, *size) bool, the taps that take part. Zeros in the padding of a convolution do; taps of a transposed
        one that fall between two inputs do not.
    winner : the tap that gave a maximum, the first of equals, NaN before all; None otherwise.
    sums : (n,), the products summed for each channel, or their largest value.
    running : (n * taps,), the sum, or the largest value, after each tap in order of channel, row, column. Where an
        activation joins channels, both are their values.
    bias : what is added to the sum.
    linear : the value before activation; as it stands in the map where that is known.
    value : the value after activation; as it stands in the map where that is known.
    reference : `value` computed in float64, from the same values and weights.
    stages : of a separable convolution the traces of the depthwise values that are mixed; else ().
    """

    layer: Layer
    place: tuple[int, ...]
    kind: str
    window: Window
    channels: np.ndarray
    values: np.ndarray
    weights: np.ndarray | None
    products: np.ndarray | None
    counted: np.ndarray
    winner: tuple[int, ...] | None
    sums: np.ndarray
    running: np.ndarray
    bias: float
    linear: float
    value: float
    reference: float
    activation: Activation
    stages: tuple["Trace", ...] = ()


def _trace_conv(layer: Conv, x: np.ndarray, place: Place) -> Trace:
    filters, channels = layer.kernel.shape[:2]
    first = place[0] // (filters // layer.groups) * channels
    return _convolved(layer, x, place, "conv", range(first, first + channels), layer.kernel[place[0]])


def _trace_depthwise(layer: DepthwiseConv, x: np.ndarray, place: Place) -> Trace:
    channel, copy = divmod(place[0], layer.kernel.shape[1])
    return _convolved(layer, x, place, "depthwise", [channel], layer.kernel[channel, copy : copy + 1])


def _trace_separable(layer: SeparableConv, x: np.ndarray, place: Place) -> Trace:
    maps = layer.pointwise_kernel.shape[1]
    stages = tuple(_trace_depthwise(layer.depthwise, x, (i, *place[1:])) for i in range(maps))
    ones = (1,) * (x.ndim - 1)
    cells = tuple(np.array([cell]) for cell in place[1:])
    traced = _weighted(
        layer,
        place,
        "separable",
        Window(cells, cells),
        range(maps),
        np.array([stage.value for stage in stages], x.dtype).reshape(-1, *ones),
        layer.pointwise_kernel[place[0]],
        bias=_bias(layer, place),
        activation=layer.activation,
        exact=np.array([stage.reference for stage in stages]).reshape(-1, *ones),
    )
    return replace(traced, stages=stages)


def _trace_transposed(layer: ConvTranspose, x: np.ndarray, place: Place) -> Trace:
    channels, filters = layer.kernel.shape[:2]
    group, filter_in_group = divmod(place[0], filters)
    size = channels // layer.groups
    inputs = range(group * size, (group + 1) * size)
    taps = (axis.taps for axis in axis_taps(layer, x.shape[1:]))
    weights = layer.kernel[np.ix_(np.array(inputs), np.array([filter_in_group]), *taps)][:, 0]
    return _convolved(layer, x, place, "transpose", inputs, weights)


def _trace_average(layer: AveragePool | GlobalAveragePool, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    counted = all_axes(counted_cells(layer, x.shape[1:], window.positions))[np.newaxis]
    values = _read(x, place[:1], window)
    # One division by the count is more exact than one for each cell, and it is what the layer does.
    count, total = counted.sum(), values[counted]
    mean = float(total.sum() / x.dtype.type(count))
    exact = float(total.sum(dtype=np.float64) / count)
    weights = counted / max(count, 1)
    traced = _weighted(layer, place, "average_pool", window, place[:1], values, weights, counted=counted)
    return replace(traced, linear=mean, value=mean, reference=exact)


def _trace_max(layer: MaxPool | GlobalMaxPool, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    counted = ~window.is_empty[np.newaxis]
    values = _read(x, place[:1], window, outside=-np.inf)
    taps = np.argwhere(counted[0])
    winner = tuple(taps[int(values[counted].argmax())].tolist()) if len(taps) else None
    return _chosen(layer, place, "max_pool", window, values, counted=counted, winner=winner)


def _trace_upsample(layer: Upsample, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    weights = np.ones(1)
    for axis, cell in zip(axis_taps(layer, x.shape[1:]), place[1:], strict=True):
        assert isinstance(axis, LineTaps)
        weights = np.multiply.outer(weights, axis.weights(np.array(cell)))
    counted = ~window.is_empty[np.newaxis]
    values = _read(x, place[:1], window)
    return _weighted(layer, place, "upsample", window, place[:1], values, weights, counted=counted)


def _trace_batch_norm(layer: BatchNorm, x: np.ndarray, place: Place) -> Trace:
    channel = place[0]
    mean = np.asarray(layer.mean, np.float64)
    scale, shift = batch_norm_scale_and_shift(layer.gamma, layer.beta, mean, layer.variance, layer.epsilon, len(mean))
    window = _window(layer, x, place)
    values = _read(x, place[:1], window)
    weights = scale[channel].reshape(values.shape)
    offset = shift[channel] - mean[channel] * scale[channel]
    traced = _weighted(layer, place, "batch_norm", window, place[:1], values, weights, bias=offset)
    # The layer takes off the mean first, which rounds less.
    linear = float(layer(column(x, place))[channel])
    exact = float((np.float64(values.item()) - mean[channel]) * scale[channel] + shift[channel])
    return replace(traced, linear=linear, value=linear, reference=exact)


def _trace_dense(layer: Dense, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    values = _read(x, range(len(x)), window)
    return _weighted(
        layer,
        place,
        "dense",
        window,
        range(len(x)),
        values,
        layer.kernel[place[0]].reshape(values.shape),
        bias=_bias(layer, place),
        activation=layer.activation,
    )


def _trace_flatten(layer: Flatten, x: np.ndarray, place: Place) -> Trace:
    if layer.channels_last:
        *cell, channel = np.unravel_index(place[0], (*x.shape[1:], x.shape[0]))
    else:
        channel, *cell = np.unravel_index(place[0], x.shape)
    cells = tuple(np.array([i]) for i in cell)
    window = Window(cells, cells)
    traced = _chosen(layer, place, "flatten", window, _read(x, [int(channel)], window))
    return replace(traced, channels=np.array([int(channel)]))


def _trace_activation(layer: Activation, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    if not layer.is_over_channels:
        return _chosen(layer, place, "activation", window, _read(x, place[:1], window), activation=layer)
    values = _read(x, range(len(x)), window)
    chosen = _chosen(layer, place, "activation", window, values[place[0] : place[0] + 1], activation=layer)
    counted, numbers = np.ones(values.shape, bool), values.reshape(-1)
    return replace(
        chosen, channels=np.arange(len(x)), values=values, counted=counted, sums=numbers, running=numbers.copy()
    )


def _trace_identity(layer: Identity, x: np.ndarray, place: Place) -> Trace:
    window = _window(layer, x, place)
    return _chosen(layer, place, "identity", window, _read(x, place[:1], window))


TRACERS: dict[type, Callable[[Any, np.ndarray, Place], Trace]] = {
    Conv: _trace_conv,
    DepthwiseConv: _trace_depthwise,
    SeparableConv: _trace_separable,
    ConvTranspose: _trace_transposed,
    MaxPool: _trace_max,
    AveragePool: _trace_average,
    GlobalMaxPool: _trace_max,
    GlobalAveragePool: _trace_average,
    Upsample: _trace_upsample,
    BatchNorm: _trace_batch_norm,
    Dense: _trace_dense,
    Flatten: _trace_flatten,
    Activation: _trace_activation,
    Identity: _trace_identity,
}


def counted_cells(
    layer: AveragePool | GlobalAveragePool, spatial: Sequence[int], positions: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Return for each axis whether a mean counts the cells at these positions.

    Those of the input, and of its padding where the layer says so; never what `ceil_mode` adds.
    """
    amounts = [(0, 0)] * len(spatial)
    if isinstance(layer, AveragePool) and layer.count_padding:
        frame = layer.frame(tuple(spatial))
        amounts = list(
            pad_amounts(
                spatial,
                frame.size,
                strides=frame.strides,
                padding=layer.padding,
                dilation_rate=frame.dilation_rate,
            )
        )
    return [
        (position >= -before) & (position < n + after)
        for position, n, (before, after) in zip(positions, spatial, amounts, strict=True)
    ]


def _convolved(
    layer: Conv | DepthwiseConv | ConvTranspose,
    x: np.ndarray,
    place: Place,
    kind: str,
    channels: Sequence[int],
    weights: np.ndarray,
) -> Trace:
    """Return the trace of a sum over all taps that take part."""
    axes = axis_taps(layer, x.shape[1:])
    window = _window(layer, x, place)
    met = [axis.meets(np.array(cell)) for axis, cell in zip(axes, place[1:], strict=True)]
    return _weighted(
        layer,
        place,
        kind,
        window,
        channels,
        _read(x, channels, window),
        weights,
        bias=_bias(layer, place),
        counted=np.broadcast_to(all_axes(met), (len(channels), *map(len, window.positions))),
        activation=layer.activation,
    )


def _weighted(
    layer: Layer,
    place: Place,
    kind: str,
    window: Window,
    channels: Sequence[int],
    values: np.ndarray,
    weights: np.ndarray,
    *,
    bias: float = 0.0,
    counted: np.ndarray | None = None,
    activation: Activation = LINEAR,
    exact: np.ndarray | None = None,
) -> Trace:
    """Return the trace of a weighted sum; `exact` are the values in float64, where more is known of them."""
    dtype = values.dtype
    weights = weights.astype(dtype)
    offset = dtype.type(bias)
    counted = np.ones(values.shape, bool) if counted is None else counted
    products = np.where(counted, values * weights, dtype.type(0))
    running = np.cumsum(products)
    linear = float(running[-1] + offset)
    terms = (values if exact is None else exact).astype(np.float64) * weights.astype(np.float64)
    reference = float(np.sum(terms, where=counted)) + float(offset)
    return Trace(
        layer=layer,
        place=place,
        kind=kind,
        window=window,
        channels=np.array(channels),
        values=values,
        weights=weights,
        products=products,
        counted=counted,
        winner=None,
        sums=products.reshape(len(products), -1).sum(axis=1),
        running=running,
        bias=float(offset),
        linear=linear,
        value=activated(activation, linear, dtype),
        reference=activated(activation, reference),
        activation=activation,
    )


def _chosen(
    layer: Layer,
    place: Place,
    kind: str,
    window: Window,
    values: np.ndarray,
    *,
    counted: np.ndarray | None = None,
    winner: tuple[int, ...] | None = None,
    activation: Activation = LINEAR,
) -> Trace:
    """Return the trace of a value that is taken from one channel as it is: the largest that the window reads."""
    running = np.maximum.accumulate(values.reshape(-1))
    largest = float(running[-1])
    return Trace(
        layer=layer,
        place=place,
        kind=kind,
        window=window,
        channels=np.array(place[:1]),
        values=values,
        weights=None,
        products=None,
        counted=np.ones(values.shape, bool) if counted is None else counted,
        winner=winner,
        sums=running[-1:].copy(),
        running=running,
        bias=0.0,
        linear=largest,
        value=activated(activation, largest, values.dtype),
        reference=activated(activation, largest),
        activation=activation,
    )


def activated(activation: Activation, value: float, dtype: DTypeLike = np.float64) -> float:
    """Return one value after an activation; as it is if that also depends on other channels."""
    if activation.is_linear or activation.is_over_channels:
        return value
    return float(activation(np.array([value], dtype))[0])


def _bias(layer: Conv | DepthwiseConv | SeparableConv | ConvTranspose | Dense, place: Place) -> float:
    return 0.0 if layer.bias is None else layer.bias[place[0]]


def _window(layer: Layer, x: np.ndarray, place: Place) -> Window:
    axes = axis_taps(layer, x.shape[1:])
    # A global pool has one output, whose place names no cell.
    cells = [np.array(cell) for cell in place[1:]] or [np.array(0)] * len(axes)
    return Window(
        tuple(axis.positions(cell) for axis, cell in zip(axes, cells, strict=True)),
        tuple(axis.sources(cell) for axis, cell in zip(axes, cells, strict=True)),
    )


def _read(x: np.ndarray, channels: Sequence[int], window: Window, outside: float = 0.0) -> np.ndarray:
    """Return what the window reads of these channels, (n, *size), a copy of these cells only."""
    values: np.ndarray = x[np.ix_(channels, *(np.maximum(source, 0) for source in window.sources))]
    values[:, window.is_empty] = outside
    return values


def column(maps: np.ndarray, place: Place) -> np.ndarray:
    """Return the values of all channels in a place, (channels,)."""
    every: tuple[Any, ...] = (slice(None), *place[1:])
    values: np.ndarray = maps[every]
    return values


def all_axes(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return where the masks of all axes are set, (*size) bool."""
    result = np.array(True)
    for mask in masks:
        result = np.logical_and.outer(result, mask)
    return result
