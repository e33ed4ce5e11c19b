"""Convolution layers as frozen values: a bank of filters, and how it is applied. Calling one computes it.

Arguments are checked and brought into one form when a layer is made, so that a wrong one fails there.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.conv import contributions, conv, plan_in_force
from convexplorer.core.convolution.gradients import conv_adjoint
from convexplorer.core.convolution.plans import Plan, check_shapes, plan
from convexplorer.core.geometry.arrays import absolute_sums
from convexplorer.core.geometry.windows import Padding, PerAxis
from convexplorer.core.layers.activated import sums_of_one_window
from convexplorer.core.layers.activation import LINEAR, Activation
from convexplorer.core.layers.fields import checked_bias, read_only, set_fields
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Earlier, Shape
from convexplorer.core.layers.reuse import filter_keys, merged
from convexplorer.core.layers.tracing.part import Part, spread
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place


@dataclass(frozen=True, eq=False, init=False)
class Conv(KernelLayer):
    """A bank of filters with bias and activation; the arguments are those of `conv`.

    Attributes
    ----------
    kernel : (filters, channels // groups, *size), read-only; float64 is kept, all else becomes float32.
    bias : (filters,), read-only, or None.
    strides, dilation_rate : one number per spatial axis.
    padding : "valid", "same", "causal", or one (before, after) pair per axis.

    Examples
    --------
    >>> blur = Conv(np.full((1, 1, 3, 3), 1 / 9), padding="same")
    >>> blur.output_shape((1, 480, 640)), blur.parameter_count
    ((1, 480, 640), 9)
    """

    groups: int

    def __init__(
        self,
        kernel: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: PerAxis = 1,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        groups: int = 1,
        border: str = "zeros",
        activation: str | Activation = "linear",
    ) -> None:
        weights = read_only(kernel, "kernel")
        check_shapes(None, weights.shape, groups)
        super().__init__(weights, checked_bias(bias, len(weights)), strides, padding, dilation_rate, border, activation)
        set_fields(self, groups=groups)

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        return conv(x, self.kernel, self.bias, groups=self.groups, **self.placing)

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        return conv_adjoint(gradient, self.kernel, input_shape, groups=self.groups, **self.placing)

    def is_placed_as(self, other: "Conv") -> bool:
        """Whether both look at the same windows, so that on one input equal filters give equal maps."""
        return (self.placing, self.groups, self.kernel.shape[1:], self.kernel.dtype) == (
            other.placing,
            other.groups,
            other.kernel.shape[1:],
            other.kernel.dtype,
        )

    def pick(self, filters: Sequence[int]) -> "Conv | None":
        """Return the layer with some of its filters; None if they are in groups."""
        if self.groups > 1:
            return None
        chosen = list(filters)  # of a tuple NumPy would make one index
        return replace(self, kernel=self.kernel[chosen], bias=None if self.bias is None else self.bias[chosen])

    def reading(self, channel: int) -> "Conv | None":
        """Return the layer with only the weights of one input channel; None if its filters are in groups."""
        return None if self.groups > 1 else replace(self, kernel=self.kernel[:, channel : channel + 1])

    def alone(self, channel: int) -> "tuple[Conv, range]":
        """Return the filter that makes one map, and the channels of its group."""
        read = self._channels_of(channel)
        return one_filter(self, self.kernel[channel : channel + 1], channel), read

    def flipped(self) -> "Conv":
        """Return the layer with its kernel turned by 180°."""
        return replace(self, kernel=np.flip(self.kernel, axis=tuple(range(2, self.kernel.ndim))))

    def plan(self, input_shape: Shape) -> Plan:
        """Return the fixed plan for such an input."""
        return plan(input_shape, self.kernel.shape, groups=self.groups, **self.placing)

    def plan_in_force(self, input_shape: Shape) -> Plan:
        """Return the algorithm that computes the layer on such an input here and now, with its weights."""
        return plan_in_force(input_shape, self.kernel, self.bias, groups=self.groups, **self.placing)

    def run(self, xs: Sequence[np.ndarray], earlier: Earlier | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the maps before and after activation, computing only filters that `earlier` does not have.

        One of eight filters edited, on three channels, computing all → only this one: 3×3 3.1 → 1.5 ms at 480p and
        8.1 → 7.3 ms at 720p, 15×15 54 → 13 ms and 205 → 43 ms (median of 15, 2 cores with AVX-512, one BLAS thread).
        """
        (x,) = xs
        sources = self._sources(earlier)
        changed = [i for i, source in enumerate(sources) if source is None]
        if earlier is None or len(changed) == len(sources):
            # In groups no filter stands alone, but all sums may still hold.
            return super().run(xs, earlier if self.groups > 1 else None)
        part = self.pick(changed) if changed else None
        linear = merged(earlier.linear, sources, None if part is None else part.linear(x))
        is_activated_alike = earlier.layer.activation == self.activation
        if self.activation.is_linear or self.activation.is_over_channels or not is_activated_alike:
            return linear, self.activate(linear)
        return linear, merged(earlier.maps, sources, self.activate(linear[changed]) if changed else None)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum over the window and the channels of the filter's group."""
        return self.summed(place, x, "conv", self._channels_of(place[0]), self.kernel[place[0]])

    def sums_at(self, traced: Trace, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the sums of all filters in the place of a trace, in the precision of `x` and in float64."""
        if self.groups > 1:
            return super().sums_at(traced, x)
        return sums_of_one_window(self.kernel, self.bias, traced.values)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        return spread(self.frame(x.shape[1:]), self.kernel, self.groups, part)

    def kernel_plane(self, filter_index: int, channel: int) -> np.ndarray:
        """Return the weights (*size) between a channel and a filter; zeros where they are in different groups."""
        read = self._channels_of(filter_index)
        if channel in read:
            plane: np.ndarray = self.kernel[filter_index, channel - read.start]
            return plane
        return np.zeros_like(self.kernel[0, 0])

    def parts(self, x: np.ndarray, index: int) -> np.ndarray:
        """Return what each channel adds to a map, (channels, *output); 0 for channels of other groups."""
        read = self._channels_of(index)
        own = contributions(x[read.start : read.stop], self.kernel[index], **self.placing)
        if len(own) == len(x):
            return own
        parts = np.zeros((len(x), *own.shape[1:]), own.dtype)
        parts[read.start : read.stop] = own
        return parts

    @property
    def terms(self) -> int:
        """Number of products that one output sums, plus the bias and the activation after them."""
        return math.prod(self.kernel.shape[1:]) + 2

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each filter, float64."""
        return absolute_sums(self.kernel)

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (filters, *output); raise ValueError if the layer cannot take such an input."""
        check_shapes(input_shape, self.kernel.shape, self.groups)
        return (len(self.kernel), *self.frame(input_shape[1:]).output)

    def _channels_of(self, filter_index: int) -> range:
        """Return the input channels that a filter reads: those of its group."""
        filters, channels = self.kernel.shape[:2]
        first = filter_index // (filters // self.groups) * channels
        return range(first, first + channels)

    def _sources(self, earlier: Earlier | None) -> list[int | None]:
        """Return for each filter which earlier map is its own, None if there is none."""
        before = None if earlier is None else earlier.layer
        if not isinstance(before, Conv) or self.groups > 1 or not self.is_placed_as(before):
            return [None] * len(self.kernel)
        known = {key: i for i, key in enumerate(filter_keys(before.kernel, before.bias))}
        return [known.get(key) for key in filter_keys(self.kernel, self.bias)]


def one_filter(layer: KernelLayer, kernel: np.ndarray, channel: int) -> Conv:
    """Return the convolution that makes one map of a layer with these windows; `kernel` (1, channels, *size)."""
    # Of one map alone, an activation over the channels would be another function.
    activation = LINEAR if layer.activation.is_over_channels else layer.activation
    bias = None if layer.bias is None else layer.bias[channel : channel + 1]
    return Conv(kernel, bias, activation=activation, **layer.placing)
