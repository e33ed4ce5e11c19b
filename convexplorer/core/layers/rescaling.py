"""Rescaling as a layer: one factor and one offset for all values."""

import math

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, read, window_at


@dataclass(frozen=True, init=False)
class Rescaling(CellLayer):
    """Every value times `scale`, plus `offset`; both are finite. `scale=1 / 255` maps 8-bit levels to 0…1.

    Examples
    --------
    >>> Rescaling(2, offset=-1)(np.array([[0.0, 0.5, 1.0]]))
    array([[-1.,  0.,  1.]])
    """

    scale: float
    offset: float

    def __init__(self, scale: float = 1.0, *, offset: float = 0.0) -> None:
        for name, value in (("scale", scale), ("offset", offset)):
            if not math.isfinite(value):
                raise ValueError(f"{name} must be finite; got {value}")
        set_fields(self, scale=float(scale), offset=float(offset))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the rescaled values, in a new array."""
        x = as_float(x)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            y: np.ndarray = x * x.dtype.type(self.scale)
            y += x.dtype.type(self.offset)
        return y

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the input."""
        return tuple(input_shape)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per value."""
        return math.prod(input_shape)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: that of the output times `scale`."""
        y: np.ndarray = gradient * gradient.dtype.type(self.scale)
        return y

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...]:
        """Return for each map the largest |value · scale| + |offset|; 0 where that is not finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            largest = np.abs(x).max(axis=tuple(range(1, x.ndim))).astype(np.float64)
            sums = largest * abs(self.scale) + abs(self.offset)
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value times `scale`, plus `offset`."""
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, place[:1], window)
        weights = np.full(values.shape, self.scale)
        return weighted(self, place, "rescaling", window, place[:1], values, weights, bias=self.offset)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x)),)
