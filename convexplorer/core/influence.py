"""What part of the image one output sees, and how strongly each place of it moves its value.

The influence is the gradient of one value. It is zero outside the field, so that all work is done on the field and
none on the rest of the picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from convexplorer.core.borders import sources_at
from convexplorer.core.conv import conv
from convexplorer.core.layers import (
    ActivatedLayer,
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
    Shape,
    Upsample,
)
from convexplorer.core.network import Evaluation, shapes
from convexplorer.core.scatter import scatter
from convexplorer.core.separable import as_grouped
from convexplorer.core.taps import AxisTaps, LineTaps, axis_taps, transposed_taps, window_taps
from convexplorer.core.tracers import counted_cells
from convexplorer.core.windows import WindowFrame, span

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
        if isinstance(layer, Flatten | GlobalMaxPool | GlobalAveragePool):
            field = tuple((0, n) for n in shape[1:])
            continue
        axes = axis_taps(layer, shape[1:])
        # Behind a transposed convolution an output may fall between all inputs, and see nothing.
        field = tuple(
            axis.covered(first, stop) if first < stop else (first, first)
            for axis, (first, stop) in zip(axes, field, strict=True)
        )
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
    layer: Any = evaluation.layers[index]
    x = evaluation.image if index == 0 else evaluation[index - 1]
    if isinstance(layer, ActivatedLayer):
        linear = evaluation.results[index].linear
        assert linear is not None
        part = _through(layer.activation, linear, part)
    return _BACKWARD[type(layer)](layer, x, part)


def _back_conv(layer: Conv, x: np.ndarray, part: _Part) -> _Part:
    return _spread(layer.frame(x.shape[1:]), layer.kernel, layer.groups, part)


def _back_depthwise(layer: DepthwiseConv, x: np.ndarray, part: _Part) -> _Part:
    return _spread(layer.frame(x.shape[1:]), as_grouped(layer.kernel), len(layer.kernel), part)


def _back_separable(layer: SeparableConv, x: np.ndarray, part: _Part) -> _Part:
    mixing = layer.pointwise_kernel.reshape(layer.pointwise_kernel.shape[:2])
    return _back_depthwise(layer.depthwise, x, _mixed(mixing, part))


def _back_transposed(layer: ConvTranspose, x: np.ndarray, part: _Part) -> _Part:
    """Convolve the gradient with the kernel at the inputs that reach it."""
    axes = transposed_taps(layer.frame(x.shape[1:]))
    gradient, origin = part.gradient, []
    for axis, taps in enumerate(axes):
        first, stop = _bounds(taps.sources(np.arange(*part.interval(axis))))
        origin.append(first)
        # The cells that these inputs spread to, and where in the part each of them went.
        reached = np.arange(first * taps.stride, (stop - 1) * taps.stride + span(taps.size, taps.dilation))
        outputs = sources_at(reached[: len(reached) if stop > first else 0] - taps.before, taps.output, taps.border)
        gradient = _taken(gradient, axis + 1, outputs - part.origin[axis])
    if not gradient.size:
        return _Part(tuple(origin), np.zeros((len(x), *(0,) * len(axes))))
    y = conv(
        gradient,
        _needed(layer.kernel.swapaxes(0, 1), layer.kernel.shape[1], part).swapaxes(0, 1),
        strides=layer.strides,
        dilation_rate=layer.dilation_rate,
        groups=layer.groups,
    )
    return _Part(tuple(origin), y)


def _back_average(layer: AveragePool, x: np.ndarray, part: _Part) -> _Part:
    """Share each gradient equally among the cells of its window that count."""
    axes = axis_taps(layer, x.shape[1:])
    outputs = [np.arange(*part.interval(axis)) for axis in range(len(axes))]
    counted = counted_cells(layer, x.shape[1:], [taps.positions(o) for taps, o in zip(axes, outputs, strict=True)])
    shares = [np.ones(mask.shape) / mask.sum(axis=1, keepdims=True) for mask in counted]
    return _drawn(axes, part, shares)


def _back_upsample(layer: Upsample, x: np.ndarray, part: _Part) -> _Part:
    """Share each gradient among the two neighbours along each axis."""
    axes = cast("tuple[LineTaps, ...]", axis_taps(layer, x.shape[1:]))
    return _drawn(axes, part, [taps.weights(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)])


def _back_max(layer: MaxPool, x: np.ndarray, part: _Part) -> _Part:
    """Pass each gradient to the tap that won."""
    axes = axis_taps(layer, x.shape[1:])
    sources = [taps.sources(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)]
    bounds = [_bounds(source) for source in sources]
    gradient = np.zeros((len(x), *(stop - first for first, stop in bounds)))
    if gradient.size:
        winners = _winners(x, sources)
        channel = np.arange(len(x)).reshape((-1,) + (1,) * len(axes))
        target = (channel, *(cell - first for cell, (first, _) in zip(winners, bounds, strict=True)))
        np.add.at(gradient, target, part.gradient)
    return _Part(tuple(first for first, _ in bounds), gradient)


def _back_dense(layer: Dense, x: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    return _mixed(layer.kernel, part)


def _back_batch_norm(layer: BatchNorm, x: np.ndarray, part: _Part) -> _Part:
    return _Part(part.origin, layer.input_gradient(part.gradient, x))


def _back_activation(layer: Activation, x: np.ndarray, part: _Part) -> _Part:
    return _through(layer, x, part)


def _back_identity(layer: Identity, x: np.ndarray, part: _Part) -> _Part:  # noqa: ARG001
    return part


def _back_whole(layer: Flatten | GlobalMaxPool | GlobalAveragePool, x: np.ndarray, part: _Part) -> _Part:
    """Return the gradient where an output sees all of the input anyway."""
    return _Part((0,) * (x.ndim - 1), layer.input_gradient(part.gradient, x).astype(np.float64))


_BACKWARD: dict[type, Callable[[Any, np.ndarray, _Part], _Part]] = {
    Conv: _back_conv,
    DepthwiseConv: _back_depthwise,
    SeparableConv: _back_separable,
    ConvTranspose: _back_transposed,
    MaxPool: _back_max,
    AveragePool: _back_average,
    GlobalMaxPool: _back_whole,
    GlobalAveragePool: _back_whole,
    Upsample: _back_upsample,
    BatchNorm: _back_batch_norm,
    Dense: _back_dense,
    Flatten: _back_whole,
    Activation: _back_activation,
    Identity: _back_identity,
}


def _through(activation: Activation, before: np.ndarray, part: _Part) -> _Part:
    """Return the gradient before an activation; a channel that nothing depends on stays 0, whatever its slope."""
    if activation.is_linear:
        return part
    gradient = activation.input_gradient(part.gradient, before[part.places].astype(np.float64))
    if not activation.is_over_channels:
        gradient[part.gradient == 0] = 0
    return _Part(part.origin, gradient)


def _spread(frame: WindowFrame, kernel: np.ndarray, groups: int, part: _Part) -> _Part:
    """Spread the gradient by a kernel (filters, channels // groups, *size), and fold the border back."""
    axes = window_taps(frame)
    covered = [taps.covered(*part.interval(axis)) for axis, taps in enumerate(axes)]
    on_part = replace(
        frame,
        spatial=tuple(stop - first for first, stop in covered),
        output=part.gradient.shape[1:],
        amounts=((0, 0),) * frame.rank,
        border="zeros",
    )
    padded = scatter(part.gradient, _needed(kernel, len(kernel), part), on_part, groups)
    origin = []
    for axis, (taps, (first, stop)) in enumerate(zip(axes, covered, strict=True)):
        sources = sources_at(np.arange(first, stop), taps.n, taps.border)
        start, end = _bounds(sources)
        if first < 0 or stop > taps.n:
            padded = _times(padded, axis + 1, sources[:, np.newaxis] == np.arange(start, end))
        origin.append(start)
    return _Part(tuple(origin), padded)


def _drawn(axes: Sequence[AxisTaps], part: _Part, shares: Sequence[np.ndarray]) -> _Part:
    """Share each gradient along one axis after the other; `shares` (outputs, taps) has a weight for each tap."""
    origin, gradient = [], part.gradient
    for axis, (taps, share) in enumerate(zip(axes, shares, strict=True)):
        sources = taps.sources(np.arange(*part.interval(axis)))
        first, stop = _bounds(sources)
        matrix = ((sources[..., np.newaxis] == np.arange(first, stop)) * share[..., np.newaxis]).sum(axis=1)
        gradient = _times(gradient, axis + 1, matrix)
        origin.append(first)
    return _Part(tuple(origin), gradient)


def _mixed(kernel: np.ndarray, part: _Part) -> _Part:
    """Carry the gradient back through weighted sums (filters, channels) in each place."""
    weights = _needed(kernel, len(kernel), part)
    return _Part(part.origin, np.tensordot(weights.T, part.gradient, axes=1))


def _needed(kernel: np.ndarray, filters: int, part: _Part) -> np.ndarray:
    """Return the weights in float64, 0 where nothing depends on a filter: they may be infinite."""
    is_needed = part.gradient.any(axis=tuple(range(1, part.gradient.ndim)))
    return np.where(is_needed.reshape((filters,) + (1,) * (kernel.ndim - 1)), kernel, 0.0).astype(np.float64)


def _winners(x: np.ndarray, sources: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the cell, per axis, that is the largest in each window: (channels, *outputs).

    Parameters
    ----------
    sources : (outputs, taps) for each axis, −1 where there is no cell.
    """
    rank = len(sources)
    places = np.ix_(np.arange(len(x)), *(source.reshape(-1) for source in sources))
    is_outside = np.zeros((1,) * (rank + 1), bool)
    for place in places[1:]:
        is_outside = is_outside | (place < 0)
    values = np.where(is_outside, -np.inf, x[places])
    # (channels, outputs, taps, outputs, taps, …), then all taps of an output in the last axis.
    values = values.reshape(len(x), *(n for source in sources for n in source.shape))
    order = (0, *range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2))
    counts = tuple(len(source) for source in sources)
    windows = values.transpose(order).reshape(len(x), *counts, -1)
    taps = np.unravel_index(windows.argmax(axis=-1), tuple(source.shape[1] for source in sources))
    cells = []
    for axis, (source, tap) in enumerate(zip(sources, taps, strict=True)):
        output = np.arange(len(source)).reshape((-1,) + (1,) * (rank - 1 - axis))
        cells.append(source[output, tap])
    return cells


def _bounds(sources: np.ndarray) -> Interval:
    """Return (first, stop) of the cells that are read; (0, 0) if there are none."""
    inside = sources[sources >= 0]
    return (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 0)


def _times(x: np.ndarray, axis: int, matrix: np.ndarray) -> np.ndarray:
    """Return `x` with each line along an axis times a matrix (n, m)."""
    product = np.tensordot(x, matrix.astype(x.dtype), axes=(axis, 0))
    return np.moveaxis(product, -1, axis)


def _taken(x: np.ndarray, axis: int, cells: np.ndarray) -> np.ndarray:
    """Return these cells of an axis, 0 for those that it does not have."""
    is_inside = (cells >= 0) & (cells < x.shape[axis])
    y = x.take(np.where(is_inside, cells, 0), axis)
    y[(*(slice(None),) * axis, ~is_inside)] = 0
    return y


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
