"""Names of classes from a text file: one on each line, or a JSON list or table of them."""

import json
import re
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, size_of
from convexplorer.words import plain

MOST_NAMES = 1 << 17
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
    with open_file(Path(path)) as file:
        if size_of(file) > LARGEST_BYTES:
            raise NetworkFileError(f"it is too large for a list of names: more than {LARGEST_BYTES >> 20} MB")
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NetworkFileError("it is no text, so it holds no class names") from error
        names = _from_json(text) if text.lstrip().startswith(("[", "{")) else _from_lines(text)
        names = tuple(plain(one.strip()) for one in names)
        if not names:
            raise NetworkFileError("it holds no class names")
        if len(names) > MOST_NAMES:
            raise NetworkFileError(f"it has {len(names)} lines, more than any network has classes")
        if not all(names):
            raise NetworkFileError("it has an empty class name")
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


def _from_json(text: str) -> tuple[str, ...]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkFileError("it is no valid JSON") from error
    if isinstance(value, dict):
        keys = {str(i) for i in range(len(value))}
        if set(value) != keys:
            raise NetworkFileError(f"it must number its classes 0 to {len(value) - 1}, each once")
        value = [value[str(i)] for i in range(len(value))]
    names = [one[-1] if isinstance(one, list) and one else one for one in value]
    if not all(isinstance(one, str) for one in names):
        raise NetworkFileError("it must hold names; one of its entries is none")
    return tuple(names)
