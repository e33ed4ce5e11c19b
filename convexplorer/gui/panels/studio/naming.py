"""The name of a kernel that a desk has made: a name that the user gave stays."""

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.learning.methods import METHODS
from convexplorer.kernels.presets import presets

OF_DESKS = frozenset({"formula", "part", "picture"})
EDITED = " (edited)"


def name_for(chosen: Filter | None, made: str) -> str | None:
    """Return the name for a kernel that is made anew, or None to keep the one that the user gave it.

    Names that the program gave are those of presets, and of desks.
    """
    if chosen is None:
        return made
    name = chosen.name.removesuffix(EDITED)
    labels = [*(one.label for one in presets().values()), *(one.label for one in METHODS.values())]
    is_given = name in presets() or name in OF_DESKS or any(_is_label(label, name) for label in labels)
    return made if is_given and chosen.name != made else None


def _is_label(label: str, name: str) -> bool:
    """Return whether a name is a label, alone or with the numbers of a sweep: "Gabor 45°, phase 90°"."""
    rest = name.removeprefix(label.removesuffix(" at an angle")).strip()
    return name != rest and (not rest or rest == "at an angle" or rest[0].isdigit() or rest[0] in "−,")
