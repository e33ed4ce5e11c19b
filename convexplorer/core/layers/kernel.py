"""What layers share whose kernel lies on windows of the input."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from convexplorer.core.geometry.borders import check_border
from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis, window_frame
from convexplorer.core.layers.activation import ActivatedLayer, Activation, as_activation
from convexplorer.core.layers.layer import Shape, set_fields


@dataclass(frozen=True, eq=False, init=False)
class KernelLayer(ActivatedLayer):
    """A kernel with bias and activation, and the arguments that place its windows, checked and in one form.

    Attributes
    ----------
    kernel : (…, …, *size), read-only.
    bias : one number a map, read-only, or None.
    strides, dilation_rate : one number per spatial axis.
    padding : "valid", "same", "causal", or one (before, after) pair per axis.
    """

    kernel: np.ndarray
    bias: np.ndarray | None
    strides: tuple[int, ...]
    padding: str | tuple[tuple[int, int], ...]
    dilation_rate: tuple[int, ...]
    border: str
    activation: Activation

    def __init__(
        self,
        kernel: np.ndarray,
        bias: np.ndarray | None,
        strides: PerAxis,
        padding: Padding,
        dilation_rate: PerAxis,
        border: str,
        activation: str | Activation,
    ) -> None:
        rank = kernel.ndim - 2
        check_border(border)
        set_fields(
            self,
            kernel=kernel,
            bias=bias,
            strides=per_axis(strides, rank, "strides"),
            padding=normal_padding(padding, rank),
            dilation_rate=per_axis(dilation_rate, rank, "dilation_rate"),
            border=border,
            activation=as_activation(activation),
        )

    @property
    def placing(self) -> dict[str, Any]:
        """The arguments that place windows, as every operator names them."""
        return {name: getattr(self, name) for name in ("strides", "padding", "dilation_rate", "border")}

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return self.kernel.ndim - 2

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per weight and place."""
        return self.kernel.size * math.prod(self.linear_shape(input_shape)[1:])

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return below.through_windows(self.frame(large_input(self.strides, self.rank) if spatial is None else spatial))

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return window_frame(spatial, self.kernel.shape[2:], **self.placing)
