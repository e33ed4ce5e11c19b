"""The commands of the menu “Filter”."""

from convexplorer.gui.commands import editing, library, nearest
from convexplorer.gui.window.actions.command import Command
from convexplorer.kernels.transforms import TRANSFORMS


def _transform(name: str, *shortcuts: str, begins_group: bool = False) -> Command:
    """Return the row for a transform of kernels, with texts and icon from `edits.TRANSFORMS`."""
    row = TRANSFORMS[name]
    run = editing.transform(name)
    why_not = editing.why_not_transform(name)
    return Command(
        "Filter", row.label, shortcuts, name, row.explanation, run, why_not=why_not, begins_group=begins_group
    )


FILTER: dict[str, Command] = {
    "preset": Command(
        "Filter",
        "Choose a preset…",
        ("Ctrl+P",),
        "",
        "Replace the filter by a preset.",
        editing.choose_preset,
        why_not=editing.why_no_filter,
        look=editing.preset_look,
    ),
    "nearest": Command(
        "Filter",
        "Nearest filters…",
        ("Ctrl+Shift+X",),
        "search",
        "Find the presets and learned filters most alike to this one, and try them in its place.",
        nearest.show_nearest,
        why_not=nearest.why_not_nearest,
    ),
    "library": Command(
        "Filter",
        "Library of kernels",
        ("Ctrl+Shift+Y",),
        "",
        "Show your own kernels and banks in the studio: search, use, describe and remove them.",
        library.show,
    ),
    "keep-kernel": Command(
        "Filter",
        "Keep in the library",
        ("Ctrl+J",),
        "",
        "Keep the selected filter in the library, a folder of text files, with tags and notes.",
        library.keep,
        why_not=editing.why_no_filter,
    ),
    "keep-bank": Command(
        "Filter",
        "Keep the bank in the library",
        (),
        "",
        "Keep all filters of the layer in the library as one bank.",
        library.keep_bank,
        why_not=editing.why_no_filter,
    ),
    "add-filter": Command(
        "Filter",
        "Add a filter",
        ("Ctrl+Shift+N",),
        "add",
        "Add one more filter.",
        editing.add,
        why_not=editing.why_not_add,
        begins_group=True,
    ),
    "duplicate-filter": Command(
        "Filter",
        "Duplicate",
        ("Ctrl+D",),
        "duplicate",
        "Copy the selected filter.",
        editing.duplicate,
        why_not=editing.why_not_duplicate,
    ),
    "remove-filter": Command(
        "Filter",
        "Remove",
        ("Ctrl+Backspace",),
        "delete",
        "Remove the selected filter.",
        editing.remove,
        why_not=editing.why_not_remove,
    ),
    "rename-filter": Command(
        "Filter",
        "Rename",
        ("F2",),
        "",
        "Give the selected filter a name.",
        editing.rename,
        why_not=editing.why_no_filter,
    ),
    "move-filter-back": Command(
        "Filter",
        "Move one place forward",
        ("Alt+Up",),
        "",
        "Move the filter one place forward.",
        editing.move(-1),
        why_not=editing.why_not_move(-1),
    ),
    "move-filter-on": Command(
        "Filter",
        "Move one place back",
        ("Alt+Down",),
        "",
        "Move the filter one place back.",
        editing.move(+1),
        why_not=editing.why_not_move(+1),
    ),
    "rotate": _transform("rotate", "Ctrl+Shift+R", begins_group=True),
    "flip-horizontal": _transform("flip-horizontal", "Ctrl+Shift+H"),
    "flip-vertical": _transform("flip-vertical", "Ctrl+Shift+V"),
    "transpose": _transform("transpose"),
    "negate": _transform("negate", "Ctrl+Shift+M"),
    "normalize-sum": _transform("normalize-sum"),
    "zero-sum": _transform("zero-sum"),
    "unit-norm": _transform("unit-norm"),
    "double": _transform("double"),
    "halve": _transform("halve"),
    "clear": _transform("clear", "Ctrl+Delete"),
    "merge-planes": Command(
        "Filter",
        "Merge the planes",
        (),
        "link",
        "Replace the planes of the channels by one plane for all: their mean.",
        editing.merge_planes,
        why_not=editing.why_not_merge,
    ),
}
