"""Readable, diffable JSON, and a reader whose error messages name the position in the document.

This module knows nothing about projects: `schema.py` defines the fields.
"""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from convexplorer.kernels.numbers import number_text

Value = TypeVar("Value")
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class ProjectError(ValueError):
    """A project file cannot be read or written; the message is a sentence that names the position in the file."""


def write_document(document: dict[str, Any]) -> str:
    """Return a document as JSON text: lists of plain values (a kernel's row) on one line, else one item per line.

    Numbers keep full precision without a trailing ".0"; NaN and infinity become the strings "NaN", "Infinity" and
    "-Infinity", which every JSON reader accepts.
    """
    text = "".join(_write(document, "")) + "\n"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # A lone surrogate: Python's representation of a file name that is not UTF-8. It survives if escaped.
        return "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in text)
    return text


def parse_document(text: str) -> "Node":
    """Return the root node of JSON text; `ProjectError` names the line and column of a syntax error."""
    try:
        return Node(json.loads(text), "")
    except json.JSONDecodeError as error:
        raise ProjectError(
            f"this is no complete JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise ProjectError("this is no project: its brackets are nested too deeply") from None
    except ValueError:
        raise ProjectError("this is no project: it holds a number of thousands of digits") from None


class Node:
    """A value in a JSON document together with its position.

    Parameters
    ----------
    value : as returned by `json.loads`.
    place : the path of the value, for example "layers[0].filters[2]"; "" for the whole document.
    """

    def __init__(self, value: Any, place: str) -> None:
        self.value = value
        self.place = place

    def fields(self, *known: str) -> dict[str, "Node"]:
        """Return the fields of an object; raise ProjectError for an unknown field, which would silently do nothing."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be an object with {', '.join(known)}; got {self._kind()}")
        for name in self.value:
            if name not in known:
                raise self.error(f"has an unknown field {_short(name)}; known are {', '.join(known)}")
        return {name: self._child(name, value) for name, value in self.value.items()}

    def entries(self) -> dict[str, "Node"]:
        """Return all entries of an object whose names are not prescribed."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be an object; got {self._kind()}")
        return {name: self._child(name, value) for name, value in self.value.items()}

    def items(self, minimum: int, maximum: int, what: str) -> list["Node"]:
        """Return the items of a list; raise ProjectError unless there are `minimum` to `maximum` of them."""
        if not isinstance(self.value, list):
            raise self.error(f"must be a list of {what}; got {self._kind()}")
        if not minimum <= len(self.value) <= maximum:
            allowed = f"{minimum} or more" if len(self.value) < minimum else f"at most {maximum}"
            if minimum == maximum:
                allowed = str(minimum)
            raise self.error(f"must have {allowed} {what}; got {len(self.value)}")
        return [Node(value, f"{self.place}[{i}]") for i, value in enumerate(self.value)]

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            raise self.error(f"must be a text; got {self._kind()}")
        if "\0" in self.value:
            raise self.error("must not contain a zero character")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"must be true or false; got {self._kind()}")
        return self.value

    def whole(self) -> int:
        """Return a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.error(f"must be a whole number; got {self._kind()}")
        return self.value

    def number(self) -> float:
        """Return a number; the strings "NaN", "Infinity" and "-Infinity" are accepted."""
        if isinstance(self.value, str) and self.value in _NOT_FINITE:
            return _NOT_FINITE[self.value]
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.error(f"must be a number; got {self._kind()}")
        try:
            return float(self.value)
        except OverflowError:
            raise self.error("is a number too large to hold") from None

    def scalar(self) -> str | int | float | bool:
        """Return a plain value (string, number or boolean) unchanged."""
        if not isinstance(self.value, str | int | float | bool):
            raise self.error(f"must be a text, a number, true or false; got {self._kind()}")
        if isinstance(self.value, float) and not math.isfinite(self.value):
            raise self.error(f"must be finite; got {self._kind()}")
        return self.text() if isinstance(self.value, str) else self.value

    def make(self, function: Callable[[], Value]) -> Value:
        """Return the result of `function`; its `ValueError` becomes a `ProjectError` at this position."""
        with self.blamed():
            return function()

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Turn a `ValueError` about this node's contents into a `ProjectError` that names its position."""
        try:
            yield
        except ProjectError:
            raise
        except ValueError as error:
            raise self.wrong(str(error)) from None

    def error(self, predicate: str) -> ProjectError:
        """Return an error whose message is the node's position and this predicate, for example "has no planes"."""
        return ProjectError(f"{self.place or 'it'} {predicate}")

    def wrong(self, reason: str) -> ProjectError:
        """Return an error whose message is this node's position and a complete sentence."""
        return ProjectError(f"{self.place}: {reason}" if self.place else reason)

    def _child(self, name: str, value: Any) -> "Node":
        short = name if len(name) <= 40 else name[:39] + "…"
        return Node(value, f"{self.place}.{short}" if self.place else short)

    def _kind(self) -> str:
        if isinstance(self.value, dict):
            return "an object"
        if isinstance(self.value, list):
            return "a list"
        return _short(self.value)


def _write(value: Any, indent: str) -> Iterator[str]:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        yield "{"
        for i, (name, content) in enumerate(value.items()):
            yield f"{',' if i else ''}\n{inner}{_scalar_text(name)}: "
            yield from _write(content, inner)
        yield f"\n{indent}}}"
    elif isinstance(value, list) and any(isinstance(item, list | dict) for item in value):
        yield "["
        for i, item in enumerate(value):
            yield f"{',' if i else ''}\n{inner}"
            yield from _write(item, inner)
        yield f"\n{indent}]"
    elif isinstance(value, list):
        yield f"[{', '.join(map(_scalar_text, value))}]"
    else:
        yield _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if isinstance(value, float):
        if math.isnan(value):
            return '"NaN"'
        return number_text(value) if math.isfinite(value) else f'"{"-" if value < 0 else ""}Infinity"'
    return json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    text = (
        json.dumps(value, ensure_ascii=True) if not isinstance(value, int) or abs(value) < 10**18 else "a huge number"
    )
    return text if len(text) <= 60 else text[:59] + "…"
