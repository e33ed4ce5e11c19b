"""TOML as text: Python reads it, and writes none."""

import json
import math
from collections.abc import Mapping
from typing import Any

LINE = 110  # characters of a line with a list of texts
ROW = 2000  # of numbers: a row of a kernel stays on one line, so that a change of a weight changes one line


def table_text(header: str, table: Mapping[str, Any], *, is_item: bool = False) -> str:
    """Return a table of plain values; mappings in it follow as tables of their own.

    Numbers are written so that reading gives the very same; None is nan, since TOML has no word for it.

    Parameters
    ----------
    header : the full name of the table; "" for the top of the file.
    is_item : True if it is one of a list of tables.

    Examples
    --------
    >>> print(table_text("kernel", {"name": "a", "rows": [[0, 1.5]], "recipe": {"kind": "drawn"}}, is_item=True))
    [[kernel]]
    name = "a"
    rows = [
      [0, 1.5],
    ]
    <BLANKLINE>
    [kernel.recipe]
    kind = "drawn"
    <BLANKLINE>
    """
    lines = [f"[[{header}]]" if is_item else f"[{header}]"] if header else []
    later = []
    for name, value in table.items():
        if isinstance(value, Mapping) and not is_item and header.count(".") >= 2:
            lines.append(f"{_key(name)} = {_inline(value)}")
        elif isinstance(value, Mapping):
            later.append((f"{header}.{_key(name)}" if header else _key(name), value))
        else:
            lines.append(f"{_key(name)} = {_value(value, '')}")
    text = "\n".join(lines) + "\n"
    return "\n".join([text, *(table_text(full, value) for full, value in later)])


def _key(name: str) -> str:
    is_bare = bool(name) and all(c.isascii() and (c.isalnum() or c in "_-") for c in name)
    return name if is_bare else _string(name)


def _value(value: Any, indent: str) -> str:
    if isinstance(value, list | tuple):
        flat = f"[{', '.join(_value(each, '') for each in value)}]"
        has_lists = any(isinstance(each, list | tuple) for each in value)
        limit = ROW if all(isinstance(each, int | float) for each in value) else LINE
        if not has_lists and "\n" not in flat and len(indent) + len(flat) <= limit:
            return flat
        inner = indent + "  "
        items = "".join(f"{inner}{_value(each, inner)},\n" for each in value) if has_lists else _wrapped(value, inner)
        return f"[\n{items}{indent}]"
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, str):
        return _long_string(value)
    return _scalar(value)


def _wrapped(values: list[Any] | tuple[Any, ...], indent: str) -> str:
    """Return the items of a flat list, as many to a line as fit."""
    lines, line = [], indent
    for text in (f"{_value(each, indent)}," for each in values):
        if len(line) + len(text) > LINE and line.strip():
            lines.append(line.rstrip() + "\n")
            line = indent
        line += f"{text} "
    return "".join([*lines, line.rstrip() + "\n"])


def _inline(table: Mapping[str, Any]) -> str:
    # Line breaks are allowed inside lists only.
    return "{" + ", ".join(f"{_key(name)} = {_value(value, '')}" for name, value in table.items()) + "}"


def _scalar(value: Any) -> str:
    if value is None:
        return "nan"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return "nan" if math.isnan(number) else ("inf" if number > 0 else "-inf")
    text = repr(number)
    # Whole numbers without a point; −0 keeps it, which as a whole number would lose its sign.
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text


def _long_string(text: str) -> str:
    """Return a text of several lines as it is read; others, and those that look like a table, on one line."""
    looks_like_a_table = any(line.lstrip().startswith("[") for line in text.split("\n"))
    if "\n" not in text or looks_like_a_table:
        return _string(text)
    lines = [_string(line)[1:-1] for line in text.split("\n")]
    return '"""\n' + "\n".join(lines) + '"""'


def _string(text: str) -> str:
    # JSON escapes what TOML escapes, except for one character that TOML forbids as it is.
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join(c if not "\ud800" <= c <= "\udfff" else "\ufffd" for c in escaped)
