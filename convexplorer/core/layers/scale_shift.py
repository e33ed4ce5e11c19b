"""Each channel times a number of its own, plus another one."""

import math

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers.channels import along_channels, check_channels, vector
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, read, window_at


@dataclass(frozen=True, eq=False, init=False)
class ScaleShift(CellLayer):
    """Each channel times its scale, plus its shift: ONNX's Mul, Add, Sub and Div with a constant (channels, 1, …).

    Attributes
    ----------
    scale, shift : (channels,), read-only.

    Examples
    --------
    >>> ScaleShift([2, 1], [0, -1])(np.array([[1.0, 2.0], [1.0, 2.0]]))
    array([[2., 4.],
           [0., 1.]])
    """

    scale: np.ndarray
    shift: np.ndarray

    def __init__(self, scale: ArrayLike, shift: ArrayLike) -> None:
        factors, offsets = vector(scale, "scale"), vector(shift, "shift")
        check_channels(offsets.shape, factors, "scale")
        set_fields(self, scale=factors, shift=offsets)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the maps, a new array."""
        x = as_float(x)
        check_channels(x.shape, self.scale, "scale")
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            y: np.ndarray = x * along_channels(self.scale, x)
            y += along_channels(self.shift, x)
        return y

    @property
    def parameter_count(self) -> int:
        """Scale and shift of each channel."""
        return self.scale.size + self.shift.size

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; raise ValueError if it has another number of channels."""
        check_channels(input_shape, self.scale, "scale")
        return input_shape

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per value."""
        return math.prod(self.output_shape(input_shape))

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: that of the output times the scale."""
        y: np.ndarray = gradient * along_channels(self.scale, gradient)
        return y

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...]:
        """Return for each map the largest |value · scale| + |shift|; 0 where that is not finite."""
        with np.errstate(over="ignore", invalid="ignore"):
            largest = np.abs(x).max(axis=tuple(range(1, x.ndim))).astype(np.float64)
            sums = largest * np.abs(self.scale) + np.abs(self.shift)
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value times the scale of its channel, plus the shift."""
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, place[:1], window)
        weights = np.full(values.shape, self.scale[place[0]])
        bias = float(self.shift[place[0]])
        return weighted(self, place, "scale_shift", window, place[:1], values, weights, bias=bias)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x)),)
