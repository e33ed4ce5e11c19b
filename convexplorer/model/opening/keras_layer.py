"""One layer of a Keras config with its weights, as its translation reads it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.opening.keras_functions import FUNCTION_LAYER, as_layer
from convexplorer.model.opening.learned import CannotBeShown

CHANNELS_FIRST = "channels_first"


@dataclass(frozen=True, eq=False)
class KerasLayer:
    """A layer of a config.

    Attributes
    ----------
    class_name : "Conv2D".
    name : in its network.
    config : its settings, as JSON has them.
    weights : by Keras's names, "kernel", "gamma", …
    rank : spatial axes of its input, 0 for a row of numbers; None if unknown.
    is_channels_first : True if the network's maps are (channels, rows, columns) in Keras; here they always are.
    keras : the first number of the version that wrote the file: functions of one name differ.
    is_own : True for a class of the network's author, even if it is named as one of Keras.
    """

    class_name: str
    name: str
    config: Mapping[str, Any]
    weights: Mapping[str, np.ndarray]
    rank: int | None = 2
    is_channels_first: bool = False
    keras: int = 3
    is_own: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any], **others: Any) -> "KerasLayer":
        """Return the layer that a config describes; NetworkFileError if it describes none."""
        class_name, config = document.get("class_name"), document.get("config")
        if not isinstance(class_name, str) or not isinstance(config, Mapping):
            raise NetworkFileError("a layer has neither class nor settings")
        module, registered = document.get("module"), document.get("registered_name")
        name = config.get("name") or document.get("name") or class_name
        is_foreign = isinstance(module, str) and not module.startswith("keras")
        is_own = is_foreign or ">" in f"{registered}{class_name}"
        if class_name == FUNCTION_LAYER:
            class_name, config = as_layer(config)
        return cls(class_name.rpartition(">")[2], str(name), config, is_own=is_own, **others)

    def number(self, name: str, default: float) -> float:
        """Return a setting that is a finite number; `default` if there is none, or null."""
        value = self.config.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise CannotBeShown(f"{name} must be a number; got {value!r}")
        return float(value)

    def whole(self, name: str, default: int) -> int:
        """Return a setting that is a whole number."""
        value = self.number(name, default)
        if value != int(value):
            raise CannotBeShown(f"{name} must be a whole number; got {value!r}")
        return int(value)

    def flag(self, name: str, default: bool) -> bool:
        """Return a setting that is true or false."""
        value = self.config.get(name)
        return default if value is None else bool(value)

    def axes(self, name: str, default: Sequence[int] = (-1,)) -> tuple[int, ...]:
        """Return a setting that is one axis or several of them."""
        value = self.config.get(name)
        found = default if value is None else value
        found = found if isinstance(found, Sequence) else (found,)
        if isinstance(found, str) or not all(isinstance(one, int) for one in found):
            raise CannotBeShown(f"{name} must be axes; got {value!r}")
        return tuple(found)

    def weight(self, *names: str) -> np.ndarray:
        """Return the weights of this name, or of the first of several that is there."""
        for name in names:
            if name in self.weights:
                return self.weights[name]
        raise CannotBeShown(f"the file has no {names[0]} of this layer")

    def optional(self, name: str, switch: str) -> np.ndarray | None:
        """Return weights that a setting switches on; None if it is off."""
        return self.weight(name) if self.flag(switch, True) else None

    def is_channel_axis(self, axis: int) -> bool:
        """Return True if an axis of the input, in Keras with the batch as axis 0, counts its channels."""
        rank = 2 if self.rank is None else self.rank
        of_channels = 1 if self.is_channels_first or not rank else rank + 1
        return axis % (rank + 2) == of_channels if -rank - 2 <= axis < rank + 2 else False

    def require_channel_axis(self, name: str = "axis") -> None:
        """Raise CannotBeShown unless the setting names the axis of the channels."""
        axes = self.axes(name)
        if len(axes) != 1 or not self.is_channel_axis(axes[0]):
            raise CannotBeShown(f"it works along the axis {', '.join(map(str, axes))}, which is not that of the maps")
