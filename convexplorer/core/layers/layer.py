"""What every layer can do, what plain ones share, and how a frozen layer is made."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.field import Field

Shape = tuple[int, ...]


class Layer(Protocol):
    """What every layer can do, on maps of shape (channels, *spatial) or values of shape (channels,)."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the layer's maps."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the maps without computing; raise ValueError if the layer cannot take the input."""

    @property
    def parameter_count(self) -> int:
        """How many numbers could be learned."""

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return how many products with the layer's own numbers the definition asks for."""

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image, if the inputs see `below`; `spatial` is None if not known."""

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input.

        Parameters
        ----------
        gradient : with respect to the output.
        x : the input.
        linear : the maps before activation, if there is one and they are at hand.
        """

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...] | None:
        """Return for each map how large the terms of a sum can become together; None if nothing is summed."""


class PlainLayer:
    """What layers share that learn nothing and keep the place of every value."""

    @property
    def parameter_count(self) -> int:
        """Nothing is learned: 0."""
        return 0

    def multiply_adds(self, input_shape: Shape) -> int:  # noqa: ARG002
        """Nothing is multiplied with numbers of the layer: 0."""
        return 0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def field(self, below: Field, spatial: Shape | None) -> Field:  # noqa: ARG002
        """Return `below`: an output sees what its input sees."""
        return below

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...] | None:  # noqa: ARG002
        """Nothing is summed: None."""
        return None


def set_fields(layer: object, **fields: object) -> None:
    """Set fields of a frozen layer while it is made."""
    for name, value in fields.items():
        object.__setattr__(layer, name, value)


def read_only(values: ArrayLike, name: str) -> np.ndarray:
    """Return a read-only copy of numbers; float64 is kept, all else becomes float32."""
    array = as_float(values, name).copy()
    array.setflags(write=False)
    return array


def checked_bias(bias: ArrayLike | None, filters: int) -> np.ndarray | None:
    """Return a read-only copy of a bias; raise ValueError if it is not one number a filter."""
    offsets = None if bias is None else read_only(bias, "bias")
    if offsets is not None and offsets.shape != (filters,):
        raise ValueError(f"bias must have the shape ({filters},), one number a filter; got {offsets.shape}")
    return offsets
