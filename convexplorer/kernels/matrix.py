"""Matrices as text: from spreadsheets, Python, MATLAB and LaTeX into a kernel, and out again.

No text is evaluated: a text consists of brackets, numbers and separators, and anything else is refused.
"""

import re
from collections.abc import Callable, Sequence
from textwrap import indent
from typing import Any, Literal

import numpy as np

from convexplorer.kernels.brackets import depth_of, parse_brackets, parse_tree, planes_of
from convexplorer.kernels.filter import check_kernel_size
from convexplorer.kernels.numbers import number_text, parse_number
from convexplorer.words import plain, times

# A kernel of the largest size with 64 planes, 25 characters a number.
MAX_CHARACTERS = 8_000_000

_DASHES = str.maketrans({"−": "-", "–": "-", "－": "-", "\u00a0": " ", "\u202f": " ", "\ufeff": " "})
# In the comment of a copied kernel, which tells its axes.
CHANNELS_FIRST = "(channels, rows, columns)"
FILTERS_FIRST = "(filters, channels, rows, columns)"
_BRACKET = re.compile(r"[\[({]")
_PROLOGUE = re.compile(r"\A(?:[ \t]*(?:(?:import|from)\s[^\n]*|#[^\n]*)?\n)+")  # of Python code, before its matrix
_QUOTES = str.maketrans({'"': " "})  # around cells of CSV
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?|[+-]?\d+")


def _check_table(size: Sequence[int]) -> None:
    check_kernel_size(size, "this table")


def parse_matrix(text: str) -> np.ndarray:
    """Return the numbers of a pasted matrix as (kh, kw), or (C, kh, kw) if the text has several planes.

    Accepted are rows of numbers between tabs, commas, semicolons or spaces (a blank line begins the next plane);
    Python, NumPy and PyTorch literals, below imports and a comment too; `[1 2; 3 4]`; a LaTeX matrix; fractions; a
    factor before or after the brackets (`1/9 * [[…]]`, `np.array([[…]]) / 16`); and decimal commas if they are
    unambiguous. A text of one number with a comma, "−1,5", is that number, as in a cell; two numbers have a space
    between them.

    Raises
    ------
    ValueError : the text is no matrix; the message tells the position, the problem and the actual shape.
    KernelSizeError : the matrix has more rows or columns than a kernel.
    """
    clean = _clean(text)
    if _DECIMAL_COMMA.fullmatch(clean.strip()):
        return np.array([[parse_number(clean)]])
    nested = parse_brackets(clean) if _BRACKET.search(clean) else _parse_rows(clean.split("\n"))
    array = _rectangular(nested)
    _check_table(array.shape[1:])
    return array[0] if len(array) == 1 else array


def parse_weights(text: str) -> tuple[np.ndarray, str]:
    """Return the numbers of a text with their 2 to 4 axes, and the order of the axes as far as the text tells it.

    Accepted is what `parse_matrix` accepts, and brackets nested four deep. The order is "HW" for rows of numbers, "IHW"
    for planes between blank lines or with the comment `CHANNELS_FIRST`, and "" for three or four levels of brackets,
    see `weight_axes`.

    Raises
    ------
    ValueError : as in `parse_matrix`; the size of a kernel is checked only where the text tells rows and columns.

    Examples
    --------
    >>> array, axes = parse_weights("[[[[1, 2]]], [[[3, 4]]]]")
    >>> array.shape, axes
    ((2, 1, 1, 2), '')
    """
    clean = _clean(text)
    tree = parse_tree(clean) if _BRACKET.search(clean) else None
    if tree is None or depth_of(tree) < 3:
        array = parse_matrix(text)
        return array, "HW" if array.ndim == 2 else "IHW"
    while depth_of(tree) > 4 and isinstance(tree, list) and len(tree) == 1:
        tree = tree[0]
    if (depth := depth_of(tree)) > 4:
        raise ValueError(f"weights have at most 4 axes; the text has {depth} levels of brackets")
    if depth == 3:
        return _rectangular(tree), "IHW" if CHANNELS_FIRST in text else ""  # type: ignore[arg-type]  # `depth_of` has seen that every branch is so deep
    blocks = [_rectangular(block) for block in tree]  # type: ignore[union-attr,arg-type]
    shapes = {times(block.shape) for block in blocks}
    if len(shapes) > 1:
        raise ValueError(f"all parts must have one shape; the text has {' and '.join(sorted(shapes))}")
    return np.stack(blocks), ""


def parse_numbers(text: str, most: int, *, row_word: str = "row") -> np.ndarray:
    r"""Return the numbers of a text of any size, as the values of a picture: (rows, columns), or with a third axis.

    Accepted is what `parse_matrix` accepts, of any size; cells may be quoted, as in CSV. Of three axes the first counts
    planes, or the last if it is shorter.

    Parameters
    ----------
    most : numbers in the text.
    row_word : "row", or "line" for the text of a file, whose errors then name the line of the file.

    Raises
    ------
    ValueError : the text is no table; the message tells row and column.

    Examples
    --------
    >>> parse_numbers("1;2,5\n3;4", 100).tolist()
    [[1.0, 2.5], [3.0, 4.0]]
    """
    if len(text) > 100 * most:
        raise ValueError(f"it holds more than {most} numbers")
    clean = _clean(text)
    if _BRACKET.search(clean):
        nested: Sequence[Any] = planes_of(parse_tree(clean, tells_place=row_word == "line"))
    else:
        lines = clean.translate(_QUOTES).split("\n")
        nested = _parse_rows(lines, row_word, lambda _size: None)
    array = _rectangular(nested)
    if array.size > most:
        raise ValueError(f"it holds {times(array.shape[-3:])} numbers; at most {most} can be taken")
    return array[0] if len(array) == 1 else array


def format_matrix(planes: np.ndarray, style: Literal["tab", "python"] = "tab", *, comment: str = "") -> str:
    """Return weights as text for a spreadsheet ("tab") or as Python code that runs ("python"), in full precision.

    Parameters
    ----------
    planes : (kh, kw) or (P, kh, kw); a single plane is written as a plain matrix.
    comment : one line above the array in Python, for what it is.
    """
    planes = planes[np.newaxis] if planes.ndim == 2 else planes
    if style == "tab":
        return "\n\n".join("\n".join("\t".join(map(number_text, row)) for row in plane) for plane in planes) + "\n"
    if style != "python":
        raise ValueError(f'style must be "tab" or "python"; got {style!r}')
    is_one = len(planes) == 1
    rows = [_python_rows(plane, "" if is_one else " ") for plane in planes]
    nested = rows[0] if is_one else "[" + ",\n ".join(rows) + "]"
    lines = f"# {plain(comment)}\n" if comment else ""
    # Without a dtype, weights that all are whole numbers would be an array of integers.
    return f"import numpy as np\n\n{lines}kernel = np.array(\n{indent(nested, '    ')},\n    dtype=np.float64,\n)\n"


def _python_rows(plane: np.ndarray, before: str) -> str:
    return "[" + f",\n{before} ".join(f"[{', '.join(map(_python_number, row))}]" for row in plane) + "]"


def _python_number(value: float) -> str:
    return number_text(value) if np.isfinite(value) else f'float("{number_text(value)}")'


def _parse_rows(
    lines: Sequence[str], row_word: str = "row", check: Callable[[tuple[int, int]], None] = _check_table
) -> list[list[list[float]]]:
    """Read lines of numbers; blank lines separate planes. Rows are counted in each plane, lines in the whole text."""
    planes: list[list[tuple[int, str]]] = [[]]
    for i, line in enumerate(lines, 1):
        if line.strip(" \t"):
            planes[-1].append((i, line))
        elif planes[-1]:
            planes.append([])
    counts_lines = row_word == "line"
    cells = [_split_rows(_lines(plane, counts_lines=counts_lines), check) for plane in planes if plane]
    for first, *others in cells if counts_lines else ():
        for i, row in others:
            if len(row) != len(first[1]):
                raise ValueError(f"line {i} has {len(row)} numbers, line {first[0]} has {len(first[1])}")
    return [
        [[_cell(cell, f"{row_word} {i}", j) for j, cell in enumerate(row, 1)] for i, row in plane] for plane in cells
    ]


def _lines(block: list[tuple[int, str]], *, counts_lines: bool) -> list[tuple[int, str]]:
    """Return the rows of a plane with their numbers, which are those of the lines or begin at 1."""
    (_, line), *others = block
    if not others and ";" in line and "\t" not in line:
        # A single line "1 2; 3 4" has its rows between semicolons, "1;2;3" its cells.
        parts = [part for part in line.split(";") if part.strip()]
        if all(part.strip().count(",") == 1 and not re.search(r"\s", part.strip()) for part in parts):
            raise ValueError(f"{line.strip()!r} can be read in two ways; write decimal points, or [ ] around it")
        if any(re.search(r"[^\s,][\s,]+[^\s,]", part) for part in parts):
            return list(enumerate(parts, 1))
    return block if counts_lines else [(i, text) for i, (_, text) in enumerate(block, 1)]


def _split_rows(lines: list[tuple[int, str]], check: Callable[[tuple[int, int]], None]) -> list[tuple[int, list[str]]]:
    """Split the lines of a plane into cells; a table that is too large is refused before its numbers are read."""
    (number, first), *others = lines
    cells = _split_row(first)
    check((len(lines), len(cells)))
    return [(number, cells), *((i, _split_row(line)) for i, line in others)]


def _split_row(line: str) -> list[str]:
    """Split a line into cells at the first kind of separator found; with another separator, commas are decimal."""
    for separator in ("\t", ";"):
        if separator in line:
            return [cell.strip() for cell in line.strip(" ").rstrip("\t;").split(separator)]
    words = line.split()
    is_decimal = len(words) > 1 and "," in line and all(_DECIMAL_COMMA.fullmatch(word) for word in words)
    if "," in line and not is_decimal:
        return [cell.strip() for cell in line.strip().removesuffix(",").split(",")]
    return re.sub(r"\s*/\s*", "/", line).split()


def _cell(cell: str, row: str, column: int) -> float:
    if not cell:
        raise ValueError(f"{row}, column {column} is empty")
    try:
        return parse_number(cell)
    except ValueError as error:
        raise ValueError(f"{row}, column {column}: {error}") from None


def _without_latex(text: str) -> str:
    """Convert a LaTeX matrix to brackets; other text is returned unchanged."""
    if "\\" not in text:
        return text
    text = re.sub(r"\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\begin\{[a-z]*(?:matrix|array)\*?\}(?:\{[^{}]*\}|\[[^\]]*\])?", "[", text)
    text = re.sub(r"(?:\\\\\s*)?\\end\{[a-z]*(?:matrix|array)\*?\}", "]", text)
    text = re.sub(r"\\(?:left|right)\s*[\[\]().|]|\\(?:cdot|times|,|;|!|quad)|\$+|\\[\[\]]", " ", text)
    return re.sub(r"\s*\\\\\s*", ";", text).replace("&", ",") if "[" in text else text


def _clean(text: str) -> str:
    """Return a text with plain signs, line ends and brackets; raise ValueError for one without all its numbers."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"this is no kernel: the text has {len(text)} characters")
    clean = _without_latex(text.translate(_DASHES)).replace("\r\n", "\n").replace("\r", "\n")
    clean = _PROLOGUE.sub(lambda found: "\n" * found.group().count("\n"), clean)  # lines keep their numbers
    if not clean.strip():
        raise ValueError("there are no numbers in an empty text")
    if "..." in clean or "…" in clean:
        raise ValueError("the matrix was shortened with “...”; copy it with all its numbers")
    return clean


def _rectangular(nested: Sequence[Sequence[Sequence[float]]]) -> np.ndarray:
    """Return rows of equal length as an array (planes, rows, columns); errors name plane, row and column."""
    for p, plane in enumerate(nested, 1):
        where = f"plane {p}: " if len(nested) > 1 else ""
        if not plane or not plane[0]:
            raise ValueError(f"{where}there are no numbers in it")
        for i, row in enumerate(plane, 1):
            if len(row) != len(plane[0]):
                raise ValueError(f"{where}row {i} has {len(row)} numbers, row 1 has {len(plane[0])}")
    sizes = {f"{len(plane)}×{len(plane[0])}" for plane in nested}
    if len(sizes) > 1:
        raise ValueError(f"all planes must have one size; the text has {' and '.join(sorted(sizes))}")
    return np.array(nested, dtype=np.float64)
