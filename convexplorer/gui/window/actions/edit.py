"""The commands of the menu “Edit”."""

from convexplorer.gui.commands import editing, exporting, kernel_code
from convexplorer.gui.window.actions.command import Command

EDIT: dict[str, Command] = {
    "undo": Command(
        "Edit", "Undo", ("Ctrl+Z",), "undo", "Take back the last change.", editing.undo, why_not=editing.why_not_undo
    ),
    "redo": Command(
        "Edit",
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
        "Do again what was taken back.",
        editing.redo,
        why_not=editing.why_not_redo,
    ),
    "copy-map": Command(
        "Edit",
        "Copy picture of the map",
        ("Ctrl+C",),
        "copy",
        "Copy the selected map as shown.",
        exporting.copy_map,
        begins_group=True,
        why_not=exporting.why_no_map,
    ),
    "copy-map-values": Command(
        "Edit",
        "Copy values of the map",
        ("Ctrl+Alt+V",),
        "",
        "Copy the numbers of the selected map for a spreadsheet.",
        exporting.copy_map_values,
        why_not=exporting.why_not_values,
    ),
    "copy-input": Command(
        "Edit",
        "Copy picture of the input",
        (),
        "",
        "Copy the input as shown.",
        exporting.copy_input,
        why_not=exporting.why_no_input,
    ),
    "copy-kernel": Command(
        "Edit",
        "Copy kernel as numbers",
        ("Ctrl+Shift+C",),
        "copy",
        "Copy the kernel for a spreadsheet.",
        editing.copy_kernel,
        why_not=editing.why_no_filter,
    ),
    "copy-kernel-python": Command(
        "Edit",
        "Copy kernel as Python",
        (),
        "",
        "Copy the kernel as a NumPy array.",
        editing.copy_kernel_python,
        why_not=editing.why_no_filter,
    ),
    "kernel-code": Command(
        "Edit",
        "Copy or export kernel as…",
        (),
        "export",
        "Copy or save the kernel, or all filters, for OpenCV, PyTorch, ffmpeg, GLSL and 19 others, or as a script.",
        kernel_code.show_forms,
        why_not=kernel_code.why_not_forms,
    ),
    "paste": Command(
        "Edit",
        "Paste",
        ("Ctrl+V",),
        "paste",
        "Paste numbers into the kernel or the input, where you are working, or a picture as the source.",
        editing.paste,
    ),
}
