"""The differences of two networks as a table: for a terminal, a spreadsheet, a page, and for programs."""

import csv
import io
import json
import math
from collections.abc import Callable
from typing import Any

from convexplorer.results.differences.array_difference import ArrayDifference
from convexplorer.results.differences.difference_words import (
    NO_NUMBERS,
    layer_cells,
    number_cells,
    score_lines,
    summary_sentences,
    verdict,
)
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference
from convexplorer.results.differences.table_text import csv_cell, markdown_table, text_table
from convexplorer.results.differences.weights_difference import WeightsDifference
from convexplorer.words import shape_text

HEADS = ("Layer", "Reference", "Verdict", "Output Shape", "Largest", "At", "Mean", "Relative", "Cosine", "Weights")
#: Columns whose cells are numbers, and stand at the right.
NUMBERS = (4, 6, 7, 8)


def difference_cells(difference: NetworkDifference) -> list[tuple[str, ...]]:
    """Return a row of cells for the picture and each layer, in the order of `HEADS`."""
    return [_input_cells(difference), *map(layer_cells, difference.layers)]


def as_text(difference: NetworkDifference) -> str:
    """Return the table for a terminal."""
    return text_table(HEADS, difference_cells(difference), NUMBERS, _ends(difference))


def as_csv(difference: NetworkDifference) -> str:
    """Return the table for a spreadsheet: plain numbers, a cell empty where there is none."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    rows = [_record(one) for one in difference.layers]
    writer.writerow(rows[0] if rows else ())
    writer.writerows(map(csv_cell, row.values()) for row in rows)
    return file.getvalue()


def as_json(difference: NetworkDifference) -> str:
    """Return the table for programs; what is not finite is a text, as JSON has no number for it."""
    scores = difference.scores
    content: dict[str, Any] = {
        "input": None if difference.input is None else _values(difference.input),
        "layers": [_record(one) for one in difference.layers],
        "scores": None
        if scores is None
        else {
            "own": [{"name": one.name, "value": _json(one.value)} for one in scores.own],
            "reference": [{"name": one.name, "value": _json(one.value)} for one in scores.reference],
            "is_same_winner": scores.is_same_winner,
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_markdown(difference: NetworkDifference) -> str:
    """Return the table for a page, and below it what it comes to as a list."""
    return markdown_table(HEADS, difference_cells(difference), NUMBERS, _ends(difference))


FORMATS: dict[str, Callable[[NetworkDifference], str]] = {
    "text": as_text,
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}


def _input_cells(difference: NetworkDifference) -> tuple[str, ...]:
    shape = shape_text(difference.own.evaluation.image.shape)
    values = difference.input
    if values is None:
        other = shape_text(difference.reference.evaluation.image.shape)
        return ("input", "input", f"two shapes: {shape} against {other}", shape, *NO_NUMBERS, "")
    return ("input", "input", "the same" if values.is_none else "differs", shape, *number_cells(values), "")


def _record(one: LayerDifference) -> dict[str, Any]:
    weights = one.weights or WeightsDifference()
    return {
        "layer": one.name,
        "reference": one.reference,
        "matched_by": one.pair.how,
        "shape": None if one.shape is None else list(one.shape),
        "reference_shape": None if one.reference_shape is None else list(one.reference_shape),
        **value_record(one.values),
        "rounding_bound": None if one.values is None else _json(one.bound),
        "weights": weights.count,
        "weights_differing": weights.differing,
        "weights_largest": _json(weights.largest),
        "verdict": verdict(one),
    }


_VALUES = ("largest", "place", "value", "reference_value", "mean", "relative", "cosine", "differing")


def value_record(found: ArrayDifference | None) -> dict[str, Any]:
    """Return the numbers of two arrays for programs; None for each where there is nothing to compare."""
    return dict.fromkeys(_VALUES) if found is None else _values(found)


def _ends(difference: NetworkDifference) -> list[str]:
    return [*summary_sentences(difference), *score_lines(difference)]


def _values(found: ArrayDifference) -> dict[str, Any]:
    numbers = (
        *(_json(found.largest), list(found.place), _json(found.first), _json(found.second), _json(found.mean)),
        *(_json(found.relative), found.cosine, found.differing),
    )
    return dict(zip(_VALUES, numbers, strict=True))


def _json(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)
