"""Which values are nothing but rounding: the one bound that says so, and traces without what is below it.

A sum is judged by its value in float64, where products of float32 numbers are exact, against its own terms. So the
judgement is the same whichever algorithm and order made the map, and a small true value stays beside large ones.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import DTypeLike

from convexplorer.core.layers import LayerNorm
from convexplorer.core.layers.tracing.trace import Trace, activated

# A term is rounded where its value and its weight become float32, where they are multiplied, and where the value was
# computed by the layer below: so many units, in whichever way the terms are added afterwards.
ROUNDINGS = 4
# What was measured of all activations, NumPy's and ONNX Runtime's, on −30…30 beside float64: 1.
FUNCTION_UNITS = 4
# Whole numbers below are exact in float64, and so are their sums.
_LARGEST_WHOLE = 2.0**53


def rounding_bound(total: float | np.ndarray, dtype: DTypeLike = np.float32) -> float | np.ndarray:
    """Return a bound on what rounding of its terms can leave of a sum that should be 0.

    Parameters
    ----------
    total : the sum of the absolute terms.
    dtype : in which values and weights are given.

    Examples
    --------
    >>> rounding_bound(8.0) < 2e-6
    True
    """
    unit = float(np.finfo(dtype).eps) / 2
    return ROUNDINGS * unit / (1 - ROUNDINGS * unit) * total


def is_rounding(terms: np.ndarray, bias: float = 0.0, dtype: DTypeLike = np.float32) -> bool:
    """Return whether a sum of terms (n,) float64 is 0 within their rounding; whole numbers have none.

    Examples
    --------
    >>> is_rounding(np.array([0.1, 0.2, -0.3]), dtype=np.float64), is_rounding(np.array([1e9, 1.0, -1e9]))
    (True, False)
    """
    return bool(are_rounding(np.append(terms.reshape(-1), bias)[np.newaxis], dtype)[0])


def without_rounding(traced: Trace) -> Trace:
    """Return a trace in which all sums that are 0 within the rounding of their terms are 0.

    These are the sums of its channels, the running sum, the value before activation, and what follows from that.

    Examples
    --------
    >>> from convexplorer.core import Conv, trace
    >>> flat = np.full((1, 1, 3), 1.0, np.float32)
    >>> one = trace(Conv(np.array([[[[0.7, -0.5, -0.2]]]], np.float32)), flat, (0, 0, 0))
    >>> abs(one.value) > 0, without_rounding(one).value
    (True, 0.0)
    """
    terms = _terms(traced)
    if terms is None or not np.isfinite(terms).all() or not np.isfinite(traced.bias):
        return traced
    dtype, flat = traced.values.dtype, terms.reshape(-1)
    sums, running = traced.sums, traced.running
    if len(sums) == len(terms):
        sums = np.where(are_rounding(terms.reshape(len(terms), -1), dtype), sums.dtype.type(0), sums)
    if running.size == flat.size:
        running = np.where(running_rounding(flat, dtype), running.dtype.type(0), running)
    settled = replace(traced, sums=sums, running=running)
    return with_linear(settled, 0.0) if _is_zero(traced, terms) else settled


def differs_by_rounding(traced: Trace) -> bool:
    """Return whether value and reference differ by no more than adding the terms in any order in float32 can explain.

    The value may be that of another library, which has added and activated in its own way: then it is the activation of
    some sum within the rounding of this one. A Fourier transform rounds in proportion to other terms than these.
    """
    terms = _terms(traced)
    unit = float(np.finfo(traced.values.dtype).eps)
    if terms is None or traced.stages or traced.activation.is_over_channels:
        size = max(abs(traced.value), abs(traced.reference))
        loose = 0.0 if traced.activation.is_over_channels else _of_function(traced, unit)
        if isinstance(traced.layer, LayerNorm):
            loose += _of_mean(traced.layer, traced, unit)
        return abs(traced.value - traced.reference) <= 64 * unit * size + loose
    exact, total = float(terms.sum()) + traced.bias, float(np.abs(terms).sum()) + abs(traced.bias)
    # Weights between cells come from places, which are rounded in proportion to their distance from the first cell.
    places = traced.window.positions if traced.kind == "upsample" else ()
    furthest = max((abs(int(one)) for axis in places for one in axis), default=0)
    bound = (terms.size + 2 + 4 * furthest) * unit * total
    if abs(traced.linear - exact) > bound:
        return False
    with np.errstate(all="ignore"):
        ends = [activated(traced.activation, exact + step) for step in (-bound, 0.0, bound)]
    loose = 2 * unit * abs(traced.value) + _of_function(traced, unit)
    return not (traced.value < min(ends) - loose or traced.value > max(ends) + loose)


def _of_mean(layer: LayerNorm, traced: Trace, unit: float) -> float:
    """Return how far apart values lie if the mean that is taken off was added up in another order."""
    values = traced.values.astype(np.float64)
    with np.errstate(all="ignore"):
        gain = abs(float(layer.gamma[traced.place[0]])) / np.sqrt(values.var() + layer.epsilon)
        return float((values.size + 2) * unit * np.abs(values).mean() * gain)


def _of_function(traced: Trace, unit: float) -> float:
    """Return how far two libraries' values of a function may lie apart: they approximate it in units of 1, or of x."""
    return 0.0 if traced.activation.is_linear else FUNCTION_UNITS * unit * (1 + abs(traced.linear) + abs(traced.value))


def sum_of_products(traced: Trace) -> float:
    """Return the sum of a trace's products, without the bias: 0 where it is rounding."""
    terms = _terms(traced)
    total = float(traced.sums.sum())
    if traced.stages or terms is None or not np.isfinite(terms).all():
        return total
    return 0.0 if is_rounding(terms, dtype=traced.values.dtype) else total


def running_rounding(terms: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Return where the running sum of terms (n,) float64 is 0 within the rounding of those added so far."""
    running, total = np.cumsum(terms), np.cumsum(np.abs(terms))
    is_small = np.abs(running) <= rounding_bound(total, dtype)
    is_zero: np.ndarray = is_small & ((running == 0) | ~_are_whole(terms[np.newaxis])[0])
    return is_zero


def _terms(traced: Trace) -> np.ndarray | None:
    """Return the products of a trace in float64, 0 where a tap is not counted; None where nothing is weighted."""
    if traced.weights is None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        products = traced.values.astype(np.float64) * traced.weights.astype(np.float64)
    return np.where(traced.counted, products, 0.0)


def _is_zero(traced: Trace, terms: np.ndarray) -> bool:
    """Return whether the sum before activation is rounding: of a separable one, of the terms of its depthwise steps."""
    if not traced.stages:
        return is_rounding(terms, traced.bias, traced.values.dtype)
    assert traced.weights is not None
    parts = [
        _flat_terms(stage) * float(factor)
        for stage, factor in zip(traced.stages, traced.weights.reshape(-1), strict=True)
    ]
    return is_rounding(np.concatenate(parts), traced.bias, traced.values.dtype)


def _flat_terms(traced: Trace) -> np.ndarray:
    terms = _terms(traced)
    assert terms is not None
    return np.append(terms.reshape(-1), traced.bias)


def with_linear(traced: Trace, linear: float) -> Trace:
    """Return a trace with another value before activation; values of an activation over channels stay."""
    if traced.activation.is_over_channels:
        return replace(traced, linear=linear)
    value = activated(traced.activation, linear)
    left = traced.left or (traced.value if value == 0 else 0.0)
    return replace(traced, linear=linear, value=value, reference=value, left=left)


def are_rounding(terms: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Return whether each sum of terms (m, n) float64 is 0 within their rounding, (m,) bool."""
    with np.errstate(over="ignore", invalid="ignore"):
        sums, totals = np.abs(terms.sum(axis=1)), np.abs(terms).sum(axis=1)
        is_small = sums <= rounding_bound(totals, dtype)
    # The running sum in float64 may leave something of its own; it is far below the bound.
    return np.asarray(is_small & ((sums == 0) | ~_are_whole(terms)))


def _are_whole(terms: np.ndarray) -> np.ndarray:
    """Return whether all terms (m, n) are whole numbers whose sums are exact, (m,) bool."""
    with np.errstate(invalid="ignore"):
        return np.asarray((terms == np.rint(terms)).all(axis=1) & (np.abs(terms).sum(axis=1) < _LARGEST_WHOLE))
