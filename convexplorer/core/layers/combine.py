"""Two maps of one input combined into one: of a horizontal and a vertical detector, the edge or its direction."""

from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.merge import (
    Add,
    Average,
    Magnitude,
    Maximum,
    MergeLayer,
    Minimum,
    Multiply,
    Orientation,
    Subtract,
)
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place, read, window_at
from convexplorer.core.operators.merge import magnitude

#: What two maps can be combined to, by name; the names are Keras's where Keras has one.
OPERATIONS: dict[str, MergeLayer] = {
    "add": Add(),
    "subtract": Subtract(),
    "multiply": Multiply(),
    "average": Average(),
    "maximum": Maximum(),
    "minimum": Minimum(),
    "magnitude": Magnitude(),
    "orientation": Orientation(),
}


@dataclass(frozen=True, init=False)
class CombineMaps(CellLayer):
    """One map made of two maps of the input, cell by cell; or one of each two neighbours.

    Parameters
    ----------
    operation : key of `OPERATIONS`. "magnitude" is √(a² + b²), "orientation" the angle atan2(b, a) in −π…π.
    first, second : the maps a and b, counted from 0; the same map may be both.
    is_paired : True to combine maps 0 and 1, 2 and 3, and so on; a last one without a partner is left out, and `first`
        and `second` have no meaning.

    Examples
    --------
    >>> CombineMaps("magnitude")(np.array([[3.0, 0.0], [4.0, -2.0]]))
    array([[5., 2.]])
    >>> CombineMaps("subtract", is_paired=True).output_shape((6, 28, 28))
    (3, 28, 28)
    """

    operation: str
    first: int
    second: int
    is_paired: bool

    def __init__(
        self, operation: str = "magnitude", *, first: int = 0, second: int = 1, is_paired: bool = False
    ) -> None:
        if operation not in OPERATIONS:
            raise ValueError(f"operation must be one of {', '.join(OPERATIONS)}; got {operation!r}")
        for name, index in (("first", first), ("second", second)):
            if index < 0:
                raise ValueError(f"{name} must be ≥ 0; got {index}")
        set_fields(self, operation=operation, first=int(first), second=int(second), is_paired=bool(is_paired))

    @property
    def joined(self) -> MergeLayer:
        """The layer that joins both maps."""
        return OPERATIONS[self.operation]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the combined maps, a new array."""
        return self.joined(*self.operands(as_float(x)))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return one map, or one for each pair; raise ValueError if the input does not have the maps."""
        self._check(input_shape[0])
        return (input_shape[0] // 2 if self.is_paired else 1, *input_shape[1:])

    def operands(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the maps a and b of which each output is made, (outputs, *spatial); raise ValueError without them."""
        self._check(len(x))
        first, second = self._slices(len(x))
        return x[first], x[second]

    def strengths(self, x: np.ndarray) -> np.ndarray | None:
        """Return the length of the vector whose angle each value is; None unless the values are orientations."""
        return magnitude(*self.operands(x)) if self.operation == "orientation" else None

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: 0 for maps that are not combined."""
        y = np.zeros_like(x)
        slices = self._slices(len(x))
        for maps, share in zip(slices, self.joined.input_gradients(gradient, *self.operands(x)), strict=True):
            y[maps] += share
        return y

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        gradient = np.zeros((len(x), *part.gradient.shape[1:]))
        for maps, share in zip(self._slices(len(x)), self.joined.back(part, *self.operands(x)), strict=True):
            gradient[maps] += share.gradient
        return (Part(part.origin, gradient),)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the values of both maps in the place, and what is made of them."""
        channels = [2 * place[0], 2 * place[0] + 1] if self.is_paired else [self.first, self.second]
        window = window_at(self.taps(x.shape[1:]), place)
        traced = self.joined.traced(place, window, read(x, channels, window))
        return replace(traced, layer=self, channels=np.array(channels))

    def _slices(self, count: int) -> tuple[slice, slice]:
        if self.is_paired:
            return slice(0, count - 1, 2), slice(1, None, 2)
        return slice(self.first, self.first + 1), slice(self.second, self.second + 1)

    def _check(self, count: int) -> None:
        if self.is_paired and count < 2:
            raise ValueError(f"input must have two maps or more to combine them in pairs; got {count}")
        for name, index in (("first", self.first), ("second", self.second)):
            if not self.is_paired and index >= count:
                raise ValueError(f"{name} must be one of the input's maps, counted 0…{count - 1}; got {index}")
