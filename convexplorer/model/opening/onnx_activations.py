"""Operators of ONNX that are functions of each value, in the words of the core."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.formats.onnx.graph import Node

Constants = Mapping[str, Any]

_PLAIN = {
    "Abs": "absolute",
    "Exp": "exponential",
    "HardSwish": "hard_silu",
    "Log": "logarithm",
    "Mish": "mish",
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sqrt": "square_root",
    "Tanh": "tanh",
}
#: 1 / x.
RECIPROCAL = Activation("power", {"exponent": -1.0})
_SELU = {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}
# Beyond this a limit is none: exporters write the largest number of float32 for one that is missing.
_HUGE = 3e38


def activation_of(node: Node, known: Constants) -> Activation | None:
    """Return the activation that a node is; None if it is none, or one whose numbers the core does not have."""
    if node.domain:
        return None
    if node.operator in _PLAIN:
        return Activation(_PLAIN[node.operator])
    function = _WITH_NUMBERS.get(node.operator)
    try:
        if node.operator == "Clip":
            limits = clip_limits(node, known)
            return None if limits is None else clipping(*limits)
        return None if function is None else function(node)
    except ValueError:  # a number out of the range that the core has for it
        return None


def clip_limits(node: Node, known: Constants) -> tuple[float, float] | None:
    """Return the limits of Clip, infinite for one that is missing; None if they are computed by other layers."""
    limits = []
    for index, (name, none) in enumerate((("min", -math.inf), ("max", math.inf)), start=1):
        tensor = node.inputs[index] if index < len(node.inputs) else ""
        value = known.get(tensor) if tensor else node.attributes.get(name, none)
        if not isinstance(value, float | int | np.ndarray) or np.size(value) != 1:
            return None
        number = float(np.asarray(value).reshape(-1)[0])
        limits.append(none if abs(number) >= _HUGE else number)
    return limits[0], limits[1]


def clipping(low: float, high: float) -> Activation | None:
    """Return the activation that keeps values between limits, which may be infinite; None if only the upper one is not.

    Raises
    ------
    ValueError : a limit is out of the range that the core has for it.
    """
    found = _CLIPS.get((low, high))
    if found is not None:
        return found
    if not math.isfinite(low):
        return None
    if not math.isfinite(high):
        return Activation("threshold", {"threshold": low, "default_value": low})
    return Activation("clip", {"min_value": low, "max_value": high})


def _number(node: Node, name: str, default: float) -> float:
    value = node.attributes.get(name, default)
    if not isinstance(value, float | int):
        raise ValueError(f"{name} must be a number")
    return float(value)


def _selu(node: Node) -> Activation | None:
    is_usual = all(math.isclose(_number(node, name, value), value, rel_tol=1e-4) for name, value in _SELU.items())
    return Activation("selu") if is_usual else None


def _hard_sigmoid(node: Node) -> Activation | None:
    """Return Keras's hard sigmoid, x / 6 + 0.5; ONNX's default is x / 5 + 0.5."""
    is_sixth = math.isclose(_number(node, "alpha", 0.2), 1 / 6, rel_tol=1e-4)
    return Activation("hard_sigmoid") if is_sixth and _number(node, "beta", 0.5) == 0.5 else None


def _gelu(node: Node) -> Activation:
    return Activation("gelu", {"approximate": int(node.attributes.get("approximate") == "tanh")})


def _swish(node: Node) -> Activation | None:
    return Activation("silu") if _number(node, "alpha", 1.0) == 1 else None


def _shrink(node: Node) -> Activation | None:
    threshold, bias = _number(node, "lambd", 0.5), _number(node, "bias", 0.0)
    if bias not in (0, threshold):
        return None
    return Activation("soft_shrink" if bias else "hard_shrink", {"threshold": threshold})


def _threshold(node: Node) -> Activation:
    return Activation("threshold", {"threshold": _number(node, "alpha", 1.0)})


def _leaky_relu(node: Node) -> Activation:
    return Activation("leaky_relu", {"negative_slope": _number(node, "alpha", 0.01)})


_WITH_NUMBERS: dict[str, Callable[[Node], Activation | None]] = {
    "Celu": lambda node: Activation("celu", {"alpha": _number(node, "alpha", 1.0)}),
    "Elu": lambda node: Activation("elu", {"alpha": _number(node, "alpha", 1.0)}),
    "Gelu": _gelu,
    "HardSigmoid": _hard_sigmoid,
    "LeakyRelu": _leaky_relu,
    "Reciprocal": lambda _node: RECIPROCAL,
    "Selu": _selu,
    "Shrink": _shrink,
    "Swish": _swish,
    "ThresholdedRelu": _threshold,
}
_CLIPS = {
    (0.0, math.inf): Activation("relu"),
    (0.0, 6.0): Activation("relu6"),
    (-1.0, 1.0): Activation("hard_tanh"),
    (-math.inf, math.inf): Activation("linear"),
}
