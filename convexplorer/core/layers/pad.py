"""Padding with any border as a layer of its own."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts, check_amounts, check_border
from convexplorer.core.geometry.taps import WindowTaps
from convexplorer.core.geometry.windows import Padding, pad
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.padding import Rim, RimLayer, normal_rim
from convexplorer.core.layers.tracing.part import Part, drawn
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at
from convexplorer.core.operators.padding import rim_amounts


@dataclass(frozen=True, init=False)
class Pad(RimLayer):
    """Cells around the maps, filled by a border mode.

    ONNX's Pad: its mode "constant" is the border "zeros" with a `value`, the others are called as here. PyTorch's
    ZeroPad2d, ConstantPad2d, ReflectionPad2d, ReplicationPad2d ("edge") and CircularPad2d ("wrap"), and Keras's
    ZeroPadding2D.

    Attributes
    ----------
    padding : number of cells at every end of every axis, or a (before, after) pair per axis.
    border : key of `BORDERS`.
    value : of the cells that "zeros" adds.

    Examples
    --------
    >>> Pad(((1, 2),), border="edge")(np.array([[1.0, 2.0]]))
    array([[1., 1., 2., 2., 2.]])
    """

    kind = "pad"
    padding: Rim
    border: str
    value: float

    def __init__(self, padding: Padding = 1, *, border: str = "zeros", value: float = 0.0) -> None:
        check_border(border)
        if value and border != "zeros":
            raise ValueError(f'value must be 0 with border "{border}", which fills the cells; got {value:g}')
        set_fields(self, padding=normal_rim(padding, "padding"), border=border, value=float(value))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the padded maps."""
        self.output_shape(np.shape(x))
        return pad(x, self.amounts(np.ndim(x) - 1), self.border, self.value)

    @property
    def is_regular(self) -> bool:
        """False where what is added is a number of its own, which stands in no cell."""
        return not self.value

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        return None if isinstance(self.padding, int) else len(self.padding)

    def amounts(self, rank: int) -> Amounts:
        """Return the cells added (before, after) each axis."""
        return rim_amounts(self.padding, rank, "padding")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if the border mode cannot fill so many cells."""
        check_amounts(tuple(input_shape[1:]), self.amounts(len(input_shape) - 1), self.border)
        return super().output_shape(input_shape)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[WindowTaps, ...]:
        """Return windows of one cell, moved, that read by the border mode."""
        sizes = spatials[of]
        return tuple(
            WindowTaps(n, n + before + after, 1, 1, 1, before, after, self.border)
            for n, (before, after) in zip(sizes, self.amounts(len(sizes)), strict=True)
        )

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: that of repeated cells is added to their own."""
        part = self._folded(Part((0,) * (x.ndim - 1), gradient), x)
        y = np.zeros(x.shape, gradient.dtype)
        y[part.places] = part.gradient
        return y

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in the input, or what was added."""
        window = window_at(self.taps(x.shape[1:]), place)
        return chosen(self, place, self.kind, window, read(x, place[:1], window, outside=self.value))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the part at the cells that it comes from."""
        return (self._folded(part, x),)

    def _folded(self, part: Part, x: np.ndarray) -> Part:
        axes = self.taps(x.shape[1:])
        shares = [np.ones((part.gradient.shape[i + 1], 1)) for i in range(len(axes))]
        return drawn(axes, part, shares)
