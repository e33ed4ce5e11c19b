"""Functions of TensorFlow in networks of Keras 2, which stand for layers: `x + y` is "__operators__.add"."""

from collections.abc import Mapping
from typing import Any

#: Class of the layers that are one function.
FUNCTION_LAYER = "TFOpLambda"
_OPERATIONS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.divide": "TrueDivide",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.multiply": "Multiply",
    "math.subtract": "Subtract",
    "math.truediv": "TrueDivide",
}
_ACTIVATIONS = {
    "math.sigmoid": "sigmoid",
    "math.tanh": "tanh",
    "nn.relu": "relu",
    "nn.relu6": "relu6",
    "nn.silu": "silu",
    "nn.swish": "silu",
}


def as_layer(config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return class and settings of the layer that does what a function does; of others, the function's name.

    Examples
    --------
    >>> as_layer({"name": "tf.nn.relu6", "function": "nn.relu6"})[0]
    'Activation'
    """
    function = str(config.get("function"))
    if function in _ACTIVATIONS:
        return "Activation", {**config, "activation": _ACTIVATIONS[function]}
    return _OPERATIONS.get(function, f"tf.{function}"), config
