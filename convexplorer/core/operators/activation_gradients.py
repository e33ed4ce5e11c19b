"""The derivative of every activation.

At a corner the derivative is that of the left side. NaN stays NaN.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float, as_float_like
from convexplorer.core.operators.activation_functions import (
    SELU_ALPHA,
    SELU_SCALE,
    in_pieces,
    normal_distribution,
    sigmoid,
    softmax,
    softplus,
    sparsemax,
    takes_its_parameters,
)
from convexplorer.core.operators.activations import describe


def activation_gradient(gradient: ArrayLike, x: ArrayLike, name: str, **parameters: Any) -> np.ndarray:
    """Return the gradient with respect to the argument of an activation.

    Parameters
    ----------
    gradient : gradient with respect to the activation's value, in the shape of that value.
    x : argument of the activation.
    name, parameters : key of `ACTIVATIONS`, and the activation's parameters.

    Returns
    -------
    array of the shape and precision of `x`

    Examples
    --------
    >>> activation_gradient([1, 10, 100], np.array([-1.0, 0.5, 2.0]), "relu")
    array([  0.,  10., 100.])
    """
    x = as_float(x)
    given = as_float_like(gradient, x, "gradient")
    is_over_channels = describe(name).is_over_channels
    if not is_over_channels and given.shape != x.shape:
        raise ValueError(f"gradient must have the shape of x, {x.shape}; got {given.shape}")
    if is_over_channels:
        return DERIVATIVES[name](x, given, **parameters)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        slope = DERIVATIVES[name](x, **parameters)
        slope *= given
    return slope


def _derivative(formula: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Apply a formula in pieces; NaN stays NaN even if the formula only compares."""
    slope = in_pieces(formula)

    @functools.wraps(formula)
    def apply(x: np.ndarray, **parameters: Any) -> np.ndarray:
        y = slope(x, **parameters)
        y[np.isnan(x)] = np.nan
        return y

    return apply


@_derivative
def _linear(x: np.ndarray) -> Any:
    return np.ones_like(x)


@_derivative
def _relu(x: np.ndarray, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    y = np.where(x > threshold, 1.0, negative_slope)
    if max_value is None:
        return y
    is_cut = (x > threshold) & ((x > max_value) | (x <= 0))
    return np.where(is_cut, 0.0, y)


@_derivative
def _leaky_relu(x: np.ndarray, negative_slope: float = 0.2) -> Any:
    return np.where(x > 0, 1.0, negative_slope)


@_derivative
def _threshold(x: np.ndarray, threshold: float = 0.0, default_value: float = 0.0) -> Any:  # noqa: ARG001
    return x > threshold


@_derivative
def _relu6(x: np.ndarray) -> Any:
    return (x > 0) & (x <= 6)


@_derivative
def _absolute(x: np.ndarray) -> Any:
    return np.where(x > 0, 1.0, -1.0)


@_derivative
def _sigmoid(x: np.ndarray) -> Any:
    share = sigmoid(x)
    return share * (1 - share)


@_derivative
def _tanh(x: np.ndarray) -> Any:
    return 1 - np.square(np.tanh(x))


@_derivative
def _elu(x: np.ndarray, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


@_derivative
def _selu(x: np.ndarray) -> Any:
    return SELU_SCALE * np.where(x > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(x, 0)))


@_derivative
def _celu(x: np.ndarray, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0) / alpha))


@_derivative
def _silu(x: np.ndarray) -> Any:
    share = sigmoid(x)
    return share * (1 + x * (1 - share))


@_derivative
def _gelu(x: np.ndarray, approximate: bool = False) -> Any:
    if not approximate:
        return normal_distribution(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    scale = math.sqrt(2 / math.pi)
    gate = np.tanh(scale * (x + 0.044715 * x * x * x))
    return 0.5 * (1 + gate) + 0.5 * x * (1 - gate * gate) * scale * (1 + 3 * 0.044715 * x * x)


@_derivative
def _softsign(x: np.ndarray) -> Any:
    return 1 / np.square(1 + np.abs(x))


@_derivative
def _hard_sigmoid(x: np.ndarray) -> Any:
    return np.where((x > -3) & (x <= 3), 1 / 6, 0.0)


@_derivative
def _hard_silu(x: np.ndarray) -> Any:
    return np.where(x > 3, 1.0, np.where(x > -3, x / 3 + 0.5, 0.0))


@_derivative
def _hard_tanh(x: np.ndarray) -> Any:
    return (x > -1) & (x <= 1)


@_derivative
def _mish(x: np.ndarray) -> Any:
    gate = np.tanh(softplus(x))
    return gate + x * (1 - gate * gate) * sigmoid(x)


@_derivative
def _exponential(x: np.ndarray) -> Any:
    return np.exp(x)


@_derivative
def _clip(x: np.ndarray, min_value: float = -1.0, max_value: float = 1.0) -> Any:
    return (x > min_value) & (x <= max_value)


@_derivative
def _negative(x: np.ndarray) -> Any:
    return np.full_like(x, -1)


@_derivative
def _square_root(x: np.ndarray) -> Any:
    return 0.5 / np.sqrt(x)


@_derivative
def _logarithm(x: np.ndarray) -> Any:
    return np.where(x < 0, np.nan, 1 / x)


@_derivative
def _power(x: np.ndarray, exponent: float = 2.0) -> Any:
    return exponent * np.power(x, x.dtype.type(exponent - 1))


@_derivative
def _shrink(x: np.ndarray, threshold: float = 0.5) -> Any:
    return (x > threshold) | (x <= -threshold)


@_derivative
def _log_sigmoid(x: np.ndarray) -> Any:
    return sigmoid(-x)


@_derivative
def _tanh_shrink(x: np.ndarray) -> Any:
    return np.square(np.tanh(x))


@_derivative
def _sparse_plus(x: np.ndarray) -> Any:
    return np.clip(x / 2 + 0.5, 0, 1)


@_derivative
def _sparse_sigmoid(x: np.ndarray) -> Any:
    return np.where((x > -1) & (x <= 1), 0.5, 0.0)


@_derivative
def _squareplus(x: np.ndarray, b: float = 4.0) -> Any:
    length = np.hypot(x, math.sqrt(b))
    # Without b the corner of a ReLU is left, where length is 0.
    return 0.5 + 0.5 * np.divide(x, length, out=-np.ones_like(x), where=length > 0)


@takes_its_parameters
def _softmax(x: np.ndarray, gradient: np.ndarray, axis: int = 0) -> np.ndarray:
    share = softmax(x, axis)
    y: np.ndarray = share * (gradient - (gradient * share).sum(axis, keepdims=True))
    return y


@takes_its_parameters
def _log_softmax(x: np.ndarray, gradient: np.ndarray, axis: int = 0) -> np.ndarray:
    y: np.ndarray = gradient - softmax(x, axis) * gradient.sum(axis, keepdims=True)
    return y


@takes_its_parameters
def _sparsemax(x: np.ndarray, gradient: np.ndarray, axis: int = 0) -> np.ndarray:
    kept = sparsemax(x, axis) > 0
    mean = (gradient * kept).sum(axis, keepdims=True) / np.maximum(kept.sum(axis, keepdims=True), 1)
    y: np.ndarray = kept * (gradient - mean.astype(x.dtype))
    return y


@takes_its_parameters
def _glu(x: np.ndarray, gradient: np.ndarray, axis: int = 0) -> np.ndarray:
    first, second = np.split(x, 2, axis)
    share = sigmoid(second)
    return np.concatenate([gradient * share, gradient * first * share * (1 - share)], axis)


# The slope `f(x, **parameters)`; over channels the gradient `f(x, gradient, axis)`, as there no single slope says it.
#: The derivatives, by the keys of `ACTIVATIONS`.
DERIVATIVES: dict[str, Callable[..., np.ndarray]] = {
    "linear": _linear,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "absolute": _absolute,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "softplus": _derivative(sigmoid),
    "threshold": _threshold,
    "relu6": _relu6,
    "elu": _elu,
    "selu": _selu,
    "silu": _silu,
    "gelu": _gelu,
    "softsign": _softsign,
    "hard_sigmoid": _hard_sigmoid,
    "hard_tanh": _hard_tanh,
    "mish": _mish,
    "soft_shrink": _shrink,
    "hard_shrink": _shrink,
    "exponential": _exponential,
    "clip": _clip,
    "negative": _negative,
    "square_root": _square_root,
    "logarithm": _logarithm,
    "power": _power,
    "celu": _celu,
    "hard_silu": _hard_silu,
    "log_sigmoid": _log_sigmoid,
    "tanh_shrink": _tanh_shrink,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": _sparse_sigmoid,
    "squareplus": _squareplus,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "sparsemax": _sparsemax,
    "glu": _glu,
}
