"""Layers that join the maps of several others, number by number."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field, hull_of
from convexplorer.core.geometry.taps import AxisTaps, RepeatedTaps, cell_taps
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import JoiningLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen, weighted
from convexplorer.core.layers.tracing.window import Place, Window, cell_window, read
from convexplorer.core.operators import merge


class MergeLayer(JoiningLayer):
    """Maps of one shape, joined number by number; what has one cell or one channel is repeated along that axis.

    ONNX and PyTorch repeat so; Keras's merging layers do. A number for each channel, (channels, 1, 1), gates maps.

    Attributes
    ----------
    kind : of its traces.
    operator : the function of all inputs.
    """

    kind: ClassVar[str]
    operator: ClassVar[Callable[..., np.ndarray]]

    def __call__(self, *xs: np.ndarray) -> np.ndarray:
        """Return the joined maps, a new array."""
        return type(self).operator(*xs)

    def output_shape(self, *input_shapes: Shape) -> Shape:
        """Return the shape of all inputs; raise ValueError if they differ otherwise than by axes of 1."""
        return merge.joined_shape(input_shapes)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return windows of one cell, the only one where an input is repeated."""
        sizes = [max(along) for along in zip(*spatials, strict=True)]
        own = cell_taps(spatials[of])
        return tuple(taps if taps.n == m else RepeatedTaps(taps.n, m) for taps, m in zip(own, sizes, strict=True))

    def joint_field(self, belows: Sequence[Field], spatials: Sequence[Shape | None]) -> Field:
        """Return the receptive field of the outputs; they are places of the largest input."""
        known = [spatial for spatial in spatials if spatial is not None]
        largest = spatials.index(max(known, key=math.prod)) if known else 0
        order = [largest, *(i for i in range(len(belows)) if i != largest)]
        return hull_of([belows[i] for i in order], spatials[largest])

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return what each place of the maps changes by when each input does."""
        raise NotImplementedError

    def input_gradients(
        self, gradient: np.ndarray, *xs: np.ndarray, linear: np.ndarray | None = None
    ) -> tuple[np.ndarray, ...]:
        """Return the gradient with respect to each input."""
        slopes = self.slopes(np.broadcast_arrays(*xs))
        return tuple(summed_to(x.shape, gradient * slope).astype(x.dtype) for slope, x in zip(slopes, xs, strict=True))

    def back(self, part: Part, *xs: np.ndarray, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to each input; 0 wherever nothing depends on the maps."""
        read = [x[_places(part, x.shape)].astype(np.float64) for x in xs]
        slopes, is_needed = self.slopes(np.broadcast_arrays(*read)), part.gradient != 0
        shares = [np.where(is_needed, part.gradient * slope, 0.0) for slope in slopes]
        origins = [tuple(i * (n > 1) for i, n in zip(part.origin, x.shape[1:], strict=True)) for x in xs]
        return tuple(
            Part(origin, summed_to(one.shape, share)) for origin, one, share in zip(origins, read, shares, strict=True)
        )

    def trace(self, place: Place, *xs: np.ndarray) -> Trace:
        """Return the value of each input in the place, and what is made of them."""
        own = [tuple(min(i, n - 1) for i, n in zip(place, x.shape, strict=True)) for x in xs]
        window = cell_window(place[1:])
        values = np.concatenate([read(x, one[:1], cell_window(one[1:])) for x, one in zip(xs, own, strict=True)])
        traced = self.traced(place, window, values)
        channels = np.array([one[0] for one in own])
        return replace(traced, channels=channels, inputs=tuple(range(len(xs))))

    def traced(self, place: Place, window: Window, values: np.ndarray) -> Trace:
        """Return the trace of the values (inputs, *size) of all inputs."""
        numbers = values.reshape(-1)
        results, exact = self.running(numbers), self.running(numbers.astype(np.float64))
        value = float(results[-1])
        return replace(
            chosen(self, place, self.kind, window, values),
            sums=results[-1:].copy(),
            running=results,
            linear=value,
            value=value,
            reference=float(exact[-1]),
        )

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the result after each input, (inputs,)."""
        raise NotImplementedError


class SumLayer(MergeLayer):
    """Maps of one shape, each times a number of its own, added."""

    def factors(self, count: int) -> tuple[float, ...]:
        """Return what each of so many inputs is multiplied by."""
        return (1.0,) * count

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return what each place of the maps changes by when each input does."""
        return self.factors(len(xs))

    def magnitudes(self, *xs: np.ndarray) -> tuple[float, ...]:
        """Return a bound on Σ|factor · input| of each map; 0 where it is not finite."""
        axes = tuple(range(1, xs[0].ndim))
        with np.errstate(over="ignore", invalid="ignore"):
            largest = [np.abs(x).max(axis=axes).astype(np.float64) for x in xs]
            sums = sum(abs(factor) * one for factor, one in zip(self.factors(len(xs)), largest, strict=True))
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    def traced(self, place: Place, window: Window, values: np.ndarray) -> Trace:
        """Return the trace of the sum."""
        factors = np.array(self.factors(len(values))).reshape(-1, *(1,) * (values.ndim - 1))
        traced = weighted(self, place, self.kind, window, range(len(values)), values, factors)
        # The layer's own order of adding and dividing, and the same in float64.
        numbers = values.reshape(-1)
        value, exact = float(self(*numbers)), float(self(*numbers.astype(np.float64)))
        return replace(traced, linear=value, value=value, reference=exact)


@dataclass(frozen=True)
class Add(SumLayer):
    """The sum of its inputs.

    Examples
    --------
    >>> Add()(np.array([[1.0]]), np.array([[2.0]]))
    array([[3.]])
    """

    kind = "add"
    operator = merge.add


@dataclass(frozen=True)
class Subtract(SumLayer):
    """The first input minus the second."""

    input_count = 2
    kind = "subtract"
    operator = merge.subtract

    def factors(self, count: int) -> tuple[float, ...]:
        """Return 1 and −1."""
        return (1.0, -1.0)


@dataclass(frozen=True)
class Average(SumLayer):
    """The mean of its inputs."""

    kind = "average"
    operator = merge.average

    def factors(self, count: int) -> tuple[float, ...]:
        """Return 1 / count for each input."""
        return (1 / count,) * count


@dataclass(frozen=True)
class Multiply(MergeLayer):
    """The product of its inputs, number by number: one may open and close the other."""

    kind = "multiply"
    operator = merge.multiply

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return for each input the product of the others."""
        return [np.prod([x for j, x in enumerate(xs) if j != i], axis=0) for i in range(len(xs))]

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the product after each input, (inputs,)."""
        return np.cumprod(values)


@dataclass(frozen=True)
class Maximum(MergeLayer):
    """The largest of its inputs in each place; the gradient goes to the first of equals."""

    kind = "maximum"
    operator = merge.maximum

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return 1 where an input wins, else 0."""
        winner = np.argmax(xs, axis=0)
        return [(winner == i).astype(xs[0].dtype) for i in range(len(xs))]

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the largest value after each input, (inputs,)."""
        return np.maximum.accumulate(values)


@dataclass(frozen=True)
class Minimum(MergeLayer):
    """The smallest of its inputs in each place; the gradient goes to the first of equals."""

    kind = "minimum"
    operator = merge.minimum

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return 1 where an input wins, else 0."""
        winner = np.argmin(xs, axis=0)
        return [(winner == i).astype(xs[0].dtype) for i in range(len(xs))]

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the smallest value after each input, (inputs,)."""
        return np.minimum.accumulate(values)


def summed_to(shape: Shape, gradient: np.ndarray) -> np.ndarray:
    """Return a gradient added up along the axes that were repeated."""
    axes = tuple(i for i, (n, m) in enumerate(zip(shape, gradient.shape, strict=True)) if n < m)
    return gradient.sum(axis=axes, keepdims=True) if axes else gradient


def _places(part: Part, shape: Shape) -> tuple[slice, ...]:
    """Return the index of a part in an input, all of it along the axes that are repeated."""
    return tuple(one if n > 1 else slice(0, 1) for one, n in zip(part.places, shape, strict=True))


class VectorLayer(MergeLayer):
    """Two maps of one shape as the components of a vector in each place: its length, or its angle."""

    input_count = 2

    def running(self, values: np.ndarray) -> np.ndarray:
        """Return the result of the first component alone, then of both, (2,)."""
        first, second = values
        pairs = np.array([[first, 0], [first, second]], values.dtype).T
        return type(self).operator(*pairs)


@dataclass(frozen=True)
class Magnitude(VectorLayer):
    """The length √(a² + b²) of the vector of two inputs; its gradient at (0, 0) is 0."""

    kind = "magnitude"
    operator = merge.magnitude

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return each component of the direction."""
        return _direction(*xs)


@dataclass(frozen=True)
class Orientation(VectorLayer):
    """The angle atan2(b, a) of the vector of two inputs, in −π…π; its gradient at (0, 0) is 0."""

    kind = "orientation"
    operator = merge.orientation

    def slopes(self, xs: Sequence[np.ndarray]) -> Sequence[np.ndarray | float]:
        """Return by how much the angle turns as each component grows: −b / (a² + b²) and a / (a² + b²)."""
        length = merge.magnitude(*xs)
        across, down = _direction(*xs)
        return _quotient(-down, length), _quotient(across, length)


def _direction(across: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the components of the vector of length 1; (0, 0) where there is none."""
    length = merge.magnitude(across, down)
    return _quotient(across, length), _quotient(down, length)


def _quotient(x: np.ndarray, length: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        shares: np.ndarray = np.divide(x, length, out=np.zeros_like(x), where=length != 0)
    return shares
