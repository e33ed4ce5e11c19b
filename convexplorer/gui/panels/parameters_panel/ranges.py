"""Whole numbers as a text that is read and written by hand: “1, 3, 5–8”."""

import re
from collections.abc import Sequence

_MOST = 1 << 16
_PART = re.compile(r"(-?\d{1,9})\s*(?:[–…]|\.\.|(?<=\d)\s*-)\s*(-?\d{1,9})|(-?\d{1,9})")


def ranges_text(numbers: Sequence[int]) -> str:
    """Return numbers in order, runs of three or more as their ends.

    Examples
    --------
    >>> ranges_text([0, 4, 5, 6, 3, 3])
    '0, 4–6, 3, 3'
    """
    parts: list[str] = []
    start = 0
    while start < len(numbers):
        end = start
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        if end - start < 2:
            end = start
        parts.append(f"{numbers[start]}" if end == start else f"{numbers[start]}–{numbers[end]}")
        start = end + 1
    return ", ".join(parts)


def ranges_of(text: str) -> list[int]:
    """Return the numbers of a text; a range may also fall. Raise ValueError if it is none.

    Examples
    --------
    >>> ranges_of("0, 4–6 3-1")
    [0, 4, 5, 6, 3, 2, 1]
    """
    found: list[int] = []
    rest = _PART.sub(lambda part: _taken(found, part), text)
    if rest.strip(" ,;"):
        raise ValueError(f"numbers are written as 1, 3, 5–8; got {text!r}")
    return found


def _taken(found: list[int], part: re.Match[str]) -> str:
    first, last, one = part.groups()
    if one is not None:
        found.append(int(one))
        return ""
    start, stop = int(first), int(last)
    step = 1 if start <= stop else -1
    if len(found) + abs(stop - start) >= _MOST:
        raise ValueError(f"at most {_MOST} numbers; got {start}–{stop}")
    found.extend(range(start, stop + step, step))
    return ""
