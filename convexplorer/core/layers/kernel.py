"""What layers share whose kernel lies on windows of the input."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import Amounts, check_border
from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.geometry.windows import (
    Padding,
    PerAxis,
    WindowFrame,
    normal_padding,
    pad,
    per_axis,
    window_frame,
)
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.activation import Activation, as_activation
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, all_axes, read, window_at

# A move of the mouse asks a dozen times where the same windows lie.
_known_frame = lru_cache(maxsize=512)(window_frame)


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

    @property
    def kernel_size(self) -> Shape:
        """Size of the kernel along each spatial axis."""
        return self.kernel.shape[2:]

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product per weight and place."""
        return self.kernel.size * math.prod(self.linear_shape(input_shape)[1:])

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return below.through_windows(self.frame(large_input(self.strides, self.rank) if spatial is None else spatial))

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return _known_frame(tuple(spatial), self.kernel.shape[2:], **self.placing)

    def windows(self, spatial: Shape) -> WindowFrame | None:
        """Return the windows over an input of these sizes."""
        return self.frame(spatial)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[AxisTaps, ...]:
        """Return the input cells that each output reads, axis by axis."""
        return window_taps(self.frame(tuple(spatials[of])))

    def padded_as(self, padding: Amounts) -> "KernelLayer":
        """Return the same layer with another padding, (before, after) per axis."""
        return replace(self, padding=padding)

    def surrounded(self, x: np.ndarray, amounts: Amounts) -> np.ndarray:
        """Return `x` with its border."""
        return pad(x, amounts, self.border)

    def summed(self, place: Place, x: np.ndarray, kind: str, channels: Sequence[int], weights: np.ndarray) -> Trace:
        """Return the trace of a sum over all taps that take part; `weights` (channels, *size)."""
        axes = self.taps(x.shape[1:])
        window = window_at(axes, place)
        met = [axis.meets(np.array(cell)) for axis, cell in zip(axes, place[1:], strict=True)]
        return weighted(
            self,
            place,
            kind,
            window,
            channels,
            read(x, channels, window),
            weights,
            bias=self.bias_of(place[0]),
            counted=np.broadcast_to(all_axes(met), (len(channels), *map(len, window.positions))),
        )
