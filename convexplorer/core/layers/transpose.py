"""Transposed convolution as a layer."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.gradients import conv_transpose_adjoint
from convexplorer.core.convolution.transpose import check_transposed_shapes, conv_transpose, transposed_frame
from convexplorer.core.geometry.borders import Amounts, sources_at
from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.transposed_taps import TransposedTaps, transposed_taps
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, per_axis, span
from convexplorer.core.layers.activation import Activation
from convexplorer.core.layers.fields import checked_bias, read_only, set_fields
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.tracing.part import Part, bounds, needed, taken
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place


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

    def windows(self, spatial: Shape) -> WindowFrame | None:
        """Its windows lie on the output, none on the input: None."""
        return None

    def padded_as(self, padding: Amounts) -> "KernelLayer":
        """Raise ValueError: padding cuts off here instead of adding."""
        return Layer.padded_as(self, padding)  # type: ignore[return-value]  # it raises

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[TransposedTaps, ...]:
        """Return the input cells that each output reads, axis by axis."""
        return transposed_taps(self.frame(tuple(spatials[of])))

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum of what all inputs that reach the output spread to it."""
        filter_in_group = place[0] % self.kernel.shape[1]
        inputs = self._channels_of(place[0])
        taps = (axis.taps for axis in self.taps(x.shape[1:]))
        weights = self.kernel[np.ix_(np.array(inputs), np.array([filter_in_group]), *taps)][:, 0]
        return self.summed(place, x, "transpose", inputs, weights)

    def back_linear(self, part: Part, x: np.ndarray) -> Part:
        """Convolve the gradient with the kernel at the inputs that reach it."""
        axes = self.taps(x.shape[1:])
        gradient, origin = part.gradient, []
        for axis, taps in enumerate(axes):
            first, stop = bounds(taps.sources(np.arange(*part.interval(axis))))
            origin.append(first)
            # The cells that these inputs spread to, and where in the part each of them went.
            reached = np.arange(first * taps.stride, (stop - 1) * taps.stride + span(taps.size, taps.dilation))
            outputs = sources_at(reached[: len(reached) if stop > first else 0] - taps.before, taps.output, taps.border)
            gradient = taken(gradient, axis + 1, outputs - part.origin[axis])
        if not gradient.size:
            return Part(tuple(origin), np.zeros((len(x), *(0,) * len(axes))))
        y = conv(
            gradient,
            needed(self.kernel, part, self.groups),
            strides=self.strides,
            dilation_rate=self.dilation_rate,
            groups=self.groups,
        )
        return Part(tuple(origin), y)

    def kernel_plane(self, filter_index: int, channel: int) -> np.ndarray:
        """Return the weights (*size) between a channel and a filter; zeros where they are in different groups."""
        plane: np.ndarray = self.kernel[channel, filter_index % self.kernel.shape[1]]
        return plane if channel in self._channels_of(filter_index) else np.zeros_like(plane)

    def parts(self, x: np.ndarray, index: int) -> np.ndarray:
        """Return what each channel adds to a map, (channels, *output); 0 for channels of other groups."""
        read = self._channels_of(index)
        column = index % self.kernel.shape[1]
        weights = self.kernel[read.start : read.stop, column : column + 1]
        own = conv_transpose(x[read.start : read.stop], weights, groups=len(read), **self.placing)
        if len(own) == len(x):
            return own
        parts = np.zeros((len(x), *own.shape[1:]), own.dtype)
        parts[read.start : read.stop] = own
        return parts

    @property
    def terms(self) -> int:
        """Number of products that one output sums at most, plus the bias and the activation after them."""
        return len(self.kernel) // self.groups * math.prod(self.kernel.shape[2:]) + 2

    def _channels_of(self, filter_index: int) -> range:
        """Return the input channels that a filter reads: those of its group."""
        channels, filters = self.kernel.shape[:2]
        size, group = channels // self.groups, filter_index // filters
        return range(group * size, (group + 1) * size)
