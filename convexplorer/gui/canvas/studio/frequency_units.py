"""The three ways to write a frequency, and the marks of an axis in each."""

import math
from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.words import number

_STEPS = (0.25, 0.125, 0.1, 0.05, 0.025, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
_LENGTHS = (2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 100, 200)


@dataclass(frozen=True)
class Unit:
    """A way to write frequencies.

    Attributes
    ----------
    label, explanation : for its button, and the button's tip.
    text : writes a frequency in cycles per pixel, with its unit.
    marks : returns candidates for marks between two frequencies, (frequency, text), the most important ones first.
    """

    label: str
    explanation: str
    text: Callable[[float], str]
    marks: Callable[[float, float], list[tuple[float, str]]]


def length_text(size: float) -> str:
    """Write a frequency as the length of its wave.

    Examples
    --------
    >>> length_text(0.25), length_text(0.0)
    ('4 px', '∞')
    """
    return "∞" if size == 0 else f"{number(1 / abs(size), 3)} px"


def _length_marks(low: float, high: float) -> list[tuple[float, str]]:
    marks = [(0.0, "∞")] if low <= 0 <= high else []
    important = sorted(_LENGTHS, key=lambda length: (length not in (2, 4, 8), length))
    for length in important:
        marks += [(at, number(length)) for at in (1 / length, -1 / length) if low - 1e-9 <= at <= high + 1e-9]
    return marks


def _even_marks(low: float, high: float, factor: float) -> list[tuple[float, str]]:
    """Return marks at equal distances, of which at most nine fit in."""
    fitting = [step for step in _STEPS if (high - low) / step <= 8]
    step = min(fitting, default=_STEPS[0])
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    important = sorted(places, key=lambda i: (i % 4 != 0, i % 2 != 0, abs(i)))
    return [(i * step, number(i * step * factor, 3)) for i in important]


UNITS: dict[str, Unit] = {
    "wavelength": Unit(
        "px",
        "Frequencies as lengths of waves, in pixels; ∞ is a flat area, 2 px the finest wave.",
        length_text,
        _length_marks,
    ),
    "cycles": Unit(
        "1/px",
        "Frequencies in cycles per pixel; 0.5 is the finest wave.",
        lambda size: f"{number(abs(size), 3)} cycles/px",
        lambda low, high: _even_marks(low, high, 1.0),
    ),
    "nyquist": Unit(
        "Nyquist",
        "Frequencies as a share of the finest one, as in MATLAB's freqz2.",
        lambda size: f"{number(2 * abs(size), 3)} of Nyquist",
        lambda low, high: _even_marks(low, high, 2.0),
    ),
}


def placed_marks(
    marks: list[tuple[float, str]], to_screen: Callable[[float], float], widths: Callable[[str], float], gap: float
) -> list[tuple[float, str]]:
    """Return those marks whose texts do not touch, the most important ones first; places are of the screen."""
    kept: list[tuple[float, float, str]] = []
    for at, text in marks:
        place, half = to_screen(at), widths(text) / 2 + gap
        if all(abs(place - other) > half + widest for other, widest, _ in kept):
            kept.append((place, half, text))
    return [(place, text) for place, _, text in kept]
