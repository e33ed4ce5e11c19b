"""What lists of kernels show: presets and library as one list, each with the picture of its kernel."""

from collections.abc import Sequence

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.session.kernel_library import kernel_library
from convexplorer.gui.widgets.preset_picker import PresetEntry
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.words import plain

LIBRARY = "library/"  # before the key of an entry of the library, in the name of its row


def preset_entries() -> list[PresetEntry]:
    """Return one row per preset."""
    return [
        PresetEntry(
            preset.name,
            preset.label,
            preset.group,
            preset.explanation,
            " ".join(preset.keywords),
            filter_image(make_filter(preset.name)),
        )
        for preset in presets().values()
    ]


def library_entries() -> list[PresetEntry]:
    """Return one row per kernel or bank of the library on pictures; a bank shows its first kernel."""
    from convexplorer.model.library.one_list import size_words

    return [
        PresetEntry(
            f"{LIBRARY}{entry.key}",
            entry.label,
            "Library",
            " ".join(filter(None, (entry.explanation, plain(entry.notes, 200), f"{size_words(entry)}, {entry.file}"))),
            " ".join((entry.name, *entry.tags)),
            filter_image(entry.filters[0]),
        )
        for entry in kernel_library().read().entries
        if entry.is_picture_kernel
    ]


def library_filters(name: str) -> Sequence[Filter]:
    """Return the filters of a row of `library_entries`; ValueError if it is there no longer."""
    from convexplorer.model.library.one_list import entries_named

    key = name.removeprefix(LIBRARY)
    found = entries_named(key, kernel_library())
    if not found:
        raise ValueError(f"“{key}” is no longer in the library")
    return found[0].filters
