"""Transposed convolution as a layer."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.convolution.gradients import conv_transpose_adjoint
from convexplorer.core.convolution.transpose import check_transposed_shapes, conv_transpose, transposed_frame
from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, per_axis
from convexplorer.core.layers.activation import Activation
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Shape, checked_bias, read_only, set_fields


@dataclass(frozen=True, eq=False, init=False)
class ConvTranspose(KernelLayer):
    """Filters that spread every value; the arguments are those of `conv_transpose`.

    Attributes
    ----------
    kernel : (channels, filters // groups, *size), read-only; float64 is kept, all else becomes float32.
    bias : (filters,), read-only, or None.
    strides, padding, dilation_rate, border : as in `Conv`
    output_padding : one number per spatial axis, or None.

    Examples
    --------
    >>> ConvTranspose(np.ones((8, 4, 2, 2)), strides=2).output_shape((8, 120, 160))
    (4, 240, 320)
    """

    output_padding: tuple[int, ...] | None
    groups: int

    def __init__(
        self,
        kernel: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: PerAxis = 1,
        padding: Padding = "valid",
        output_padding: PerAxis | None = None,
        dilation_rate: PerAxis = 1,
        groups: int = 1,
        border: str = "zeros",
        activation: str | Activation = "linear",
    ) -> None:
        weights = read_only(kernel, "kernel")
        check_transposed_shapes(None, weights.shape, groups)
        offsets = checked_bias(bias, weights.shape[1] * groups)
        super().__init__(weights, offsets, strides, padding, dilation_rate, border, activation)
        extra = None if output_padding is None else per_axis(output_padding, self.rank, "output_padding", minimum=0)
        set_fields(self, output_padding=extra, groups=groups)
        self.frame(large_input(self.strides, self.rank))  # refuses an output padding that is too large

    @property
    def placing(self) -> dict[str, Any]:
        """The arguments that place windows, as every operator names them."""
        return {**super().placing, "output_padding": self.output_padding}

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        return conv_transpose(x, self.kernel, self.bias, groups=self.groups, **self.placing)

    def adjoint(self, gradient: np.ndarray, input_shape: Shape) -> np.ndarray:
        """Return the gradient with respect to the input, that of the maps before activation being given."""
        return conv_transpose_adjoint(gradient, self.kernel, input_shape, groups=self.groups, **self.placing)

    def weight_sums(self) -> np.ndarray:
        """Return the sum of the absolute weights of each filter, float64."""
        filters = self.kernel.shape[1]
        grouped = np.abs(self.kernel).reshape(self.groups, -1, filters, math.prod(self.kernel.shape[2:]))
        sums: np.ndarray = grouped.sum(axis=(1, 3), dtype=np.float64).reshape(-1)
        return sums

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per weight and input value, those that `padding` cuts off included."""
        check_transposed_shapes(input_shape, self.kernel.shape, self.groups)
        return self.kernel.size * math.prod(input_shape[1:])

    def linear_shape(self, input_shape: Shape) -> Shape:
        """Return (filters, *output); raise ValueError if the layer cannot take such an input."""
        check_transposed_shapes(input_shape, self.kernel.shape, self.groups)
        return (self.kernel.shape[1] * self.groups, *self.frame(input_shape[1:]).spatial)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image; the jump is divided by the stride."""
        return below.through_transposed(
            self.frame(large_input(self.strides, self.rank) if spatial is None else spatial)
        )

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on the output of an input of these sizes: `spatial` is that output."""
        return transposed_frame(spatial, self.kernel.shape[2:], **self.placing)
