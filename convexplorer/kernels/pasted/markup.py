"""Kernels in markup and in tables drawn with letters: SVG, Markdown, and tall brackets."""

import re

import numpy as np

from convexplorer.kernels.numbers import parse_number, quoted
from convexplorer.kernels.pasted.value import Pasted, turned

_SVG = re.compile(r"<\s*(?:\w+:)?feConvolveMatrix\b([^<>]*)>", re.I)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"<>]*\"|'[^'<>]*')")
_RULE = re.compile(r"\|?[\s:|+-]*-[\s:|+-]*\|?")  # between the heads of a Markdown table and its cells
_DRAWN = str.maketrans(dict.fromkeys("⎡⎤⎢⎥⎣⎦⎛⎞⎜⎟⎝⎠┌┐│└┘║┃", " "))
_HEADING = re.compile(r"^\s*(?:#+|\*\*)\s*(.+?)\**\s*$", re.M)


def read_svg(text: str) -> Pasted | None:
    """Read `<feConvolveMatrix order="3" kernelMatrix="…"/>`, which is turned by 180°; None for other texts."""
    found = _SVG.search(text)
    if found is None:
        return None
    if "<!ENTITY" in text or "&" in found[1]:
        raise ValueError("entities of XML are not read")
    values = {name.lower(): value[1:-1] for name, value in _ATTRIBUTE.findall(found[1])}
    numbers = [parse_number(cell) for cell in re.split(r"[\s,]+", values.get("kernelmatrix", "").strip()) if cell]
    order = [int(one) for one in re.findall(r"\d+", values.get("order", "3"))][:2] or [3]
    columns, rows = order[0], order[-1]
    if rows * columns != len(numbers) or not numbers:
        raise ValueError(f"{len(numbers)} numbers do not make the order {columns} × {rows}")
    kernel = np.array(numbers).reshape(rows, columns)
    by = (parse_number(values["divisor"]) if values.get("divisor") else 0.0) or float(kernel.sum()) or 1.0
    bias = parse_number(values.get("bias") or "0")
    border = {"none": "zeros", "wrap": "wrap"}.get(values.get("edgemode", "duplicate"), "edge")
    notes = []
    if "srgb" not in values.get("color-interpolation-filters", text if "sRGB" in text else "").lower():
        notes.append("SVG computes it in linear light; here the numbers are as they are in the picture.")
    if not rows % 2 or not columns % 2 or {"targetx", "targety"} & values.keys():
        notes.append("The place of its target is the middle here.")
    return Pasted(
        *("SVG", turned(kernel) / by, "HW", (bias,) if bias else (), "full", border, True),
        divisor=by,
        notes=tuple(notes),
    )


def read_markdown(text: str) -> Pasted | None:
    """Read a Markdown table of numbers: | 1 | 2 |; a blank line, or a heading, begins the next plane."""
    lines = text.strip().splitlines()
    rows = [line for line in lines if "|" in line and line.strip("| \t")]
    if not any(line.strip().startswith("|") and line.strip().endswith("|") for line in rows):
        return None
    blocks, names, name = list[list[list[float]]](), list[str](), ""
    is_open = False
    for i, line in enumerate(lines):
        if line not in rows or not line.strip().startswith("|"):
            is_open = False
            heading = _HEADING.match(line)
            name = heading[1] if heading else name
            continue
        if _RULE.fullmatch(line.strip()) or (i + 1 < len(lines) and _is_head(line, lines[i + 1])):
            continue
        if not is_open:
            blocks.append([])
            names.append(name)
        is_open = True
        blocks[-1].append([parse_number(cell.strip().strip("*`")) for cell in line.strip().strip("|").split("|")])
    if not blocks:
        return None
    return _of_blocks("a Markdown table", blocks, names)


def read_drawn(text: str) -> Pasted | None:
    """Read a matrix between brackets drawn over several lines: ⎡ 1 2 ⎤."""
    if not any(letter in text for letter in "⎡⎢⎣⎛⎜⎝┌│└"):
        return None
    lines = [line.split() for line in text.translate(_DRAWN).splitlines()]
    rows = [[parse_number(cell.strip(",")) for cell in line] for line in lines if line]
    return _of_blocks("a drawn matrix", [rows], [""])


def _is_head(line: str, following: str) -> bool:
    """Return True for the row of heads above the rule of a table, which may be empty or words."""
    if not _RULE.fullmatch(following.strip()):
        return False
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return not all(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        parse_number(cell)
    except ValueError:
        return False
    return True


def _of_blocks(form: str, blocks: list[list[list[float]]], names: list[str]) -> Pasted:
    for block in blocks:
        for i, row in enumerate(block, 1):
            if len(row) != len(block[0]):
                raise ValueError(f"row {i} has {len(row)} numbers, row 1 has {len(block[0])}")
    if not blocks or not blocks[0]:
        raise ValueError(f"{quoted(form)} without numbers")
    if len({(len(block), len(block[0])) for block in blocks}) > 1:
        raise ValueError("all parts must have one size")
    array = np.array(blocks)
    if len(blocks) == 1:
        return Pasted(form, array[0], names=(names[0],) if names[0] else ())
    is_bank = any(names)
    return Pasted(form, array, "OHW" if is_bank else "IHW", names=tuple(names) if all(names) else ())
