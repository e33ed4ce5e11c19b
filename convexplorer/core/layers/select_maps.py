"""Some of the maps, in any order."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers.fields import check_output, set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at


@dataclass(frozen=True, init=False)
class SelectMaps(CellLayer):
    """Chosen channels of the input, each as often and in the order in which it is named.

    ONNX's Split, Slice and Gather along the channels, a channel shuffle, and PyTorch's `x[:, indices]`.

    Attributes
    ----------
    indices : of the channels, counted from 0.

    Examples
    --------
    >>> SelectMaps([2, 0])(np.array([[1.0], [2.0], [3.0]]))
    array([[3.],
           [1.]])
    """

    indices: tuple[int, ...]

    def __init__(self, indices: Sequence[int]) -> None:
        found = tuple(int(i) for i in indices)
        if not found or min(found) < 0:
            raise ValueError(f"indices must be 0 or more, at least one of them; got {found}")
        set_fields(self, indices=found)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the maps, a new array."""
        x = as_float(x)
        self.output_shape(x.shape)
        return x[list(self.indices)]

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (indices, *spatial); raise ValueError if the input does not have the maps."""
        largest = max(self.indices)
        if not input_shape or largest >= input_shape[0]:
            count = input_shape[0] if input_shape else 0
            raise ValueError(f"indices must be among the input's {count} maps, counted from 0; got {largest}")
        shape = (len(self.indices), *input_shape[1:])
        check_output(shape)
        return shape

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: 0 for maps that are not chosen."""
        y = np.zeros((len(x), *gradient.shape[1:]), gradient.dtype)
        np.add.at(y, list(self.indices), gradient)
        return y

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in the chosen map."""
        channel = self.indices[place[0]]
        window = window_at(self.taps(x.shape[1:]), place)
        traced = chosen(self, place, "select_maps", window, read(x, [channel], window))
        return replace(traced, channels=np.array([channel]))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x)),)
