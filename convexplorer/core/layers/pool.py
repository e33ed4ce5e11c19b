"""Pooling as layers; sizes given as one number fit any number of axes."""

from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.geometry.windows import (
    Padding,
    PerAxis,
    WindowFrame,
    normal_padding,
    pad_amounts,
    per_axis,
)
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.pooled import counted_cells, traced_maximum, traced_mean
from convexplorer.core.layers.tracing.part import Part, bounds, drawn, winners
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place
from convexplorer.core.operators.pool import average_pool, max_pool, pool_frame
from convexplorer.core.operators.pool_gradients import average_pool_adjoint, max_pool_gradient


@dataclass(frozen=True, init=False)
class _Pool(PlainLayer):
    """What max and average pooling share."""

    pool_size: int | tuple[int, ...]
    strides: int | tuple[int, ...]
    padding: str | int | tuple[tuple[int, int], ...]
    dilation_rate: int | tuple[int, ...]
    ceil_mode: bool

    def __init__(
        self,
        pool_size: PerAxis,
        *,
        strides: PerAxis | None = None,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        ceil_mode: bool = False,
    ) -> None:
        steps = pool_size if strides is None else strides
        values = pool_size, steps, padding, dilation_rate
        given = [value for value in values if not isinstance(value, int | np.integer | str)]
        rank = len(given[0]) if given else None
        set_fields(
            self,
            pool_size=_per_any_axis(pool_size, rank, "pool_size"),
            strides=_per_any_axis(steps, rank, "strides"),
            padding=padding if rank is None and isinstance(padding, int) else normal_padding(padding, rank or 1),
            dilation_rate=_per_any_axis(dilation_rate, rank, "dilation_rate"),
            ceil_mode=ceil_mode,
        )

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        values = self.pool_size, self.strides, self.padding, self.dilation_rate
        return next((len(value) for value in values if isinstance(value, tuple)), None)

    @property
    def placing(self) -> dict[str, Any]:
        """The arguments that place windows, as the functions name them."""
        return {name: getattr(self, name) for name in ("strides", "padding", "dilation_rate", "ceil_mode")}

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if the window does not fit."""
        return (input_shape[0], *self.frame(input_shape[1:]).output)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return below.through_windows(self.frame(large_input(self.strides, below.rank) if spatial is None else spatial))

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return pool_frame(spatial, self.pool_size, **self.placing)

    def windows(self, spatial: Shape) -> WindowFrame | None:
        """Return the windows over an input of these sizes."""
        return self.frame(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the input cells that each output reads, axis by axis."""
        return window_taps(self.frame(tuple(spatials[of])))

    def padded_as(self, padding: Amounts) -> "_Pool":
        """Return the same layer with another padding, (before, after) per axis, and nothing of `ceil_mode` after it."""
        return replace(self, padding=padding, ceil_mode=False)

    def alone(self, channel: int) -> tuple[Layer, range]:
        """Return the layer itself, and the one channel that it pools for a map."""
        return self, range(channel, channel + 1)


@dataclass(frozen=True, init=False)
class MaxPool(_Pool):
    """The largest value of each window; the arguments are those of `max_pool`.

    Examples
    --------
    >>> MaxPool(2).output_shape((8, 512, 512))
    (8, 256, 256)
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled maps."""
        return max_pool(x, self.pool_size, **self.placing)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: it goes to the first largest value of each window."""
        return max_pool_gradient(gradient, x, self.pool_size, **self.placing)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the values under the window, and which of them is the largest."""
        return traced_maximum(self, place, x)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Pass each gradient to the tap that won."""
        axes = self.taps(x.shape[1:])
        sources = [taps.sources(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)]
        limits = [bounds(source) for source in sources]
        gradient = np.zeros((len(x), *(stop - first for first, stop in limits)))
        if gradient.size:
            won = winners(x, sources)
            is_won = np.all([cell >= 0 for cell in won], axis=0)
            channel = np.broadcast_to(np.arange(len(x)).reshape((-1,) + (1,) * len(axes)), is_won.shape)
            cells = (cell[is_won] - first for cell, (first, _) in zip(won, limits, strict=True))
            np.add.at(gradient, (channel[is_won], *cells), part.gradient[is_won])
        return (Part(tuple(first for first, _ in limits), gradient),)


@dataclass(frozen=True, init=False)
class AveragePool(_Pool):
    """The mean of each window; the arguments are those of `average_pool`.

    Examples
    --------
    >>> AveragePool((2, 4))(np.ones((1, 4, 4))).shape
    (1, 2, 1)
    """

    count_include_pad: bool

    def __init__(
        self,
        pool_size: PerAxis,
        *,
        strides: PerAxis | None = None,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        ceil_mode: bool = False,
        count_include_pad: bool = False,
    ) -> None:
        super().__init__(pool_size, strides=strides, padding=padding, dilation_rate=dilation_rate, ceil_mode=ceil_mode)
        set_fields(self, count_include_pad=count_include_pad)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled maps."""
        return average_pool(x, self.pool_size, count_include_pad=self.count_include_pad, **self.placing)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: every cell of a window gets its share."""
        return average_pool_adjoint(
            gradient, x.shape, self.pool_size, count_include_pad=self.count_include_pad, **self.placing
        )

    def rounding(self, x: np.ndarray) -> np.ndarray | float:
        """Return how far two means of the same cells in another order may lie apart."""
        finite = np.abs(x[np.isfinite(x)])
        return 4 * float(np.finfo(x.dtype).eps) * float(finite.max(initial=0.0))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the mean of the cells under the window that count."""
        return traced_mean(self, place, x, self._counted_amounts(x.shape[1:]))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Share each gradient equally among the cells of its window that count."""
        axes = self.taps(x.shape[1:])
        positions = [taps.positions(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)]
        counted = counted_cells(x.shape[1:], positions, self._counted_amounts(x.shape[1:]))
        shares = [np.ones(mask.shape) / np.maximum(mask.sum(axis=1, keepdims=True), 1) for mask in counted]
        return (drawn(axes, part, shares),)

    def _counted_amounts(self, spatial: Shape) -> Amounts:
        """Return the padding that a mean counts, (before, after) per axis: never what `ceil_mode` adds."""
        if not self.count_include_pad:
            return ((0, 0),) * len(spatial)
        frame = self.frame(spatial)
        placing: dict[str, Any] = {"strides": frame.strides, "dilation_rate": frame.dilation_rate}
        return pad_amounts(spatial, frame.size, padding=self.padding, **placing)


def _per_any_axis(value: PerAxis, rank: int | None, name: str) -> int | tuple[int, ...]:
    return per_axis(value, 1, name)[0] if rank is None else per_axis(value, rank, name)
