"""Pooling over all of a channel as layers."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.geometry.windows import window_frame
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.pooled import traced_maximum, traced_mean
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place
from convexplorer.core.operators.pool import global_average_pool, global_max_pool
from convexplorer.core.operators.pool_gradients import average_pool_adjoint, max_pool_gradient


@dataclass(frozen=True)
class _GlobalPool(PlainLayer):
    """What both global pools share.

    Attributes
    ----------
    keepdims : keep the spatial axes with size 1.
    """

    keepdims: bool = False
    sees_all = True

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels,) or (channels, 1, …)."""
        if len(input_shape) < 2:
            raise ValueError(f"x must have the shape (channels, *spatial); got {tuple(input_shape)}")
        return (input_shape[0], *([1] * (len(input_shape) - 1) if self.keepdims else []))

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together."""
        return below.of_all(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return one window over all of the input."""
        return window_taps(window_frame(spatials[of], spatials[of]))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to all of the input."""
        return (Part((0,) * (x.ndim - 1), self.input_gradient(part.gradient, x).astype(np.float64)),)


@dataclass(frozen=True)
class GlobalMaxPool(_GlobalPool):
    """The largest value of each channel.

    Examples
    --------
    >>> GlobalMaxPool()(np.array([[1.0, 5.0], [2.0, -1.0]]))
    array([5., 2.])
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled values."""
        return global_max_pool(x, keepdims=self.keepdims)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: it goes to the first largest value of each channel."""
        return max_pool_gradient(gradient.reshape(-1, *[1] * (x.ndim - 1)), x, x.shape[1:])

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the values of the channel, and which of them is the largest."""
        return traced_maximum(self, place, x)


@dataclass(frozen=True)
class GlobalAveragePool(_GlobalPool):
    """The mean of each channel.

    Examples
    --------
    >>> GlobalAveragePool().output_shape((64, 7, 7))
    (64,)
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled values."""
        return global_average_pool(x, keepdims=self.keepdims)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: every cell gets its share."""
        return average_pool_adjoint(gradient.reshape(-1, *[1] * (x.ndim - 1)), x.shape, x.shape[1:])

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the mean of the channel."""
        return traced_mean(self, place, x, ((0, 0),) * (x.ndim - 1))
