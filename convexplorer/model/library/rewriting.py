"""Changes of one entry in a file's text that leave every other letter as it was, comments too."""

import re
import tomllib
from collections.abc import Iterator

from convexplorer.kernels.planes import same_numbers
from convexplorer.model.library.entry import Entry, LibraryError
from convexplorer.model.library.text import entry_text, header_lines, read_entries
from convexplorer.model.library.toml_text import table_text

_WORDS = ("name", "label", "explanation", "tags", "notes")
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*=")
_ENDS = ("]", '"""', "'''")  # of a value of several lines


def with_changes(text: str, entry: Entry, new: Entry) -> str:
    """Return a file's text with an entry changed: only the lines of what differs, if that is enough.

    Raises
    ------
    LibraryError : the file is written so that the entry cannot be told from the rest.
    """
    changed = _with_words(text, entry, new)
    found = next((one for one in read_entries(changed, entry.file)[0] if one.name == new.name), None)
    if found is not None and _is_same(found, new):
        return changed
    return without_entry(text, entry, entry_text(new))


def without_entry(text: str, entry: Entry, replacement: str = "") -> str:
    """Return a file's text with one entry taken out, or replaced, and everything else as it was.

    Raises
    ------
    LibraryError : the file is written so that the entry cannot be told from the rest.
    """
    lines = text.split("\n")
    starts = sorted(line for found in header_lines(text).values() for line in found)
    if entry.line not in starts:
        raise LibraryError(f"the file {entry.file} is written in a way that only an editor of texts can change")
    later = [line for line in starts if line > entry.line]
    end = (later[0] if later else len(lines) + 1) - 1
    if later:  # a comment right above the next entry belongs to that one
        while end > entry.line and lines[end - 1].lstrip().startswith("#"):
            end -= 1
    rest = [*lines[: entry.line - 1], *replacement.rstrip("\n").split("\n"), "", *lines[end:]]
    if not replacement:
        rest = [*lines[: entry.line - 1], *lines[end:]]
    changed = "\n".join(rest).rstrip("\n") + "\n"
    kept = {one.name for one in read_entries(text, entry.file)[0]} - {entry.name}
    after = {one.name for one in read_entries(changed, entry.file)[0]}
    if not kept <= after or (not replacement and kept != after):
        raise LibraryError(f"the file {entry.file} is written in a way that only an editor of texts can change")
    return changed


def _with_words(text: str, entry: Entry, new: Entry) -> str:
    """Return the text with the lines of the names, tags and notes that differ in place of the old ones."""
    lines = text.split("\n")
    spans = dict(_values(lines, entry.line)) if 0 < entry.line <= len(lines) else {}
    written = {key: getattr(new, key) for key in _WORDS if getattr(new, key) != getattr(entry, key)}
    if "label" not in spans and new.label == new.name:
        written.pop("label", None)
    last = max((stop for _, stop in spans.values()), default=entry.line)
    after = spans.get("name", (0, last))[1]
    edits = []
    for key, value in written.items():
        start, stop = spans.get(key, (after, after))
        plain_value = list(value) if isinstance(value, tuple) else value
        edits.append((start, stop, table_text("", {key: plain_value}).rstrip("\n").split("\n") if value else []))
    for start, stop, words in sorted(edits, key=lambda edit: edit[0], reverse=True):
        lines[start:stop] = words
    return "\n".join(lines)


def _values(lines: list[str], begin: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each key of the table whose header is above the line of index `begin`, and the lines of its value."""
    i = begin
    while i < len(lines) and not lines[i].lstrip().startswith("["):
        match = _KEY.match(lines[i])
        stop = i + 1
        if match is not None:
            stop = _end_of_value(lines, i)
            yield match[1], (i, stop)
        i = stop


def _end_of_value(lines: list[str], start: int) -> int:
    """Return the index behind the last line of a value."""
    for stop in range(start + 1, len(lines) + 1):
        line = lines[stop - 1].rstrip()
        if stop > start + 1 and not line.endswith(_ENDS):
            continue
        try:
            tomllib.loads("\n".join(lines[start:stop]))
        except (ValueError, RecursionError):
            continue
        return stop
    return len(lines)


def _is_same(one: Entry, other: Entry) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in _WORDS) and all(
        same_numbers(a.planes, b.planes) and a.bias == b.bias and a.recipe == b.recipe
        for a, b in zip(one.filters, other.filters, strict=True)
    )
