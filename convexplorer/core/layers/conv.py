"""Convolution layers as frozen values: a bank of filters, and how it is applied. Calling one computes it.

Arguments are checked and brought into one form when a layer is made, so that a wrong one fails there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.gradients import conv_adjoint
from convexplorer.core.convolution.plans import check_shapes
from convexplorer.core.geometry.windows import Padding, PerAxis
from convexplorer.core.layers.activation import Activation
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Shape, checked_bias, read_only, set_fields


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

    def pick(self, filters: Sequence[int]) -> "Conv":
        """Return a layer of some of these filters; they must not be in groups."""
        bias = None if self.bias is None else self.bias[filters]
        return Conv(self.kernel[filters], bias, activation=self.activation, **self.placing)

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each filter, float64."""
        sums: np.ndarray = np.abs(self.kernel).reshape(len(self.kernel), -1).sum(axis=1, dtype=np.float64)
        return sums

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (filters, *output); raise ValueError if the layer cannot take such an input."""
        check_shapes(input_shape, self.kernel.shape, self.groups)
        return (len(self.kernel), *self.frame(input_shape[1:]).output)
