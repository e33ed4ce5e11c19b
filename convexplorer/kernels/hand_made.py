"""The kernels made by hand to which a learned one may be alike: all presets, with a formula in many of its forms."""

import functools
import itertools
from collections.abc import Mapping

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.families.initial import RANDOM
from convexplorer.kernels.presets import Preset, presets
from convexplorer.words import number

_HALF_TURN, _FULL_TURN = tuple(range(0, 180, 15)), tuple(range(0, 360, 15))
# The values of a parameter that are tried beside its default. Widths are those seen in kernels of few cells.
_VALUES: dict[str, tuple[float, ...]] = {
    "angle": _HALF_TURN,  # the other half is the same kernel, or its negative
    "wavelength": (3, 4, 6, 8, 12),
    "phase": (0, 90),
    "length": (3, 5, 7, 9),
    "sigma": (0.7, 1, 1.5, 2.5),
    "radius": (1, 1.5, 2, 3),
    "thickness": (1, 2, 3),
}
_OWN_VALUES = {
    **dict.fromkeys([(name, "angle") for name in ("corner-at-angle", "emboss-at-angle", "wedge")], _FULL_TURN),
    ("derivative", "order"): (3, 4),  # those of order 1 and 2 have presets of their own
}
# What is like nothing: no weight, or weights by chance.
_LEFT_OUT = frozenset({"blank", "random", "shift", *(f"initial-{name.replace('_', '-')}" for name in RANDOM)})
_LEARNED = "Learned"  # the group of presets that nobody has made by hand


@dataclass(frozen=True, eq=False)
class HandMade:
    """A preset in one of its forms.

    Attributes
    ----------
    parameters : of the preset, all of them.
    planes : (P, rows, columns)
    """

    preset: Preset
    parameters: Mapping[str, float]
    planes: np.ndarray

    @property
    def label(self) -> str:
        """The name of the preset, with its angle if it has one: "Gabor 45°"."""
        label, angle = self.preset.label, self.parameters.get("angle")
        return label if angle is None else f"{label.removesuffix(' at an angle')} {number(angle)}°"


@functools.lru_cache(maxsize=4)
def hand_made(size: int) -> tuple[HandMade, ...]:
    """Return all presets, those with a formula in every form that fits into a kernel of `size` cells along its sides.

    Examples
    --------
    >>> [one.label for one in hand_made(3) if one.preset.name == "step-edge"][:3]
    ['Step edge 0°', 'Step edge 15°', 'Step edge 30°']
    """
    found: list[HandMade] = []
    for preset in presets().values():
        if preset.name in _LEFT_OUT or preset.group == _LEARNED:
            continue
        tried = [_values_of(preset, each, size) for each in preset.parameters]
        for values in itertools.product(*tried):
            named = dict(zip((each.name for each in preset.parameters), values, strict=True))
            parameters = preset.complete(named)
            planes = preset.planes(**parameters)
            if not preset.parameters or max(planes.shape[1:]) <= size:
                found.append(HandMade(preset, parameters, planes))
    return tuple(found)


def _values_of(preset: Preset, parameter: Parameter, size: int) -> tuple[float, ...]:
    """Return the values of a parameter that are tried; none if it cannot have the size."""
    if parameter.name == "size":
        wanted: tuple[float, ...] = (size,)
    else:
        usual = _VALUES.get(parameter.name, ())
        wanted = (*_OWN_VALUES.get((preset.name, parameter.name), usual), parameter.default)
    return tuple(value for value in dict.fromkeys(wanted) if parameter.minimum <= value <= parameter.maximum)
