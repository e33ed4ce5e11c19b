"""Layers that put every number to another place and change none."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.taps import AxisTaps, WholeTaps
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, cell_window, read


class RearrangingLayer(PlainLayer):
    """A layer that puts every number to another place.

    Attributes
    ----------
    kind : of its traces.
    """

    kind: ClassVar[str]

    @property
    def is_regular(self) -> bool:
        """False: each value of a map may come from another map."""
        return False

    def moved(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places; may be a view."""
        raise NotImplementedError

    def moved_back(self, y: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return numbers of the output in the places of the input that they come from; may be a view."""
        raise NotImplementedError

    def source(self, place: Place, input_shape: Shape) -> Place:
        """Return the place in the input from which the number in a place comes."""
        raise NotImplementedError

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places, a new array."""
        x = as_float(x)
        self.output_shape(x.shape)
        y = np.ascontiguousarray(self.moved(x))
        return y.copy() if np.shares_memory(x, y) else y

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: every number back in its place."""
        return np.ascontiguousarray(self.moved_back(gradient, x.shape))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value as it stands in its place of the input."""
        channel, *cell = (int(i) for i in self.source(place, x.shape))
        window = cell_window(cell)
        traced = chosen(self, place, self.kind, window, read(x, [channel], window))
        return replace(traced, channels=np.array([channel]))

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to all of the input."""
        gradient = np.zeros(self.output_shape(x.shape))
        gradient[part.places] = part.gradient
        return (Part((0,) * (x.ndim - 1), self.moved_back(gradient, x.shape)),)


@dataclass(frozen=True, init=False)
class Reshape(RearrangingLayer):
    """The same numbers in order, in another shape: ONNX's and PyTorch's reshape, with channels last Keras's Reshape.

    Attributes
    ----------
    shape : (channels, *spatial) of the output; one number may be −1, for as many as there are.
    channels_last : count cell by cell, all channels of a cell together, on both sides.

    Examples
    --------
    >>> Reshape((2, 2))(np.array([1.0, 2.0, 3.0, 4.0]))
    array([[1., 2.],
           [3., 4.]])
    >>> Reshape((2, -1), channels_last=True)(np.array([1.0, 2.0, 3.0, 4.0]))
    array([[1., 3.],
           [2., 4.]])
    """

    kind = "reshape"
    sees_all = True
    shape: tuple[int, ...]
    channels_last: bool

    def __init__(self, shape: Sequence[int], *, channels_last: bool = False) -> None:
        found = tuple(int(n) for n in shape)
        if not found or min(found) < -1 or 0 in found or found.count(-1) > 1:
            raise ValueError(f"shape must be numbers of 1 or more, one of them may be −1; got {found}")
        set_fields(self, shape=found, channels_last=bool(channels_last))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape; raise ValueError unless it holds as many numbers as the input."""
        count, known = math.prod(input_shape), math.prod(n for n in self.shape if n > 0)
        whole = tuple(count // known if n == -1 else n for n in self.shape)
        if math.prod(whole) != count:
            raise ValueError(f"shape {self.shape} does not hold the input's {count} numbers, {tuple(input_shape)}")
        return whole

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together, as places are lost."""
        return below.of_all(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return all cells for every output; raise ValueError if there are more or fewer axes than before."""
        if len(spatials[of]) != len(self.shape) - 1:
            return super().taps(*spatials, of=of)
        return tuple(WholeTaps(n, max(m, 1)) for n, m in zip(spatials[of], self.shape[1:], strict=True))

    def moved(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places; may be a view."""
        return self._between(x, self.output_shape(x.shape))

    def moved_back(self, y: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return numbers of the output in the places of the input that they come from; may be a view."""
        return self._between(y, input_shape)

    def source(self, place: Place, input_shape: Shape) -> Place:
        """Return the place in the input from which the number in a place comes."""
        flat = int(np.ravel_multi_index(self._last(place), self._last(self.output_shape(input_shape))))
        found = tuple(int(i) for i in np.unravel_index(flat, self._last(input_shape)))
        return (found[-1], *found[:-1]) if self.channels_last else found

    def _last(self, axes: tuple[int, ...]) -> tuple[int, ...]:
        """Return something for each axis, the channels last if that is how numbers are counted."""
        return (*axes[1:], axes[0]) if self.channels_last else tuple(axes)

    def _between(self, x: np.ndarray, shape: Shape) -> np.ndarray:
        if not self.channels_last:
            return x.reshape(shape)
        return np.moveaxis(np.moveaxis(x, 0, -1).reshape(self._last(shape)), -1, 0)


@dataclass(frozen=True, init=False)
class Permute(RearrangingLayer):
    """The axes in another order: ONNX's Transpose, PyTorch's permute, Keras's Permute.

    Attributes
    ----------
    dims : for each axis of the output, which axis of the input it is; 0 are the channels.

    Examples
    --------
    >>> Permute((0, 2, 1)).output_shape((3, 5, 7))
    (3, 7, 5)
    """

    kind = "permute"
    sees_all = True
    dims: tuple[int, ...]

    def __init__(self, dims: Sequence[int]) -> None:
        found = tuple(int(i) for i in dims)
        if not found or sorted(found) != list(range(len(found))):
            raise ValueError(f"dims must name each axis once, counted from 0; got {found}")
        set_fields(self, dims=found)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the sizes in their new order; raise ValueError for an input of another number of axes."""
        if len(input_shape) != len(self.dims):
            raise ValueError(f"x must have {len(self.dims)} axes, as dims has; got {tuple(input_shape)}")
        return tuple(input_shape[i] for i in self.dims)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together, as axes of places are exchanged."""
        return below.of_all(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return all cells for every output."""
        sizes = spatials[of]
        return tuple(WholeTaps(n, sizes[i - 1] if i else n) for n, i in zip(sizes, self.dims[1:], strict=True))

    def moved(self, x: np.ndarray) -> np.ndarray:
        """Return the numbers in their new places; a view."""
        return x.transpose(self.dims)

    def moved_back(self, y: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return numbers of the output in the places of the input that they come from; a view."""
        return y.transpose(np.argsort(self.dims))

    def source(self, place: Place, input_shape: Shape) -> Place:
        """Return the place in the input from which the number in a place comes."""
        return tuple(place[self.dims.index(axis)] for axis in range(len(self.dims)))
