"""Tables of differences as lines for a terminal, and as a page."""

from collections.abc import Collection, Sequence

Cells = tuple[str, ...]


def text_table(heads: Cells, rows: Sequence[Cells], numbers: Collection[int], ends: Sequence[str]) -> str:
    """Return a table for a terminal, and below it what it comes to.

    Parameters
    ----------
    numbers : columns whose cells are numbers, and stand at the right.
    """
    lines = [heads, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    body = [_line(line, widths, numbers) for line in lines]
    return "\n".join([body[0], rule, *body[1:], rule, *ends]) + "\n"


def markdown_table(heads: Cells, rows: Sequence[Cells], numbers: Collection[int], ends: Sequence[str]) -> str:
    """Return a table for a page, and below it what it comes to as a list."""
    sides = tuple("---:" if i in numbers else "---" for i in range(len(heads)))
    escaped = (tuple(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row) for row in (heads, sides, *rows))
    table = "\n".join(f"| {' | '.join(row)} |" for row in escaped)
    return f"{table}\n\n" + "".join(f"- {line}\n" for line in ends)


def csv_cell(value: object) -> object:
    """Return what a spreadsheet gets of a value: a shape or a place as "3x12x40"."""
    return "" if value is None else "x".join(map(str, value)) if isinstance(value, list) else value


def _line(cells: Cells, widths: Sequence[int], numbers: Collection[int]) -> str:
    padded = (
        f"{cell:>{width}}" if i in numbers else f"{cell:<{width}}"
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
