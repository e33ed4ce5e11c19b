"""The figures of a kernel in words: for the table beside its response, and for the command line."""

import math

from convexplorer._dataclass import dataclass
from convexplorer.kernels.response.figures import ENERGY_SHARE, Band
from convexplorer.results.effects import Effects
from convexplorer.words import number, percent

_ROUNDING = 1e-14  # of a response, as a share of the sum of the absolute weights


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes
    ----------
    label, value : in a few words, with the unit.
    explanation : sentences on what it counts.
    """

    label: str
    value: str
    explanation: str


def figure_words(effects: Effects) -> tuple[Figure, ...]:
    """Return all figures of a kernel; () if it has none.

    Examples
    --------
    >>> import numpy as np
    >>> for one in figure_words(Effects(np.array([[1.0, 2.0, 1.0]]) / 4))[:3]:
    ...     print(one.label, one.value)
    Gain 1
    Noise gain × 0.6124
    Largest gain 1
    """
    if effects.why_not:
        return ()
    found, analysis = effects.figures, effects.analysis
    row, column = found.centre
    return (
        Figure("Gain", number(found.gain), "Sum of the weights: what a flat area is multiplied by."),
        Figure(
            "Noise gain",
            f"× {number(found.noise_gain)}",
            "Euclidean norm of the weights: what the deviation of independent noise in the pixels is multiplied by.",
        ),
        Figure(
            "Largest gain",
            number(found.absolute_gain),
            "Sum of the absolute weights: the largest answer to a picture in −1…1.",
        ),
        Figure("Peak |H|", _peak_words(found.peak), "Largest magnitude of the response, of all waves."),
        Figure(
            "Peak wave",
            _wave_words(effects),
            "The wave with the largest answer: its length, and the direction in which it runs, clockwise from right.",
        ),
        Figure(
            "Passes",
            "nothing" if found.band is None else _band_words(found.band),
            "Waves along that direction whose answer is at least half of the largest (−6 dB), and the width of this "
            "band in octaves.",
        ),
        Figure(
            "Directions",
            "nothing" if found.band is None else _direction_words(effects),
            "The angle over which the answer to waves of the peak's length is at least half of its largest.",
        ),
        Figure(
            "Centre",
            f"{_offset(row)} down, {_offset(column)} right",
            "Where the squared weights lie in the mean, in pixels from the centre cell: 0, 0 moves nothing.",
        ),
        Figure(
            "Radius",
            f"{number(round(found.radius, 3) + 0.0, 3)} px",
            f"Distance from that centre within which {ENERGY_SHARE:.0%} of the squared weights lie.",
        ),
        Figure(
            "Symmetry",
            _symmetry_words(effects),
            "What mirroring left to right (columns), top to bottom (rows) and a half turn do: even leaves the kernel "
            "as it is, odd changes all signs.",
        ),
        Figure(
            "Even part",
            "–" if math.isnan(found.even_share) else percent(found.even_share),
            "Share of the squared weights in the part that a half turn leaves as it is; the rest is in the odd part. "
            "Even parts answer to lines and spots, odd ones to edges.",
        ),
        Figure(
            "Rank",
            f"{analysis.ranks[0]} of {min(effects.plane.shape)}",
            "The fewest outer products (column × row) that sum to the kernel: 1 can be computed in two passes.",
        ),
    )


def value_text(value: complex, scale: float = 1.0) -> str:
    """Write a value of a response: its magnitude, this in decibels, and the phase.

    Parameters
    ----------
    scale : the sum of the absolute weights; what is rounding beside it is 0, and has no phase.

    Examples
    --------
    >>> value_text(0.5j), value_text(0j)
    ('|H| 0.5, −6.02 dB, phase 90°', '|H| 0')
    """
    size = abs(value)
    if size <= _ROUNDING * scale:
        return "|H| 0"
    return f"|H| {number(size)}, {decibel_text(size)}, phase {_degrees(value)}"


def decibel_text(size: float) -> str:
    """Write a positive magnitude in decibels.

    Examples
    --------
    >>> decibel_text(1 - 1e-16), decibel_text(10.0)
    ('0 dB', '20 dB')
    """
    return f"{number(round(20 * math.log10(size), 2) + 0.0, 3)} dB"


def _peak_words(peak: float) -> str:
    return "0" if peak == 0 else f"{number(peak)}, {decibel_text(peak)}"


def _wave_words(effects: Effects) -> str:
    found = effects.figures
    if math.isinf(found.wavelength):
        return "flat areas" if found.peak else "none"
    where = "all directions" if found.orientation is None else f"at {number(round(found.orientation, 1), 4)}°"
    return f"{number(found.wavelength, 3)} px, {where}"


def _band_words(band: Band) -> str:
    longest, shortest = (math.inf if size == 0 else 1 / size for size in (band.low, band.high))
    if band.low == 0:
        return "all waves" if band.is_open else f"waves from {number(shortest, 3)} px on"
    octaves = number(band.octaves, 3)
    width = f"{octaves} octave{'' if octaves == '1' else 's'}"
    if band.is_open:
        return f"up to {number(longest, 3)} px, {width}"
    return f"{number(shortest, 3)} … {number(longest, 3)} px, {width}"


def _direction_words(effects: Effects) -> str:
    width = effects.figures.orientation_width
    return "all" if width is None else f"{number(round(width, 1), 4)}° wide"


def _symmetry_words(effects: Effects) -> str:
    analysis = effects.analysis
    if analysis.is_zero:
        return "–"
    if analysis.is_isotropic and analysis.across_columns == analysis.across_rows == "even":
        return "even, quarter turns too"
    across = {"columns": analysis.across_columns, "rows": analysis.across_rows}
    said = [f"{axis} {parity}" for axis, parity in across.items() if parity]
    if len(said) == 2 and len(set(across.values())) == 1:
        return f"columns, rows {analysis.across_rows}"
    if not said and analysis.half_turn:
        return f"{analysis.half_turn} by a half turn"
    return ", ".join(said) or "none"


def _offset(pixels: float) -> str:
    return number(round(pixels, 2) + 0.0, 3)


def _degrees(value: complex) -> str:
    angle = math.degrees(math.atan2(value.imag, value.real))
    return f"{number(round(angle, 1) + 0.0, 4)}°"
