"""Texts of options as values; a ValueError says what was expected and what came."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convexplorer.core.layers import Activation

_LEAST_PX, _MOST_PX = 64, 8192  # limits of the window's width and height


def pair(text: str) -> tuple[int, int]:
    """Return rows and columns, each at least 1, of one number or two."""
    numbers = _numbers(text, (1, 2), "2 or 2,1")
    if min(numbers) < 1:
        raise ValueError(f"must be ≥ 1; got {text}")
    return numbers[0], numbers[-1]


def padding(text: str) -> str | tuple[tuple[int, int], ...]:
    """Return a padding: a name, or what it adds before and after the rows and the columns."""
    if text == "same" or text == "valid":
        return "same" if text == "same" else "valid"
    numbers = _numbers(text, (1, 2, 4), "same, valid, 1, 1,2 or 1,1,2,2 (top, bottom, left, right)")
    if len(numbers) == 4:
        return (numbers[0], numbers[1]), (numbers[2], numbers[3])
    return (numbers[0], numbers[0]), (numbers[-1], numbers[-1])


def activation(text: str) -> "Activation":
    """Return the activation that a name and its settings say."""
    from convexplorer.core.layers import Activation
    from convexplorer.export.kernels import parse_settings

    name, _, settings = text.partition(":")
    return Activation(name, parse_settings(settings))


def levels(text: str) -> tuple[float, float]:
    """Return the values of the first and the last colour."""
    low, comma, high = text.partition(",")
    try:
        levels = float(low), float(high)
    except ValueError:
        comma = ""
    if not comma or not levels[0] < levels[1]:
        raise ValueError(f"must be two numbers, the lower first, as in --levels=-1,1; got {text!r}")
    return levels


def top(text: str) -> int | None:
    """Return a number of scores, None for all."""
    if text == "all":
        return None
    if not (text.isdecimal() and len(text) < 7 and int(text)):
        raise ValueError(f"must be a number of scores, or all; got {text!r}")
    return int(text)


def png(text: str) -> Path:
    """Return the path of a picture to write."""
    if Path(text).suffix.lower() != ".png":
        raise ValueError(f"must end in .png; got {text!r}")
    return Path(text)


def window_size(text: str) -> tuple[int, int]:
    """Return the width and the height of the window, in pixels of the screen."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(text) < 20):
        raise ValueError(f"must be width x height, as in 1440x900; got {text!r}")
    size = int(width), int(height)
    if not (min(size) >= _LEAST_PX and max(size) <= _MOST_PX):
        raise ValueError(f"must be width x height, each {_LEAST_PX} to {_MOST_PX}, as in 1440x900; got {text}")
    return size


def rows_and_columns(text: str) -> tuple[int, ...]:
    """Return the sizes of a picture's axes: of one axis, two or three."""
    parts = text.lower().replace("×", "x").split("x")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and 1 <= len(part) <= 5 and int(part) for part in parts):
        raise ValueError(f"must be rows x columns, as in 224x224, each from 1 to 99999; got {text!r}")
    return tuple(map(int, parts))


def _numbers(text: str, counts: tuple[int, ...], example: str) -> list[int]:
    parts = text.split(",")
    if len(parts) not in counts or not all(part.strip().isdigit() for part in parts):
        raise ValueError(f"must be whole numbers, as in {example}; got {text!r}")
    return [int(part) for part in parts]
