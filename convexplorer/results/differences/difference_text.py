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
    lines = [HEADS, *difference_cells(difference)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    body = [_line(line, widths) for line in lines]
    return "\n".join([body[0], rule, *body[1:], rule, *summary_sentences(difference), *score_lines(difference)]) + "\n"


def as_csv(difference: NetworkDifference) -> str:
    """Return the table for a spreadsheet: plain numbers, a cell empty where there is none."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    rows = [_record(one) for one in difference.layers]
    writer.writerow(rows[0] if rows else ())
    writer.writerows(map(_cell, row.values()) for row in rows)
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
    sides = ["---:" if i in NUMBERS else "---" for i in range(len(HEADS))]
    rows = [HEADS, tuple(sides), *difference_cells(difference)]
    escaped = (tuple(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row) for row in rows)
    table = "\n".join(f"| {' | '.join(row)} |" for row in escaped)
    lines = [*summary_sentences(difference), *score_lines(difference)]
    return f"{table}\n\n" + "".join(f"- {line}\n" for line in lines)


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
    values: dict[str, Any] = dict.fromkeys(_VALUES) if one.values is None else _values(one.values)
    return {
        "layer": one.name,
        "reference": one.reference,
        "matched_by": one.pair.how,
        "shape": None if one.shape is None else list(one.shape),
        "reference_shape": None if one.reference_shape is None else list(one.reference_shape),
        **values,
        "rounding_bound": None if one.values is None else _json(one.bound),
        "weights": weights.count,
        "weights_differing": weights.differing,
        "weights_largest": _json(weights.largest),
        "verdict": verdict(one),
    }


_VALUES = ("largest", "place", "value", "reference_value", "mean", "relative", "cosine", "differing")


def _values(found: ArrayDifference) -> dict[str, Any]:
    numbers = (
        *(_json(found.largest), list(found.place), _json(found.first), _json(found.second), _json(found.mean)),
        *(_json(found.relative), found.cosine, found.differing),
    )
    return dict(zip(_VALUES, numbers, strict=True))


def _json(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


def _cell(value: object) -> object:
    """Return what a spreadsheet gets of a value: a shape or a place as "3x12x40"."""
    return "" if value is None else "x".join(map(str, value)) if isinstance(value, list) else value


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (
        f"{cell:>{width}}" if i in NUMBERS else f"{cell:<{width}}"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
