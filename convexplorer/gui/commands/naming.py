"""What a text from the clipboard, a drop or a field names: a table of numbers, files, or an address."""

from __future__ import annotations

import os
import re
from pathlib import Path

from convexplorer.kernels.filter import KernelSizeError
from convexplorer.kernels.matrix import MAX_CHARACTERS, parse_matrix
from convexplorer.kernels.numbers import parse_number
from convexplorer.sources.address import STREAM_SCHEMES
from convexplorer.sources.kinds import SOURCES
from convexplorer.sources.paths import expanded

_LONGEST = 100_000  # characters; a longer text is a document
_QUOTES = ("''", '""', "“”", "‘’")


def is_table(text: str) -> bool:
    """Return True for cells of a spreadsheet or a matrix, even if some are empty or wrong."""
    try:
        parse_matrix(text)
    except KernelSizeError:
        return True
    except ValueError:
        if len(text) > MAX_CHARACTERS:
            return False
        cells = [cell for cell in re.split(r"[\t\n;]", text.strip("\n")) if cell.strip()]
        return "\t" in text.strip("\n") or (len(cells) > 1 and all(_is_number(cell) for cell in cells))
    return True


def named_paths(text: str) -> list[Path]:
    """Return the existing files and folders that all lines of a text name, each by its absolute path or file address.

    Empty lines and quotation marks around a line are ignored. A text of which one line names nothing has no paths.
    """
    if len(text) > _LONGEST:
        return []
    whole = _path_of(text.strip())
    if whole is not None:  # a line break is a letter that a name may have
        return [whole]
    paths = [_path_of(line) for line in text.splitlines() if line.strip()]
    return [path for path in paths if path is not None] if all(paths) else []


def is_address(text: str) -> bool:
    """Return True for one address of the network, or of a camera, a pattern or a sample."""
    line = text.strip()
    if len(line) > _LONGEST or len(line.splitlines()) != 1:
        return False
    kind, separator, rest = line.partition(":")
    if separator and kind.lower() in STREAM_SCHEMES and rest.startswith("//"):
        return True
    return bool(separator and kind in SOURCES and rest and not rest[0].isspace())


def _path_of(line: str) -> Path | None:
    line = line.strip()
    if len(line) > 1 and line[0] + line[-1] in _QUOTES:
        line = line[1:-1]
    if line.lower().startswith("file://"):
        from urllib.request import url2pathname

        rest = line[len("file://") :]
        line = url2pathname(rest[rest.find("/") :])
    path = expanded(line)
    # os.path: other than Path.exists, it takes a name that no system can hold for a missing one.
    return path if path.is_absolute() and os.path.exists(path) else None


def _is_number(cell: str) -> bool:
    try:
        parse_number(cell)
    except ValueError:
        return False
    return True
