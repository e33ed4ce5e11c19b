"""The one frozen value that holds all a person can change.

A value of these types that exists is valid on its own: the constructors refuse the rest with a sentence. What also
depends on the picture (a kernel larger than it) is answered in `limits.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from convexplorer.core.display.palettes import PALETTES
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.kernels.filter import MAX_FILTERS, Filter
from convexplorer.sources.frame import Source

Padding = Literal["valid", "same"] | tuple[tuple[int, int], ...]
MAX_LAYERS = 64
# Filters times channels of a depthwise layer: as many maps can be drawn, and told apart.
MAX_MAPS = 256
# Far beyond what makes sense on a picture, and small enough that no file can ask for gigabytes of border.
MAX_STEP = 1024

# Kinds of convolution, by their names in `core.LAYERS`.
CONV_KINDS = ("conv", "depthwise_conv", "separable_conv", "conv_transpose")
POOL_KINDS = ("max", "average")
SCOPES = ("per-map", "shared", "locked")


@dataclass(frozen=True, eq=False)
class ConvLayer:
    """A convolution layer: 1 to 64 filters of one size, and how they are applied.

    Attributes
    ----------
    strides, dilation_rate : per axis (rows, columns).
    padding : "valid", "same", or ((top, bottom), (left, right)).
    border : what lies outside: "zeros", "edge", "reflect", "symmetric", "wrap".
    is_flipped : True for true convolution (kernels turned by 180°), False for cross-correlation.
    is_enabled : False lets the input pass through unchanged.
    kind : how the filters meet the channels.
        "conv": each filter looks at all channels, and the results are summed to one map.
        "depthwise_conv": each filter looks at each channel alone; a map for every pair, channel after channel.
        "separable_conv": the same, then a 1×1 step that adds each filter's maps over the channels.
        "conv_transpose": each value is spread by the filters; strides make the maps larger.
    """

    filters: tuple[Filter, ...]
    strides: tuple[int, int] = (1, 1)
    padding: Padding = "same"
    dilation_rate: tuple[int, int] = (1, 1)
    border: str = "zeros"
    activation: Activation = field(default_factory=lambda: Activation("linear"))
    is_flipped: bool = False
    is_enabled: bool = True
    kind: str = "conv"

    def __post_init__(self) -> None:
        if self.kind not in CONV_KINDS:
            raise ValueError(f"kind must be one of {', '.join(CONV_KINDS)}; got {self.kind!r}")
        _set(self, "filters", tuple(self.filters))
        if not 1 <= len(self.filters) <= MAX_FILTERS:
            raise ValueError(f"a layer holds 1 to {MAX_FILTERS} filters; got {len(self.filters)}")
        sizes = {f.size for f in self.filters}
        if len(sizes) > 1:
            words = ", ".join(f"{rows}×{columns}" for rows, columns in sorted(sizes))
            raise ValueError(f"all filters of a layer have one size; got {words}")
        _set(self, "strides", pair(self.strides, "strides"))
        _set(self, "dilation_rate", pair(self.dilation_rate, "dilation_rate"))
        _set(self, "padding", checked_padding(self.padding))
        if self.border not in BORDERS:
            raise ValueError(f"border must be one of {', '.join(BORDERS)}; got {self.border!r}")
        if not isinstance(self.activation, Activation):
            raise ValueError(f"activation must be an Activation; got {self.activation!r}")
        if self.activation.name not in MENU_ACTIVATIONS:
            raise ValueError(f"activation must keep the number of maps; {self.activation.name} does not")

    @property
    def kernel_size(self) -> tuple[int, int]:
        """(rows, columns) shared by all filters."""
        return self.filters[0].size

    def filter_of(self, index: int) -> int:
        """Return which filter made a map, given by its index; the nearest there is."""
        count = len(self.filters)
        return index % count if self.kind == "depthwise_conv" else min(index, count - 1)

    def map_names(self, channel_names: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the maps, given those of the input's channels."""
        names = tuple(one.name for one in self.filters)
        if self.kind != "depthwise_conv":
            return names
        return tuple(f"{channel} · {name}" for channel in channel_names for name in names)


@dataclass(frozen=True, eq=False)
class PoolLayer:
    """A pooling layer; `kind` is "max" or "average"."""

    kind: Literal["max", "average"] = "max"
    pool_size: tuple[int, int] = (2, 2)
    strides: tuple[int, int] = (2, 2)
    padding: Padding = "valid"
    is_enabled: bool = True

    def __post_init__(self) -> None:
        if self.kind not in POOL_KINDS:
            raise ValueError(f"kind must be one of {', '.join(POOL_KINDS)}; got {self.kind!r}")
        _set(self, "pool_size", pair(self.pool_size, "pool_size"))
        _set(self, "strides", pair(self.strides, "strides"))
        _set(self, "padding", checked_padding(self.padding))
        if isinstance(self.padding, tuple):
            for sides, size in zip(self.padding, self.pool_size, strict=True):
                if max(sides) >= size:
                    raise ValueError(
                        f"padding of a pool must be smaller than its window of {size}, or a window would lie "
                        f"wholly outside; got {max(sides)}"
                    )


Layer = ConvLayer | PoolLayer


@dataclass(frozen=True)
class Display:
    """How values become colours; never part of the arithmetic.

    Attributes
    ----------
    palette : a key of `core.display.PALETTES`.
    scope : levels "per-map", "shared" by all maps, or "locked" to `locked`.
    coverage : share of |values| that automatic levels must hold, 0…1; the rest is clipped and said so.
    locked : (low, high) used when scope is "locked".
    as_opencv_8bit : show what an 8-bit filter2D would have kept, so that the loss can be seen.
    """

    palette: str = "signed"
    scope: Literal["per-map", "shared", "locked"] = "per-map"
    coverage: float = 0.98
    locked: tuple[float, float] = (-1.0, 1.0)
    as_opencv_8bit: bool = False

    def __post_init__(self) -> None:
        if self.palette not in PALETTES:
            raise ValueError(f"palette must be one of {', '.join(PALETTES)}; got {self.palette!r}")
        if self.scope not in SCOPES:
            raise ValueError(f"scope must be one of {', '.join(SCOPES)}; got {self.scope!r}")
        if not 0 < self.coverage <= 1:
            raise ValueError(f"coverage must be above 0 and at most 1; got {self.coverage}")
        low, high = (float(level) for level in self.locked)
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(f"locked levels must be two finite numbers, the lower first; got {low} and {high}")
        _set(self, "locked", (low, high))


@dataclass(frozen=True, eq=False)
class Project:
    """All that a person can change and would want in the file.

    Attributes
    ----------
    channels : the convolution's input: "color" (all channels but alpha), "luminance", or a channel's
        number as text: "0", "1", …
    """

    source: Source
    layers: tuple[Layer, ...]
    channels: str = "color"
    display: Display = field(default_factory=Display)

    def __post_init__(self) -> None:
        _set(self, "layers", tuple(self.layers))
        if len(self.layers) > MAX_LAYERS:
            raise ValueError(f"a project has at most {MAX_LAYERS} layers; got {len(self.layers)}")
        is_number = self.channels.isascii() and self.channels.isdigit() and len(self.channels) <= 4
        if self.channels not in ("color", "luminance") and not is_number:
            raise ValueError(
                f'channels must be "color", "luminance" or a channel\'s number such as "0"; got {self.channels!r}'
            )


def pair(value: Any, name: str) -> tuple[int, int]:
    """Return (rows, columns) from one whole number or two; `ValueError` names the argument."""
    numbers = (value, value) if _is_whole(value) else value
    if not isinstance(numbers, Sequence) or len(numbers) != 2 or not all(map(_is_whole, numbers)):
        raise ValueError(f"{name} must be a whole number or two of them (rows, columns); got {value!r}")
    for number in numbers:
        if not 1 <= number <= MAX_STEP:
            raise ValueError(f"{name} must lie in 1…{MAX_STEP}; got {number}")
    return int(numbers[0]), int(numbers[1])


def checked_padding(value: Any) -> Padding:
    """Return "valid", "same" or ((top, bottom), (left, right)); `ValueError` says what was wrong."""
    if value == "valid" or value == "same":
        return "valid" if value == "valid" else "same"
    try:
        (top, bottom), (left, right) = value
    except (TypeError, ValueError):
        top = None
    if isinstance(value, str) or top is None or not all(map(_is_whole, (top, bottom, left, right))):
        raise ValueError(f'padding must be "valid", "same" or ((top, bottom), (left, right)); got {value!r}')
    for amount in (top, bottom, left, right):
        if not 0 <= amount <= MAX_STEP:
            raise ValueError(f"padding must lie in 0…{MAX_STEP} on each side; got {amount}")
    return (int(top), int(bottom)), (int(left), int(right))


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _set(value: object, name: str, content: object) -> None:
    # The one place where a frozen value is written: while it is being made.
    object.__setattr__(value, name, content)
