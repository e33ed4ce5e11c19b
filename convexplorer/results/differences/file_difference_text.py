"""The differences of two files of weights as a table: for a terminal, a spreadsheet, a page, and for programs."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from convexplorer.results.differences.difference_text import value_record
from convexplorer.results.differences.difference_words import NO_NUMBERS, number_cells
from convexplorer.results.differences.file_difference import (
    FileDifference,
    TensorDifference,
    place_words,
    shape_words,
)
from convexplorer.results.differences.table_text import Cells, csv_cell, markdown_table, text_table
from convexplorer.words import plain

HEADS = ("Array", "Verdict", "Shape", "Differing", "Largest", "At", "Mean", "Relative", "Cosine")
NUMBERS = (3, 4, 6, 7, 8)


def _cells(one: TensorDifference) -> Cells:
    shape, values = one.shape if one.shape is not None else one.reference_shape, one.values
    own = (plain(one.name), one.verdict, "" if shape is None else shape_words(shape))
    if values is None:
        return (*own, "", *NO_NUMBERS)
    largest, _, *others = number_cells(values)
    place = "" if values.is_none else place_words(values.place)
    return (*own, f"{values.differing:,} of {values.count:,}", largest, place, *others)


def _record(one: TensorDifference) -> dict[str, Any]:
    return {
        "array": one.name,
        "shape": None if one.shape is None else list(one.shape),
        "reference_shape": None if one.reference_shape is None else list(one.reference_shape),
        "count": None if one.values is None else one.values.count,
        **value_record(one.values),
        "verdict": one.verdict,
    }


def as_text(found: FileDifference) -> str:
    """Return the table for a terminal."""
    return text_table(HEADS, [_cells(one) for one in found.tensors], NUMBERS, found.sentences)


def as_markdown(found: FileDifference) -> str:
    """Return the table for a page."""
    return markdown_table(HEADS, [_cells(one) for one in found.tensors], NUMBERS, found.sentences)


def as_csv(found: FileDifference) -> str:
    """Return the table for a spreadsheet: plain numbers, a cell empty where there is none."""
    file = io.StringIO()
    rows = [_record(one) for one in found.tensors]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows[0] if rows else ())
    writer.writerows(map(csv_cell, row.values()) for row in rows)
    return file.getvalue()


def as_json(found: FileDifference) -> str:
    """Return the table for programs; what is not finite is a text, as JSON has no number for it."""
    content = {"arrays": [_record(one) for one in found.tensors]}
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: dict[str, Callable[[FileDifference], str]] = {
    "text": as_text,
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}
