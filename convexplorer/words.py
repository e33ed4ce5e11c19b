"""How the program writes values that people read: numbers, shares, shapes and reasons; the one place, without Qt."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MINUS = "−"
# Longest foreign texts, in characters: of a name on a control, and of a sentence with names in it.
NAME_LIMIT, SENTENCE_LIMIT = 200, 1000
# From here on a whole number is written with an exponent: more digits are counted, not read.
_LEAST_LONG = 1e9

# A letter that stands for what would act instead of being shown: terminal escapes, reversed directions, nothing at all.
_SHOWN_INSTEAD = "\N{REPLACEMENT CHARACTER}"
# The joiners shape letters and emoji of ordinary names.
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def number(value: float, digits: int = 4) -> str:
    """Write a number with so many significant digits and a real minus; below a million, all digits before the point.

    A whole number below a milliard has all its digits: it is exact, such as a sum of stored numbers.

    Examples
    --------
    >>> number(-0.123456), number(1 / 3, 3), number(-0.0), number(float("-inf")), number(65535.0), number(2345678.0)
    ('−0.1235', '0.333', '0', '−∞', '65535', '2345678')

    """
    if not math.isfinite(value):
        return short_number(value)
    if is_whole(value):
        return _whole(value)
    if 10**digits <= abs(value) < 1e6:
        return f"{value:.0f}".replace("-", MINUS)
    return f"{value + 0.0:.{digits}g}".replace("-", MINUS)


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


def aligned_number(value: float, characters: int = 5, *, are_whole: bool = False) -> str:
    """Write a number with as many decimals as its neighbours: a table of them reads as one.

    Room for a sign is always kept, so −0.12 and 0.12 have the same decimals.

    Parameters
    ----------
    are_whole : True for a table of whole numbers, see `whole_characters`: they have no decimals.
    """
    if not math.isfinite(value):
        return short_number(value)
    if are_whole:
        text = _whole(value)
        return text if len(text) <= characters else short_number(value, characters)
    whole = len(str(int(abs(value))))
    decimals = characters - whole - 2
    if decimals < 0 and whole + 1 > characters:
        return short_number(value, characters)
    text = f"{abs(value):.{max(decimals, 0)}f}"
    return MINUS + text if value < 0 and float(text) != 0 else text


def is_whole(value: float) -> bool:
    """Return True for a whole number that is written with all its digits."""
    return abs(value) < _LEAST_LONG and value == round(value)


def whole_characters(values: np.ndarray) -> int:
    """Return the characters of the longest number of a table of whole numbers; 0 if one of them has decimals.

    Parameters
    ----------
    values : of any shape. NaN and infinity, which have no decimals either, are passed over.

    Examples
    --------
    >>> import numpy as np
    >>> whole_characters(np.array([130.0, -114000.0])), whole_characters(np.array([130.0, 0.5]))
    (7, 0)

    """
    import numpy as np

    finite = values[np.isfinite(values)]
    if finite.size == 0 or np.abs(finite).max() >= _LEAST_LONG or (finite != np.rint(finite)).any():
        return 0
    return max(len(_whole(float(finite.min()))), len(_whole(float(finite.max()))))


def full_number(value: float) -> str:
    """Write a number so that reading it gives the very same number."""
    if not math.isfinite(value):
        return short_number(value)
    return "0" if value == 0 else repr(float(value)).removesuffix(".0").replace("-", MINUS)


def compact_number(value: float, characters: int = 7) -> str:
    """Write a number with up to four significant digits, fewer where they do not fit, and always a leading zero.

    Examples
    --------
    >>> compact_number(0.014482), compact_number(8.58043), compact_number(0.0018932), compact_number(12345678.0)
    ('0.01448', '8.58', '0.00189', '1.235e7')

    """
    if value == 0:
        return "0"
    if 5e-4 <= abs(value) < 9999.5:
        texts = (number(value, digits) for digits in (4, 3, 2, 1))
        return next(text for text in texts if len(text) <= characters)
    return short_number(value, characters)


def percent(share: float, form: str = ".3g") -> str:
    """Write a share of 1 in percent; what is little but not nothing is never written as 0, and no power of ten is used.

    Examples
    --------
    >>> percent(0.25), percent(0.0004), percent(0.0), percent(0.5, ".1f"), percent(89.24)
    ('25 %', '< 0.1 %', '0 %', '50.0 %', '8924 %')

    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:{form if abs(share) < 9.99 else '.0f'}} %"  # .3g would write 1000 and more with an exponent


def degrees(radians: float) -> str:
    """Write an angle in degrees.

    Examples
    --------
    >>> degrees(math.pi / 4), degrees(-math.pi / 2)
    ('45°', '−90°')

    """
    angle = math.degrees(radians)
    return f"{number(round(angle, 1))}°" if math.isfinite(angle) else short_number(angle)


def times(sizes: Iterable[int]) -> str:
    """Write sizes one after the other: "3 × 5"."""
    return " × ".join(map(str, sizes))


def cell_words(cell: Sequence[int]) -> str:
    """Return where a cell is. Rows and columns count from 0 everywhere, as in NumPy.

    Examples
    --------
    >>> cell_words((2, 7)), cell_words((4,))
    ('row 2, column 7', 'index 4')
    """
    if len(cell) == 2:
        return f"row {cell[0]}, column {cell[1]}"
    return f"index {cell[0]}" if len(cell) == 1 else f"cell ({', '.join(map(str, cell))})"


def shape_text(shape: tuple[int, ...]) -> str:
    """Write a shape (channels, *spatial) in Keras's order: "512 × 512 × 3"."""
    return times((*shape[1:], shape[0]))


def range_words(low: float, high: float, digits: int = 4) -> str:
    """Write the smallest and the largest of some numbers; of equal ones their value.

    Examples
    --------
    >>> range_words(-0.5, 2.0), range_words(0.25, 0.25)
    ('−0.5 … 2', 'all 0.25')
    """
    return f"all {number(low, digits)}" if low == high else f"{number(low, digits)} … {number(high, digits)}"


_BYTE_UNITS = {1e3: "kB", 1e6: "MB", 1e9: "GB", 1e12: "TB"}


def bytes_text(size: int) -> str:
    """Write an amount of memory or disk space with two or three digits.

    Examples
    --------
    >>> bytes_text(64_000_000), bytes_text(9_440_000_000), bytes_text(412_000_000_000), bytes_text(2_300_000_000_000)
    ('64 MB', '9.4 GB', '412 GB', '2.3 TB')
    >>> bytes_text(999), bytes_text(1234), bytes_text(999_999)
    ('999 B', '1.2 kB', '1.0 MB')
    """
    if size < 1000:
        return f"{size} B"
    step = next(step for step in (1e3, 1e6, 1e9, 1e12) if size < 999.5 * step or step == 1e12)
    amount, unit = size / step, _BYTE_UNITS[step]
    return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"


def clock_text(seconds: float) -> str:
    """Write a duration as a clock does.

    Examples
    --------
    >>> clock_text(7.9), clock_text(62), clock_text(3723)
    ('0:07', '1:02', '1:02:03')
    """
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def duration_text(seconds: float) -> str:
    """Write how long something will take, in words.

    Examples
    --------
    >>> duration_text(6.4), duration_text(60), duration_text(26214.4)
    ('6 s', '60 s', '7 h')
    """
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.0f} h"


def as_sentence(reason: str) -> str:
    """Return the text of an error as a sentence: edits say reasons, a person reads sentences.

    Examples
    --------
    >>> as_sentence("a layer needs at least one filter")
    'A layer needs at least one filter.'

    """
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "!", "?", "…")) else ".")


def failure(name: str, what: str, reason: str) -> str:
    """Write why something failed, with its name once: a reason that names it already is a sentence of its own.

    Examples
    --------
    >>> failure("v.npy", "was not saved", "the disk is full")
    'v.npy was not saved: the disk is full.'
    >>> failure("v.npy", "was not saved", "v.npy could not be written: the disk is full.")
    'v.npy could not be written: the disk is full.'

    """
    sentence = reason if name in reason else f"{name} {what}: {reason}"
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def plain(text: str, limit: int = NAME_LIMIT) -> str:
    r"""Write a text from a file, a server or the system on one line, so that it shows only what it is.

    Line breaks become spaces. Control characters, changes of direction, invisible characters and halves of characters
    become "�". The middle of a longer text is left out: names differ at their ends.

    Parameters
    ----------
    limit : maximum number of characters of the result, at least 3.

    Examples
    --------
    >>> plain("two\nlines.png"), plain("\x1b[2Jname"), plain("a very long name.png", 12)
    ('two lines.png', '�[2Jname', 'a very ….png')

    """
    if len(text) > limit:
        head = limit * 2 // 3
        text = f"{text[: head - 1]}…{text[head - limit :]}"
    if text.isprintable():
        return text
    return "".join(map(_shown, text.replace("\r\n", "\n")))


def as_label(text: str, limit: int = NAME_LIMIT) -> str:
    """Write a foreign text for a button or a menu, where a single “&” would mark a key.

    Examples
    --------
    >>> as_label("black & white.png")
    'black && white.png'

    """
    return plain(text, limit).replace("&", "&&")


def _shown(letter: str) -> str:
    if letter.isspace():
        return " " if letter in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029" else letter
    is_active = unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter not in _JOINERS
    return _SHOWN_INSTEAD if is_active else letter


def _whole(value: float) -> str:
    return f"{value + 0.0:.0f}".replace("-", MINUS)


def _plain(magnitude: float, room: int) -> str | None:
    """Return the best decimal text that fits, None if that would lose nearly everything."""
    if 0 < magnitude < 5e-4 or magnitude >= 10**room - 0.5:
        return None
    for decimals in range(room, -1, -1):
        text = f"{magnitude:.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        if text == "0" and magnitude > 0:
            return None  # what is rounded away is not nothing
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
