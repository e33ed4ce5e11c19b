"""A sentence for one value: what in the numbers that it reads makes it large, small, or 0.

The weights of one sign are one side. Each side has a mean, weighted by their sizes, so that for any weights
value = Σ positive · mean there − Σ negative · mean there: whatever the sentence says, its numbers give the value.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import DTypeLike

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.rounding import is_rounding
from convexplorer.core.explain.trace import Trace
from convexplorer.core.operators.activations import describe
from convexplorer.results.regions import region_name
from convexplorer.results.trace_lines import is_copied, many
from convexplorer.words import MINUS, number

# Kinds whose windows are explained; of all others the lines say all there is.
_SUMS = ("conv", "depthwise", "separable", "transpose", "dense", "upsample")
# More channels than these are counted, not named.
_MOST_NAMED = 4


@dataclass(frozen=True, eq=False)
class Terms:
    """The numbers of a weighted sum, (n, *size), and which of them count."""

    values: np.ndarray
    weights: np.ndarray
    is_used: np.ndarray

    @property
    def products(self) -> np.ndarray:
        """What each number adds, 0 where it does not count."""
        return np.where(self.is_used, self.values * self.weights, 0.0)


@dataclass(frozen=True)
class Side:
    """The numbers whose weights have one sign.

    Attributes
    ----------
    name : of the cells, "" without a short one.
    weight : the sum of the absolute weights.
    mean : of the values, weighted by these.
    count : of the numbers.
    is_even : all weights are one.
    """

    name: str
    weight: float
    mean: float
    count: int
    is_even: bool


def value_sentence(trace: Trace, names: Sequence[str], *, is_picture: bool) -> str:
    """Return why a value is what it is, from its own terms; "" where there is nothing to say, as of one cell.

    Parameters
    ----------
    names : of the channels that are read, by their number.
    is_picture : the layer reads the picture: its numbers are brightness.

    Examples
    --------
    >>> from convexplorer.core import Conv, trace
    >>> edge = trace(Conv([[[[-1, 0, 1]] * 3]]), np.array([[[0.25, 0.5, 0.75]] * 3]), (0, 0, 0))
    >>> value_sentence(edge, ("Y",), is_picture=True)
    'Positive because the right column is brighter than the left column by 0.5 on average: 3 × 0.5 = 1.5.'
    """
    if not (np.isfinite(trace.value) and np.isfinite(trace.linear)):
        return ""
    if trace.kind == "max_pool":
        return _of_maximum(trace)
    if trace.kind == "average_pool":
        return _of_mean(trace)
    if trace.kind not in _SUMS or is_copied(trace):
        return ""
    terms = _terms(trace)
    if not terms.is_used.any() or not np.isfinite(terms.products).all():
        return ""
    has_more = bool(trace.bias) or not trace.activation.is_linear
    total = 0.0 if is_rounding(terms.products, dtype=trace.values.dtype) else float(terms.products.sum())
    text = _of_sum(trace, terms, total, _channel_names(trace, names), is_picture=is_picture, has_more=has_more)
    return f"{text}{_padding(trace)}{_after(trace, total)}." if text else ""


def _of_sum(trace: Trace, terms: Terms, total: float, names: Sequence[str], *, is_picture: bool, has_more: bool) -> str:
    """Return why a sum is what it is; the first form that says all of it."""
    is_met = terms.is_used & (terms.weights != 0)
    if not is_met.any():
        return f"{_lead(0.0, has_more=has_more)} no weight meets a cell"
    values = terms.values[is_met]
    if len(values) > 1 and (values == values[0]).all():
        return _of_equal(terms, is_met, total, has_more=has_more)
    own = () if trace.kind == "transpose" else names
    positive, negative = (_side(terms, is_met & (sign * terms.weights > 0), sign, own, trace.kind) for sign in (1, -1))
    if positive is None or negative is None:
        return _of_one_side(positive, negative, total)
    positive, negative = _both_named(positive, negative, is_all=bool(is_met.all()))
    balance = np.where(is_met, terms.weights, 0.0)
    lead = _lead(total, has_more=has_more)
    if not is_rounding(balance, dtype=trace.values.dtype):
        plus, minus = positive.weight * positive.mean, negative.weight * negative.mean
        compared = "is as much as" if total == 0 else "is more than" if total > 0 else "is less than"
        return (
            f"{lead} {number(positive.weight)} × {positive.name} ({_mean(positive)}) {compared} "
            f"{number(negative.weight)} × {negative.name} ({_mean(negative)}): "
            f"{number(plus)} {MINUS} {_operand(minus)} = {number(total)}"
        )
    where = _where(terms, total, names, trace.values.dtype)
    average = "" if positive.count == negative.count == 1 else " on average"
    if total == 0:
        equal = "equally bright" if is_picture else "equally large"
        return f"{lead} {positive.name} and {negative.name} are {equal}{average}, {number(positive.mean)}: they cancel"
    step = total / positive.weight
    words = ("brighter", "darker") if is_picture else ("larger", "smaller")
    more = words[0] if step > 0 else words[1]
    product = f"{number(positive.weight)} × {number(step)} = {number(total)}"
    by = f"by {number(abs(step))}{average}{where}"
    return f"{lead} {positive.name} {_is(positive.name)} {more} than {negative.name} {by}: {product}"


def _of_equal(terms: Terms, is_met: np.ndarray, total: float, *, has_more: bool) -> str:
    """Return why a sum is what it is where all numbers are one."""
    value, weight = float(terms.values[is_met][0]), float(terms.weights[is_met].sum())
    count = int(is_met.sum())
    if value == 0:
        return f"{_lead(0.0, has_more=has_more)} all {count} numbers that it reads are 0"
    if total == 0:
        return f"{_lead(0.0, has_more=has_more)} all {count} numbers are {number(value)}, and the weights add up to 0"
    return f"All {count} numbers are {number(value)}: {number(weight)} × {number(value)} = {number(total)}"


def _of_one_side(positive: Side | None, negative: Side | None, total: float) -> str:
    """Return why a sum is what it is whose weights have one sign."""
    side, sign = (positive, 1.0) if positive is not None else (negative, -1.0)
    assert side is not None
    weight, name = sign * side.weight, side.name or "the cells that count"
    product = f"{number(weight)} × {_operand(side.mean)} = {number(total)}"
    if side.count == 1:
        name = side.name or "one cell"
        return f"{name[0].upper()}{name[1:]} is {number(side.mean)}: {product}"
    kind = "mean" if side.is_even else "weighted mean"
    of = name.removeprefix("the mean of ")
    mean = f"The {kind} of {of} is {number(side.mean)}"
    return mean if number(weight) == "1" else f"{mean}, and the weights add up to {number(weight)}: {product}"


def _of_mean(trace: Trace) -> str:
    values = trace.values[trace.counted]
    if values.size < 2 or not np.isfinite(values).all():
        return ""
    low, high = float(values.min()), float(values.max())
    between = f"all {number(low)}" if low == high else f"from {number(low)} to {number(high)}"
    what = f"{number(trace.linear)} is the mean of {many(values.size)} cells, {between}"
    return f"{what}{_padding(trace)}{_after(trace, trace.linear)}."


def _of_maximum(trace: Trace) -> str:
    values = np.sort(trace.values[trace.counted & np.isfinite(trace.values)])[::-1]
    if values.size < 2 or trace.winner is None:
        return ""
    highest, following = float(values[0]), float(values[1])
    lead, after = f"{number(highest)} is the largest of {many(values.size)} cells", _after(trace, highest)
    if highest == following:
        return f"{lead}, {int((values == values[0]).sum())} of them have it{after}."
    return f"{lead}, the next is {number(following)}{after}."


def _terms(trace: Trace) -> Terms:
    """Return the numbers of a sum in float64; of a separable one those of its depthwise steps, with the mixing."""
    assert trace.weights is not None
    if not trace.stages:
        return Terms(trace.values.astype(np.float64), trace.weights.astype(np.float64), trace.counted)
    factors = trace.weights.reshape(-1).astype(np.float64)
    parts = [(stage, stage.weights) for stage in trace.stages if stage.weights is not None]
    return Terms(
        np.concatenate([stage.values for stage, _ in parts]).astype(np.float64),
        np.concatenate([weights * factor for (_, weights), factor in zip(parts, factors, strict=True)]),
        np.concatenate([stage.counted for stage, _ in parts]),
    )


def _side(terms: Terms, mask: np.ndarray, sign: int, names: Sequence[str], kind: str) -> Side | None:
    """Return the side of a mask (n, *size); None where it is empty."""
    if not mask.any():
        return None
    weights = np.where(mask, sign * terms.weights, 0.0)
    weight = float(weights.sum())
    mean = float((weights * np.where(mask, terms.values, 0.0)).sum()) / weight
    name = ""
    if mask[0].size == 1:
        own = [one for one, is_own in zip(names, mask.reshape(-1), strict=False) if is_own]
        name = own[0] if len(own) == 1 else f"the mean of {_listed(own)}" if 1 < len(own) < _MOST_NAMED else ""
    elif mask.ndim == 3 and kind != "transpose" and (mask == mask[:1]).all():
        name = region_name(mask[0])
    own_weights = terms.weights[mask]
    return Side(name, weight, mean, int(mask.sum()), bool((own_weights == own_weights[0]).all()))


def _both_named(positive: Side, negative: Side, *, is_all: bool) -> tuple[Side, Side]:
    """Return both sides with names: of places, if at least one has a short one, else of what they are.

    Parameters
    ----------
    is_all : no cell of the window lies between them.
    """
    others = "the other cells" if is_all else "the other cells that count"
    if positive.name or negative.name:
        first = positive.name or "the cells with positive weights"
        return replace(positive, name=first), replace(negative, name=negative.name or others)
    return replace(positive, name="the cells with positive weights"), replace(negative, name="those with negative ones")


def _is(name: str) -> str:
    return "are" if name.endswith("s") or name.startswith(("the cells", "the other", "the four", "those")) else "is"


def _mean(side: Side) -> str:
    return number(side.mean) if side.count == 1 else f"on average {number(side.mean)}"


def _lead(total: float, *, has_more: bool) -> str:
    word = "0" if total == 0 else "positive" if total > 0 else "negative"
    return f"The sum is {word} because" if has_more else f"{word[0].upper()}{word[1:]} because"


def _where(terms: Terms, total: float, names: Sequence[str], dtype: DTypeLike) -> str:
    """Return in which channels a difference is; "" of one channel, or where channels are what differs.

    A channel has a difference of its own where its weights are of both signs and add up to 0.
    """
    planes = terms.products.reshape(len(terms.products), -1)
    weights = np.where(terms.is_used, terms.weights, 0.0).reshape(planes.shape)
    if len(planes) < 2 or len(names) != len(planes) or not all(is_rounding(own, dtype=dtype) for own in weights):
        return ""
    sums = np.array([0.0 if is_rounding(plane, dtype=dtype) else plane.sum() for plane in planes]) * np.sign(total)
    with_it, against = ([name for name, one in zip(names, sums, strict=True) if sign * one > 0] for sign in (1, -1))
    if len(with_it) == len(sums):
        return f" in all {len(sums)} channels" if len(sums) > 2 else " in both channels"
    if len(sums) > _MOST_NAMED:
        return f" in {len(with_it)} of {len(sums)} channels"
    other = f", the other way in {_listed(against)}" if against else ""
    return f" in {_listed(with_it)}{other}"


def _channel_names(trace: Trace, names: Sequence[str]) -> tuple[str, ...]:
    """Return the name of each plane of the terms."""
    channels = [int(i) for stage in trace.stages for i in stage.channels] or [int(i) for i in trace.channels]
    if len(set(channels)) != len(channels) or max(channels) >= len(names):
        return ()
    return tuple(names[i] for i in channels)


def _padding(trace: Trace) -> str:
    """Return how much of the window is padding; "" of none."""
    window, counted = (
        (trace.stages[0].window, trace.stages[0].counted) if trace.stages else (trace.window, trace.counted)
    )
    is_met = counted[0] & window.is_padding if counted.ndim == len(window.positions) + 1 else np.zeros(1, bool)
    count = int(is_met.sum())
    return f"; {count} of {int(counted[0].sum())} cells {'is' if count == 1 else 'are'} padding" if count else ""


def _after(trace: Trace, total: float) -> str:
    """Return what the bias and the activation make of a sum."""
    text = ""
    if trace.bias and trace.kind in _SUMS:
        sign = "+" if trace.bias > 0 else MINUS
        text = f"; with the bias {number(total)} {sign} {number(abs(trace.bias))} = {number(trace.linear)}"
    if trace.activation.is_linear:
        return text
    label = describe(trace.activation.name).label
    if trace.value == trace.linear:
        return f"{text}; {label} keeps it"
    if number(trace.value) == number(trace.linear):
        return f"{text}; {label} hardly changes it"
    return f"{text}; {label} makes it {number(trace.value)}"


def _operand(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "none"
