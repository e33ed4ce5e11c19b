"""What makes a value NaN or infinite: which place of the input, which weight, or the arithmetic itself."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.layers.tracing.trace import Trace


def not_finite_origin(traced: Trace) -> str:
    """Return a sentence on what made a value NaN or infinite, "" if it is a number.

    Examples
    --------
    >>> from convexplorer.core import Conv, trace
    >>> x = np.array([[[1.0, np.nan, 2.0]]])
    >>> not_finite_origin(trace(Conv([[[[1, 1]]]]), x, (0, 0, 1)))
    'NaN in the input, at row 0, column 1 of channel 0.'
    """
    if np.isfinite(traced.value) and np.isfinite(traced.linear):
        return ""
    within = next((found for found in map(not_finite_origin, traced.stages) if found), "")
    return within or (_origin_in_choice(traced) if traced.products is None else _origin_in_sum(traced))


def _origin_in_choice(traced: Trace) -> str:
    """Return what a value that was taken as it is, the largest or the only one, owes to the input."""
    if not traced.counted.any():
        return "The window meets no cell of the input, so the largest value is −∞."
    if np.isfinite(traced.linear):
        return _overflow(traced)
    if traced.winner is not None:
        return f"{_input_words(traced, 0, traced.winner)}."
    wrong = np.argwhere(traced.counted & ~np.isfinite(traced.values)).tolist()
    return f"{_input_words(traced, wrong[0][0], tuple(wrong[0][1:]))}." if wrong else _overflow(traced)


def _origin_in_sum(traced: Trace) -> str:
    """Return which term makes a sum NaN or infinite: the first that is NaN where the sum is, else the first."""
    assert traced.products is not None
    if not traced.counted.any() and traced.kind == "average_pool":
        return "The window meets no cell that counts, so there is no mean."
    wrong = traced.counted & ~np.isfinite(traced.products)
    worst = wrong & np.isnan(traced.products) if np.isnan(traced.products[wrong]).any() else wrong
    taps = np.argwhere(worst).tolist()
    if not taps:
        return _overflow(traced) if np.isfinite(traced.bias) else f"The bias is {_name(traced.bias)}."
    sentence = _term_words(traced, taps[0][0], tuple(taps[0][1:]))
    if len(taps) > 1:
        sentence += f"; the first of {len(taps)} such terms"
    if np.isnan(traced.linear) and worst is wrong:
        sentence += ", and ∞ − ∞ is NaN"
    return f"{sentence}."


def _term_words(traced: Trace, channel: int, tap: tuple[int, ...]) -> str:
    assert traced.weights is not None
    value, weight = traced.values[(channel, *tap)], traced.weights[(channel, *tap)]
    plane = f"channel {traced.channels[channel]}"
    if traced.weights[channel].size > 1:
        plane = f"{_cell_words(tap)} of the plane for {plane}"
    if not np.isfinite(weight):
        met = ", times a value of 0" if value == 0 and not np.isnan(weight) else ""
        return f"{_name(weight)} in the {'scale' if traced.kind == 'batch_norm' else 'kernel'}, at {plane}{met}"
    if np.isfinite(value):
        return f"{value:g} × {weight:g} is too large for {traced.values.dtype}, at {plane}"
    met = ", times a weight of 0" if weight == 0 and not np.isnan(value) else ""
    return _input_words(traced, channel, tap) + met


def _input_words(traced: Trace, channel: int, tap: tuple[int, ...]) -> str:
    cell = [int(source[k]) for source, k in zip(traced.window.sources, tap, strict=True)]
    value = traced.values[(channel, *tap)]
    place = f"{_cell_words(cell)} of " if cell else ""
    source = f"input {traced.inputs[channel] + 1}" if traced.inputs else "the input"
    return f"{_name(value)} in {source}, at {place}channel {traced.channels[channel]}"


def _overflow(traced: Trace) -> str:
    what = "sum" if not np.isfinite(traced.linear) else f"activation of {traced.linear:g}"
    return f"The {what} is too large for {traced.values.dtype}."


def _name(value: float) -> str:
    return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"


def _cell_words(cell: Sequence[int]) -> str:
    if len(cell) == 2:
        return f"row {cell[0]}, column {cell[1]}"
    return f"index {cell[0]}" if len(cell) == 1 else f"cell {tuple(cell)}"
