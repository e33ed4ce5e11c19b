"""The formulas of the activations, with Keras 3's names and parameters; `activations` is their table.

Each function takes maps of any shape and returns a new array in the same precision. NaN stays NaN. Infinite values obey
the same arithmetic as finite ones, so that 0 · ∞ in a formula gives NaN.
"""

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._cv import cv2
from convexplorer.core.geometry.arrays import as_float

# Klambauer et al. 2017, Self-Normalizing Neural Networks.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805
_PIECE = 1 << 15
_ERROR_FUNCTION_SEGMENTS = 12
_ERROR_FUNCTION_END = 6.0
_ERROR_FUNCTION_DEGREE = 14


def takes_its_parameters(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Let a function answer a parameter that it does not have with a ValueError that names those it has."""
    known = tuple(name for name in inspect.signature(function).parameters if name not in ("x", "gradient"))

    @functools.wraps(function)
    def apply(x: ArrayLike, *arguments: Any, **parameters: Any) -> np.ndarray:
        for name in parameters:
            if name not in known:
                raise ValueError(f"{function.__name__.lstrip('_')} has {named(known)}; got {name}")
        return function(x, *arguments, **parameters)

    return apply


def named(parameters: Sequence[str]) -> str:
    """Return "no parameter", "the parameter alpha" or "the parameters a and b".

    Examples
    --------
    >>> named(["threshold", "default_value"])
    'the parameters threshold and default_value'
    """
    if not parameters:
        return "no parameter"
    *others, last = parameters
    return f"the parameters {', '.join(others)} and {last}" if others else f"the parameter {last}"


def in_pieces(formula: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Apply a formula to 32 768 values at a time, so that its intermediate results stay in the cache.

    GELU of 720p took 10 ms at once and takes 3 ms in pieces (NumPy 2.4, one core).
    """

    @takes_its_parameters
    @functools.wraps(formula)
    def apply(x: ArrayLike, *arguments: float, **parameters: float) -> np.ndarray:
        values = as_float(x)
        y = np.empty(values.shape, values.dtype)
        source, target = values.reshape(-1), y.reshape(-1)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            for start in range(0, source.size, _PIECE):
                piece = slice(start, start + _PIECE)
                target[piece] = formula(source[piece], *arguments, **parameters)
        return y

    return apply


@in_pieces
def linear(x: np.ndarray) -> np.ndarray:
    """Return an unchanged copy."""
    return x


@in_pieces
def relu(x: np.ndarray, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """Keep positive values, replace negative ones by 0.

    Parameters
    ----------
    negative_slope : values below the threshold become `negative_slope * (x - threshold)`.
    max_value : upper limit of the result; None for no limit.
    threshold : values above it are kept.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.5]))
    array([0. , 0.5])
    """
    y = _positive(x) if threshold == 0 else _replaced(x, x <= threshold, 0.0)
    if max_value is not None:
        y = np.clip(y, 0, max_value)
    return y if negative_slope == 0 else y + negative_slope * _negative(x - threshold)


@in_pieces
def leaky_relu(x: np.ndarray, negative_slope: float = 0.2) -> Any:
    """Keep positive values, scale negative ones by `negative_slope`."""
    return _positive(x) + negative_slope * _negative(x)


@in_pieces
def absolute(x: np.ndarray) -> Any:
    """Return |x|."""
    return np.abs(x)


@in_pieces
def sigmoid(x: np.ndarray) -> Any:
    """Squash to 0…1 by 1 / (1 + exp(−x)).

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    # The same function written with tanh, which cannot overflow.
    return 0.5 * np.tanh(0.5 * x) + 0.5


@in_pieces
def tanh(x: np.ndarray) -> Any:
    """Squash to −1…1, keeping the sign."""
    return np.tanh(x)


@in_pieces
def softplus(x: np.ndarray) -> Any:
    """Return log(1 + exp(x)), a smooth ReLU."""
    return _positive(x) + np.log1p(np.exp(-np.abs(x)))


@in_pieces
def threshold(x: np.ndarray, threshold: float = 0.0, default_value: float = 0.0) -> np.ndarray:
    """Keep values above `threshold`, replace the others by `default_value`; NaN stays NaN.

    Examples
    --------
    >>> threshold(np.array([0.2, 0.5, 0.9]), threshold=0.5)
    array([0. , 0. , 0.9])
    """
    return _replaced(x, x <= threshold, default_value)


@in_pieces
def relu6(x: np.ndarray) -> Any:
    """Clip to 0…6."""
    return np.clip(x, 0, 6)


@in_pieces
def elu(x: np.ndarray, alpha: float = 1.0) -> Any:
    """Keep positive values, let negative ones approach −`alpha`."""
    return _positive(x) + alpha * np.expm1(_negative(x))


@in_pieces
def selu(x: np.ndarray) -> Any:
    """Return the scaled ELU whose constants keep mean 0 and deviation 1 from layer to layer."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


@in_pieces
def silu(x: np.ndarray) -> Any:
    """Return x · sigmoid(x), also called swish."""
    return x * sigmoid(x)


@in_pieces
def gelu(x: np.ndarray, approximate: bool = False) -> Any:
    """Return x · Φ(x), Φ being the normal distribution function; `approximate` uses the usual formula with tanh."""
    if approximate:
        return x * (0.5 * (np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)) + 1))
    return x * normal_distribution(x)


@in_pieces
def softsign(x: np.ndarray) -> Any:
    """Squash to −1…1 by x / (1 + |x|)."""
    return x / (1 + np.abs(x))


@in_pieces
def hard_sigmoid(x: np.ndarray) -> np.ndarray:
    """Return a sigmoid of three straight pieces: x / 6 + 0.5, clipped to 0…1."""
    return np.clip(x / 6 + 0.5, 0, 1)


@in_pieces
def hard_tanh(x: np.ndarray) -> Any:
    """Clip to −1…1."""
    return np.clip(x, -1, 1)


@in_pieces
def mish(x: np.ndarray) -> Any:
    """Return x · tanh(softplus(x))."""
    return x * np.tanh(softplus(x))


@in_pieces
def soft_shrink(x: np.ndarray, threshold: float = 0.5) -> Any:
    """Move values towards 0 by `threshold`; values nearer to 0 than `threshold` become 0."""
    return np.copysign(_positive(np.abs(x) - threshold), x)


@in_pieces
def hard_shrink(x: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Replace values nearer to 0 than `threshold` by 0, keep the others; NaN stays NaN."""
    return _replaced(x, np.abs(x) <= threshold, 0.0)


@in_pieces
def exponential(x: np.ndarray) -> Any:
    """Return exp(x)."""
    return np.exp(x)


@in_pieces
def clip(x: np.ndarray, min_value: float = -1.0, max_value: float = 1.0) -> Any:
    """Keep values within two ends; where these are crossed, the upper one holds, as in NumPy and ONNX."""
    return np.minimum(np.maximum(x, min_value), max_value)


@in_pieces
def negative(x: np.ndarray) -> Any:
    """Return −x."""
    return -x


@in_pieces
def square_root(x: np.ndarray) -> Any:
    """Return √x, NaN for values below 0."""
    return np.sqrt(x)


@in_pieces
def logarithm(x: np.ndarray) -> Any:
    """Return ln x, −∞ for 0 and NaN for values below."""
    return np.log(x)


@in_pieces
def power(x: np.ndarray, exponent: float = 2.0) -> Any:
    """Return x to a power, NaN for values below 0 unless the exponent is a whole number."""
    return np.power(x, x.dtype.type(exponent))


@in_pieces
def celu(x: np.ndarray, alpha: float = 1.0) -> Any:
    """Keep positive values, let negative ones approach −`alpha` with slope 1 at 0."""
    return _positive(x) + alpha * np.expm1(_negative(x) / alpha)


@in_pieces
def hard_silu(x: np.ndarray) -> Any:
    """Return x · hard_sigmoid(x), also called hard swish."""
    return x * np.clip(x / 6 + 0.5, 0, 1)


@in_pieces
def log_sigmoid(x: np.ndarray) -> Any:
    """Return log(1 / (1 + exp(−x)))."""
    return _negative(x) - np.log1p(np.exp(-np.abs(x)))


@in_pieces
def tanh_shrink(x: np.ndarray) -> Any:
    """Return x − tanh(x)."""
    return x - np.tanh(x)


@in_pieces
def sparse_plus(x: np.ndarray) -> Any:
    """Return 0 for x ≤ −1, x for x ≥ 1, and the parabola that joins both smoothly between them."""
    return np.where(x >= 1, x, np.square(np.clip(x, -1, 1) + 1) / 4)


@in_pieces
def sparse_sigmoid(x: np.ndarray) -> np.ndarray:
    """Return (x + 1) / 2 clipped to 0…1, the slope of `sparse_plus`."""
    return np.clip(x / 2 + 0.5, 0, 1)


@in_pieces
def squareplus(x: np.ndarray, b: float = 4.0) -> Any:
    """Return (x + √(x² + b)) / 2, a smooth ReLU without exponentials."""
    # Written without a difference of large numbers; x² would overflow.
    twice = 2 * (np.hypot(x, math.sqrt(b)) + np.abs(x))
    return _positive(x) + b / np.maximum(twice, np.finfo(x.dtype).tiny)


@takes_its_parameters
def softmax(x: ArrayLike, axis: int = 0) -> np.ndarray:
    """Return each value's exponential divided by the sum of exponentials along an axis.

    Parameters
    ----------
    axis : by default the channels, which are the first axis here and the last in Keras (default −1).

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0, 1000.0]))
    array([0., 0., 1.])
    """
    values = along_axis(x, axis, "softmax")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        y: np.ndarray = np.exp(values - values.max(axis, keepdims=True))
        y /= y.sum(axis, keepdims=True)
    return y


@takes_its_parameters
def log_softmax(x: ArrayLike, axis: int = 0) -> np.ndarray:
    """Return the logarithm of `softmax`, exact even if `softmax` underflows.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    values = along_axis(x, axis, "log_softmax")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        y: np.ndarray = values - values.max(axis, keepdims=True)
        y -= np.log(np.exp(y).sum(axis, keepdims=True))
    return y


@takes_its_parameters
def sparsemax(x: ArrayLike, axis: int = 0) -> np.ndarray:
    """Project the values along an axis onto the nearest probabilities (each ≥ 0, sum 1); many become exactly 0.

    Martins and Astudillo 2016, From Softmax to Sparsemax. Keras 3.15 subtracts too much if more than one value stays
    above 0, so that its probabilities do not sum to 1.

    Examples
    --------
    >>> sparsemax(np.array([0.1, 1.1, 0.7]))
    array([0. , 0.7, 0.3])
    """
    values = np.moveaxis(along_axis(x, axis, "sparsemax"), axis, 0)
    counts = np.arange(1, len(values) + 1, dtype=values.dtype).reshape(-1, *[1] * (values.ndim - 1))
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        descending = -np.sort(-values, axis=0)
        sums = np.cumsum(descending, axis=0)
        kept = np.maximum((1 + counts * descending > sums).sum(axis=0, keepdims=True), 1)
        excess = (np.take_along_axis(sums, kept - 1, axis=0) - 1) / kept.astype(values.dtype)
        y = _positive(values - excess)
    return np.moveaxis(y, 0, axis)


@takes_its_parameters
def glu(x: ArrayLike, axis: int = 0) -> np.ndarray:
    """Return the first half of an axis times the sigmoid of the second half; the axis becomes half as long.

    Examples
    --------
    >>> glu(np.array([3.0, 4.0, 0.0, 1000.0]))
    array([1.5, 4. ])
    """
    values = along_axis(x, axis, "glu")
    if values.shape[axis] % 2:
        raise ValueError(f"x must have an even size along axis {axis} for glu; got {values.shape[axis]}")
    first, second = np.split(values, 2, axis)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        y: np.ndarray = first * sigmoid(second)
    return y


def along_axis(x: ArrayLike, axis: int, name: str) -> np.ndarray:
    """Return `x` as a float array; raise ValueError if it has no such axis."""
    values = as_float(x)
    if not isinstance(axis, int | np.integer) or not -values.ndim <= axis < values.ndim:
        raise ValueError(f"axis must be a whole number of {-values.ndim}…{values.ndim - 1} for {name}; got {axis!r}")
    return values


def normal_distribution(x: np.ndarray) -> Any:
    """Return Φ(x), the normal distribution function, in the precision of `x`."""
    error_function = _error_function_double if x.dtype == np.float64 else _error_function
    return 0.5 * (error_function(x * 0.7071067811865476) + 1)


def _positive(x: np.ndarray) -> Any:
    """Return max(x, 0); `np.clip` is three times as fast as `np.maximum` with a number."""
    return np.clip(x, 0, np.inf)


def _negative(x: np.ndarray) -> Any:
    return np.clip(x, -np.inf, 0)


def _replaced(x: np.ndarray, mask: np.ndarray, value: float) -> np.ndarray:
    """Return `x` with `value` where `mask` is set.

    On noisy maps `np.where` takes 4 ms for 720p, because its branches are unpredictable; this function takes 0.3 ms.
    """
    y = np.full(x.shape, value, x.dtype)
    cv2.copyTo(x.reshape(1, -1), (~mask).view(np.uint8).reshape(1, -1), y.reshape(1, -1))
    return y


def _error_function(x: np.ndarray) -> Any:
    """Return erf(x) to 1.5e-7, which is enough for float32: formula 7.1.26 of Abramowitz and Stegun."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.copysign(1 - series * np.exp(-x * x), x)


def _error_function_double(x: np.ndarray) -> Any:
    """Return erf(x) to 1e-15: one polynomial per half unit up to 6, from where on erf is 1."""
    magnitude = np.minimum(np.abs(x), _ERROR_FUNCTION_END)
    width = _ERROR_FUNCTION_END / _ERROR_FUNCTION_SEGMENTS
    segment = np.nan_to_num(magnitude / width).astype(np.intp).clip(0, _ERROR_FUNCTION_SEGMENTS - 1)
    t = 2 * magnitude / width - (2 * segment + 1)
    coefficients = _error_function_coefficients()
    y = np.zeros_like(x)
    for power in range(coefficients.shape[1] - 1, -1, -1):
        y = y * t + coefficients[segment, power]
    return np.copysign(y, x)


@functools.cache
def _error_function_coefficients() -> np.ndarray:
    """Return polynomials in t = −1…1 that meet `math.erf` at the Chebyshev points of each segment."""
    from numpy.polynomial import chebyshev

    width = _ERROR_FUNCTION_END / _ERROR_FUNCTION_SEGMENTS
    points = chebyshev.chebpts1(_ERROR_FUNCTION_DEGREE + 1)
    polynomials = []
    for segment in range(_ERROR_FUNCTION_SEGMENTS):
        values = [math.erf(width * (segment + (t + 1) / 2)) for t in points]
        polynomials.append(chebyshev.cheb2poly(chebyshev.chebfit(points, values, _ERROR_FUNCTION_DEGREE)))
    return np.array(polynomials)
