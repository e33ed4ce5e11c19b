"""Depthwise and separable convolution as layers."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.gradients import conv_adjoint, depthwise_conv_adjoint
from convexplorer.core.convolution.separable import (
    check_depthwise_shapes,
    check_pointwise_shape,
    depthwise_conv,
    separable_conv,
)
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame
from convexplorer.core.layers.activation import ActivatedLayer, Activation, as_activation
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Shape, checked_bias, read_only, set_fields


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
