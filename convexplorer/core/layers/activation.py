"""Activations as layers, and what layers share that end in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.layers.layer import PlainLayer, Shape, set_fields
from convexplorer.core.operators.activation_gradients import activation_gradient
from convexplorer.core.operators.activations import describe


@dataclass(frozen=True, eq=False, init=False)
class Activation(PlainLayer):
    """An activation with its parameters, defaults filled in; equal and hashable by value.

    Examples
    --------
    >>> Activation("leaky_relu") == Activation("leaky_relu", {"negative_slope": 0.2})
    True
    """

    name: str
    parameters: Mapping[str, float]

    def __init__(self, name: str, parameters: Mapping[str, float] | None = None) -> None:
        set_fields(self, name=name, parameters=MappingProxyType(describe(name).complete(parameters or {})))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the activated values, a new array."""
        return describe(self.name).function(x, **self.parameters)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activation):
            return NotImplemented
        return (self.name, self.parameters) == (other.name, other.parameters)

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.parameters.items())))

    @property
    def is_linear(self) -> bool:
        """Whether values stay as they are."""
        return self.name == "linear"

    @property
    def is_over_channels(self) -> bool:
        """Whether a value also depends on the other channels in its place."""
        return describe(self.name).is_over_channels

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; GLU halves the channels."""
        if self.name != "glu":
            return input_shape
        if input_shape[0] % 2:
            raise ValueError(f"x must have an even number of channels for glu; got {input_shape[0]}")
        return (input_shape[0] // 2, *input_shape[1:])

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return the gradient with respect to what was activated."""
        return activation_gradient(gradient, x, self.name, **self.parameters)


class ActivatedLayer:
    """What layers share that compute sums, add a bias and activate the result.

    A layer of this kind has the fields `bias` and `activation`, and the methods `linear`, `linear_shape`,
    `adjoint` and `weight_sums`.
    """

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
            largest = max(cv2.norm(maps.reshape(1, -1), cv2.NORM_INF) for maps in x)
            sums = self.weight_sums() * largest + (0.0 if self.bias is None else np.abs(self.bias))
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())


@dataclass(frozen=True)
class Identity(PlainLayer):
    """Passes its input on, the array itself: a layer that is switched off."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return `x`."""
        return x

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return `gradient`, the array itself."""
        return gradient


def as_activation(activation: str | Activation) -> Activation:
    """Return an activation, with its defaults if only the name is given."""
    return activation if isinstance(activation, Activation) else Activation(activation)
