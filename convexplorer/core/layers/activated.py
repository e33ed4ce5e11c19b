"""What layers share that compute sums, add a bias and activate the result."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.geometry.known import largest_size
from convexplorer.core.layers.activation import Activation
from convexplorer.core.layers.layer import Earlier, Layer, Shape
from convexplorer.core.layers.reuse import adds_alike
from convexplorer.core.layers.tracing.part import Part, through
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import column


class ActivatedLayer(Layer):
    """What layers share that compute sums, add a bias and activate the result.

    A layer of this kind has the fields `bias` and `activation`, and the methods `linear`, `linear_shape`,
    `adjoint`, `back_linear` and `weight_sums`.
    """

    is_summing = True

    bias: np.ndarray | None
    activation: Activation

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the maps after activation."""
        return self.activate(self.linear(x))

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        raise NotImplementedError

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the maps before activation; raise ValueError if the layer cannot take such an input."""
        raise NotImplementedError

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        raise NotImplementedError

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each map, float64."""
        raise NotImplementedError

    def activate(self, linear: np.ndarray) -> np.ndarray:
        """Return the activated maps; `linear` itself, not a copy, if the activation is linear."""
        return linear if self.activation.is_linear else self.activation(linear)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the activated maps; raise ValueError if the layer cannot take such an input."""
        return self.activation.output_shape(self.linear_shape(input_shape))

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input, back through activation and sums."""
        if not self.activation.is_linear:
            gradient = self.activation.input_gradient(gradient, self.linear(x) if linear is None else linear)
        return self.adjoint(gradient, x.shape)

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...]:
        """Return for each filter how large the absolute terms of a sum can become together, bias included.

        Rounding is in proportion to this, not to the sums. 0 where input or weights are not finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            sums = self.weight_sums() * largest_size(x) + (0.0 if self.bias is None else np.abs(self.bias))
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    @property
    def filters(self) -> int:
        """Number of maps before activation."""
        return len(self.weight_sums())

    @property
    def terms(self) -> int:
        """Number of products that one output sums, plus the bias and the activation after them."""
        raise NotImplementedError

    def rounding(self, x: np.ndarray) -> np.ndarray | float:
        """Return how far two sums of the same terms in another order may lie apart, (filters, 1, …)."""
        step = float(np.finfo(x.dtype).eps)
        rounding: np.ndarray = step * self.terms * np.array(self.magnitudes(x))
        return rounding.reshape((-1,) + (1,) * (x.ndim - 1))

    def run(self, xs: Sequence[np.ndarray], earlier: Earlier | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the maps before and after activation; the sums of `earlier` if only the activation is another one."""
        (x,) = xs
        if earlier is None or not adds_alike(self, earlier.layer):
            linear = self.linear(x)
            return linear, self.activate(linear)
        is_activated_alike = earlier.layer.activation == self.activation
        return earlier.linear, earlier.maps if is_activated_alike else self.activate(earlier.linear)

    def bias_of(self, index: int) -> float:
        """Return what is added to the sums of a map, 0 without bias."""
        return 0.0 if self.bias is None else float(self.bias[index])

    def before_activation(
        self, traced: Trace, x: np.ndarray, linear: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums of all filters in a place, and the same in float64."""
        computed, exact = self.sums_at(traced, x)
        return computed if linear is None else column(linear, traced.place), exact

    def sums_at(self, traced: Trace, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums of all filters in the place of a trace, in the precision of `x` and in float64."""
        # Traces leave an activation over the channels out: their values are those before it.
        others = [self.trace((channel, *traced.place[1:]), x) for channel in range(self.filters)]
        return np.array([other.linear for other in others], x.dtype), np.array([other.reference for other in others])

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input, back through activation and sums."""
        if not self.activation.is_linear:
            part = through(self.activation, self.linear(x) if linear is None else linear, part)
        return (self.back_linear(part, x),)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        raise NotImplementedError


def sums_of_one_window(
    kernel: np.ndarray, bias: np.ndarray | None, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums of filters that all read the same values, in their precision and in float64.

    Parameters
    ----------
    kernel : (filters, channels, *size)
    values : (channels, *size)
    """
    x, weights = values.reshape(-1), kernel.reshape(len(kernel), -1).astype(values.dtype)
    offsets = np.zeros(1, x.dtype) if bias is None else bias.astype(x.dtype)
    return weights @ x + offsets, weights.astype(np.float64) @ x.astype(np.float64) + offsets
