"""Numbers as text."""

import re

PLAIN_NUMBER = r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?|(?:inf|infinity|nan)\b)"
_SIGNS = str.maketrans({"−": "-", "–": "-", "－": "-", "∞": "inf"})
_OTHER_NAMES = {"°": ("degrees", "degree", "deg"), "px": ("pixels", "pixel", "cells", "cell")}
_PLAIN = re.compile(PLAIN_NUMBER, re.IGNORECASE)


def parse_number(text: str) -> float:
    """Return a number as people type and copy it: the one rule for fields, cells, pasted matrices and files.

    Understood are "0.5", "-1,5" (a decimal comma where there is no point), ".25", "1/9", "1e-3", "1.f", "inf", "∞" and
    "nan", with any kind of minus. `ValueError` quotes anything else.

    Examples
    --------
    >>> parse_number("−1,5"), parse_number("1/8"), parse_number("-∞")
    (-1.5, 0.125, -inf)
    """
    upper, slash, lower = text.translate(_SIGNS).partition("/")
    if not slash:
        return _plain(upper, text)
    numerator, denominator = _plain(upper, text), _plain(lower, text)
    if denominator == 0:
        raise ValueError(f"in {quoted(text)} a number is divided by zero")
    return divide(numerator, denominator)


def divide(upper: float, lower: float) -> float:
    """Return a quotient; raise `ValueError` for a division by zero."""
    if lower == 0:
        raise ValueError("a number is divided by zero")
    return upper / lower


def quoted(text: str) -> str:
    """Return text in quotation marks, shortened to the length of a message."""
    short = " ".join(text.split())
    return f"“{short}”" if len(short) <= 30 else f"“{short[:29]}…”"


def _plain(text: str, whole: str) -> float:
    word = text.strip().lower()
    if "." not in word:
        word = word.replace(",", ".")
    if not _PLAIN.fullmatch(word):
        raise ValueError(f"{quoted(whole)} is no number; try 0.5, -2 or 1/9")
    # C's suffix, as in 1.0f; not the end of "inf".
    return float(word if "n" in word else word.removesuffix("f"))


def number_text(value: float) -> str:
    """Return the shortest text that parses to exactly this number; NaN is "nan"."""
    text = repr(float(value))
    # "-0.0" keeps its point: as a whole number it would lose its sign.
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text


def parse_quantity(text: str, unit: str) -> float:
    """Return a number that may be followed by its unit: "30°", "6 px", "-3 dB" or only "1/9".

    Degrees may be written "deg". `ValueError` quotes anything else, another unit among it.

    Examples
    --------
    >>> parse_quantity("−22,5°", "°"), parse_quantity("6px", "px"), parse_quantity("1/9", "")
    (-22.5, 6.0, 0.1111111111111111)
    """
    bare = text.strip()
    for name in (unit, *_OTHER_NAMES.get(unit, ())):
        if name and bare.lower().endswith(name.lower()):
            return parse_number(bare[: -len(name)])
    return parse_number(text)
