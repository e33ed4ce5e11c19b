"""One spatial axis of a layer applied to an input: the positions of its windows, and the reason if it is impossible."""

from collections.abc import Sequence

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.transpose import transposed_frame
from convexplorer.core.geometry.axes import AXES, Axis
from convexplorer.core.geometry.windows import WindowFrame, pad_amounts, span
from convexplorer.model.layer import Layer

# Cells along an axis that a layer may grow to.
MAX_GROWN = 16384


@dataclass(frozen=True)
class LayerAxis:
    """One spatial axis of a layer applied to a picture."""

    axis: Axis
    n: int
    size: int
    stride: int
    dilation: int
    padding: str | tuple[int, int]
    border: str
    noun: str
    is_transposed: bool = False
    added: int | None = None
    is_ceiled: bool = False

    @property
    def frame(self) -> WindowFrame:
        """The window geometry. For a transposed layer, that of its adjoint, whose input is this layer's output."""
        padding = self.padding if isinstance(self.padding, str) else (self.padding,)
        return transposed_frame(
            (self.n,),
            self.size,
            strides=self.stride,
            padding=padding,
            output_padding=self.added,
            dilation_rate=self.dilation,
        )

    @property
    def amounts(self) -> tuple[int, int]:
        """Padding (before, after) in numbers."""
        if self.is_transposed:
            # The padding that the user set may be too wide for the border mode: then there is no frame.
            return self.frame.amounts[0] if isinstance(self.padding, str) else self.padding
        padding = self.padding if isinstance(self.padding, str) else (self.padding,)
        (found,) = pad_amounts((self.n,), self.size, strides=self.stride, padding=padding, dilation_rate=self.dilation)
        return found

    @property
    def rest(self) -> int:
        """The cells that are left when the first window lies on the padded input; less than 0 if it does not fit."""
        return self.n + sum(self.amounts) - self.span

    @property
    def has_window_beyond(self) -> bool:
        """True if a last window reaches beyond the end: it still begins inside the input or the padding before it."""
        begin = (self.rest // self.stride + 1) * self.stride
        return self.is_ceiled and self.rest >= 0 and self.rest % self.stride > 0 and begin < self.n + self.amounts[0]

    @property
    def span(self) -> int:
        """The extent of the dilated kernel in cells, from its first to its last tap."""
        return span(self.size, self.dilation)

    @property
    def reach(self) -> int | None:
        """The widest padding in cells that the border mode can fill; None if unlimited."""
        return {"reflect": self.n - 1, "symmetric": self.n, "wrap": self.n}.get(self.border)

    def problem(self) -> str:
        """Return the reason why this setting is impossible, or "" if it is possible."""
        if self.is_transposed:
            return self._transposed_problem()
        before, after = self.amounts
        if self.span > self.n + before + after:
            with_dilation = f" with dilation {self.dilation}" if self.dilation > 1 else ""
            with_padding = f" and {before + after} of padding" if before + after else ""
            return (
                f"{self.noun} {self.size}{with_dilation} spans {self.span}, "
                f"the input has {self.axis.count(self.n)}{with_padding}"
            )
        if self.reach is not None and max(before, after) > self.reach:
            with_dilation = f" with dilation {self.dilation}" if self.dilation > 1 else ""
            return (
                f"{self.noun} {self.size}{with_dilation} needs {max(before, after)} of padding, "
                f'border "{self.border}" has {self.reach} on an input of {self.axis.count(self.n)}'
            )
        return ""

    def _transposed_problem(self) -> str:
        try:
            output = self.frame.spatial[0]
        except ValueError as error:
            return str(error)
        if output > MAX_GROWN:
            return f"the output would have {self.axis.count(output)}; at most {MAX_GROWN} are made"
        return ""

    def misses(self) -> str:
        """Return a sentence if the kernel's ends lie outside the picture for every output, else ""."""
        if not self.is_transposed and self.padding == "same" and self.span - min(self.amounts) > self.n:
            return (
                f"with dilation {self.dilation} the ends of {self.noun} {self.size} would never meet "
                f"the input's {self.axis.count(self.n)}"
            )
        return ""


def layer_axes(layer: Layer, input_shape: Sequence[int]) -> tuple[LayerAxis, ...]:
    """Return one `LayerAxis` for each spatial axis of a convolution or pool on an input (channels, *spatial)."""
    sizes = layer.kernel_size if layer.has_filters else layer["pool_size"]
    padding, settings = layer["padding"], layer.settings
    added = settings.get("output_padding")
    return tuple(
        LayerAxis(
            axis=axis,
            n=input_shape[1 + i],
            size=sizes[i],
            stride=layer["strides"][i],
            dilation=settings["dilation_rate"][i] if "dilation_rate" in settings else 1,
            padding=padding if isinstance(padding, str) else padding[i],
            border=settings.get("border", "zeros"),
            noun="kernel" if layer.has_filters else "window",
            is_transposed=layer.is_transposed,
            added=None if added is None else added[i],
            is_ceiled=settings.get("ceil_mode", False),
        )
        for i, axis in enumerate(axes_of(layer))
    )


def axes_of(layer: Layer) -> tuple[Axis, ...]:
    """Return the spatial axes to which the layer's per-axis settings refer."""
    return AXES[layer.rank]


def padding_amounts(layer: Layer, input_shape: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return the effective padding (before, after) of each axis; a transposed convolution crops by these amounts."""
    return tuple(axis.amounts for axis in layer_axes(layer, input_shape))
