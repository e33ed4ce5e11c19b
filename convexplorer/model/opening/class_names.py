"""Names of classes from a text file: one on each line, or a JSON list or table of them."""

import json
import re
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.words import plain

LARGEST_BYTES = 16 << 20  # of a file of names: 100 000 long ones have less
# What stands before a name in common lists: its number, as in "7: cock", or its WordNet number, as in "n01514668 cock".
_NUMBER = re.compile(r"(\d+)\s*[:,;\t]\s*(?=\S)|(\d+) +(?=\S)")
_SYNSET = re.compile(r"n\d{8}[\s,;:]+(?=\S)")


def read_class_names(path: str | Path) -> tuple[str, ...]:
    """Return the names in a file, in the order of the classes.

    Lines may begin with the number of their class, from 0 or 1 on, or with that of WordNet; both are left out. JSON may
    be a list of names, or a table by number whose entries are names or lists that end in one, as Keras's are.

    Raises
    ------
    NetworkFileError : the file cannot be read, or holds no names; the message is a sentence.
    """
    found = Path(path)
    name = plain(found.name) or "the file"
    try:
        if found.stat().st_size > LARGEST_BYTES:
            raise NetworkFileError(f"{name} is too large for a list of names: more than {LARGEST_BYTES >> 20} MB")
        text = found.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NetworkFileError(f"{name} cannot be opened: {plain(error.strerror or str(error))}") from error
    except UnicodeDecodeError as error:
        raise NetworkFileError(f"{name} is no text: its class names cannot be read") from error
    names = _from_json(text, name) if text.lstrip().startswith(("[", "{")) else _from_lines(text)
    names = tuple(plain(one.strip()) for one in names)
    if not names or not all(names):
        raise NetworkFileError(f"{name} holds no class names" if not names else f"{name} has an empty class name")
    return names


def _from_lines(text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    numbered = [_NUMBER.match(line) for line in lines]
    # Numbers are left out where they count the lines: "7 of hearts" keeps its own.
    for first in (0, 1):
        if lines and all(one is not None and int(one[1] or one[2]) == i for i, one in enumerate(numbered, first)):
            lines = [line[one.end() :] for line, one in zip(lines, numbered, strict=True) if one is not None]
            break
    if all(_SYNSET.match(line) for line in lines):
        lines = [_SYNSET.sub("", line, count=1) for line in lines]
    return tuple(lines)


def _from_json(text: str, name: str) -> tuple[str, ...]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkFileError(f"{name} is no valid JSON: its class names cannot be read") from error
    if isinstance(value, dict):
        keys = {str(i) for i in range(len(value))}
        if set(value) != keys:
            raise NetworkFileError(f"{name} must number its classes 0 to {len(value) - 1}, each once")
        value = [value[str(i)] for i in range(len(value))]
    names = [one[-1] if isinstance(one, list) and one else one for one in value]
    if not all(isinstance(one, str) for one in names):
        raise NetworkFileError(f"{name} must hold names; one of its entries is none")
    return tuple(names)
