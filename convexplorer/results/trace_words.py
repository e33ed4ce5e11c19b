"""Words for a trace: how one value follows from the numbers that were read, step by step, for every kind of trace.

Screen, print and LaTeX read this table; none of them knows a kind of layer by name.
"""

from collections.abc import Callable, Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.rounding import differs_by_rounding
from convexplorer.core.explain.trace import Trace
from convexplorer.results import trace_lines
from convexplorer.results.trace_lines import Line
from convexplorer.words import number

Tap = tuple[int, ...]  # channel, then an index for each axis of the window
Lines = Callable[[Trace, Sequence[str]], list[Line]]


@dataclass(frozen=True)
class TraceWords:
    """What the parts of a trace of one kind are called.

    Attributes
    ----------
    lines : the steps from the numbers that were read to the value before activation.
    weights : title of the numbers by which values are multiplied; "" where these are always 1 or −1, or say less
        than the lines do.
    running : title of the course of `trace.running`; "" where there is none.
    start : what the course begins with, before the first number.
    joint : sign between the numbers of two inputs; "" for kinds with one input.
    marked : the tap that stands out: the number that was taken, or the one that is changed; None without one.
    """

    lines: Lines
    weights: str = ""
    running: str = ""
    start: Callable[[Trace], float] = lambda _trace: 0.0
    joint: str = ""
    marked: Callable[[Trace], Tap | None] = lambda _trace: None


def _winner(trace: Trace) -> Tap | None:
    return None if trace.winner is None else (0, *trace.winner)


def _own(trace: Trace) -> Tap | None:
    """Return the tap of the value's own channel, where the other channels in its place take part as well."""
    own = np.flatnonzero(trace.channels == trace.place[0])
    return (int(own[0]), *(0,) * (trace.values.ndim - 1)) if len(trace.channels) > 1 and own.size else None


def _counted(trace: Trace) -> Tap | None:
    taps = np.argwhere(trace.counted)
    return tuple(taps[0].tolist()) if len(taps) else None


def _at(position: Callable[[np.ndarray], np.intp]) -> Callable[[Trace], Tap]:
    def tap(trace: Trace) -> Tap:
        return tuple(int(i) for i in np.unravel_index(position(trace.values), trace.values.shape))

    return tap


_OF_KERNEL = TraceWords(trace_lines.of_sums, "kernel", "running sum of {n} products, then the bias")

WORDS: dict[str, TraceWords] = {
    "conv": _OF_KERNEL,
    "depthwise": _OF_KERNEL,
    "separable": _OF_KERNEL,
    "transpose": _OF_KERNEL,
    "dense": TraceWords(trace_lines.of_sums, "weights", "running sum of {n} products, then the bias"),
    "average_pool": TraceWords(trace_lines.of_mean, "1 / count", "running sum of {n} shares"),
    "upsample": TraceWords(trace_lines.of_upsampling, "weights", "running sum of {n} shares"),
    "max_pool": TraceWords(trace_lines.of_maximum, marked=_winner),
    "unpool": TraceWords(trace_lines.of_unpooling, marked=_counted),
    "batch_norm": TraceWords(trace_lines.of_batch_norm),
    "rescaling": TraceWords(trace_lines.of_rescaling, "scale", "the product, then the offset"),
    "local_response_norm": TraceWords(
        trace_lines.of_local_response,
        running="bias + α · Σ x², neighbour by neighbour",
        start=lambda trace: trace_lines.response_of(trace).bias,
        marked=_own,
    ),
    "activation": TraceWords(trace_lines.of_activation, marked=_own),
    "identity": TraceWords(trace_lines.of_identity),
    "flatten": TraceWords(trace_lines.of_flattening),
    "reshape": TraceWords(trace_lines.of_moving),
    "permute": TraceWords(trace_lines.of_moving),
    "depth_to_space": TraceWords(trace_lines.of_moving),
    "space_to_depth": TraceWords(trace_lines.of_moving),
    "select_maps": TraceWords(trace_lines.of_moving),
    "prelu": TraceWords(trace_lines.of_prelu),
    "scale_shift": TraceWords(trace_lines.of_rescaling, "scale", "the product, then the offset"),
    "group_norm": TraceWords(trace_lines.of_group_norm),
    "layer_norm": TraceWords(trace_lines.of_layer_norm, marked=_own),
    "pad": TraceWords(trace_lines.of_rim),
    "zero_pad": TraceWords(trace_lines.of_rim),
    "crop": TraceWords(trace_lines.of_rim),
    "add": TraceWords(trace_lines.of_inputs("+"), running="running sum of {n} inputs", joint="+"),
    "subtract": TraceWords(trace_lines.of_inputs("−"), running="first input, then the difference", joint="−"),
    "average": TraceWords(trace_lines.of_average, running="running sum of {n} shares", joint="+"),
    "multiply": TraceWords(
        trace_lines.of_inputs("·"), running="running product of {n} inputs", start=lambda _trace: 1.0, joint="·"
    ),
    "maximum": TraceWords(trace_lines.of_extreme("largest", np.argmax), marked=_at(np.argmax)),
    "minimum": TraceWords(trace_lines.of_extreme("smallest", np.argmin), marked=_at(np.argmin)),
    "magnitude": TraceWords(trace_lines.of_vector("√(a² + b²)"), running="length of a alone, then of both"),
    "orientation": TraceWords(trace_lines.of_orientation),
    "concatenate": TraceWords(trace_lines.of_concatenation),
}


def words_of(trace: Trace) -> TraceWords:
    """Return the words for a trace; a kind without a row has those of a sum, or of a value that is passed on."""
    plain = _OF_KERNEL if trace.products is not None else WORDS["identity"]
    return WORDS.get(trace.kind, plain)


def shows_weights(trace: Trace) -> bool:
    """Return whether the weights of a trace say something: a single one that is 1 by nature does not."""
    return trace.products is not None and bool(words_of(trace).weights) and not trace_lines.is_copied(trace)


@dataclass(frozen=True, eq=False)
class Course:
    """How a value grew, number by number.

    Attributes
    ----------
    title : what is shown.
    steps : (n + 1,) float64, the value before the first number and after each; the bias is the last where there is one.
    has_bias : the last step is the bias.
    """

    title: str
    steps: np.ndarray
    has_bias: bool


def course_of(trace: Trace) -> Course | None:
    """Return how a value grew; None where it does not grow, or not in finite numbers."""
    words = words_of(trace)
    if not words.running or trace.running.size < 2 or not np.isfinite(trace.running).all():
        return None
    has_bias = trace_lines.has_bias(trace)
    steps = np.concatenate([[words.start(trace)], trace.running.astype(np.float64)])
    if has_bias:
        steps = np.append(steps, steps[-1] + trace.bias if trace.linear else 0.0)
    title = words.running.format(n=trace_lines.many(trace.running.size))
    return Course(title if has_bias else title.removesuffix(", then the bias"), steps, has_bias)


def precision_texts(trace: Trace) -> list[str]:
    """Return what float64 makes of a value, and why it differs, the fullest first.

    Examples
    --------
    >>> from convexplorer.core import Conv, trace
    >>> third = trace(Conv(np.full((1, 1, 1, 3), 1 / 3)), np.full((1, 1, 3), 0.7, np.float32), (0, 0, 0))
    >>> precision_texts(third)[0]
    'float64 0.7000000089; differs by rounding only, 2e−08'
    """
    exact = f"float64 {number(trace.reference, 10)}"
    if trace.left:
        left = number(trace.left, 1)
        return [f"{exact}; float32 left {left} by rounding", f"{exact}; rounding {left}", exact]
    off = abs(trace.value - trace.reference)
    if not np.isfinite(off):
        return [exact]
    if off == 0:
        return [f"{exact}, the same", exact]
    size = number(off, 1)
    if differs_by_rounding(trace):
        return [f"{exact}; differs by rounding only, {size}", f"{exact}; rounding {size}", exact]
    return [f"{exact}; differs by {size}", exact]
