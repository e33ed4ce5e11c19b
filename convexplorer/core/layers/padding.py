"""Zero padding and cropping as layers; amounts given as one number fit any number of axes."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.taps import WindowTaps
from convexplorer.core.geometry.windows import Padding
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, read, window_at
from convexplorer.core.operators.padding import crop, cropped_sizes, rim_amounts, zero_pad

Rim = int | Amounts


class RimLayer(PlainLayer):
    """A layer that adds or cuts off cells around its input and changes no value.

    Attributes
    ----------
    kind : of its traces.
    """

    kind: ClassVar[str]

    def amounts(self, rank: int) -> Amounts:
        """Return the cells added (before, after) each axis; less than 0 where they are cut off."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output)."""
        amounts = self.amounts(len(input_shape) - 1)
        sizes = (n + before + after for n, (before, after) in zip(input_shape[1:], amounts, strict=True))
        return (input_shape[0], *sizes)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return the receptive field of the outputs: moved, as the outputs are counted from another cell."""
        ones, zeros = (1,) * below.rank, (0,) * below.rank
        return below.through_steps(zeros, ones, [-before for before, _ in self.amounts(below.rank)])

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[WindowTaps, ...]:
        """Return windows of one cell, moved."""
        sizes = spatials[of]
        return tuple(
            WindowTaps(n, n + before + after, 1, 1, 1, before, after, "zeros")
            for n, (before, after) in zip(sizes, self.amounts(len(sizes)), strict=True)
        )

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in the input, or 0 in the padding."""
        window = window_at(self.taps(x.shape[1:]), place)
        return chosen(self, place, self.kind, window, read(x, place[:1], window))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the part at the cells that it comes from."""
        origin, places = [], []
        for axis, (n, (before, _)) in enumerate(zip(x.shape[1:], self.amounts(x.ndim - 1), strict=True)):
            first, stop = (i - before for i in part.interval(axis))
            start = min(max(first, 0), n)
            origin.append(start)
            places.append(slice(start - first, max(min(stop, n), start) - first))
        return (Part(tuple(origin), part.gradient[(slice(None), *places)]),)


@dataclass(frozen=True, init=False)
class ZeroPad(RimLayer):
    """Zeros around the maps; the argument is that of `zero_pad` and of Keras's ZeroPadding2D.

    Attributes
    ----------
    padding : number of zeros at every end of every axis, or a (before, after) pair per axis.

    Examples
    --------
    >>> ZeroPad(((1, 2), (0, 4))).output_shape((3, 10, 10))
    (3, 13, 14)
    """

    kind = "zero_pad"
    padding: Rim

    def __init__(self, padding: Padding = 1) -> None:
        set_fields(self, padding=normal_rim(padding, "padding"))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the padded maps."""
        return zero_pad(x, self.padding)

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        return None if isinstance(self.padding, int) else len(self.padding)

    def amounts(self, rank: int) -> Amounts:
        """Return the zeros added (before, after) each axis."""
        return rim_amounts(self.padding, rank, "padding")

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient without the rim."""
        return crop(gradient, self.padding)


@dataclass(frozen=True, init=False)
class Crop(RimLayer):
    """Maps without their rim; the argument is that of `crop` and of Keras's Cropping2D.

    Attributes
    ----------
    cropping : number of cells cut off at every end of every axis, or a (before, after) pair per axis.

    Examples
    --------
    >>> Crop(((1, 2), (0, 4))).output_shape((3, 10, 10))
    (3, 7, 6)
    """

    kind = "crop"
    cropping: Rim

    def __init__(self, cropping: Padding = 1) -> None:
        set_fields(self, cropping=normal_rim(cropping, "cropping"))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the cropped maps."""
        return crop(x, self.cropping)

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if the layer takes any."""
        return None if isinstance(self.cropping, int) else len(self.cropping)

    def amounts(self, rank: int) -> Amounts:
        """Return the cells cut off (before, after) each axis, as numbers less than 0."""
        return tuple((-before, -after) for before, after in rim_amounts(self.cropping, rank, "cropping"))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if nothing is left."""
        cropped_sizes(tuple(input_shape[1:]), rim_amounts(self.cropping, len(input_shape) - 1, "cropping"))
        return super().output_shape(input_shape)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with zeros where cells were cut off."""
        return zero_pad(gradient, self.cropping)


def normal_rim(amounts: Padding, name: str) -> Rim:
    """Return one number for any number of axes, or a (before, after) pair per axis."""
    if isinstance(amounts, Sequence) and not isinstance(amounts, str):
        return rim_amounts(amounts, len(amounts), name)
    return rim_amounts(amounts, 1, name)[0][0]
