"""What layers share that end in no activation, and the layer that does nothing."""

from typing import ClassVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps, cell_taps
from convexplorer.core.layers.activation import LINEAR, Activation
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at


class PlainLayer(Layer):
    """A layer without activation."""

    activation: Activation = LINEAR


class CellLayer(PlainLayer):
    """A layer without activation whose outputs each read one cell: the one in their place."""

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return windows of one cell, the same on every input."""
        return cell_taps(spatials[of])


class JoiningLayer(CellLayer):
    """A layer without activation and weights that takes several inputs, one after the other."""

    input_count: ClassVar[int | None] = None

    def multiply_adds(self, *input_shapes: Shape) -> int:
        """Return 0: there are no weights."""
        return 0

    def magnitudes(self, *xs: np.ndarray) -> tuple[float, ...] | None:
        """Return None: nothing is summed."""
        return None


@dataclass(frozen=True)
class Identity(CellLayer):
    """Passes its input on, the array itself: a layer that is switched off."""

    is_identity = True

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return `x`."""
        return x

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return `gradient`, the array itself."""
        return gradient

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in the input."""
        window = window_at(self.taps(x.shape[1:]), place)
        return chosen(self, place, "identity", window, read(x, place[:1], window))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the part itself."""
        return (part,)
