"""The table of a network as text: for a terminal, as CSV for a spreadsheet, as Markdown for a page."""

import csv
import io
import math
from collections.abc import Callable, Sequence

from convexplorer.core.geometry.field import Number
from convexplorer.results.summary import Summary, SummaryRow
from convexplorer.words import bytes_text, shape_text, times

HEADS = ("Layer (type)", "Output Shape", "Param #", "Connected to", "Field", "Multiply-adds", "Maps")
#: Columns whose cells are numbers, and stand at the right.
NUMBERS = (2, 5, 6)


def summary_cells(summary: Summary) -> list[tuple[str, ...]]:
    """Return a row of cells for the picture and each layer, in the order of `HEADS`."""
    shape = summary.input_shape
    picture = ("input", shape_text(shape), "", "", "", "", bytes_text(4 * math.prod(shape)))
    return [picture, *map(_cells, summary.rows)]


def total_lines(summary: Summary) -> list[tuple[str, str]]:
    """Return the sums below the table, each with its words; the first three are Keras's."""
    # How many weights a layer has follows from its input: behind a layer that failed nothing is known.
    failed = len(summary.failed)
    missing = f"{failed} layer{'' if failed == 1 else 's'}"
    lines = [
        (
            "Total params",
            f"{summary.parameters:,} ({bytes_text(summary.parameter_bytes)})"
            + (f", {missing} not counted" if failed else ""),
        ),
        ("Trainable params", f"{summary.trainable:,} ({bytes_text(4 * summary.trainable)})"),
        ("Non-trainable params", f"{summary.measured:,} ({bytes_text(4 * summary.measured)})"),
        ("Multiply-adds", f"{summary.multiply_adds:,} for one picture"),
        ("Memory of all maps", bytes_text(summary.map_bytes)),
        ("Memory of a frame", f"at most {bytes_text(summary.frame_bytes)}; twice while frames follow each other"),
    ]
    names = ", ".join(row.id for row in summary.failed)
    return [*lines, ("Not counted", f"{missing} without maps: {names}")] if failed else lines


def as_text(summary: Summary) -> str:
    """Return the table for a terminal."""
    lines = [HEADS, *summary_cells(summary)]
    # An error is a sentence longer than any shape; nothing stands right of it in its row.
    widths = [max(len(line[i]) for line in lines if i == 0 or any(line[2:])) for i in range(len(HEADS))]
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    body = [_line(line, widths) for line in lines]
    sums = [f"{words}: {value}" for words, value in total_lines(summary)]
    return "\n".join([body[0], rule, *body[1:], rule, *sums]) + "\n"


def as_csv(summary: Summary) -> str:
    """Return the table for a spreadsheet, numbers as plain digits, bytes and cells; without sums.

    A cell is empty where there is no number: all of a layer that failed, the step of values without places.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        (
            *("layer", "type", "output_shape", "params", "trainable_params", "connected_to", "field", "field_step"),
            *("multiply_adds", "map_bytes", "error"),
        )
    )
    for row in summary.rows:
        numbers = ("", "") if row.error else (row.parameters, row.trainable)
        shape = "" if row.shape is None else "x".join(map(str, (*row.shape[1:], row.shape[0])))
        size = "" if row.field_size is None else _joined(row.field_size)
        step = "" if row.field is None or not any(row.field.jump) else _joined(row.field.jump)
        costs = ("", "") if row.error else (row.multiply_adds, row.map_bytes)
        names = " ".join(row.connected_to)
        writer.writerow((row.id, _type(row), shape, *numbers, names, size, step, *costs, row.error))
    return file.getvalue()


def as_markdown(summary: Summary) -> str:
    """Return the table for a page, with the sums as a list."""
    sides = ["---:" if i in NUMBERS else "---" for i in range(len(HEADS))]
    rows = [HEADS, tuple(sides), *summary_cells(summary)]
    escaped = (tuple(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row) for row in rows)
    table = "\n".join(f"| {' | '.join(row)} |" for row in escaped)
    return f"{table}\n\n" + "".join(f"- {words}: {value}\n" for words, value in total_lines(summary))


FORMATS: dict[str, Callable[[Summary], str]] = {"text": as_text, "csv": as_csv, "markdown": as_markdown}


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        f"{cell:>{width}}" if i in NUMBERS else f"{cell:<{width}}"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def _cells(row: SummaryRow) -> tuple[str, ...]:
    name = f"{row.id} ({_type(row)})"
    if row.shape is None:
        return (name, row.error, "", "", "", "", "")
    return (
        name,
        shape_text(row.shape),
        f"{row.parameters:,}",
        ", ".join(row.connected_to),
        "" if row.field_size is None else times(row.field_size),
        f"{row.multiply_adds:,}",
        bytes_text(row.map_bytes),
    )


def _type(row: SummaryRow) -> str:
    return row.kind if row.is_enabled else f"{row.kind}, off"


def _whole(number: Number) -> str:
    return str(number) if isinstance(number, int) else f"{float(number):.4g}"


def _joined(numbers: Sequence[Number]) -> str:
    return "x".join(_whole(number) for number in numbers)
