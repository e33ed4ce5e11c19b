"""The frozen value that holds everything the user can change.

Values of these types are always valid in themselves: the constructors raise ValueError with a sentence otherwise.
Constraints that depend on the picture (a kernel larger than the picture) are in `model.limits`.
"""

from collections.abc import Container, Sequence
from dataclasses import field, replace
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.palettes import PALETTES
from convexplorer.model.layer import Layer
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.sources.frame import Source

SCOPES = ("per-map", "shared", "locked")
CHANNELS = ("color", "luminance", "all")  # or a channel's number
NUMBERS = ("unit", "stored")
INPUT = "input"  # the id by which layers name the picture


@dataclass(frozen=True)
class Display:
    """The mapping of values to colours; no part of the arithmetic.

    Attributes
    ----------
    palette : a key of `core.display.PALETTES`.
    scope : of the levels: "per-map", "shared" by all maps, or "locked" to `locked`.
    coverage : share of |values| within the automatic levels, 0…1; the clipped rest is reported.
    locked : the levels (low, high) if scope is "locked".
    as_opencv_8bit : True to show the values as an 8-bit `filter2D` would have kept them, which makes the loss visible.
    has_checkerboard : True to show the input over a checkerboard where its alpha is left out; maps do not change.
    """

    palette: str = "signed"
    scope: Literal["per-map", "shared", "locked"] = "per-map"
    coverage: float = 0.98
    locked: tuple[float, float] = (-1.0, 1.0)
    as_opencv_8bit: bool = False
    has_checkerboard: bool = False

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
    """Everything the user can change that belongs into the file.

    Attributes
    ----------
    channels : of the first layer's input: "color" (all channels but alpha), "luminance", "all" (alpha as one more
        channel), or a channel's number as text: "0", "1", …
    numbers : of the first layer's input: "unit" (integers of up to 16 bits in 0…1) or "stored" (as they are in the
        file, 0…255 or 0…65535); it changes nothing where a source stores other numbers, or none.
    class_names : of the values of the last layer without spatial axes, as the scores of a classifier; () where they
        have none. They are used where there are as many values as names.
    preprocessing : what becomes of a picture before the first layer; None for a picture as it is. It alone then
        decides about size, channels and numbers: `channels` and `numbers` wait until it is taken away.
    """

    source: Source
    layers: tuple[Layer, ...]
    channels: str = "color"
    display: Display = field(default_factory=Display)
    numbers: str = "unit"
    class_names: tuple[str, ...] = ()
    preprocessing: Preprocessing | None = None

    def __post_init__(self) -> None:
        _set(self, "layers", _identified(tuple(self.layers)))
        _set(self, "class_names", tuple(self.class_names))
        _check_graph(self.layers)
        is_number = self.channels.isascii() and self.channels.isdigit() and len(self.channels) <= 4
        if self.channels not in CHANNELS and not is_number:
            names = ", ".join(f'"{name}"' for name in CHANNELS)
            raise ValueError(f'channels must be {names} or a channel\'s number such as "0"; got {self.channels!r}')
        if self.numbers not in NUMBERS:
            raise ValueError(f"numbers must be one of {', '.join(NUMBERS)}; got {self.numbers!r}")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the layers, in order."""
        return tuple(layer.id for layer in self.layers)

    def index_of(self, layer_id: str) -> int | None:
        """Return the position of the layer with this id, 0 for ""; None if there is no such layer."""
        if not layer_id:
            return 0 if self.layers else None
        return next((i for i, layer in enumerate(self.layers) if layer.id == layer_id), None)

    def position(self, layer_id: str) -> int:
        """Return the position of the layer with this id; 0 if it no longer exists."""
        return self.index_of(layer_id) or 0

    def inputs_of(self, index: int) -> tuple[int, ...]:
        """Return the positions of a layer's inputs; −1 is the picture."""
        return positions_of_inputs(self.layers)[index]


def positions_of_inputs(layers: Sequence[Layer]) -> tuple[tuple[int, ...], ...]:
    """Return, for each layer, the positions of its inputs; −1 is the picture."""
    positions = {layer.id: i for i, layer in enumerate(layers)}
    return tuple(
        tuple(positions.get(name, -1) for name in layer.inputs) if layer.inputs else (i - 1,)
        for i, layer in enumerate(layers)
    )


def _identified(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Return the layers, all with ids; missing ids become "conv", "conv_2", "max_pool" and so on."""
    if all(layer.id for layer in layers):
        return layers
    taken = {INPUT} | {layer.id for layer in layers if layer.id}
    found = []
    for layer in layers:
        named = layer if layer.id else replace(layer, id=free_id(layer.kind, taken))
        taken.add(named.id)
        found.append(named)
    return tuple(found)


def free_id(kind: str, taken: Container[str]) -> str:
    """Return an unused id for a new layer of this kind."""
    number = 1
    while (name := kind if number == 1 else f"{kind}_{number}") in taken:
        number += 1
    return name


def _check_graph(layers: tuple[Layer, ...]) -> None:
    """Raise ValueError for duplicate ids, and for inputs that do not precede their layer."""
    known = {INPUT}
    for layer in layers:
        if layer.id in known:
            raise ValueError(f"every layer has an id of its own; {layer.id!r} comes twice")
        for name in layer.inputs:
            if name not in known:
                raise ValueError(f"inputs of {layer.id!r} must be layers before it or {INPUT!r}; got {name!r}")
        if not layer.inputs and not layer.row.takes(1):
            many = layer.row.input_count or "two or more"
            raise ValueError(f"inputs of {layer.id!r} must name {many} layers; got none")
        known.add(layer.id)


def _set(value: object, name: str, content: object) -> None:
    # A frozen dataclass can only be written this way while it is constructed.
    object.__setattr__(value, name, content)
