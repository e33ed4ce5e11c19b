"""Unpooling as a layer: values put back where a max-pooling took them from."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field, hull_of, large_input
from convexplorer.core.geometry.taps import AxisTaps, JoinedTaps, window_taps
from convexplorer.core.geometry.transposed_taps import transposed_taps
from convexplorer.core.geometry.windows import Padding, PerAxis
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import JoiningLayer
from convexplorer.core.layers.pool import MaxPool
from convexplorer.core.layers.tracing.part import Part, bounds, winners
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, read, window_at
from convexplorer.core.operators.unpool import max_pool_indices, unpool, unpool_gradient


@dataclass(frozen=True, init=False)
class Unpool(JoiningLayer):
    """Values at the places of the largest values of a max-pooling, zeros everywhere else.

    Its inputs are the values, in the shape that the pooling gives, and the maps that were pooled. Where windows
    overlap and have the same largest cell, the value of the last window stays. The maps that were pooled decide the
    places, not the values: their gradient is 0.

    Attributes
    ----------
    pool_size, strides, padding : those of the max-pooling.

    Examples
    --------
    >>> Unpool(2)(np.array([[5.0, 7.0]]), np.array([[1.0, 3.0, 9.0, 2.0]]))
    array([[0., 5., 7., 0.]])
    """

    input_count = 2
    is_placing = True
    pool_size: int | tuple[int, ...]
    strides: int | tuple[int, ...]
    padding: str | int | tuple[tuple[int, int], ...]

    def __init__(self, pool_size: PerAxis = 2, *, strides: PerAxis | None = None, padding: Padding = "valid") -> None:
        pool = MaxPool(pool_size, strides=strides, padding=padding)
        set_fields(self, pool_size=pool.pool_size, strides=pool.strides, padding=pool.padding)

    @property
    def pool(self) -> MaxPool:
        """The max-pooling that is undone."""
        return MaxPool(self.pool_size, strides=self.strides, padding=self.padding)

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        return self.pool.rank

    def __call__(self, *xs: np.ndarray) -> np.ndarray:
        """Return the values in their places, in the shape of the maps that were pooled."""
        x, pooled = xs
        self.output_shape(x.shape, pooled.shape)
        return unpool(x, self._indices(pooled), pooled.shape[1:])

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the shape of the maps that were pooled; raise ValueError if their pooling has another shape."""
        x, pooled = map(tuple, input_shapes)
        expected = self.pool.output_shape(pooled)
        if x != expected:
            raise ValueError(f"x must have the shape {expected}, to which maps of {pooled} are pooled; got {x}")
        return pooled

    def input_gradients(
        self, gradient: np.ndarray, *xs: np.ndarray, linear: np.ndarray | None = None
    ) -> tuple[np.ndarray, ...]:
        """Return the gradient of the cells that the values were put in, and 0 for the maps that were pooled."""
        x, pooled = xs
        return unpool_gradient(gradient, self._indices(pooled)).astype(x.dtype), np.zeros_like(pooled)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the values that may be put into each output, or (`of` 1) the cells that decide which one is."""
        frame = self.pool.frame(tuple(spatials[1]))
        windows = transposed_taps(frame)
        if of == 0:
            return windows
        return tuple(
            JoinedTaps(cells.n, window.output, window, cells)
            for window, cells in zip(windows, window_taps(frame), strict=True)
        )

    def joint_field(self, belows: Sequence[Field], spatials: Sequence[Shape | None]) -> Field:
        """Return the receptive field of the outputs: of the values, and of the windows that decide their places."""
        spatial = spatials[1]
        frame = self.pool.frame(large_input(self.strides, belows[0].rank) if spatial is None else tuple(spatial))
        values, pooled = belows[0], belows[1].through_windows(frame)
        return hull_of([values.through_transposed(frame), pooled.through_transposed(frame)], spatial)

    def trace(self, place: Place, *xs: np.ndarray) -> Trace:
        """Return the values that may be put into the place; the one that is counts."""
        x, pooled = xs
        channel, *cell = place
        axes = self.taps(x.shape[1:], pooled.shape[1:])
        window = window_at(axes, place)
        counted = np.zeros((1, *map(len, window.sources)), bool)
        reached = [np.unique(source[source >= 0]) for source in window.sources]
        if all(one.size for one in reached):
            won = winners(pooled[channel : channel + 1], self._sources(pooled, reached))
            named = np.argwhere(np.all([one[0] == i for one, i in zip(won, cell, strict=True)], axis=0))
            if len(named):
                last = [one[i] for one, i in zip(reached, named[-1], strict=True)]
                counted[(0, *(int(np.argmax(source == i)) for source, i in zip(window.sources, last, strict=True)))] = (
                    True
                )
        values = read(x, place[:1], window)
        return weighted(self, place, "unpool", window, place[:1], values, counted.astype(x.dtype), counted=counted)

    def back(self, part: Part, *xs: np.ndarray, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the values, and nothing for the maps that were pooled."""
        x, pooled = xs
        rank = x.ndim - 1
        nothing = Part((0,) * rank, np.zeros((len(x), *(0,) * rank)))
        axes = self.taps(x.shape[1:], pooled.shape[1:])
        limits = [bounds(taps.sources(np.arange(*part.interval(axis)))) for axis, taps in enumerate(axes)]
        gradient = np.zeros((len(x), *(stop - first for first, stop in limits)))
        if not gradient.size:
            return nothing, nothing
        won = winners(pooled, self._sources(pooled, [np.arange(*limit) for limit in limits]))
        cells = [one - first for one, first in zip(won, part.origin, strict=True)]
        sizes = part.gradient.shape[1:]
        is_met = np.all([(cell >= 0) & (cell < n) for cell, n in zip(cells, sizes, strict=True)], axis=0)
        flat = np.ravel_multi_index([np.where(is_met, cell, 0) for cell in cells], sizes)
        indices = np.where(is_met, flat, -1)
        gradient = unpool_gradient(part.gradient, indices)
        return Part(tuple(first for first, _ in limits), gradient), nothing

    def _indices(self, pooled: np.ndarray) -> np.ndarray:
        return max_pool_indices(pooled, self.pool_size, strides=self.strides, padding=self.padding)

    def _sources(self, pooled: np.ndarray, windows: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the cells of some windows of the pooling, (windows, taps) for each axis."""
        axes = window_taps(self.pool.frame(pooled.shape[1:]))
        # What lies in the padding is never the largest.
        return [
            np.where(_is_inside(axis.positions(one), axis.n), axis.positions(one), -1)
            for axis, one in zip(axes, windows, strict=True)
        ]


def _is_inside(positions: np.ndarray, n: int) -> np.ndarray:
    is_inside: np.ndarray = (positions >= 0) & (positions < n)
    return is_inside
