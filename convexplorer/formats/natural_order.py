"""The order in which a reader expects names with numbers: "conv2" before "conv10"."""

import re
from collections.abc import Mapping
from typing import TypeVar

_Value = TypeVar("_Value")
_DIGITS = re.compile(r"([0-9]+)")
_LONGEST_NUMBER = 18  # digits; longer ones are compared as text: Python refuses to convert thousands of them


def in_natural_order(named: Mapping[str, _Value]) -> dict[str, _Value]:
    """Return the same values, with their names in natural order.

    Examples
    --------
    >>> list(in_natural_order({"conv10.bias": 1, "conv2.weight": 2, "conv2.bias": 3}))
    ['conv2.bias', 'conv2.weight', 'conv10.bias']
    """
    return {name: named[name] for name in sorted(named, key=_key)}


def _key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    return [_part(part) for part in _DIGITS.split(name.casefold()) if part], name


def _part(text: str) -> tuple[int, int, str]:
    is_number = text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return (0, int(text), "") if is_number else (1, 0, text)
