"""The families that the desk offers: every preset with parameters, but for those that are no design."""

import functools

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.preset_picker import PresetEntry
from convexplorer.kernels.presets import presets


@functools.cache
def families() -> tuple[str, ...]:
    """Return the names of the presets with parameters, in the order of menus."""
    return tuple(name for name, preset in presets().items() if preset.parameters)


def family_entries() -> list[PresetEntry]:
    """Return a row of the list for each family, with a picture of its usual kernel."""
    table, entries = WEIGHTS_PALETTE.colors(theme.is_dark()), []
    for name in families():
        preset = presets()[name]
        plane = preset.planes().mean(axis=0)
        strongest = largest_magnitude(plane)
        image = to_qimage(to_indexed(plane, Levels(-strongest, strongest)), table)
        entries.append(PresetEntry(name, preset.label, preset.group, preset.explanation, image=image))
    return entries
