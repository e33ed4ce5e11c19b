"""What one kind of layer is: its core type, its words, its settings, its weights, and how a layer is made of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds.counts import Count
from convexplorer.core.kinds.settings import Setting, times
from convexplorer.core.layers import Layer, Shape

# How a layer's cells lie on its input, for limits and formulas: windows of a kernel or a pool, the adjoint of a
# kernel's, cells added or cut off at the sides, a whole factor, any other size, numbers in
# other places; "same" cells; or no cells left ("flat").
Geometry = Literal[
    "kernel", "pool", "transposed", "pad", "crop", "factor", "same", "flat", "global", "unpool", "resize", "moved"
]


ANY_NUMBER = 0  # of inputs, one or more

# Weights are kept three times: in the project, in the computing layer, and packed for the processor.
MAX_WEIGHTS = 1 << 28


@dataclass(frozen=True, eq=False)
class Given:
    """All that a core layer is made from.

    Attributes
    ----------
    settings : by name, complete and checked.
    input_shapes : (channels, *spatial) of each input.
    kernel : (filters, planes, *size) float32; None for kinds without filters.
    bias : (filters,) float32; None without one.
    weights : what the layer learned beside its filters, by name; missing ones have their initial values.
    """

    settings: Mapping[str, Any]
    input_shapes: tuple[Shape, ...]
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def channels(self) -> int:
        """Channels of the first input."""
        return self.input_shapes[0][0]

    def only(self, *names: str) -> dict[str, Any]:
        """Return some settings, as keyword arguments."""
        return {name: self.settings[name] for name in names}


@dataclass(frozen=True, eq=False)
class Weight:
    """An array that a layer learns beside its filters.

    Attributes
    ----------
    name : its name in Keras, and key in project files.
    label, explanation : words for the form.
    axes : what each axis of the array counts, in order; two at most are edited as a table.
    shape : of the array for a layer.
    initial : its values before anything was learned or edited.
    """

    name: str
    label: str
    explanation: str
    axes: tuple[str, ...]
    shape: Callable[[Given], Shape]
    initial: Callable[[Given], np.ndarray]

    def of(self, given: Given) -> np.ndarray:
        """Return the array that is in force; raise ValueError if what was given has another shape, or it is too large.

        The size is checked before any memory is taken.
        """
        expected = tuple(self.shape(given))
        count = math.prod(expected)
        if count > MAX_WEIGHTS:
            raise ValueError(
                f"{self.name} would have {times(expected)} = {count} weights ({count * 4 / 1e9:.1f} GB); at most "
                f"{MAX_WEIGHTS} ({MAX_WEIGHTS * 4 / 1e9:.1f} GB) are made"
            )
        values = given.weights.get(self.name)
        if values is None:
            return self.initial(given).astype(np.float32)
        if values.shape != expected:
            raise ValueError(f"{self.name} has {times(values.shape)} numbers, the layer needs {times(expected)}")
        return values


@dataclass(frozen=True, eq=False)
class Kind:
    """One row of the table of kinds.

    Attributes
    ----------
    type : class in `core.layers`.
    keras : name of the class in Keras, with "{n}" for the number of axes; else PyTorch's; else one of our own.
    title : a short name for cards; `shown` is the setting beside it.
    group : heading in menus.
    summary : one sentence on what the layer does.
    settings, weights : rows of what can be set and what is learned.
    making : from what was given to the core layer; None if `type` takes the settings by their names, and no weights.
    has_filters : its kernel is a bank of filters that are designed by hand.
    planes : how many planes of each filter meet the channels.
    has_map_per_channel : each filter makes a map of every channel, instead of one of all.
    count : how its parameters are counted; None if it learns nothing.
    map_names : from the settings and the names of the channels of each input to those of the maps; None if filters name
        them, or else they keep the names of the first input.
    input_count : 1, 2, None for two or more, or `ANY_NUMBER`.
    input_names : what each input is, where they differ.
    geometry : see `Geometry`.
    """

    type: type
    keras: str
    title: str
    group: str
    summary: str
    settings: tuple[Setting, ...]
    making: Callable[[Given], Layer] | None = None
    weights: tuple[Weight, ...] = ()
    has_filters: bool = False
    planes: Callable[[Mapping[str, Any], int], int] = field(default=lambda _settings, channels: channels)
    has_map_per_channel: bool = False
    count: Count | None = None
    map_names: Callable[[Mapping[str, Any], Sequence[Sequence[str]]], Sequence[str]] | None = None
    input_count: int | None = 1
    input_names: tuple[str, ...] = ()
    geometry: Geometry = "same"
    shown: str = ""

    def make(self, given: Given) -> Layer:
        """Return the core layer; raise ValueError for settings that it cannot have together."""
        if self.making is not None:
            return self.making(given)
        layer: Layer = self.type(**given.settings)
        return layer

    def takes(self, count: int) -> bool:
        """Whether a layer of the kind can have this number of inputs, 1 or more."""
        if self.input_count is None:
            return count >= 2
        return count >= 1 if self.input_count == ANY_NUMBER else count == self.input_count

    def keras_name(self, rank: int = 2) -> str:
        """Return the name in Keras (PyTorch's where Keras has none): "Conv2D"."""
        return self.keras.replace("{n}", str(rank))

    def setting(self, name: str) -> Setting:
        """Return a setting's row; raise ValueError if the kind has none of that name."""
        for row in self.settings:
            if row.name == name:
                return row
        names = ", ".join(row.name for row in self.settings) or "no settings"
        raise ValueError(f"{self.keras_name()} has no {name!r}; it has {names}")

    def has(self, name: str) -> bool:
        """Whether there is a setting of that name."""
        return any(row.name == name for row in self.settings)

    def complete(self, given: Mapping[str, Any], rank: int) -> dict[str, Any]:
        """Return all settings, checked, defaults filled in; raise ValueError for unknown or impossible ones."""
        for name in given:
            self.setting(name)
        return {row.name: row.checked(given.get(row.name, row.default), rank) for row in self.settings}

    def brief(self, settings: Mapping[str, Any]) -> str:
        """Return a few characters for a card: "MaxPool 2×2", "ReLU"."""
        if not self.shown:
            return self.title
        return self.setting(self.shown).brief(settings[self.shown], self.title)
