"""The table of activations: one row each, with Keras 3's names and parameters, and words for the user.

The formulas are in `activation_functions`, their derivatives in `activation_gradients`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.operators.activation_functions import (
    absolute,
    celu,
    clip,
    elu,
    exponential,
    gelu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    linear,
    log_sigmoid,
    log_softmax,
    logarithm,
    mish,
    named,
    negative,
    power,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    square_root,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from convexplorer.core.parameter import Parameter


@dataclass(frozen=True)
class ActivationInfo:
    """An activation, with its words and parameters for the user.

    Attributes
    ----------
    function : `function(x, **parameters)` returns a new array.
    label, formula, explanation : name on screen, formula as text, one sentence.
    parameters : the adjustable numbers.
    is_over_channels : True if a value also depends on the other channels of its cell; the function takes an `axis`.
    is_in_menu : True if the window offers the activation; False if it changes the number of maps.
    """

    function: Callable[..., np.ndarray]
    label: str
    formula: str
    explanation: str
    parameters: tuple[Parameter, ...] = ()
    is_over_channels: bool = False
    is_in_menu: bool = True

    def complete(self, given: Mapping[str, Any]) -> dict[str, float]:
        """Return all parameters, with defaults filled in; raise ValueError for an unknown or invalid one."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise ValueError(f"{self.label} has {named(tuple(known))}; got {name}")
        return {name: parameter.check(given.get(name, parameter.default)) for name, parameter in known.items()}


_INFOS: dict[str, ActivationInfo] = {
    "linear": ActivationInfo(linear, "Linear", "x", "The values as they are."),
    "relu": ActivationInfo(
        relu, "ReLU", "max(x, 0)", "Keeps what matches the kernel, drops what matches its negative."
    ),
    "leaky_relu": ActivationInfo(
        leaky_relu,
        "Leaky ReLU",
        "x if x ≥ 0, else slope · x",
        "Like ReLU, but lets a share of the negative values through.",
        (Parameter("negative_slope", 0.2, -1.0, 1.0, 0.05, "Slope", "What negative values are multiplied by."),),
    ),
    "absolute": ActivationInfo(
        absolute, "Absolute value", "|x|", "Strength without sign: both sides of an edge alike."
    ),
    "sigmoid": ActivationInfo(sigmoid, "Sigmoid", "1 / (1 + e⁻ˣ)", "Squashes every value smoothly to 0…1."),
    "tanh": ActivationInfo(tanh, "Tanh", "tanh x", "Squashes every value smoothly to −1…1 and keeps its sign."),
    "softplus": ActivationInfo(softplus, "Softplus", "ln(1 + eˣ)", "A ReLU without its corner."),
    "threshold": ActivationInfo(
        threshold,
        "Threshold",
        "x if x > threshold, else default",
        "Keeps strong responses only.",
        (
            Parameter("threshold", 0.0, -1e6, 1e6, 0.05, "Threshold", "Values up to here are replaced."),
            Parameter("default_value", 0.0, -1e6, 1e6, 0.05, "Otherwise", "What replaces them."),
        ),
    ),
    "relu6": ActivationInfo(relu6, "ReLU 6", "min(max(x, 0), 6)", "A ReLU that stops at 6."),
    "elu": ActivationInfo(
        elu,
        "ELU",
        "x if x ≥ 0, else α · (eˣ − 1)",
        "A ReLU whose negative side bends towards −α instead of being cut.",
        (Parameter("alpha", 1.0, 0.0, 10.0, 0.1, "Alpha", "How far below 0 values may go."),),
    ),
    "selu": ActivationInfo(
        selu,
        "SELU",
        "1.0507 · ELU(x, 1.6733)",
        "An ELU whose constants keep mean and spread steady through many layers.",
    ),
    "silu": ActivationInfo(
        silu, "SiLU", "x · sigmoid(x)", "A smooth ReLU with a shallow dip below 0; also called swish."
    ),
    "gelu": ActivationInfo(
        gelu,
        "GELU",
        "x · Φ(x)",
        "A smooth ReLU that weighs each value by how likely a normal value is smaller.",
        (
            Parameter(
                "approximate", 0, 0, 1, 1, "Approximate", "Takes the usual approximation by tanh.", is_integer=True
            ),
        ),
    ),
    "softsign": ActivationInfo(softsign, "Softsign", "x / (1 + |x|)", "Squashes to −1…1, slower than tanh."),
    "hard_sigmoid": ActivationInfo(
        hard_sigmoid, "Hard sigmoid", "x / 6 + 0.5 in 0…1", "A sigmoid made of three straight lines."
    ),
    "hard_tanh": ActivationInfo(hard_tanh, "Hard tanh", "x in −1…1", "Clips to −1…1."),
    "mish": ActivationInfo(mish, "Mish", "x · tanh(softplus(x))", "A smooth ReLU with a shallow dip below 0."),
    "soft_shrink": ActivationInfo(
        soft_shrink,
        "Soft shrink",
        "sign(x) · max(|x| − threshold, 0)",
        "Removes weak responses of either sign and shortens the others: a denoiser.",
        (Parameter("threshold", 0.5, 0.0, 1e6, 0.05, "Threshold", "How far values move towards 0."),),
    ),
    "hard_shrink": ActivationInfo(
        hard_shrink,
        "Hard shrink",
        "x if |x| > threshold, else 0",
        "Removes weak responses of either sign.",
        (Parameter("threshold", 0.5, 0.0, 1e6, 0.05, "Threshold", "Values nearer to 0 become 0."),),
    ),
    "exponential": ActivationInfo(exponential, "Exponential", "eˣ", "Spreads large values, squeezes small ones."),
    "clip": ActivationInfo(
        clip,
        "Clip",
        "min(max(x, least), most)",
        "Keeps every value within two ends.",
        (
            Parameter("min_value", -1.0, -1e6, 1e6, 0.1, "Least", "What smaller values become."),
            Parameter("max_value", 1.0, -1e6, 1e6, 0.1, "Most", "What larger values become."),
        ),
    ),
    "negative": ActivationInfo(negative, "Negative", "−x", "Bright becomes dark, and dark becomes bright."),
    "square_root": ActivationInfo(
        square_root, "Square root", "√x", "Raises small values; those below 0 have none and become NaN."
    ),
    "logarithm": ActivationInfo(
        logarithm, "Logarithm", "ln x", "Makes quotients differences; 0 becomes −∞, values below become NaN."
    ),
    "power": ActivationInfo(
        power,
        "Power",
        "x^exponent",
        "Spreads or squeezes values; those below 0 need a whole exponent.",
        (Parameter("exponent", 2.0, -16.0, 16.0, 0.5, "Exponent", "How often x is multiplied by itself."),),
    ),
    "celu": ActivationInfo(
        celu,
        "CELU",
        "x if x ≥ 0, else α · (e^(x/α) − 1)",
        "An ELU that is smooth at 0 for every α.",
        (Parameter("alpha", 1.0, 0.01, 10.0, 0.1, "Alpha", "How far below 0 values may go."),),
    ),
    "hard_silu": ActivationInfo(
        hard_silu,
        "Hard SiLU",
        "x · hard sigmoid(x)",
        "A SiLU of two lines and a parabola, also called hard swish.",
    ),
    "log_sigmoid": ActivationInfo(
        log_sigmoid, "Log sigmoid", "−ln(1 + e⁻ˣ)", "A ReLU turned round: large values saturate at 0."
    ),
    "tanh_shrink": ActivationInfo(
        tanh_shrink, "Tanh shrink", "x − tanh x", "Removes weak responses of either sign smoothly."
    ),
    "sparse_plus": ActivationInfo(
        sparse_plus, "Sparse plus", "0, (x + 1)² / 4, x", "A ReLU whose corner is a parabola from −1 to 1."
    ),
    "sparse_sigmoid": ActivationInfo(
        sparse_sigmoid,
        "Sparse sigmoid",
        "(x + 1) / 2 in 0…1",
        "A ramp from −1 to 1: the slope of sparse plus.",
    ),
    "squareplus": ActivationInfo(
        squareplus,
        "Squareplus",
        "(x + √(x² + b)) / 2",
        "A smooth ReLU without exponentials.",
        (Parameter("b", 4.0, 0.0, 1e6, 0.5, "b", "How wide the bend is."),),
    ),
    "softmax": ActivationInfo(
        softmax,
        "Softmax",
        "eˣ / Σ eˣ over the maps",
        "In each place the maps share 1 among them: which filter answers most.",
        is_over_channels=True,
    ),
    "log_softmax": ActivationInfo(
        log_softmax,
        "Log softmax",
        "x − ln Σ eˣ over the maps",
        "The logarithm of softmax: 0 where one map wins alone.",
        is_over_channels=True,
    ),
    "sparsemax": ActivationInfo(
        sparsemax,
        "Sparsemax",
        "nearest shares to x over the maps",
        "Like softmax, but weak maps get exactly 0.",
        is_over_channels=True,
    ),
    "glu": ActivationInfo(
        glu,
        "GLU",
        "first half · sigmoid(second half)",
        "Half of the maps open and close the other half.",
        is_over_channels=True,
        is_in_menu=False,
    ),
}

#: The activations, `activation(x, **parameters)`.
ACTIVATIONS: dict[str, Callable[..., np.ndarray]] = {name: info.function for name, info in _INFOS.items()}
#: Activations that the window offers.
MENU_ACTIVATIONS: tuple[str, ...] = tuple(name for name, info in _INFOS.items() if info.is_in_menu)
#: Names on screen.
ACTIVATION_LABELS: dict[str, str] = {name: info.label for name, info in _INFOS.items()}


def describe(name: str) -> ActivationInfo:
    """Return the row of an activation; raise ValueError for an unknown name.

    Examples
    --------
    >>> describe("relu").label
    'ReLU'
    """
    if name not in _INFOS:
        raise ValueError(f"activation must be one of {', '.join(_INFOS)}; got {name!r}")
    return _INFOS[name]
