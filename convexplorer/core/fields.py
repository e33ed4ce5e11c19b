"""What part of the image one output sees: the receptive field, and where in it the influence really is.

The influence is the gradient of one value. It is zero outside the field, so that all work is done on the field and
none on the rest of the picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convexplorer.core.activation_gradients import activation_gradient
from convexplorer.core.borders import sources_at
from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, Layer, MaxPool, Shape
from convexplorer.core.network import Evaluation, shapes
from convexplorer.core.taps import AxisTaps, axis_taps
from convexplorer.core.transpose import scatter
from convexplorer.core.windows import WindowFrame

Interval = tuple[int, int]


def field_of(layers: Sequence[Layer], input_shape: Shape, depth: int, cell: Sequence[int]) -> tuple[Interval, ...]:
    """Return what part of the image an output sees.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image.
    depth : index of the layer.
    cell : index of the output along each spatial axis of the layer's maps.

    Returns
    -------
    per axis (first, stop)
        Cells of the image; the field reaches outside where the layers pad. What a border mode repeats
        there is not followed back.

    Examples
    --------
    >>> field_of([Conv(np.ones((1, 1, 3, 3)), padding="same"), MaxPool(2)], (1, 8, 8), 1, (0, 3))
    ((-1, 3), (5, 9))
    """
    _check_depth(depth, len(layers))
    before = [tuple(input_shape), *shapes(layers[: depth + 1], input_shape)]
    _check_cell(cell, before[-1])
    field = tuple((int(i), int(i) + 1) for i in cell)
    for layer, shape in zip(reversed(layers[: depth + 1]), reversed(before[:-1]), strict=True):
        axes = axis_taps(layer, shape[1:])
        field = tuple(axis.covered(*interval) for axis, interval in zip(axes, field, strict=True))
    return field


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """How strongly each place of the image moves one value.

    Attributes
    ----------
    origin : the first cell per axis of the part of the image that the value depends on.
    influence : (*size) float32, |d value / d image| in this part, summed over the channels; 0 everywhere else.
    """

    origin: tuple[int, ...]
    influence: np.ndarray

    def region(self, share: float = 0.95) -> tuple[Interval, ...]:
        """Return a small box of image cells that holds at least this share of the influence.

        Along each axis it is the shortest run of cells that misses no more than its part of the rest; of equally
        short ones the one in the middle. A value that nothing moves has an empty box, one whose influence
        is not finite the whole field.

        Parameters
        ----------
        share : in 0…1.

        Returns
        -------
        per axis (first, stop)
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share must lie in 0…1; got {share:g}")
        exact = self.influence.astype(np.float64)
        if not np.isfinite(exact).all():
            return tuple((first, first + n) for first, n in zip(self.origin, exact.shape, strict=True))
        share_of_axis = 1 - (1 - share) / exact.ndim
        intervals = []
        for axis, first in enumerate(self.origin):
            others = tuple(other for other in range(exact.ndim) if other != axis)
            start, stop = _shortest_run(exact.sum(axis=others), share_of_axis)
            intervals.append((first + start, first + stop))
        return tuple(intervals)


def effective_field(evaluation: Evaluation, depth: int, place: Sequence[int]) -> EffectiveField:
    """Return how strongly each place of the image moves one value: its exact gradient through the stack.

    ReLU and its relatives pass what they let through in this image, a maximum passes to the tap that won. The cost
    depends on the field, not on the picture; only `border="wrap"` joins both ends of it.

    Parameters
    ----------
    depth : index of the layer in `evaluation.layers`.
    place : (channel, *cell) in the maps of that layer.

    Examples
    --------
    >>> from convexplorer.core.network import evaluate
    >>> layers = [Conv([[[[1, -2, 1]]]]), MaxPool((1, 2))]
    >>> field = effective_field(evaluate(layers, np.array([[[0.0, 0, 1, 3, 0, 0]]])), 1, (0, 0, 0))
    >>> field.origin, field.influence
    ((0, 0), array([[1., 2., 1., 0.]], dtype=float32))
    """
    _check_depth(depth, len(evaluation))
    maps = evaluation[depth]
    _check_cell(place, maps.shape, "place")
    gradient = np.zeros((len(maps), *(1,) * (maps.ndim - 1)))
    gradient[place[0]] = 1
    part = _Part(tuple(int(i) for i in place[1:]), gradient)
    with np.errstate(all="ignore"):
        for index in range(depth, -1, -1):
            part = _back(evaluation, index, part)
        return EffectiveField(part.origin, np.abs(part.gradient).sum(axis=0).astype(np.float32))


@dataclass(frozen=True, eq=False)
class _Part:
    """The gradient with respect to some maps, in the part of them where it is not zero.

    Attributes
    ----------
    origin : the first cell per axis.
    gradient : (channels, *size) float64.
    """

    origin: tuple[int, ...]
    gradient: np.ndarray

    @property
    def places(self) -> tuple[slice, ...]:
        """Index of the part in the maps."""
        sizes = self.gradient.shape[1:]
        return (slice(None), *(slice(first, first + n) for first, n in zip(self.origin, sizes, strict=True)))

    def interval(self, axis: int) -> Interval:
        """Return (first, stop) along a spatial axis."""
        return self.origin[axis], self.origin[axis] + self.gradient.shape[axis + 1]


def _back(evaluation: Evaluation, index: int, part: _Part) -> _Part:
    """Return the gradient with respect to a layer's input from that with respect to its maps."""
    if not part.gradient.size:
        return part
    layer, x = evaluation.layers[index], evaluation.image if index == 0 else evaluation[index - 1]
    return _BACKWARD[type(layer)](layer, x, evaluation.results[index].linear, part)


def _back_conv(layer: Conv, x: np.ndarray, linear: np.ndarray, part: _Part) -> _Part:
    """Spread the gradient by the kernel, and fold the border back."""
    part = _through(layer.activation, linear, part)
    axes = axis_taps(layer, x.shape[1:])
    # A filter that nothing depends on must not bring in its weights, which may be infinite.
    is_needed = part.gradient.any(axis=tuple(range(1, x.ndim)))
    kernel = np.where(is_needed.reshape((-1,) + (1,) * x.ndim), layer.kernel, 0.0).astype(np.float64)
    return _folded(axes, part, scatter(part.gradient, kernel, _frame_on(axes, part), layer.groups))


def _back_average(layer: AveragePool, x: np.ndarray, linear: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    """Share each gradient equally among the cells of its window that count."""
    origin, gradient = [], part.gradient
    for axis, taps in enumerate(axis_taps(layer, x.shape[1:])):
        sources = taps.sources(np.arange(*part.interval(axis)))
        first, stop = _bounds(sources)
        cells = sources[..., np.newaxis] == np.arange(first, stop)
        shares = cells.sum(axis=1) / (sources >= 0).sum(axis=1, keepdims=True)
        origin.append(first)
        gradient = _times(gradient, axis + 1, shares)
    return _Part(tuple(origin), gradient)


def _back_max(layer: MaxPool, x: np.ndarray, linear: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    """Pass each gradient to the tap that won."""
    axes = axis_taps(layer, x.shape[1:])
    sources = [taps.sources(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)]
    channels, rank = np.arange(len(x)), len(axes)
    # (channels, output, size, output, size, …), then all taps of an output in the last axis.
    places = np.ix_(channels, *(source.reshape(-1) for source in sources))
    shape = (len(x), *(n for source in sources for n in source.shape))
    is_outside = np.zeros((1,) * (rank + 1), bool)
    for place in places[1:]:
        is_outside = is_outside | (place < 0)
    values = np.where(is_outside, -np.inf, x[places]).reshape(shape)
    order = (0, *range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2))
    windows = values.transpose(order).reshape(*part.gradient.shape, -1)
    winners = np.unravel_index(windows.argmax(axis=-1), tuple(source.shape[1] for source in sources))
    cells = []
    for axis, (source, tap) in enumerate(zip(sources, winners, strict=True)):
        output = np.arange(len(source)).reshape((-1,) + (1,) * (rank - 1 - axis))
        cells.append(source[output, tap])
    bounds = [_bounds(source) for source in sources]
    gradient = np.zeros((len(x), *(stop - first for first, stop in bounds)))
    channel = channels.reshape((-1,) + (1,) * rank)
    target = (channel, *(cell - first for cell, (first, _) in zip(cells, bounds, strict=True)))
    np.add.at(gradient, target, part.gradient)
    return _Part(tuple(first for first, _ in bounds), gradient)


def _back_activation(layer: Activation, x: np.ndarray, linear: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    return _through(layer, x, part)


def _back_identity(layer: Identity, x: np.ndarray, linear: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    return part


_BACKWARD: dict[type, Callable[[Any, np.ndarray, Any, _Part], _Part]] = {
    Conv: _back_conv,
    MaxPool: _back_max,
    AveragePool: _back_average,
    Activation: _back_activation,
    Identity: _back_identity,
}


def _through(activation: Activation, before: np.ndarray, part: _Part) -> _Part:
    """Return the gradient before an activation; a channel that nothing depends on stays 0, whatever its slope."""
    if activation.is_linear:
        return part
    arguments = before[part.places].astype(np.float64)
    gradient = activation_gradient(part.gradient, arguments, activation.name, **activation.parameters)
    if not activation.is_over_channels:
        gradient[part.gradient == 0] = 0
    return _Part(part.origin, gradient)


def _frame_on(axes: tuple[AxisTaps, ...], part: _Part) -> WindowFrame:
    """Return the windows of these outputs alone, on the cells that they cover."""
    return WindowFrame(
        spatial=tuple(stop - first for first, stop in _covered(axes, part)),
        size=tuple(taps.size for taps in axes),
        strides=tuple(taps.stride for taps in axes),
        dilation_rate=tuple(taps.dilation for taps in axes),
        amounts=((0, 0),) * len(axes),
        output=part.gradient.shape[1:],
    )


def _covered(axes: tuple[AxisTaps, ...], part: _Part) -> list[Interval]:
    return [taps.covered(*part.interval(axis)) for axis, taps in enumerate(axes)]


def _folded(axes: tuple[AxisTaps, ...], part: _Part, padded: np.ndarray) -> _Part:
    """Return the gradient on the input's own cells: what falls on padding goes to the cell that stands there."""
    origin = []
    for axis, (taps, (first, stop)) in enumerate(zip(axes, _covered(axes, part), strict=True)):
        sources = sources_at(np.arange(first, stop), taps.n, taps.border)
        start, end = _bounds(sources)
        if first < 0 or stop > taps.n:
            padded = _times(padded, axis + 1, sources[:, np.newaxis] == np.arange(start, end))
        origin.append(start)
    return _Part(tuple(origin), padded)


def _bounds(sources: np.ndarray) -> Interval:
    """Return (first, stop) of the cells that are read; (0, 0) if there are none."""
    inside = sources[sources >= 0]
    return (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 0)


def _times(x: np.ndarray, axis: int, matrix: np.ndarray) -> np.ndarray:
    """Return `x` with each line along an axis times a matrix (n, m)."""
    product = np.tensordot(x, matrix.astype(x.dtype), axes=(axis, 0))
    return np.moveaxis(product, -1, axis)


def _shortest_run(weights: np.ndarray, share: float) -> Interval:
    """Return (start, stop) of the shortest run that holds a share of the sum; the middle one of equals."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    total = sums[-1]
    if total == 0:
        return 0, 0
    # A sum of all cells in another order must not miss the last digit.
    least = share * total * (1 - 1e-12)
    stops = np.searchsorted(sums, sums[:-1] + least)
    lengths = np.where(stops < len(sums), stops - np.arange(len(weights)), len(weights) + 1)
    starts = np.flatnonzero(lengths == lengths.min())
    start = int(starts[(len(starts) - 1) // 2])
    return start, start + int(lengths[start])


def _check_depth(depth: int, count: int) -> None:
    if not 0 <= depth < count:
        raise ValueError(f"depth must be the index of one of {count} layers; got {depth}")


def _check_cell(cell: Sequence[int], shape: Shape, name: str = "cell") -> None:
    sizes = shape[len(shape) - len(cell) :] if name == "cell" else shape
    if len(cell) != len(sizes) or any(not 0 <= i < n for i, n in zip(cell, sizes, strict=True)):
        raise ValueError(f"{name} must lie in maps of shape {tuple(shape)}; got {tuple(cell)}")
