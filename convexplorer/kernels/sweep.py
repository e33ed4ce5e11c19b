"""Banks by sweep: one family of kernels at many angles, scales and phases."""

import itertools
from collections.abc import Iterator, Mapping

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import Preset, find_preset
from convexplorer.words import number

# Tiles of more kernels are too small to be told apart.
MAX_FILTERS = 256


@dataclass(frozen=True)
class Sweep:
    """How a family is varied.

    Attributes
    ----------
    angles : how many, spread evenly over the span.
    span : degrees that the angles are spread over, from the given one on; the end is left out.
    scales : how many.
    ratio : of each scale to the one before; all lengths of the family are multiplied by it.
    phases : how many, 360° / phases apart; two are an even and an odd kernel, 90° apart.
    """

    angles: int = 1
    span: float = 180.0
    scales: int = 1
    ratio: float = 1.5
    phases: int = 1

    @property
    def count(self) -> int:
        """The number of kernels."""
        return self.angles * self.scales * self.phases


def can_sweep(preset: Preset) -> tuple[bool, bool, bool]:
    """Return whether a preset has an angle, a length to scale, and a phase."""
    names = {each.name for each in preset.parameters}
    return "angle" in names, any(map(_is_length, preset.parameters)), "phase" in names


def swept(name: str, given: Mapping[str, float], sweep: Sweep) -> tuple[Filter, ...]:
    """Return the filters of a sweep: scale by scale, angle by angle, phase by phase.

    Parameters
    ----------
    name : of a preset with parameters.
    given : its parameters at the beginning of the sweep; omitted ones take their defaults.
    sweep : counts that the preset cannot vary must be 1.

    Raises
    ------
    ValueError : a count is no whole number ≥ 1, there are more than `MAX_FILTERS`, or a scale leaves the limits of a
        parameter; the sentence says which.

    Examples
    --------
    >>> [one.name for one in swept("gabor", {}, Sweep(angles=4))]
    ['Gabor 0°', 'Gabor 45°', 'Gabor 90°', 'Gabor 135°']
    """
    preset = find_preset(name)
    _check(preset, sweep)
    start = preset.complete(given)
    return tuple(
        Filter(_name_of(preset, parameters, sweep), preset.planes(**parameters), preset=name, parameters=parameters)
        for parameters in _grid(preset, start, sweep)
    )


def _check(preset: Preset, sweep: Sweep) -> None:
    wanted = (("angles", sweep.angles), ("scales", sweep.scales), ("phases", sweep.phases))
    for (what, count), is_possible in zip(wanted, can_sweep(preset), strict=True):
        if count != int(count) or count < 1:
            raise ValueError(f"{what} must be a whole number ≥ 1; got {count}")
        if count > 1 and not is_possible:
            raise ValueError(f"{preset.label} has no {'lengths' if what == 'scales' else what} to sweep")
    if sweep.count > MAX_FILTERS:
        raise ValueError(f"a sweep makes at most {MAX_FILTERS} kernels; these would be {sweep.count}")
    if not 1 < sweep.ratio <= 10:
        raise ValueError(f"the ratio of scales must lie above 1, up to 10; got {number(sweep.ratio)}")


def _grid(preset: Preset, start: Mapping[str, float], sweep: Sweep) -> Iterator[dict[str, float]]:
    between = 90.0 if sweep.phases == 2 else 360.0 / sweep.phases
    for scale, angle, phase in itertools.product(range(sweep.scales), range(sweep.angles), range(sweep.phases)):
        parameters = dict(start)
        for each in preset.parameters:
            if scale and _is_length(each):
                parameters[each.name] = _scaled(preset, each, start[each.name], sweep.ratio**scale)
        if angle:
            parameters["angle"] = _within_turn(start["angle"] + angle * sweep.span / sweep.angles)
        if phase:
            parameters["phase"] = _within_turn(start["phase"] + phase * between)
        yield preset.complete(parameters)


def _scaled(preset: Preset, parameter: Parameter, value: float, factor: float) -> float:
    """Return a length times a factor; a size stays as odd or even as it is, so that the middle stays where it is."""
    scaled = value * factor
    if parameter.is_integer:
        scaled = value + 2 * round((scaled - value) / 2) if parameter.name == "size" else round(scaled)
    try:
        return parameter.check(scaled)
    except ValueError as error:
        raise ValueError(f"{preset.label} cannot be {number(factor)} times as large: {error}") from None


def _is_length(parameter: Parameter) -> bool:
    return parameter.unit == "px"


def _within_turn(angle: float) -> float:
    return angle - 360 if angle > 360 else angle


def _name_of(preset: Preset, parameters: Mapping[str, float], sweep: Sweep) -> str:
    """Return a name that tells what differs: "Gabor 45°, size 21, phase 90°"."""
    parts = [preset.label.removesuffix(" at an angle")]
    if "angle" in parameters:
        parts[0] += f" {number(round(parameters['angle'], 2))}°"
    if sweep.scales > 1:
        length = next(each for each in preset.parameters if _is_length(each))
        parts.append(f"{length.label.lower()} {number(round(parameters[length.name], 2))}")
    if sweep.phases > 1:
        parts.append(f"phase {number(round(parameters['phase'], 2))}°")
    return ", ".join(parts)
