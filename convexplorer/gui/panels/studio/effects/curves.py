"""What the curves beside the response show: a cut, the lengths of waves, an edge."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer.gui.canvas.studio.frequency_units import UNITS
from convexplorer.gui.canvas.studio.line_plot import Curve, PlotContent
from convexplorer.kernels.response.frequency import FLOOR_DB, decibels, direction, rim
from convexplorer.kernels.response.lines import LONGEST_WAVE, Range
from convexplorer.results.effects import Effects
from convexplorer.results.figure_words import value_text
from convexplorer.words import number

Made = PlotContent | str
_LENGTHS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 3.0, 6.0, 12.0, 24.0, 48.0)
_ROUNDING = 1e-12


def cut_content(
    effects: Effects | None, ghost: Effects | None, wave: tuple[float, float], *, unit: str, in_decibels: bool
) -> Made:
    """Return the response along the direction of the wave."""
    why_not = _why_not(effects)
    if effects is None or why_not:
        return why_not
    length, angle = wave
    down, right = direction(angle)
    last = rim(angle)
    shown = [one for one in (ghost, effects) if one is not None and not one.why_not]
    cuts = [one.cut(angle) for one in shown]
    sizes = [np.abs(line.values) for line in cuts]
    scale = effects.scale
    heights = _in_decibels if in_decibels else _in_magnitudes
    values, span = heights(sizes)
    curves = [Curve(cuts[0].at, values[0], "ghost")] if len(shown) == 2 else []

    def reading(size: float) -> str:
        found = effects.at(down * size, right * size)
        return f"{UNITS[unit].text(size)} at {number(angle, 3)}°: {value_text(found, scale)}"

    return PlotContent(
        title=f"|H|{' in dB' if in_decibels else ''} along {number(angle, 3)}°",
        curves=[*curves, Curve(cuts[-1].at, values[-1])],
        x_span=(0.0, last),
        y_span=span,
        x_marks=UNITS[unit].marks(0.0, last),
        reading=reading,
        marked=min(1 / length, last),
        levels=() if in_decibels else (effects.peak / 2,),
    )


def wavelength_content(effects: Effects | None, ghost: Effects | None, wave: tuple[float, float]) -> Made:
    """Return the least, the mean and the largest response over the length of waves."""
    why_not = _why_not(effects)
    if effects is None or why_not:
        return why_not
    found = effects.wavelengths
    before = None if ghost is None or ghost.why_not else ghost.wavelengths
    _, span = _in_magnitudes([found.most] if before is None else [found.most, before.most])
    curves = [] if before is None else [Curve(before.wavelengths, before.mean, "ghost")]
    curves += [Curve(found.wavelengths, values, "pale") for values in (found.least, found.most)]
    return PlotContent(
        title="|H| by wavelength: mean, least, most",
        curves=[*curves, Curve(found.wavelengths, found.mean)],
        x_span=(float(found.wavelengths[0]), LONGEST_WAVE),
        y_span=span,
        x_marks=[(length, number(length)) for length in _LENGTHS],
        reading=_range_reading(found),
        marked=min(max(wave[0], float(found.wavelengths[0])), LONGEST_WAVE),
        is_logarithmic=True,
    )


def step_content(effects: Effects | None, ghost: Effects | None, wave: tuple[float, float]) -> Made:
    """Return the answer across an edge in the direction of the wave."""
    why_not = _why_not(effects)
    if effects is None or why_not:
        return why_not
    angle = wave[1]
    shown = [one.step(angle) for one in (ghost, effects) if one is not None and not one.why_not]
    positions, values = shown[-1]
    reach = float(positions[-1])
    curves = [Curve(*shown[0], "ghost")] if len(shown) == 2 else []
    everything = np.concatenate([each[1] for each in shown])
    low, high = float(everything.min(initial=0.0)), float(everything.max(initial=0.0))
    if high - low <= _ROUNDING * effects.scale or high == low:
        low, high = 0.0, max(abs(high), 1.0)

    def reading(at: float) -> str:
        return f"{number(round(at, 2), 3)} px from the edge: {number(float(np.interp(at, positions, values)))}"

    return PlotContent(
        title=f"Across an edge from 0 to 1, at {number(angle, 3)}°",
        curves=[*curves, Curve(positions, values)],
        x_span=(-reach, reach),
        y_span=(low, high + 0.04 * (high - low)),
        x_marks=_pixel_marks(reach),
        reading=reading,
        marked=0.0,
    )


def _why_not(effects: Effects | None) -> str:
    return "No kernel is selected." if effects is None else effects.why_not


def _in_magnitudes(sizes: list[np.ndarray]) -> tuple[list[np.ndarray], tuple[float, float]]:
    top = max(float(each.max(initial=0.0)) for each in sizes) or 1.0
    return sizes, (0.0, 1.06 * top)


def _in_decibels(sizes: list[np.ndarray]) -> tuple[list[np.ndarray], tuple[float, float]]:
    joined = decibels(np.concatenate(sizes))
    top = float(joined.max())
    return np.split(joined, np.cumsum([len(each) for each in sizes])[:-1]), (top - FLOOR_DB, top + 4)


def _range_reading(found: Range) -> Callable[[float], str]:
    def reading(length: float) -> str:
        along = np.log(found.wavelengths)
        least, mean, most = (
            float(np.interp(math.log(length), along, values)) for values in (found.least, found.mean, found.most)
        )
        return f"{number(length, 3)} px: |H| {number(mean, 3)} in the mean, {number(least, 3)} … {number(most, 3)}"

    return reading


def _pixel_marks(reach: float) -> list[tuple[float, str]]:
    step = max(1, 2 ** math.ceil(math.log2(max(reach / 4, 1))))
    places = [0.0, *(side * at for at in range(step, int(reach) + 1, step) for side in (1.0, -1.0))]
    return [(at, f"{number(at)} px" if at == 0 else number(at)) for at in places]
