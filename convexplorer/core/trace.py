"""How one value of a layer came about: what its window reads, times which weights, in which order summed.

Only the cells under the window are touched, so that the answer does not depend on the picture's size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from convexplorer.core.arrays import as_maps
from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, Layer, MaxPool, Shape
from convexplorer.core.network import Evaluation
from convexplorer.core.taps import axis_taps

_LINEAR = Activation("linear")


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


def trace(
    layer: Layer,
    x: np.ndarray,
    place: Sequence[int],
    *,
    linear: np.ndarray | None = None,
    maps: np.ndarray | None = None,
) -> Trace:
    """Return how the value at one place of a layer's maps came about.

    Parameters
    ----------
    x : (channels, *spatial) float, the layer's input.
    place : (channel, *cell) in the layer's maps.
    linear, maps : what the layer gave before and after activation, if known: then these numbers are read there.
        A sum in another order differs in its last digits, and a map is not always summed in the order of `running`.

    Examples
    --------
    >>> one = trace(Conv([[[[-1, 2]]]], [0.5]), np.array([[[1.0, 3.0, 2.0]]]), (0, 0, 1))
    >>> one.products, one.value
    (array([[[-3.,  4.]]]), 1.5)
    """
    x = as_maps(x)
    tracer = _TRACERS.get(type(layer))
    if tracer is None:
        raise ValueError(f"layer must be one whose values can be traced; got {type(layer).__name__}")
    where = _check_place(layer.output_shape(x.shape), place)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        traced = tracer(layer, x, where)
        if traced.activation.is_over_channels:
            traced = _activated_together(traced, x, linear)
        return _with_known(traced, linear, maps)


def trace_in(evaluation: Evaluation, depth: int, place: Sequence[int]) -> Trace:
    """Return how a value of an evaluated stack came about, with the numbers that stand in its maps.

    Parameters
    ----------
    depth : index of the layer in `evaluation.layers`.
    place : (channel, *cell) in the maps of that layer.

    Raises
    ------
    ValueError : the layer failed, or there is no such place.
    """
    if not 0 <= depth < len(evaluation):
        raise ValueError(f"depth must be the index of one of {len(evaluation)} layers; got {depth}")
    maps = evaluation[depth]
    x = evaluation.image if depth == 0 else evaluation[depth - 1]
    return trace(evaluation.layers[depth], x, place, linear=evaluation.results[depth].linear, maps=maps)


def nearest_place(shape: Sequence[int], place: Sequence[int]) -> tuple[int, ...]:
    """Return the place in maps of this shape that is nearest to one which may lie outside.

    Examples
    --------
    >>> nearest_place((8, 480, 640), (9, -1, 300))
    (7, 0, 300)
    """
    _check_rank(shape, place)
    return tuple(min(max(int(i), 0), n - 1) for i, n in zip(place, shape, strict=True))


def not_finite_origin(traced: Trace) -> str:
    """Return a sentence on what made a value NaN or infinite, "" if it is a number.

    Examples
    --------
    >>> x = np.array([[[1.0, np.nan, 2.0]]])
    >>> not_finite_origin(trace(Conv([[[[1, 1]]]]), x, (0, 0, 1)))
    'NaN in the input, at row 0, column 1 of channel 0.'
    """
    if np.isfinite(traced.value) and np.isfinite(traced.linear):
        return ""
    within = next((found for found in map(not_finite_origin, traced.stages) if found), "")
    return within or (_origin_in_choice(traced) if traced.products is None else _origin_in_sum(traced))


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
    traced = _weighted(layer, x, place, "average_pool", place[:1], weights, None, _LINEAR, counted)
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


_TRACERS: dict[type, Callable[[Any, np.ndarray, tuple[int, ...]], Trace]] = {
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
        value=_activated(activation, linear, x.dtype),
        reference=_activated(activation, exact),
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
    activation: Activation = _LINEAR,
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
        value=_activated(activation, largest, values.dtype),
        reference=_activated(activation, largest),
        activation=activation,
    )


def _with_known(traced: Trace, linear: np.ndarray | None, maps: np.ndarray | None) -> Trace:
    """Return the trace with the numbers that stand in the maps; an activation alone has its input before it."""
    if linear is None and traced.activation.is_linear:
        linear = maps
    before, after = traced.linear, traced.value
    if linear is not None and traced.kind != "activation":
        before = float(linear[traced.place])
        if not traced.activation.is_over_channels:
            after = _activated(traced.activation, before, linear.dtype)
    if maps is not None:
        after = float(maps[traced.place])
    return replace(traced, linear=before, value=after)


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


def _activated(activation: Activation, value: float, dtype: DTypeLike = np.float64) -> float:
    """Return one value after an activation; as it is if that also depends on other channels."""
    if activation.is_linear or activation.is_over_channels:
        return value
    return float(activation(np.array([value], dtype))[0])


def _activated_together(traced: Trace, x: np.ndarray, linear: np.ndarray | None) -> Trace:
    """Return the trace with its value among those of the other channels in its place."""
    layer: Any = traced.layer
    cell = traced.place[1:]
    all_channels: tuple[Any, ...] = (slice(None), *cell)
    if isinstance(layer, Activation):
        column = x[all_channels]
        exact = column.astype(np.float64)
    else:
        plain = replace(layer, activation=_LINEAR)
        filters = range(plain.output_shape(x.shape)[0])
        others = [_TRACERS[type(plain)](plain, x, (channel, *cell)) for channel in filters]
        column = np.array([other.linear for other in others], x.dtype)
        exact = np.array([other.reference for other in others])
        if linear is not None:
            column = linear[all_channels]
    value, reference = (traced.activation(numbers)[traced.place[0]] for numbers in (column, exact))
    return replace(traced, value=float(value), reference=float(reference))


def _any_axis(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return where any axis is set, (*size)."""
    result = masks[0]
    for mask in masks[1:]:
        result = result[..., np.newaxis] | mask
    return result


def _check_place(shape: Shape, place: Sequence[int]) -> tuple[int, ...]:
    _check_rank(shape, place)
    if any(not 0 <= i < n for i, n in zip(place, shape, strict=True)):
        raise ValueError(f"place must lie in maps of shape {tuple(shape)}; got {tuple(place)}")
    return tuple(map(int, place))


def _check_rank(shape: Sequence[int], place: Sequence[int]) -> None:
    if len(place) != len(shape):
        raise ValueError(f"place must be (channel, *cell), {len(shape)} numbers; got {tuple(place)}")


def _origin_in_choice(traced: Trace) -> str:
    """Return what a value that was taken as it is, the largest or the only one, owes to the input."""
    if not traced.counted.any():
        return "The window meets no cell of the input, so the largest value is −∞."
    if np.isfinite(traced.linear):
        return _overflow(traced)
    winner = (0,) * len(traced.window.sources) if traced.winner is None else traced.winner
    return f"{_input_words(traced, 0, winner)}."


def _origin_in_sum(traced: Trace) -> str:
    """Return which term makes a sum NaN or infinite: the first that is NaN where the sum is, else the first."""
    assert traced.products is not None
    wrong = traced.counted & ~np.isfinite(traced.products)
    worst = wrong & np.isnan(traced.products) if np.isnan(traced.products[wrong]).any() else wrong
    taps = np.argwhere(worst).tolist()
    if not taps:
        return _overflow(traced) if np.isfinite(traced.bias) else f"The bias is {_name(traced.bias)}."
    sentence = _term_words(traced, taps[0][0], tuple(taps[0][1:]))
    if len(taps) > 1:
        sentence += f"; the first of {len(taps)} such terms"
    if np.isnan(traced.linear) and worst is wrong:
        sentence += ", and ∞ − ∞ is NaN"
    return f"{sentence}."


def _term_words(traced: Trace, channel: int, tap: tuple[int, ...]) -> str:
    assert traced.weights is not None
    value, weight = traced.values[(channel, *tap)], traced.weights[(channel, *tap)]
    plane = f"{_cell_words(tap)} of the plane for channel {traced.channels[channel]}"
    if not np.isfinite(weight):
        met = ", times a value of 0" if value == 0 and not np.isnan(weight) else ""
        return f"{_name(weight)} in the kernel, at {plane}{met}"
    if np.isfinite(value):
        return f"{value:g} × {weight:g} is too large for {traced.values.dtype}, at {plane}"
    met = ", times a weight of 0" if weight == 0 and not np.isnan(value) else ""
    return _input_words(traced, channel, tap) + met


def _input_words(traced: Trace, channel: int, tap: tuple[int, ...]) -> str:
    cell = [int(source[k]) for source, k in zip(traced.window.sources, tap, strict=True)]
    value = traced.values[(channel, *tap)]
    return f"{_name(value)} in the input, at {_cell_words(cell)} of channel {traced.channels[channel]}"


def _overflow(traced: Trace) -> str:
    what = "sum" if not np.isfinite(traced.linear) else f"activation of {traced.linear:g}"
    return f"The {what} is too large for {traced.values.dtype}."


def _name(value: float) -> str:
    return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"


def _cell_words(cell: Sequence[int]) -> str:
    if len(cell) == 2:
        return f"row {cell[0]}, column {cell[1]}"
    return f"index {cell[0]}" if len(cell) == 1 else f"cell {tuple(cell)}"
