"""Batch normalisation as a layer."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.fields import read_only, set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, column, read, window_at
from convexplorer.core.operators.normalization import EPSILON, batch_norm, batch_norm_scale_and_shift


@dataclass(frozen=True, eq=False, init=False)
class BatchNorm(CellLayer):
    """Each channel shifted and scaled; the arguments are those of `batch_norm`.

    Attributes
    ----------
    gamma, beta : (channels,), read-only, or None.
    mean, variance : (channels,), read-only.

    Examples
    --------
    >>> BatchNorm(None, None, [1], [4], epsilon=0)(np.array([[1.0, 5.0]]))
    array([[0., 2.]])
    """

    gamma: np.ndarray | None
    beta: np.ndarray | None
    mean: np.ndarray
    variance: np.ndarray
    epsilon: float

    def __init__(
        self,
        gamma: ArrayLike | None,
        beta: ArrayLike | None,
        mean: ArrayLike,
        variance: ArrayLike,
        *,
        epsilon: float = EPSILON,
    ) -> None:
        centers = read_only(mean, "mean")
        batch_norm_scale_and_shift(gamma, beta, centers, variance, epsilon, centers.size)
        set_fields(
            self,
            gamma=None if gamma is None else read_only(gamma, "gamma"),
            beta=None if beta is None else read_only(beta, "beta"),
            mean=centers,
            variance=read_only(variance, "variance"),
            epsilon=float(epsilon),
        )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the normalised maps."""
        return batch_norm(x, self.gamma, self.beta, self.mean, self.variance, epsilon=self.epsilon)

    @property
    def parameter_count(self) -> int:
        """Scale and shift; Keras's summary adds mean and variance, which are measured, not learned."""
        return sum(values.size for values in (self.gamma, self.beta) if values is not None)

    @property
    def measured_count(self) -> int:
        """Mean and variance of each channel."""
        return self.mean.size + self.variance.size

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per value."""
        return math.prod(self.output_shape(input_shape))

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; raise ValueError if it has another number of channels."""
        if not input_shape or input_shape[0] != len(self.mean):
            raise ValueError(f"x must have {len(self.mean)} channels, as the mean has; got {tuple(input_shape)}")
        return input_shape

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input."""
        scale, _ = self._scale_and_shift()
        y: np.ndarray = gradient * scale.astype(gradient.dtype).reshape(-1, *[1] * (x.ndim - 1))
        return y

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...]:
        """Return for each map how large the absolute terms can become together; 0 where they are not finite."""
        scale, shift = self._scale_and_shift()
        with np.errstate(over="ignore", invalid="ignore"):
            largest = np.abs(x).max(axis=tuple(range(1, x.ndim))).astype(np.float64)
            sums = np.abs(scale) * (largest + np.abs(self.mean)) + np.abs(shift)
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the value times the scale of its channel, plus what mean and shift add."""
        channel = place[0]
        scale, shift = self._scale_and_shift()
        mean = float(self.mean[channel])
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, place[:1], window)
        weights = scale[channel].reshape(values.shape)
        offset = shift[channel] - mean * scale[channel]
        traced = weighted(self, place, "batch_norm", window, place[:1], values, weights, bias=offset)
        # The layer takes off the mean first, which rounds less.
        linear = float(self(column(x, place))[channel])
        exact = float((np.float64(values.item()) - mean) * scale[channel] + shift[channel])
        return replace(traced, linear=linear, value=linear, reference=exact)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x)),)

    def _scale_and_shift(self) -> tuple[np.ndarray, np.ndarray]:
        return batch_norm_scale_and_shift(self.gamma, self.beta, self.mean, self.variance, self.epsilon, len(self.mean))
