"""How each kind of layer computes one value: what its window reads, times which weights, in which order summed.

Only the cells under the window are touched, so that the answer does not depend on the picture's size.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer.core.explain.taps import LineTaps, axis_taps
from convexplorer.core.explain.traced import Place, Trace, Window, all_axes, chosen, column, read, weighted, window_at
from convexplorer.core.geometry.windows import pad_amounts
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
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.operators.normalization import batch_norm_scale_and_shift


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
    traced = weighted(
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
    window = window_at(layer, x, place)
    counted = all_axes(counted_cells(layer, x.shape[1:], window.positions))[np.newaxis]
    values = read(x, place[:1], window)
    # One division by the count is more exact than one for each cell, and it is what the layer does.
    count, total = counted.sum(), values[counted]
    mean = float(total.sum() / x.dtype.type(count))
    exact = float(total.sum(dtype=np.float64) / count)
    weights = counted / max(count, 1)
    traced = weighted(layer, place, "average_pool", window, place[:1], values, weights, counted=counted)
    return replace(traced, linear=mean, value=mean, reference=exact)


def _trace_max(layer: MaxPool | GlobalMaxPool, x: np.ndarray, place: Place) -> Trace:
    window = window_at(layer, x, place)
    counted = ~window.is_empty[np.newaxis]
    values = read(x, place[:1], window, outside=-np.inf)
    taps = np.argwhere(counted[0])
    winner = tuple(taps[int(values[counted].argmax())].tolist()) if len(taps) else None
    return chosen(layer, place, "max_pool", window, values, counted=counted, winner=winner)


def _trace_upsample(layer: Upsample, x: np.ndarray, place: Place) -> Trace:
    window = window_at(layer, x, place)
    weights = np.ones(1)
    for axis, cell in zip(axis_taps(layer, x.shape[1:]), place[1:], strict=True):
        assert isinstance(axis, LineTaps)
        weights = np.multiply.outer(weights, axis.weights(np.array(cell)))
    counted = ~window.is_empty[np.newaxis]
    values = read(x, place[:1], window)
    return weighted(layer, place, "upsample", window, place[:1], values, weights, counted=counted)


def _trace_batch_norm(layer: BatchNorm, x: np.ndarray, place: Place) -> Trace:
    channel = place[0]
    mean = np.asarray(layer.mean, np.float64)
    scale, shift = batch_norm_scale_and_shift(layer.gamma, layer.beta, mean, layer.variance, layer.epsilon, len(mean))
    window = window_at(layer, x, place)
    values = read(x, place[:1], window)
    weights = scale[channel].reshape(values.shape)
    offset = shift[channel] - mean[channel] * scale[channel]
    traced = weighted(layer, place, "batch_norm", window, place[:1], values, weights, bias=offset)
    # The layer takes off the mean first, which rounds less.
    linear = float(layer(column(x, place))[channel])
    exact = float((np.float64(values.item()) - mean[channel]) * scale[channel] + shift[channel])
    return replace(traced, linear=linear, value=linear, reference=exact)


def _trace_dense(layer: Dense, x: np.ndarray, place: Place) -> Trace:
    window = window_at(layer, x, place)
    values = read(x, range(len(x)), window)
    return weighted(
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
    traced = chosen(layer, place, "flatten", window, read(x, [int(channel)], window))
    return replace(traced, channels=np.array([int(channel)]))


def _trace_activation(layer: Activation, x: np.ndarray, place: Place) -> Trace:
    window = window_at(layer, x, place)
    if not layer.is_over_channels:
        return chosen(layer, place, "activation", window, read(x, place[:1], window), activation=layer)
    values = read(x, range(len(x)), window)
    traced = chosen(layer, place, "activation", window, values[place[0] : place[0] + 1], activation=layer)
    counted, numbers = np.ones(values.shape, bool), values.reshape(-1)
    return replace(
        traced, channels=np.arange(len(x)), values=values, counted=counted, sums=numbers, running=numbers.copy()
    )


def _trace_identity(layer: Identity, x: np.ndarray, place: Place) -> Trace:
    window = window_at(layer, x, place)
    return chosen(layer, place, "identity", window, read(x, place[:1], window))


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
    window = window_at(layer, x, place)
    met = [axis.meets(np.array(cell)) for axis, cell in zip(axes, place[1:], strict=True)]
    return weighted(
        layer,
        place,
        kind,
        window,
        channels,
        read(x, channels, window),
        weights,
        bias=_bias(layer, place),
        counted=np.broadcast_to(all_axes(met), (len(channels), *map(len, window.positions))),
        activation=layer.activation,
    )


def _bias(layer: Conv | DepthwiseConv | SeparableConv | ConvTranspose | Dense, place: Place) -> float:
    return 0.0 if layer.bias is None else layer.bias[place[0]]
