"""How each kind of layer computes one value: what its window reads, times which weights, in which order summed.

Only the cells under the window are touched, so that the answer does not depend on the picture's size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, Layer, MaxPool
from convexplorer.core.taps import axis_taps

LINEAR = Activation("linear")


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
        missed = [
            (position < 0) | (position != source) for position, source in zip(self.positions, self.sources, strict=True)
        ]
        return _any_axis(missed)

    @property
    def is_empty(self) -> np.ndarray:
        """Whether no cell of the input gives the value under each tap, (*size) bool."""
        return _any_axis([source < 0 for source in self.sources])


@dataclass(frozen=True, eq=False)
class Trace:
    """How one value of a layer came about.

    Everything that is computed here is in the precision of the layer's input, as the layer computes it.

    Attributes
    ----------
    place : (channel, *cell) of the value in the layer's maps.
    kind : "conv", "max_pool", "average_pool", "activation" or "identity".
    channels : (n,) int, the input channels that take part; all where an activation joins them, as softmax does.
    values : (n, *size), what the window reads; −∞ where a maximum meets padding.
    weights : (n, *size); None where nothing is weighted. Of a mean: 1 / count where a cell is counted, else 0.
    products : (n, *size), `values * weights`, 0 where a tap is not counted; None without weights.
    counted : (n, *size) bool, the taps that take part. Zeros in the padding of a convolution do.
    winner : the tap that gave a maximum, the first of equals, NaN before all; None otherwise.
    sums : (n,), the products summed for each channel, or their largest value.
    running : (n * taps,), the sum, or the largest value, after each tap in order of channel, row, column. Where an
        activation joins channels, both are their values.
    bias : what is added to the sum.
    linear : the value before activation; as it stands in the map where that is known.
    value : the value after activation; as it stands in the map where that is known.
    reference : `value` computed in float64, from the same values and weights.
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


def _trace_conv(layer: Conv, x: np.ndarray, place: tuple[int, ...]) -> Trace:
    filters, channels = layer.kernel.shape[:2]
    first = place[0] // (filters // layer.groups) * channels
    weights = layer.kernel[place[0]].astype(x.dtype)
    offset = None if layer.bias is None else layer.bias[place[0]]
    return _weighted(layer, x, place, "conv", range(first, first + channels), weights, offset, layer.activation)


def _trace_average(layer: AveragePool, x: np.ndarray, place: tuple[int, ...]) -> Trace:
    window = _window(layer, x, place)
    counted = ~window.is_empty[np.newaxis]
    weights = (counted / counted.sum()).astype(x.dtype)
    traced = _weighted(layer, x, place, "average_pool", place[:1], weights, None, LINEAR, counted)
    # One division by the count is more exact than one for each cell, and it is what the layer does.
    count = counted.sum()
    total = traced.values[counted]
    mean = float(total.sum() / x.dtype.type(count))
    return replace(traced, linear=mean, value=mean, reference=float(total.astype(np.float64).sum() / count))


def _trace_max(layer: MaxPool, x: np.ndarray, place: tuple[int, ...]) -> Trace:
    window = _window(layer, x, place)
    counted = ~window.is_empty[np.newaxis]
    values = _read(x, place[:1], window, outside=-np.inf)
    taps = np.argwhere(counted[0]).tolist()
    winner = tuple(taps[int(values[counted].argmax())]) if taps else None
    return _chosen(layer, place, "max_pool", window, values, counted=counted, winner=winner)


def _trace_activation(layer: Activation, x: np.ndarray, place: tuple[int, ...]) -> Trace:
    window = _window(layer, x, place)
    if not layer.is_over_channels:
        return _chosen(layer, place, "activation", window, _read(x, place[:1], window), activation=layer)
    values = _read(x, range(len(x)), window)
    chosen = _chosen(layer, place, "activation", window, values[place[0] : place[0] + 1], activation=layer)
    counted, numbers = np.ones(values.shape, bool), values.reshape(-1)
    return replace(
        chosen, channels=np.arange(len(x)), values=values, counted=counted, sums=numbers, running=numbers.copy()
    )


def _trace_identity(layer: Identity, x: np.ndarray, place: tuple[int, ...]) -> Trace:
    window = _window(layer, x, place)
    return _chosen(layer, place, "identity", window, _read(x, place[:1], window))


TRACERS: dict[type, Callable[[Any, np.ndarray, tuple[int, ...]], Trace]] = {
    Conv: _trace_conv,
    MaxPool: _trace_max,
    AveragePool: _trace_average,
    Activation: _trace_activation,
    Identity: _trace_identity,
}


def _weighted(
    layer: Layer,
    x: np.ndarray,
    place: tuple[int, ...],
    kind: str,
    channels: Sequence[int],
    weights: np.ndarray,
    bias: np.floating | None,
    activation: Activation,
    counted: np.ndarray | None = None,
) -> Trace:
    """Return the trace of a weighted sum."""
    window = _window(layer, x, place)
    values = _read(x, channels, window)
    products = values * weights
    if counted is None:
        counted = np.ones(values.shape, bool)
    products[~counted] = 0
    running = np.cumsum(products)
    offset = x.dtype.type(0 if bias is None else bias)
    linear = float(running[-1] + offset)
    exact = float(np.sum(values.astype(np.float64) * weights.astype(np.float64), where=counted)) + float(offset)
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
        value=activated(activation, linear, x.dtype),
        reference=activated(activation, exact),
        activation=activation,
    )


def _chosen(
    layer: Layer,
    place: tuple[int, ...],
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


def _window(layer: Layer, x: np.ndarray, place: tuple[int, ...]) -> Window:
    axes = axis_taps(layer, x.shape[1:])
    cells = [np.array(cell) for cell in place[1:]]
    return Window(
        tuple(axis.positions(cell) for axis, cell in zip(axes, cells, strict=True)),
        tuple(axis.sources(cell) for axis, cell in zip(axes, cells, strict=True)),
    )


def _read(x: np.ndarray, channels: Sequence[int], window: Window, outside: float = 0.0) -> np.ndarray:
    """Return what the window reads of these channels, (n, *size), a copy of these cells only."""
    values: np.ndarray = x[np.ix_(channels, *(np.maximum(source, 0) for source in window.sources))]
    values[:, window.is_empty] = outside
    return values


def _any_axis(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return where any axis is set, (*size)."""
    result = masks[0]
    for mask in masks[1:]:
        result = result[..., np.newaxis] | mask
    return result
