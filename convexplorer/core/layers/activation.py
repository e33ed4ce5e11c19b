"""Activations as layers: functions of each value, or of all channels in a place."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps, cell_taps
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.tracing.part import Part, through
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, column, read, window_at
from convexplorer.core.operators.activation_gradients import activation_gradient
from convexplorer.core.operators.activations import describe


@dataclass(frozen=True, eq=False, init=False)
class Activation(Layer):
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
    def activation(self) -> "Activation":  # type: ignore[override]  # computed, as a field would refer to its own value
        """The layer itself."""
        return self

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

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to what was activated."""
        return activation_gradient(gradient, x, self.name, **self.parameters)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return windows of one cell."""
        return cell_taps(spatials[of])

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the activated value, with those of all channels where they belong together."""
        window = window_at(self.taps(x.shape[1:]), place)
        if not self.is_over_channels:
            return chosen(self, place, "activation", window, read(x, place[:1], window))
        values = read(x, range(len(x)), window)
        traced = chosen(self, place, "activation", window, values[place[0] : place[0] + 1])
        counted, numbers = np.ones(values.shape, bool), values.reshape(-1)
        return replace(
            traced, channels=np.arange(len(x)), values=values, counted=counted, sums=numbers, running=numbers.copy()
        )

    def before_activation(
        self,
        traced: Trace,
        x: np.ndarray,
        linear: np.ndarray | None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the input's values in a place, and the same in float64."""
        before = column(x, traced.place)
        return before, before.astype(np.float64)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (through(self, x, part),)


LINEAR = Activation("linear")


def as_activation(activation: str | Activation) -> Activation:
    """Return an activation, with its defaults if only the name is given."""
    return activation if isinstance(activation, Activation) else Activation(activation)
