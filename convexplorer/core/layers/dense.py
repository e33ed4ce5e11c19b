"""Flattening and dense layers."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import absolute_sums
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.taps import AxisTaps, cell_taps
from convexplorer.core.layers.activated import ActivatedLayer, sums_of_one_window
from convexplorer.core.layers.activation import Activation, as_activation
from convexplorer.core.layers.fields import checked_bias, read_only, set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part, mixed
from convexplorer.core.layers.tracing.trace import Trace, chosen, weighted
from convexplorer.core.layers.tracing.window import Place, cell_window, read, window_at
from convexplorer.core.operators.dense import check_dense_shapes, dense, flatten


@dataclass(frozen=True)
class Flatten(PlainLayer):
    """All values in a row, in one of two orders: see `flatten`.

    Examples
    --------
    >>> Flatten().output_shape((16, 5, 5))
    (400,)
    """

    channels_last: bool = False
    sees_all = True

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the values, a new array."""
        return flatten(x, channels_last=self.channels_last)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (values,)."""
        if len(input_shape) < 2:
            raise ValueError(f"x must have the shape (channels, *spatial); got {tuple(input_shape)}")
        return (math.prod(input_shape),)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together, as places are lost."""
        return below.of_all(spatial)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: every value back in its place."""
        if self.channels_last:
            return np.ascontiguousarray(np.moveaxis(gradient.reshape(*x.shape[1:], x.shape[0]), -1, 0))
        return gradient.reshape(x.shape)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in its place of the input."""
        if self.channels_last:
            *cell, channel = np.unravel_index(place[0], (*x.shape[1:], x.shape[0]))
        else:
            channel, *cell = np.unravel_index(place[0], x.shape)
        window = cell_window([int(i) for i in cell])
        traced = chosen(self, place, "flatten", window, read(x, [int(channel)], window))
        return replace(traced, channels=np.array([int(channel)]))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to all of the input."""
        return (Part((0,) * (x.ndim - 1), self.input_gradient(part.gradient, x).astype(np.float64)),)


@dataclass(frozen=True, eq=False, init=False)
class Dense(ActivatedLayer):
    """Weighted sums of all inputs, with bias and activation; the arguments are those of `dense`.

    Attributes
    ----------
    kernel : (units, inputs), read-only; float64 is kept, all else becomes float32.
    bias : (units,), read-only, or None.

    Examples
    --------
    >>> Dense(np.ones((10, 400)), np.zeros(10), activation="softmax").parameter_count
    4010
    """

    kernel: np.ndarray
    bias: np.ndarray | None
    activation: Activation

    def __init__(
        self, kernel: ArrayLike, bias: ArrayLike | None = None, *, activation: str | Activation = "linear"
    ) -> None:
        weights = read_only(kernel, "kernel")
        check_dense_shapes(None, weights.shape)
        set_fields(self, kernel=weights, bias=checked_bias(bias, len(weights)), activation=as_activation(activation))

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the sums before activation."""
        return dense(x, self.kernel, self.bias)

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the sums before activation being given."""
        return dense(gradient, self.kernel.T).reshape(input_shape)

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each unit, float64."""
        return absolute_sums(self.kernel)

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per weight, in every place."""
        check_dense_shapes(tuple(input_shape), self.kernel.shape)
        return self.kernel.size * math.prod(input_shape[1:])

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (units, *spatial); raise ValueError if the layer cannot take such an input."""
        check_dense_shapes(tuple(input_shape), self.kernel.shape)
        return (len(self.kernel), *input_shape[1:])

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return `below`: places stay apart, and flattened values see everything already."""
        return below

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return windows of one cell."""
        return cell_taps(spatials[of])

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum over all inputs in a place."""
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, range(len(x)), window)
        weights = self.kernel[place[0]].reshape(values.shape)
        return weighted(self, place, "dense", window, range(len(x)), values, weights, bias=self.bias_of(place[0]))

    def sums_at(self, traced: Trace, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums of all units in the place of a trace, in the precision of its values and in float64."""
        return sums_of_one_window(self.kernel, self.bias, traced.values)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Return the gradient with respect to the input, that of the sums before activation being given."""
        return mixed(self.kernel, part)

    def parts(self, x: np.ndarray, index: int) -> np.ndarray:
        """Return what each input adds to a unit, in the shape of the input."""
        parts: np.ndarray = x * self.kernel[index].astype(x.dtype).reshape(-1, *(1,) * (x.ndim - 1))
        return parts

    @property
    def terms(self) -> int:
        """Number of products that one output sums, plus the bias and the activation after them."""
        return int(self.kernel.shape[1]) + 2
