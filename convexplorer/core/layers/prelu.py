"""A ReLU whose slope on the negative side is learned, one for each channel."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers.channels import along_channels, check_channels, vector
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at


@dataclass(frozen=True, eq=False, init=False)
class PRelu(CellLayer):
    """Values as they are, negative ones times the slope of their channel.

    PyTorch's `PReLU(channels)`, ONNX's PRelu with a slope of shape (channels, 1, …) (before operator set 7 also
    (channels,)), and Keras's PReLU with `shared_axes` over all spatial axes.

    Attributes
    ----------
    slope : (channels,), read-only.

    Examples
    --------
    >>> PRelu([0.5, -1])(np.array([[-2.0, 3.0], [-2.0, 3.0]]))
    array([[-1.,  3.],
           [ 2.,  3.]])
    """

    slope: np.ndarray

    def __init__(self, slope: ArrayLike) -> None:
        set_fields(self, slope=vector(slope, "slope"))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the maps, a new array."""
        x = as_float(x)
        check_channels(x.shape, self.slope, "slope")
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            y: np.ndarray = np.where(x < 0, x * along_channels(self.slope, x), x)
        return y

    @property
    def parameter_count(self) -> int:
        """One slope for each channel."""
        return self.slope.size

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; raise ValueError if it has another number of channels."""
        check_channels(input_shape, self.slope, "slope")
        return input_shape

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per value."""
        return math.prod(self.output_shape(input_shape))

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input; at 0 that of the right side."""
        slope = along_channels(self.slope, x).astype(gradient.dtype)
        y: np.ndarray = np.where(x < 0, gradient * slope, gradient)
        return y

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value, and what the slope makes of it where it is negative."""
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, place[:1], window)
        slope, number = self.slope[place[0]], values.reshape(-1)[0]
        factor = slope if number < 0 else 1
        value, exact = float(number * values.dtype.type(factor)), float(number) * float(factor)
        return replace(chosen(self, place, "prelu", window, values), linear=value, value=value, reference=exact)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x[part.places])),)
