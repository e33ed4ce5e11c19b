"""JSON out of a file that anyone may have written."""

import json
from typing import Any

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted


def parse_object(text: bytes | str, what: str) -> dict[str, Any]:
    """Return the object that is written in JSON; a name that occurs twice in one object is refused.

    Parameters
    ----------
    what : names the text in the sentence of an error, "the header".
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_repetition)
    except NetworkFileError as error:
        raise NetworkFileError(f"{what} {error}") from None
    except RecursionError:
        raise NetworkFileError(f"{what} is nested too deeply") from None
    except ValueError:  # also of bytes that are no UTF-8, and of whole numbers with thousands of digits
        raise NetworkFileError(f"{what} is damaged: it is no JSON text") from None
    if not isinstance(value, dict):
        raise NetworkFileError(f"{what} is damaged: it is no JSON object")
    return value


def as_shape(value: object, what: str) -> tuple[int, ...]:
    """Return a list of whole numbers from 0 on as a shape."""
    if not isinstance(value, list) or len(value) > 32 or any(type(size) is not int or size < 0 for size in value):
        raise NetworkFileError(f"the shape of {what} is no list of whole numbers from 0 on")
    return tuple(value)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NetworkFileError(f"names {quoted(name)} twice")
        found[name] = value
    return found
