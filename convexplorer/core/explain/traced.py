"""What the trace of a value holds, and how it is made from what a window reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from convexplorer.core.explain.taps import axis_taps
from convexplorer.core.layers import Activation, Layer

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


def weighted(
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


def chosen(
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


def window_at(layer: Layer, x: np.ndarray, place: Place) -> Window:
    """Return the window of a place in the layer's maps."""
    axes = axis_taps(layer, x.shape[1:])
    # A global pool has one output, whose place names no cell.
    cells = [np.array(cell) for cell in place[1:]] or [np.array(0)] * len(axes)
    return Window(
        tuple(axis.positions(cell) for axis, cell in zip(axes, cells, strict=True)),
        tuple(axis.sources(cell) for axis, cell in zip(axes, cells, strict=True)),
    )


def read(x: np.ndarray, channels: Sequence[int], window: Window, outside: float = 0.0) -> np.ndarray:
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
