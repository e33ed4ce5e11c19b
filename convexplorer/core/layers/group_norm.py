"""Normalisation by what a picture itself has: over groups of channels, or over the channels of a place."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.geometry.field import Field
from convexplorer.core.layers.channels import along_channels, check_channels, vector
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen, weighted
from convexplorer.core.layers.tracing.window import Place, column, read, window_at


@dataclass(frozen=True)
class Measured:
    """What a value was normalised by: of its group, or of its place."""

    mean: float
    variance: float


@dataclass(frozen=True, eq=False, init=False)
class _Measuring(CellLayer):
    """What both normalisations share.

    Attributes
    ----------
    gamma, beta : (channels,), read-only: factor and summand of each channel, last.
    epsilon : added to the variance.
    """

    gamma: np.ndarray
    beta: np.ndarray
    epsilon: float

    def __init__(self, gamma: ArrayLike, beta: ArrayLike, *, epsilon: float = 1e-3) -> None:
        factors, offsets = vector(gamma, "gamma"), vector(beta, "beta")
        check_channels(offsets.shape, factors, "gamma")
        if not (math.isfinite(epsilon) and epsilon >= 0):
            raise ValueError(f"epsilon must be finite and ≥ 0; got {epsilon}")
        set_fields(self, gamma=factors, beta=offsets, epsilon=float(epsilon))

    @property
    def parameter_count(self) -> int:
        """Factor and summand of each channel."""
        return self.gamma.size + self.beta.size

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the normalised maps, a new array."""
        x = as_float(x)
        self.output_shape(x.shape)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            mean, variance = self.measure(x)
            y: np.ndarray = (x - mean) / np.sqrt(variance + x.dtype.type(self.epsilon))
            y *= along_channels(self.gamma, x)
            y += along_channels(self.beta, x)
        return y

    def measure(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of all that is normalised together, so that they meet `x`."""
        raise NotImplementedError

    def means(self, x: np.ndarray) -> np.ndarray:
        """Return the mean over what is normalised together, so that it meets `x`."""
        raise NotImplementedError

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; raise ValueError if it has another number of channels."""
        check_channels(input_shape, self.gamma, "gamma")
        return input_shape

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per value."""
        return math.prod(self.output_shape(input_shape))

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input: mean and variance depend on it, too."""
        mean, variance = self.measure(x)
        deviation = np.sqrt(variance + self.epsilon)
        normal = (x - mean) / deviation
        given = gradient * along_channels(self.gamma, gradient)
        y: np.ndarray = (given - self.means(given) - normal * self.means(given * normal)) / deviation
        return y.astype(gradient.dtype, copy=False)


@dataclass(frozen=True, eq=False, init=False)
class GroupNorm(_Measuring):
    """Groups of channels, each normalised over all of its values by their own mean and variance.

    Keras's GroupNormalization (there epsilon is 1e-3) and PyTorch's and ONNX's GroupNorm (1e-5); with one channel a
    group InstanceNorm, with one group for all a layer normalisation over channels and places.

    Attributes
    ----------
    groups : so many parts of equally many channels.

    Examples
    --------
    >>> GroupNorm([1, 1], [0, 0], groups=2, epsilon=0)(np.array([[1.0, 3.0], [5.0, 9.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    groups: int
    sees_all = True

    def __init__(self, gamma: ArrayLike, beta: ArrayLike, *, groups: int = 1, epsilon: float = 1e-3) -> None:
        super().__init__(gamma, beta, epsilon=epsilon)
        if groups < 1 or self.gamma.size % groups:
            raise ValueError(f"groups must divide the number of channels, {self.gamma.size}; got {groups}")
        set_fields(self, groups=int(groups))

    def measure(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of each group, (channels, 1, …)."""
        parts = x.reshape(self.groups, -1)
        # In float64: over a whole picture float32 would lose digits.
        found = parts.mean(axis=1, dtype=np.float64), parts.var(axis=1, dtype=np.float64)
        mean, variance = (np.repeat(one, len(x) // self.groups).astype(x.dtype) for one in found)
        return along_channels(mean, x), along_channels(variance, x)

    def means(self, x: np.ndarray) -> np.ndarray:
        """Return the mean of each group, (channels, 1, …)."""
        means = x.reshape(self.groups, -1).mean(axis=1)
        return along_channels(np.repeat(means, len(x) // self.groups), x)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together: mean and variance depend on every cell."""
        return below.of_all(spatial)

    def measured_at(self, place: Place, x: np.ndarray) -> Measured:
        """Return mean and variance of the group of a place."""
        count = len(x) // self.groups
        first = place[0] // count * count
        values = x[first : first + count].astype(np.float64)
        return Measured(float(values.mean()), float(values.var()))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value times the scale that its group leaves, plus what mean and shift add."""
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, place[:1], window)
        known = self.measured_at(place, x)
        shift, number = float(self.beta[place[0]]), float(values.reshape(-1)[0])
        with np.errstate(all="ignore"):
            scale = float(self.gamma[place[0]] / np.sqrt(np.float64(known.variance + self.epsilon)))
            weights = np.full(values.shape, scale)
            bias = shift - known.mean * scale
            traced = weighted(self, place, "group_norm", window, place[:1], values, weights, bias=bias)
            exact = (number - known.mean) * scale + shift
            value = float(values.dtype.type(exact))
        return replace(traced, linear=value, value=value, reference=exact)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to all of the input."""
        gradient = np.zeros(x.shape)
        gradient[part.places] = part.gradient
        return (Part((0,) * (x.ndim - 1), self.input_gradient(gradient, x.astype(np.float64))),)


@dataclass(frozen=True, eq=False, init=False)
class LayerNorm(_Measuring):
    """The channels of each place, normalised by their own mean and variance.

    Keras's LayerNormalization with its axis of −1, the channels (epsilon 1e-3), and ONNX's along the channels.
    PyTorch's LayerNorm over channels and places is a `GroupNorm` with one group.

    Examples
    --------
    >>> LayerNorm([1, 1], [0, 0], epsilon=0)(np.array([[1.0, 5.0], [3.0, 9.0]]))
    array([[-1., -1.],
           [ 1.,  1.]])
    """

    @property
    def is_regular(self) -> bool:
        """False: what a value is multiplied by depends on its place."""
        return False

    def measure(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of each place, (1, *spatial)."""
        return x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)

    def means(self, x: np.ndarray) -> np.ndarray:
        """Return the mean of each place, (1, *spatial)."""
        means: np.ndarray = x.mean(axis=0, keepdims=True)
        return means

    def measured_at(self, place: Place, x: np.ndarray) -> Measured:
        """Return mean and variance of a place."""
        values = column(x, place).astype(np.float64)
        return Measured(float(values.mean()), float(values.var()))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the values of all channels in the place, and what is made of the one."""
        window = window_at(self.taps(x.shape[1:]), place)
        numbers = column(x, place)
        with np.errstate(all="ignore"):
            value, exact = (float(self(one)[place[0]]) for one in (numbers, numbers.astype(np.float64)))
        return replace(
            chosen(self, place, "layer_norm", window, read(x, range(len(x)), window)),
            channels=np.arange(len(x)),
            sums=numbers.copy(),
            running=numbers.copy(),
            linear=value,
            value=value,
            reference=exact,
        )

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x[part.places].astype(np.float64))),)
