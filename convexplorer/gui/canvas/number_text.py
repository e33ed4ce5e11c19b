"""Numbers as short text for small cells, and text as numbers."""

import math

MINUS = "−"


def number(value: float) -> str:
    """Write a value with four digits and a real minus."""
    return f"{value + 0.0:.4g}".replace("-", MINUS)


def short_number(value: float, characters: int = 5) -> str:
    """Write a number in at most so many characters, as exactly as these allow.

    A leading zero is given up where that saves a digit: 0.0625 becomes ".0625". At least 4 characters are taken.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    characters = max(characters, 4)
    magnitude, sign = abs(value), MINUS if value < 0 else ""
    room = characters - len(sign)
    text = _plain(magnitude, room)
    if text is None:
        return sign + _exponent(magnitude, room)
    return "0" if text == "0" else sign + text


def aligned_number(value: float, characters: int = 5) -> str:
    """Write a number with as many decimals as its neighbours: a table of them reads as one.

    Room for a sign is always kept, so −0.12 and 0.12 have the same decimals.
    """
    if not math.isfinite(value):
        return short_number(value)
    whole = len(str(int(abs(value))))
    decimals = characters - whole - 2
    if decimals < 0 and whole + 1 > characters:
        return short_number(value, characters)
    text = f"{abs(value):.{max(decimals, 0)}f}"
    return MINUS + text if value < 0 and float(text) != 0 else text


def full_number(value: float) -> str:
    """Write a number so that reading it gives the very same number."""
    if not math.isfinite(value):
        return short_number(value)
    return "0" if value == 0 else repr(float(value)).removesuffix(".0").replace("-", MINUS)


def parse_number(text: str) -> float:
    """Read a number as a person types it: "0.5", "-1,5", ".25", "1/9", "1e-3", "nan".

    Raises ValueError with a sentence.
    """
    plain = text.strip().replace(MINUS, "-").replace("∞", "inf")
    if "." not in plain:
        plain = plain.replace(",", ".")
    numerator, slash, denominator = plain.partition("/")
    try:
        return float(numerator) / float(denominator) if slash else float(numerator)
    except ZeroDivisionError:
        raise ValueError(f"“{text}” divides by zero") from None
    except ValueError:
        raise ValueError(f"“{text}” is not a number; try 0.5, -2 or 1/9") from None


def _plain(magnitude: float, room: int) -> str | None:
    """Return the best decimal text that fits, None if that would lose nearly everything."""
    if 0 < magnitude < 5e-4 or magnitude >= 10**room - 0.5:
        return None
    for decimals in range(room, -1, -1):
        text = f"{magnitude:.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "0" and magnitude > 0:
            return "." + "0" * (room - 1)  # what is rounded away is not nothing
        if len(text) <= room:
            return text
        is_worth_it = magnitude < 0.1 or float(text) == magnitude
        if text.startswith("0.") and is_worth_it and len(text) - 1 <= room:
            return text[1:]
    return None


def _exponent(magnitude: float, room: int) -> str:
    """Return the longest exponent form that fits, or the shortest there is."""
    for decimals in range(room, -1, -1):
        mantissa, exponent = f"{magnitude:.{decimals}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e{int(exponent)}".replace("-", MINUS)
        if len(text) <= room:
            break
    return text
