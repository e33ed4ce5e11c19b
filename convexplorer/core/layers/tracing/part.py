"""The gradient of one value, carried back layer by layer on the part of the maps that it reaches.

The gradient is zero outside of what a value sees, so that all work is done there and none on the rest of the picture.
`input_gradient` of the layers does the same for whole maps.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.scatter import scatter
from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers.tracing.trace import Activates

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


def added(parts: Sequence[Part]) -> Part:
    """Return the sum of parts of the same maps, on the smallest box that holds them."""
    filled = [part for part in parts if part.gradient.size]
    if len(filled) < 2:
        return (filled or parts)[0]
    axes = range(len(filled[0].origin))
    limits = [[part.interval(axis) for part in filled] for axis in axes]
    origin = tuple(min(first for first, _ in limit) for limit in limits)
    stops = (max(stop for _, stop in limit) for limit in limits)
    sizes = (stop - first for first, stop in zip(origin, stops, strict=True))
    gradient = np.zeros((len(filled[0].gradient), *sizes))
    for part in filled:
        moved = Part(tuple(i - first for i, first in zip(part.origin, origin, strict=True)), part.gradient)
        gradient[moved.places] += part.gradient
    return Part(origin, gradient)


def through(activation: Activates, before: np.ndarray, part: Part) -> Part:
    """Return the gradient before an activation; a channel that nothing depends on stays 0, whatever its slope."""
    if activation.is_linear:
        return part
    gradient = activation.input_gradient(part.gradient, before[part.places].astype(np.float64))
    if not activation.is_over_channels:
        gradient[part.gradient == 0] = 0
    return Part(part.origin, gradient)


def spread(frame: WindowFrame, kernel: np.ndarray, groups: int, part: Part) -> Part:
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
    padded = scatter(part.gradient, needed(kernel, part), on_part, groups)
    origin = []
    for axis, (taps, (first, stop)) in enumerate(zip(axes, covered, strict=True)):
        sources = sources_at(np.arange(first, stop), taps.n, taps.border)
        start, end = bounds(sources)
        if first < 0 or stop > taps.n:
            padded = times(padded, axis + 1, sources[:, np.newaxis] == np.arange(start, end))
        origin.append(start)
    return Part(tuple(origin), padded)


def drawn(axes: Sequence[AxisTaps], part: Part, shares: Sequence[np.ndarray]) -> Part:
    """Share each gradient along one axis after the other; `shares` (outputs, taps) has a weight for each tap."""
    origin, gradient = [], part.gradient
    for axis, (taps, share) in enumerate(zip(axes, shares, strict=True)):
        sources = taps.sources(np.arange(*part.interval(axis)))
        first, stop = bounds(sources)
        matrix = ((sources[..., np.newaxis] == np.arange(first, stop)) * share[..., np.newaxis]).sum(axis=1)
        gradient = times(gradient, axis + 1, matrix)
        origin.append(first)
    return Part(tuple(origin), gradient)


def mixed(kernel: np.ndarray, part: Part) -> Part:
    """Carry the gradient back through weighted sums (filters, channels) in each place."""
    weights = needed(kernel, part)
    return Part(part.origin, np.tensordot(weights.T, part.gradient, axes=1))


def needed(kernel: np.ndarray, part: Part, groups: int | None = None) -> np.ndarray:
    """Return the weights in float64, 0 where nothing depends on a filter: they may be infinite.

    Filters are the kernel's first axis or, with `groups`, as in a transposed convolution, the second of each group.
    """
    is_needed = np.any(part.gradient.reshape(len(part.gradient), -1), axis=1, keepdims=True)
    if groups is not None:
        is_needed = np.repeat(is_needed.reshape(groups, -1), len(kernel) // groups, axis=0)
    is_needed = is_needed.reshape(*is_needed.shape, *(1,) * (kernel.ndim - 2))
    return np.where(is_needed, kernel, 0.0).astype(np.float64)


def winners(x: np.ndarray, sources: Sequence[np.ndarray]) -> list[np.ndarray]:
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


def bounds(sources: np.ndarray) -> Interval:
    """Return (first, stop) of the cells that are read; (0, 0) if there are none."""
    inside = sources[sources >= 0]
    return (int(inside.min()), int(inside.max()) + 1) if inside.size else (0, 0)


def times(x: np.ndarray, axis: int, matrix: np.ndarray) -> np.ndarray:
    """Return `x` with each line along an axis times a matrix (n, m)."""
    product = np.tensordot(x, matrix.astype(x.dtype), axes=(axis, 0))
    return np.moveaxis(product, -1, axis)


def taken(x: np.ndarray, axis: int, cells: np.ndarray) -> np.ndarray:
    """Return these cells of an axis, 0 for those that it does not have."""
    is_inside = (cells >= 0) & (cells < x.shape[axis])
    y = x.take(np.where(is_inside, cells, 0), axis)
    y[(*(slice(None),) * axis, ~is_inside)] = 0
    return y
