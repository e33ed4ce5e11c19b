"""Separable convolution as a layer: a depthwise convolution, and a mixing of its maps."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.gradients import conv_adjoint
from convexplorer.core.convolution.separable import (
    check_depthwise_shapes,
    check_pointwise_shape,
    separable_conv,
)
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.activation import Activation, as_activation
from convexplorer.core.layers.conv import Conv, one_filter
from convexplorer.core.layers.depthwise import DepthwiseConv
from convexplorer.core.layers.fields import checked_bias, read_only, set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.tracing.part import Part, mixed
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, cell_window


@dataclass(frozen=True, eq=False, init=False)
class SeparableConv(ActivatedLayer):
    """Filters for each channel alone, then a mixing of their maps; the arguments are those of `separable_conv`.

    Attributes
    ----------
    depthwise : the first step, without bias and activation.
    pointwise_kernel : (filters, channels * multiplier, 1, …), read-only.
    bias : (filters,), read-only, or None.

    Examples
    --------
    >>> layer = SeparableConv(np.ones((32, 1, 3, 3)), np.ones((64, 32, 1, 1)), padding="same")
    >>> layer.output_shape((32, 56, 56)), layer.parameter_count
    ((64, 56, 56), 2336)
    """

    depthwise: DepthwiseConv
    pointwise_kernel: np.ndarray
    bias: np.ndarray | None
    activation: Activation

    def __init__(
        self,
        depthwise_kernel: ArrayLike,
        pointwise_kernel: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: PerAxis = 1,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        border: str = "zeros",
        activation: str | Activation = "linear",
    ) -> None:
        planes = read_only(depthwise_kernel, "depthwise_kernel")
        check_depthwise_shapes(None, planes.shape, "depthwise_kernel")
        weights = read_only(pointwise_kernel, "pointwise_kernel")
        check_pointwise_shape(planes.shape, weights.shape)
        set_fields(
            self,
            depthwise=DepthwiseConv(
                planes, strides=strides, padding=padding, dilation_rate=dilation_rate, border=border
            ),
            pointwise_kernel=weights,
            bias=checked_bias(bias, len(weights)),
            activation=as_activation(activation),
        )

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        return separable_conv(x, self.depthwise.kernel, self.pointwise_kernel, self.bias, **self.depthwise.placing)

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        between = conv_adjoint(gradient, self.pointwise_kernel, self.depthwise.output_shape(input_shape))
        return self.depthwise.adjoint(between, input_shape)

    def inner_cells(self, *input_shapes: Shape) -> int:
        """Return how many cells the maps of the depthwise step have."""
        return math.prod(self.depthwise.output_shape(*input_shapes))

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute products of weights of each filter, float64."""
        mixing = np.abs(self.pointwise_kernel).reshape(len(self.pointwise_kernel), -1)
        sums: np.ndarray = mixing.astype(np.float64) @ self.depthwise.weight_sums()
        return sums

    @property
    def parameter_count(self) -> int:
        """Weights of both steps and biases."""
        return (
            self.depthwise.parameter_count + self.pointwise_kernel.size + (0 if self.bias is None else self.bias.size)
        )

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return self.depthwise.rank

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per weight and place, of both steps."""
        places = math.prod(self.depthwise.output_shape(input_shape)[1:])
        return self.depthwise.multiply_adds(input_shape) + self.pointwise_kernel.size * places

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (filters, *output); raise ValueError if the layer cannot take such an input."""
        return (len(self.pointwise_kernel), *self.depthwise.output_shape(input_shape)[1:])

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return self.depthwise.field(below, spatial)

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return self.depthwise.frame(spatial)

    def windows(self, spatial: Shape) -> WindowFrame | None:
        """Return the windows over an input of these sizes."""
        return self.depthwise.frame(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the input cells that each output reads, axis by axis."""
        return self.depthwise.taps(*spatials, of=of)

    def padded_as(self, padding: Amounts) -> "SeparableConv":
        """Return the same layer with another padding, (before, after) per axis."""
        first = self.depthwise
        placing = {**first.placing, "padding": padding}
        return SeparableConv(first.kernel, self.pointwise_kernel, self.bias, activation=self.activation, **placing)

    def surrounded(self, x: np.ndarray, amounts: Amounts) -> np.ndarray:
        """Return `x` with its border."""
        return self.depthwise.surrounded(x, amounts)

    def alone(self, channel: int) -> tuple[Conv, range]:
        """Return both steps of one map as one convolution, and the channels: all."""
        first = self.depthwise.kernel
        mixing = self.pointwise_kernel[channel].reshape(first.shape[:2])
        planes = np.einsum("cm,cm...->c...", mixing, first)[np.newaxis]
        one = one_filter(self.depthwise, planes, 0)
        activation = one.activation if self.activation.is_over_channels else self.activation
        bias = None if self.bias is None else self.bias[channel : channel + 1]
        return replace(one, bias=bias, activation=activation), range(len(first))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the mixing of the depthwise values, and the traces of these."""
        maps = self.pointwise_kernel.shape[1]
        stages = tuple(self.depthwise.trace((i, *place[1:]), x) for i in range(maps))
        ones = (1,) * (x.ndim - 1)
        traced = weighted(
            self,
            place,
            "separable",
            cell_window(place[1:]),
            range(maps),
            np.array([stage.value for stage in stages], x.dtype).reshape(-1, *ones),
            self.pointwise_kernel[place[0]],
            bias=self.bias_of(place[0]),
            exact=np.array([stage.reference for stage in stages]).reshape(-1, *ones),
        )
        return replace(traced, stages=stages)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        mixing = self.pointwise_kernel.reshape(self.pointwise_kernel.shape[:2])
        return self.depthwise.back_linear(mixed(mixing, part), x)

    def kernel_plane(self, filter_index: int, channel: int) -> np.ndarray:
        """Return the weights (*size) between a channel and a filter, both steps in one."""
        planes = self.depthwise.kernel[channel]
        first = channel * len(planes)
        mixing = self.pointwise_kernel[filter_index, first : first + len(planes)].reshape(-1)
        return np.tensordot(mixing, planes, axes=1)

    def parts(self, x: np.ndarray, index: int) -> np.ndarray:
        """Return what each channel adds to a map, (channels, *output)."""
        maps = self.depthwise(x)
        products = maps * self.pointwise_kernel[index].reshape(-1, *(1,) * (maps.ndim - 1))
        parts: np.ndarray = products.reshape(len(x), -1, *maps.shape[1:]).sum(axis=1)
        return parts

    @property
    def kernel_size(self) -> Shape:
        """Size of the depthwise kernel along each spatial axis."""
        return self.depthwise.kernel_size

    @property
    def terms(self) -> int:
        """Number of products that one output sums, plus the bias and the activation after them."""
        return self.depthwise.terms + int(self.pointwise_kernel.shape[1])
