"""Activations in ONNX's operators of opset 17, by their names in `core.operators.activations`."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer._onnx_model import FLOAT, INT64
from convexplorer.core.layers import Activation, Shape
from convexplorer.core.operators.activation_functions import SELU_ALPHA, SELU_SCALE
from convexplorer.export.network.plan import Step
from convexplorer.export.onnx_graph.graph import Piece


def activated(piece: Piece, step: Step, x: str, activation: Activation, shape: Shape) -> str:
    """Return the activated values; `x` itself if they stay as they are.

    Parameters
    ----------
    shape : of the values, without the batch.

    Raises
    ------
    ExportError : ONNX cannot say the activation.
    """
    if activation.is_linear:
        return x
    if activation.name == "sparsemax":
        return _sparsemax(piece, x, shape)
    writer = _WRITERS.get(activation.name)
    if writer is None:
        raise step.refusal(f"the activation {activation.name} has no form in ONNX here")
    return writer(piece, x, **activation.parameters)


def _named(operator: str, **attributes: float | int) -> Callable[..., str]:
    """Return the writer of an activation that is one operator."""
    return lambda piece, x: piece.do(operator, x, **attributes)


def _clipped(low: float, high: float) -> Callable[..., str]:
    return lambda piece, x: piece.do("Clip", x, piece.scalar(low), piece.scalar(high))


def _leaky_relu(piece: Piece, x: str, negative_slope: float) -> str:
    return piece.do("LeakyRelu", x, alpha=float(negative_slope))


def _threshold(piece: Piece, x: str, threshold: float, default_value: float) -> str:
    if threshold == default_value:
        return piece.do("Max", x, piece.scalar(threshold))
    is_small = piece.do("LessOrEqual", x, piece.scalar(threshold))
    return piece.do("Where", is_small, piece.scalar(default_value), x)


def _elu(piece: Piece, x: str, alpha: float) -> str:
    return piece.do("Elu", x, alpha=float(alpha))


def _celu(piece: Piece, x: str, alpha: float) -> str:
    return piece.do("Celu", x, alpha=float(alpha))


def _silu(piece: Piece, x: str) -> str:
    return piece.do("Mul", x, piece.do("Sigmoid", x))


def _mish(piece: Piece, x: str) -> str:
    return piece.do("Mul", x, piece.do("Tanh", piece.do("Softplus", x)))


def _gelu(piece: Piece, x: str, approximate: float) -> str:
    if approximate:
        cube = piece.do("Mul", piece.do("Mul", piece.do("Mul", x, x), x), piece.scalar(0.044715))
        inner = piece.do("Mul", piece.do("Add", x, cube), piece.scalar(math.sqrt(2 / math.pi)))
        share = piece.do("Tanh", inner)
    else:
        share = piece.do("Erf", piece.do("Mul", x, piece.scalar(math.sqrt(0.5))))
    half = piece.do("Mul", x, piece.scalar(0.5))
    return piece.do("Mul", half, piece.do("Add", share, piece.scalar(1.0)))


def _soft_shrink(piece: Piece, x: str, threshold: float) -> str:
    return piece.do("Shrink", x, lambd=float(threshold), bias=float(threshold))


def _hard_shrink(piece: Piece, x: str, threshold: float) -> str:
    return piece.do("Shrink", x, lambd=float(threshold), bias=0.0)


def _log_sigmoid(piece: Piece, x: str) -> str:
    return piece.do("Neg", piece.do("Softplus", piece.do("Neg", x)))


def _tanh_shrink(piece: Piece, x: str) -> str:
    return piece.do("Sub", x, piece.do("Tanh", x))


def _sparse_plus(piece: Piece, x: str) -> str:
    raised = piece.do("Add", _clipped(-1.0, 1.0)(piece, x), piece.scalar(1.0))
    bend = piece.do("Mul", piece.do("Mul", raised, raised), piece.scalar(0.25))
    is_large = piece.do("GreaterOrEqual", x, piece.scalar(1.0))
    return piece.do("Where", is_large, x, bend)


def _squareplus(piece: Piece, x: str, b: float) -> str:
    root = piece.do("Sqrt", piece.do("Add", piece.do("Mul", x, x), piece.scalar(b)))
    return piece.do("Mul", piece.do("Add", x, root), piece.scalar(0.5))


def _sparsemax(piece: Piece, x: str, shape: Shape) -> str:
    """Take away what the kept values have too much: the largest ones, as many as share 1 among them."""
    channels, ones = shape[0], (1,) * (len(shape) - 1)
    descending = piece.do("TopK", x, piece.numbers(channels), outputs=2, axis=1)
    sums = piece.do("CumSum", descending, piece.constant("axis", np.array(1, np.int64)))
    counts = piece.constant("counts", np.arange(1.0, channels + 1).reshape(channels, *ones))
    weighed = piece.do("Add", piece.do("Mul", descending, counts), piece.scalar(1.0))
    is_kept = piece.do("Cast", piece.do("Greater", weighed, sums), to=FLOAT)
    kept = piece.do("Max", piece.do("ReduceSum", is_kept, piece.numbers(1), keepdims=1), piece.scalar(1.0))
    last = piece.do("Cast", piece.do("Sub", kept, piece.scalar(1.0)), to=INT64)
    total = piece.do("GatherElements", sums, last, axis=1)
    excess = piece.do("Div", piece.do("Sub", total, piece.scalar(1.0)), kept)
    return piece.do("Relu", piece.do("Sub", x, excess))


_WRITERS: dict[str, Callable[..., str]] = {
    "relu": _named("Relu"),
    "leaky_relu": _leaky_relu,
    "absolute": _named("Abs"),
    "sigmoid": _named("Sigmoid"),
    "tanh": _named("Tanh"),
    "softplus": _named("Softplus"),
    "threshold": _threshold,
    "relu6": _clipped(0.0, 6.0),
    "elu": _elu,
    "selu": _named("Selu", alpha=SELU_ALPHA, gamma=SELU_SCALE),
    "silu": _silu,
    "gelu": _gelu,
    "softsign": _named("Softsign"),
    "hard_sigmoid": _named("HardSigmoid", alpha=1 / 6, beta=0.5),
    "hard_tanh": _clipped(-1.0, 1.0),
    "mish": _mish,
    "soft_shrink": _soft_shrink,
    "hard_shrink": _hard_shrink,
    "exponential": _named("Exp"),
    "clip": lambda piece, x, min_value, max_value: _clipped(min_value, max_value)(piece, x),
    "negative": _named("Neg"),
    "square_root": _named("Sqrt"),
    "logarithm": _named("Log"),
    "power": lambda piece, x, exponent: piece.do("Pow", x, piece.scalar(exponent)),
    "celu": _celu,
    "hard_silu": _named("HardSwish"),
    "log_sigmoid": _log_sigmoid,
    "tanh_shrink": _tanh_shrink,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": _named("HardSigmoid", alpha=0.5, beta=0.5),
    "squareplus": _squareplus,
    "softmax": _named("Softmax", axis=1),
    "log_softmax": _named("LogSoftmax", axis=1),
}
