"""The commands of the menu “Region”."""

from convexplorer.gui.commands import regions
from convexplorer.gui.window.actions.command import Command

REGION: dict[str, Command] = {
    "region-sight": Command(
        "Region",
        "Mark what is in sight",
        (),
        "",
        "Make what the pane with the focus shows the region; a drag with Shift marks any rectangle.",
        regions.mark_in_sight,
        why_not=regions.why_not_mark,
    ),
    "region-zoom": Command(
        "Region",
        "Zoom to the region",
        ("Ctrl+Alt+Z",),
        "",
        "Show the region as large as it fits into all panes.",
        regions.zoom,
        why_not=regions.why_not,
        begins_group=True,
    ),
    "region-study": Command(
        "Region",
        "Study the region",
        (),
        "",
        "Show the region as matrices of numbers, as far as a study reaches.",
        regions.study,
        why_not=regions.why_not,
    ),
    "region-copy": Command(
        "Region",
        "Copy values of the region",
        (),
        "",
        "Copy the numbers of the selected map in the region for a spreadsheet.",
        regions.copy_values,
        why_not=regions.why_not_copy,
    ),
    "region-picture": Command(
        "Region",
        "Export picture of the region…",
        (),
        "",
        "Save the selected map in the region as shown.",
        regions.export_picture,
        why_not=regions.why_not_picture,
    ),
    "region-export": Command(
        "Region",
        "Export values of the region…",
        (),
        "",
        "Save the exact values of input and map in the region (.npy, .npz, .tiff).",
        regions.export_values,
        why_not=regions.why_not,
    ),
    "region-forget": Command(
        "Region",
        "Let go of the region",
        (),
        "",
        "Remove its frame.",
        regions.forget,
        why_not=regions.why_not,
        begins_group=True,
    ),
}
