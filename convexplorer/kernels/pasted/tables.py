"""Tables of numbers with a line that tells their size: masks of libvips and HALCON, and banks in CSV."""

import re
from dataclasses import replace

import numpy as np

from convexplorer.kernels.matrix import parse_matrix
from convexplorer.kernels.numbers import parse_number
from convexplorer.kernels.pasted.value import Pasted, asked, check_size
from convexplorer.words import times

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan|[+-]?inf")
_HERE = re.compile(r"<<\s*'?(?P<end>[A-Z]+)'?\n(?P<mask>[^A-Z]*)\n(?P=end)\b")  # a mask that a shell writes
_HEADING = re.compile(r"#\s*bias=(\S+)\s+name=(.+)")


def read_mask(text: str) -> Pasted | None:
    """Read a mask of libvips (columns, rows, scale, offset) or HALCON (rows, columns, weight); None for other texts.

    The first line holds 2 to 4 numbers, and the others as many as it tells. What is a plain table as well is asked
    about.
    """
    written = _HERE.search(text)
    if written is not None and not _HERE.search(text, written.end()):
        text = written["mask"]
    lines = [line.split("#")[0].replace(",", " ").split() for line in text.strip().splitlines()]
    lines = [line for line in lines if line]
    if (
        len(lines) < 2
        or not 2 <= len(lines[0]) <= 4
        or not all(_NUMBER.fullmatch(cell) for line in lines for cell in line)
    ):
        return None
    first = [float(cell) for cell in lines[0]]
    numbers = np.array([float(cell) for line in lines[1:] for cell in line])
    if (
        any(n != round(n) or not 0 < n <= 255 for n in first[:2])
        or first[0] * first[1] != numbers.size
        or numbers.size < 4
    ):
        return None
    one, other = int(first[0]), int(first[1])
    lengths = {len(line) for line in lines[1:]}
    if len(first) > 2 and not first[2]:
        return None
    is_halcon = len(first) == 3
    rows, columns = (one, other) if is_halcon or (len(first) == 2 and lengths == {other}) else (other, one)
    by = first[2] if len(first) > 2 else 1.0
    offset = first[3] if len(first) > 3 else 0.0
    form, border = ("HALCON", "symmetric") if is_halcon else ("libvips", "edge")
    read = Pasted(
        form,
        numbers.reshape(rows, columns) / by,
        biases=(offset,) if offset else (),
        bias_unit="bytes",
        border=border,
        divisor=by,
    )
    check_size(read.array)
    if lengths == {len(first)}:  # a table as well
        table = parse_matrix("\n".join("\t".join(line) for line in lines))
        return asked(
            Pasted("a table", table, label=f"a table of {times(table.shape)}"),
            replace(read, label=f"{times(read.array.shape)} below a line of {form}"),
        )
    return read


def read_bank(text: str) -> Pasted | None:
    """Read a bank as this program writes it in CSV: `# bias=… name=…` before each filter; None for other texts."""
    lines = text.strip().splitlines()
    if not lines or not _HEADING.match(lines[0]):
        return None
    starts = [i for i, line in enumerate(lines) if line.startswith("#")]
    arrays, biases, names = list[np.ndarray](), list[float](), list[str]()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        heading = _HEADING.match(lines[start])
        if heading is None:
            raise ValueError(f"line {start + 1} must read “# bias=0 name=…”")
        # Between tabs a comma would be a decimal one, and "0,0" a single number.
        plane = parse_matrix("\n".join(lines[start + 1 : end]).replace(",", "\t"))
        arrays.append(plane if plane.ndim == 3 else plane[np.newaxis])
        biases.append(parse_number(heading[1]))
        names.append(heading[2].strip())
    if len({one.shape for one in arrays}) > 1:
        raise ValueError("all filters of a pasted bank must have one size and as many planes")
    return Pasted("CSV", np.stack(arrays), "OIHW", tuple(biases) if any(biases) else (), names=tuple(names))
