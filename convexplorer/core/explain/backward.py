"""How each kind of layer carries the gradient of one value back to its input, on the part of the maps it reaches.

The gradient is zero outside of what a value sees, so that all work is done there and none on the rest of the picture.
`gradients.py` does the same for whole maps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.scatter import scatter
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.explain.taps import AxisTaps, LineTaps, axis_taps, transposed_taps, window_taps
from convexplorer.core.explain.tracers import counted_cells
from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.windows import WindowFrame, span
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
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import Evaluation

Interval = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Part:
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


def carry_back(evaluation: Evaluation, index: int, part: Part) -> Part:
    """Return the gradient with respect to a layer's input from that with respect to its maps."""
    if not part.gradient.size:
        return part
    layer: Any = evaluation.layers[index]
    x = evaluation.image if index == 0 else evaluation[index - 1]
    if isinstance(layer, ActivatedLayer):
        linear = evaluation.results[index].linear
        assert linear is not None
        part = _through(layer.activation, linear, part)
    return BACKWARD[type(layer)](layer, x, part)


def _back_conv(layer: Conv, x: np.ndarray, part: Part) -> Part:
    return _spread(layer.frame(x.shape[1:]), layer.kernel, layer.groups, part)


def _back_depthwise(layer: DepthwiseConv, x: np.ndarray, part: Part) -> Part:
    return _spread(layer.frame(x.shape[1:]), as_grouped(layer.kernel), len(layer.kernel), part)


def _back_separable(layer: SeparableConv, x: np.ndarray, part: Part) -> Part:
    mixing = layer.pointwise_kernel.reshape(layer.pointwise_kernel.shape[:2])
    return _back_depthwise(layer.depthwise, x, _mixed(mixing, part))


def _back_transposed(layer: ConvTranspose, x: np.ndarray, part: Part) -> Part:
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
        return Part(tuple(origin), np.zeros((len(x), *(0,) * len(axes))))
    y = conv(
        gradient,
        _needed(layer.kernel, part, layer.groups),
        strides=layer.strides,
        dilation_rate=layer.dilation_rate,
        groups=layer.groups,
    )
    return Part(tuple(origin), y)


def _back_average(layer: AveragePool, x: np.ndarray, part: Part) -> Part:
    """Share each gradient equally among the cells of its window that count."""
    axes = axis_taps(layer, x.shape[1:])
    outputs = [np.arange(*part.interval(axis)) for axis in range(len(axes))]
    counted = counted_cells(layer, x.shape[1:], [taps.positions(o) for taps, o in zip(axes, outputs, strict=True)])
    shares = [np.ones(mask.shape) / np.maximum(mask.sum(axis=1, keepdims=True), 1) for mask in counted]
    return _drawn(axes, part, shares)


def _back_upsample(layer: Upsample, x: np.ndarray, part: Part) -> Part:
    """Share each gradient among the two neighbours along each axis."""
    axes = cast("tuple[LineTaps, ...]", axis_taps(layer, x.shape[1:]))
    return _drawn(axes, part, [taps.weights(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)])


def _back_max(layer: MaxPool, x: np.ndarray, part: Part) -> Part:
    """Pass each gradient to the tap that won."""
    axes = axis_taps(layer, x.shape[1:])
    sources = [taps.sources(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)]
    bounds = [_bounds(source) for source in sources]
    gradient = np.zeros((len(x), *(stop - first for first, stop in bounds)))
    if gradient.size:
        winners = _winners(x, sources)
        is_won = np.all([cell >= 0 for cell in winners], axis=0)
        channel = np.broadcast_to(np.arange(len(x)).reshape((-1,) + (1,) * len(axes)), is_won.shape)
        cells = (cell[is_won] - first for cell, (first, _) in zip(winners, bounds, strict=True))
        np.add.at(gradient, (channel[is_won], *cells), part.gradient[is_won])
    return Part(tuple(first for first, _ in bounds), gradient)


def _back_dense(layer: Dense, x: np.ndarray, part: Part) -> Part:  # noqa: ARG001
    return _mixed(layer.kernel, part)


def _back_batch_norm(layer: BatchNorm, x: np.ndarray, part: Part) -> Part:
    return Part(part.origin, layer.input_gradient(part.gradient, x))


def _back_activation(layer: Activation, x: np.ndarray, part: Part) -> Part:
    return _through(layer, x, part)


def _back_identity(layer: Identity, x: np.ndarray, part: Part) -> Part:  # noqa: ARG001
    return part


def _back_whole(layer: Flatten | GlobalMaxPool | GlobalAveragePool, x: np.ndarray, part: Part) -> Part:
    """Return the gradient where an output sees all of the input anyway."""
    return Part((0,) * (x.ndim - 1), layer.input_gradient(part.gradient, x).astype(np.float64))


BACKWARD: dict[type, Callable[[Any, np.ndarray, Part], Part]] = {
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


def _through(activation: Activation, before: np.ndarray, part: Part) -> Part:
    """Return the gradient before an activation; a channel that nothing depends on stays 0, whatever its slope."""
    if activation.is_linear:
        return part
    gradient = activation.input_gradient(part.gradient, before[part.places].astype(np.float64))
    if not activation.is_over_channels:
        gradient[part.gradient == 0] = 0
    return Part(part.origin, gradient)


def _spread(frame: WindowFrame, kernel: np.ndarray, groups: int, part: Part) -> Part:
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
    padded = scatter(part.gradient, _needed(kernel, part), on_part, groups)
    origin = []
    for axis, (taps, (first, stop)) in enumerate(zip(axes, covered, strict=True)):
        sources = sources_at(np.arange(first, stop), taps.n, taps.border)
        start, end = _bounds(sources)
        if first < 0 or stop > taps.n:
            padded = _times(padded, axis + 1, sources[:, np.newaxis] == np.arange(start, end))
        origin.append(start)
    return Part(tuple(origin), padded)


def _drawn(axes: Sequence[AxisTaps], part: Part, shares: Sequence[np.ndarray]) -> Part:
    """Share each gradient along one axis after the other; `shares` (outputs, taps) has a weight for each tap."""
    origin, gradient = [], part.gradient
    for axis, (taps, share) in enumerate(zip(axes, shares, strict=True)):
        sources = taps.sources(np.arange(*part.interval(axis)))
        first, stop = _bounds(sources)
        matrix = ((sources[..., np.newaxis] == np.arange(first, stop)) * share[..., np.newaxis]).sum(axis=1)
        gradient = _times(gradient, axis + 1, matrix)
        origin.append(first)
    return Part(tuple(origin), gradient)


def _mixed(kernel: np.ndarray, part: Part) -> Part:
    """Carry the gradient back through weighted sums (filters, channels) in each place."""
    weights = _needed(kernel, part)
    return Part(part.origin, np.tensordot(weights.T, part.gradient, axes=1))


def _needed(kernel: np.ndarray, part: Part, groups: int | None = None) -> np.ndarray:
    """Return the weights in float64, 0 where nothing depends on a filter: they may be infinite.

    Filters are the kernel's first axis or, with `groups`, as in a transposed convolution, the second of each group.
    """
    is_needed = np.any(part.gradient.reshape(len(part.gradient), -1), axis=1, keepdims=True)
    if groups is not None:
        is_needed = np.repeat(is_needed.reshape(groups, -1), len(kernel) // groups, axis=0)
    is_needed = is_needed.reshape(*is_needed.shape, *(1,) * (kernel.ndim - 2))
    return np.where(is_needed, kernel, 0.0).astype(np.float64)


def _winners(x: np.ndarray, sources: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the cell, per axis, that is the largest in each window: (channels, *outputs); −1 if it meets none.

    Parameters
    ----------
    sources : (outputs, taps) for each axis, −1 where there is no cell.
    """
    rank = len(sources)
    places = np.ix_(np.arange(len(x)), *(source.reshape(-1) for source in sources))
    is_outside = np.zeros((1,) * (rank + 1), bool)
    for place in places[1:]:
        is_outside = is_outside | (place < 0)
    # What lies outside is less than anything, −∞ included; NaN stays the largest.
    values = np.where(is_outside, -np.inf, np.maximum(x[places], np.finfo(x.dtype).min))
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
