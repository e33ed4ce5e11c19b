"""Activations of Keras: names and parameters of its functions, and of the layers that are activations."""

from collections.abc import Callable, Mapping
from typing import Any

from convexplorer.core.layers import Activation
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.model.opening.keras_layer import KerasLayer
from convexplorer.model.opening.learned import CannotBeShown

#: The name here of Keras 2's hard sigmoid, x / 5 + 0.5 in 0…1; that of Keras 3 is x / 6 + 0.5.
OLD_HARD_SIGMOID = "hard_sigmoid of Keras 2"
_SAME = {"swish": "silu", "hard_swish": "hard_silu"}
# What Keras's function does without arguments, where the core begins with other numbers.
_DEFAULTS: dict[str, dict[str, float]] = {"gelu": {"approximate": 0}, "elu": {"alpha": 1.0}}


def activation_of(layer: KerasLayer, name: str = "activation") -> Activation | Mapping[str, Any]:
    """Return the activation that a setting names, or the config of a layer that stands in its place.

    Raises
    ------
    CannotBeShown : it is a function of the network's author, or none that the core has.
    """
    value = layer.config.get(name)
    if value is None:
        return Activation("linear")
    if isinstance(value, Mapping):
        is_function = value.get("class_name") == "function" or "config" not in value
        if not is_function:
            return value
        function = value.get("config")
        if isinstance(function, str) and str(value.get("module")).startswith("keras"):
            return _named(function)
        raise CannotBeShown(f"its activation {function} is code, which is never run")
    if value == "hard_sigmoid" and layer.keras < 3:
        return {"class_name": "Activation", "config": {"activation": OLD_HARD_SIGMOID}}
    return _named(str(value))


def _named(name: str) -> Activation:
    found = _SAME.get(name, name)
    if found not in MENU_ACTIVATIONS or found in ("absolute", "threshold"):
        raise CannotBeShown(f"its activation {name} is not computed here")
    return Activation(found, _DEFAULTS.get(found))


def _relu(layer: KerasLayer) -> Activation:
    slope, threshold = layer.number("negative_slope", 0.0), layer.number("threshold", 0.0)
    highest = layer.config.get("max_value")
    if highest is not None and (layer.number("max_value", 0), slope, threshold) == (6, 0, 0):
        return Activation("relu6")
    if highest is not None:
        raise CannotBeShown(f"a ReLU that stops at {highest} and has a slope or a threshold is not computed here")
    if threshold and slope:
        raise CannotBeShown("a ReLU with both a threshold and a slope is not computed here")
    if threshold:
        return Activation("threshold", {"threshold": threshold, "default_value": 0.0})
    return Activation("leaky_relu", {"negative_slope": slope}) if slope else Activation("relu")


def highest_of(layer: KerasLayer) -> float | None:
    """Return the number at which a plain ReLU stops; None if it does not, or is ReLU 6."""
    is_plain = not layer.number("negative_slope", 0.0) and not layer.number("threshold", 0.0)
    highest = layer.number("max_value", 6.0)
    return highest if is_plain and highest != 6 else None


def _leaky_relu(layer: KerasLayer) -> Activation:
    return Activation("leaky_relu", {"negative_slope": layer.number("negative_slope", layer.number("alpha", 0.3))})


def _softmax(layer: KerasLayer) -> Activation:
    layer.require_channel_axis()
    return Activation("softmax")


#: Classes of Keras that are one activation.
ACTIVATION_LAYERS: dict[str, Callable[[KerasLayer], Activation]] = {
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": lambda layer: Activation("elu", {"alpha": layer.number("alpha", 1.0)}),
    "Softmax": _softmax,
    "ThresholdedReLU": lambda layer: Activation("threshold", {"threshold": layer.number("theta", 1.0)}),
}
