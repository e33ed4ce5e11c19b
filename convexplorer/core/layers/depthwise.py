"""Depthwise convolution as a layer."""

import math

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.conv import plan_in_force
from convexplorer.core.convolution.gradients import depthwise_conv_adjoint
from convexplorer.core.convolution.plans import Plan
from convexplorer.core.convolution.separable import (
    as_grouped,
    check_depthwise_shapes,
    depthwise_conv,
)
from convexplorer.core.geometry.windows import Padding, PerAxis
from convexplorer.core.layers.activation import Activation
from convexplorer.core.layers.conv import Conv, one_filter
from convexplorer.core.layers.fields import checked_bias, read_only
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.tracing.part import Part, spread
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place


@dataclass(frozen=True, eq=False, init=False)
class DepthwiseConv(KernelLayer):
    """Filters for each channel alone; the arguments are those of `depthwise_conv`.

    Attributes
    ----------
    kernel : (channels, multiplier, *size), read-only; float64 is kept, all else becomes float32.
    bias : (channels * multiplier,), read-only, or None.
    strides, padding, dilation_rate, border : as in `Conv`

    Examples
    --------
    >>> DepthwiseConv(np.ones((3, 2, 5, 5)), padding="same").output_shape((3, 480, 640))
    (6, 480, 640)
    """

    def __init__(
        self,
        kernel: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: PerAxis = 1,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        border: str = "zeros",
        activation: str | Activation = "linear",
    ) -> None:
        weights = read_only(kernel, "kernel")
        check_depthwise_shapes(None, weights.shape)
        offsets = checked_bias(bias, weights.shape[0] * weights.shape[1])
        super().__init__(weights, offsets, strides, padding, dilation_rate, border, activation)

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        return depthwise_conv(x, self.kernel, self.bias, **self.placing)

    def plan_in_force(self, input_shape: Shape) -> Plan:
        """Return the algorithm that computes the layer on such an input here and now, with its weights."""
        return plan_in_force(input_shape, as_grouped(self.kernel), self.bias, groups=len(self.kernel), **self.placing)

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        return depthwise_conv_adjoint(gradient, self.kernel, input_shape, **self.placing)

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each map, float64."""
        axes = tuple(range(2, self.kernel.ndim))
        sums: np.ndarray = np.abs(self.kernel).sum(axis=axes, dtype=np.float64).reshape(-1)
        return sums

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (channels * multiplier, *output); raise ValueError if the layer cannot take such an input."""
        check_depthwise_shapes(input_shape, self.kernel.shape)
        return (self.kernel.shape[0] * self.kernel.shape[1], *self.frame(input_shape[1:]).output)

    def alone(self, channel: int) -> tuple[Conv, range]:
        """Return the filter that makes one map as a convolution, and the one channel that it reads."""
        kernel = as_grouped(self.kernel)[channel : channel + 1]
        read = channel // self.kernel.shape[1]
        return one_filter(self, kernel, channel), range(read, read + 1)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum over the window of one channel."""
        channel, index = divmod(place[0], self.kernel.shape[1])
        weights = self.kernel[channel, index : index + 1]
        return self.summed(place, x, "depthwise", range(channel, channel + 1), weights)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        return spread(self.frame(x.shape[1:]), as_grouped(self.kernel), len(self.kernel), part)

    def kernel_plane(self, filter_index: int, channel: int) -> np.ndarray:
        """Return the weights (*size) between a channel and a filter; zeros where the filter reads another channel."""
        owner, index = divmod(filter_index, self.kernel.shape[1])
        plane: np.ndarray = self.kernel[channel, index]
        return plane if owner == channel else np.zeros_like(plane)

    @property
    def terms(self) -> int:
        """Number of products that one output sums, plus the bias and the activation after them."""
        return math.prod(self.kernel.shape[2:]) + 2
