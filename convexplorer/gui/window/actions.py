"""The table of everything a person can command: menus, shortcuts, palette and help sheet read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence

from convexplorer.gui.commands import (
    editing,
    explaining,
    exporting,
    files,
    finding,
    layers,
    looking,
    printing,
    sourcing,
)
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.conv_kinds import CONV_LABELS, CONV_TIPS


@dataclass(frozen=True)
class Command:
    """One row: what it is called, how it is reached, and the function of the window that does it.

    Attributes
    ----------
    menu : the menu it stands in, in the order of first appearance.
    title : as in the menu; "…" when it asks for something first.
    shortcuts : key sequences in portable text, the first is shown.
    icon : name in resources/icons, or "".
    tip : one sentence for tooltip and palette.
    run : called with the window.
    checked : for a switch, the function that tells its state.
    """

    menu: str
    title: str
    shortcuts: tuple[str, ...]
    icon: str
    tip: str
    run: Callable[[Shell], None]
    checked: Callable[[Shell], bool] | None = None


ACTIONS: dict[str, Command] = {
    # File
    "new": Command("File", "New project", ("Ctrl+N",), "", "Start again with the first bank of filters.", files.new),
    "open": Command("File", "Open…", ("Ctrl+O",), "open", "Open a picture, a video or a project.", files.open_file),
    "open-folder": Command(
        "File", "Open folder…", ("Ctrl+Shift+O",), "folder", "Walk through the pictures of a folder.", files.open_folder
    ),
    "save": Command(
        "File", "Save project", ("Ctrl+S",), "save", "Save all you have set as a readable file.", files.save
    ),
    "save-as": Command(
        "File", "Save project as…", ("Ctrl+Shift+S",), "", "Save the project under another name.", files.save_as
    ),
    "export-map": Command(
        "File", "Export selected map…", ("Ctrl+E",), "export", "Save the selected map as shown.", exporting.export_map
    ),
    "export-grid": Command(
        "File", "Export all maps as one picture…", (), "", "Save all tiles as one picture.", exporting.export_grid
    ),
    "export-values": Command(
        "File",
        "Export values…",
        ("Ctrl+Shift+E",),
        "",
        "Save the exact float values of all maps (.npy, .npz, .tiff).",
        exporting.export_values,
    ),
    "export-bank": Command(
        "File", "Export kernels…", (), "", "Save the filter bank (.json, .csv, .npy).", exporting.export_bank
    ),
    "import-bank": Command(
        "File", "Import kernels…", (), "", "Add filters from a file (.json, .csv, .npy).", files.import_bank
    ),
    "record": Command(
        "File",
        "Record",
        ("Ctrl+R",),
        "record",
        "Record the input beside the live maps to a video file.",
        exporting.toggle_recording,
        exporting.is_recording,
    ),
    "snapshot": Command(
        "File",
        "Snapshot",
        ("F8",),
        "snapshot",
        "Save the input beside the maps as a picture into the last used folder.",
        exporting.snapshot,
    ),
    "quit": Command("File", "Quit", ("Ctrl+Q",), "", "Close the program.", files.close_window),
    # Edit
    "undo": Command("Edit", "Undo", ("Ctrl+Z",), "undo", "Take back the last change.", editing.undo),
    "redo": Command("Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "Do again what was taken back.", editing.redo),
    "copy-map": Command(
        "Edit", "Copy picture of the map", ("Ctrl+C",), "copy", "Copy the selected map as shown.", exporting.copy_map
    ),
    "copy-kernel": Command(
        "Edit",
        "Copy kernel as numbers",
        ("Ctrl+Shift+C",),
        "",
        "Copy the kernel for a spreadsheet.",
        editing.copy_kernel,
    ),
    "copy-kernel-python": Command(
        "Edit", "Copy kernel as Python", (), "", "Copy the kernel as a NumPy array.", editing.copy_kernel_python
    ),
    "paste": Command(
        "Edit",
        "Paste",
        ("Ctrl+V",),
        "paste",
        "Paste numbers into the kernel, or a picture as the source.",
        editing.paste,
    ),
    # Filter
    "preset": Command(
        "Filter", "Choose a preset…", ("Ctrl+P",), "", "Replace the filter by a preset.", editing.choose_preset
    ),
    "add-filter": Command("Filter", "Add a filter", ("Ctrl+Shift+N",), "add", "Add one more filter.", editing.add),
    "duplicate-filter": Command(
        "Filter", "Duplicate", ("Ctrl+D",), "duplicate", "Copy the selected filter.", editing.duplicate
    ),
    "remove-filter": Command(
        "Filter", "Remove", ("Ctrl+Backspace",), "delete", "Remove the selected filter.", editing.remove
    ),
    "rename-filter": Command("Filter", "Rename", ("F2",), "", "Give the selected filter a name.", editing.rename),
    "move-filter-back": Command(
        "Filter", "Move one place forward", ("Alt+Up",), "", "Move the filter one place forward.", editing.move_back
    ),
    "move-filter-on": Command(
        "Filter", "Move one place back", ("Alt+Down",), "", "Move the filter one place back.", editing.move_on
    ),
    "rotate": Command(
        "Filter", "Rotate 90°", ("Ctrl+Shift+R",), "rotate", "Turn the kernel clockwise.", editing.transform("rotate")
    ),
    "flip-horizontal": Command(
        "Filter",
        "Flip left ↔ right",
        ("Ctrl+Shift+H",),
        "flip-horizontal",
        "Mirror the kernel's columns.",
        editing.transform("flip-horizontal"),
    ),
    "flip-vertical": Command(
        "Filter",
        "Flip top ↕ bottom",
        ("Ctrl+Shift+V",),
        "flip-vertical",
        "Mirror the kernel's rows.",
        editing.transform("flip-vertical"),
    ),
    "transpose": Command(
        "Filter", "Transpose", (), "", "Swap the kernel's rows and columns.", editing.transform("transpose")
    ),
    "negate": Command(
        "Filter", "Negate", ("Ctrl+Shift+M",), "negate", "Change all signs.", editing.transform("negate")
    ),
    "normalize-sum": Command(
        "Filter", "Normalise to sum 1", (), "", "Divide the weights by their sum.", editing.transform("normalize-sum")
    ),
    "zero-sum": Command(
        "Filter", "Make zero-sum", (), "", "Subtract the mean: flat areas vanish.", editing.transform("zero-sum")
    ),
    "unit-norm": Command(
        "Filter", "Normalise to length 1", (), "", "Divide by the Euclidean norm.", editing.transform("unit-norm")
    ),
    "clear": Command("Filter", "Clear", ("Ctrl+Delete",), "clear", "Set all weights to 0.", editing.transform("clear")),
    # Layer
    "conv": Command(
        "Layer",
        CONV_LABELS["conv"],
        (),
        "",
        CONV_TIPS["conv"],
        editing.set_kind("conv"),
        editing.is_kind("conv"),
    ),
    "depthwise-conv": Command(
        "Layer",
        CONV_LABELS["depthwise_conv"],
        (),
        "",
        CONV_TIPS["depthwise_conv"],
        editing.set_kind("depthwise_conv"),
        editing.is_kind("depthwise_conv"),
    ),
    "separable-conv": Command(
        "Layer",
        CONV_LABELS["separable_conv"],
        (),
        "",
        CONV_TIPS["separable_conv"],
        editing.set_kind("separable_conv"),
        editing.is_kind("separable_conv"),
    ),
    "conv-transpose": Command(
        "Layer",
        CONV_LABELS["conv_transpose"],
        (),
        "",
        CONV_TIPS["conv_transpose"],
        editing.set_kind("conv_transpose"),
        editing.is_kind("conv_transpose"),
    ),
    "add-max-pool": Command(
        "Layer", "Add max pooling", (), "", "Add max pooling after the last layer.", layers.add_pool("max")
    ),
    "add-average-pool": Command(
        "Layer", "Add average pooling", (), "", "Add average pooling after the last layer.", layers.add_pool("average")
    ),
    "leave-out": Command(
        "Layer",
        "Leave the layer out",
        ("Ctrl+Shift+L",),
        "",
        "Let the selected layer take no part; again to let it.",
        layers.toggle,
        layers.is_left_out,
    ),
    "remove-layer": Command("Layer", "Remove the layer", (), "", "Remove the selected layer.", layers.remove),
    # Source
    "camera": Command(
        "Source", "Camera", ("Ctrl+Shift+K",), "camera", "Look through the webcam.", sourcing.open_camera
    ),
    "stream": Command(
        "Source",
        "Network stream (URL)…",
        ("Ctrl+U",),
        "stream",
        "Open an MJPEG or RTSP stream by its address.",
        sourcing.open_stream,
    ),
    "reopen": Command(
        "Source", "Open again", ("F5",), "", "Try the source once more, after it ended or failed.", sourcing.reopen
    ),
    "play": Command("Source", "Play / pause", ("Space",), "play", "Play, pause or freeze.", sourcing.toggle_play),
    "next": Command("Source", "Next frame or file", (".", "Ctrl+Right"), "step-forward", "One on.", sourcing.step_on),
    "previous": Command(
        "Source", "Previous frame or file", (",", "Ctrl+Left"), "step-back", "One back.", sourcing.step_back
    ),
    "loop": Command(
        "Source", "Loop", ("Ctrl+L",), "loop", "Begin again at the end.", sourcing.toggle_loop, sourcing.is_looping
    ),
    "mirror": Command(
        "Source",
        "Mirror the camera",
        ("Ctrl+M",),
        "mirror",
        "Swap left and right, as in a mirror.",
        sourcing.toggle_mirror,
        sourcing.is_mirrored,
    ),
    # View
    "bank": Command("View", "All filters", ("Alt+1",), "", "One map for each filter.", looking.show_mode("bank")),
    "channels": Command(
        "View",
        "Per channel",
        ("Alt+2",),
        "",
        "The selected filter as an equation of pictures.",
        looking.show_mode("channels"),
    ),
    "compare": Command(
        "View", "Compare", ("Alt+3",), "", "Before, after, and their difference.", looking.show_mode("compare")
    ),
    "next-filter": Command("View", "Next filter", ("Ctrl+Down",), "", "Select the next filter.", looking.next_filter),
    "previous-filter": Command(
        "View", "Previous filter", ("Ctrl+Up",), "", "Select the previous filter.", looking.previous_filter
    ),
    "enlarge": Command(
        "View", "Enlarge the map", ("F4",), "", "Show one map large; again to go back.", looking.toggle_enlarged
    ),
    "zoom-in": Command("View", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", "Zoom all pictures in.", looking.zoom_in),
    "zoom-out": Command("View", "Zoom out", ("Ctrl+-",), "zoom-out", "Zoom all pictures out.", looking.zoom_out),
    "zoom-fit": Command("View", "Fit", ("Ctrl+0",), "fit", "Show the whole picture.", looking.zoom_fit),
    "opencv": Command(
        "View",
        "As 8-bit OpenCV would show it",
        ("Ctrl+8",),
        "",
        "Clip and round as an 8-bit filter would, to see what is lost.",
        looking.toggle_opencv,
        looking.is_opencv,
    ),
    "controls": Command(
        "View",
        "Controls",
        ("Ctrl+B",),
        "settings",
        "Hide or show the column of controls.",
        looking.toggle_controls,
        looking.has_controls,
    ),
    "theme": Command(
        "View", "Light / dark", ("Ctrl+T",), "moon", "Switch between light and dark.", looking.switch_theme
    ),
    "theme-system": Command(
        "View", "Theme of the system", (), "", "Follow the system's light or dark theme.", looking.follow_system
    ),
    "larger": Command("View", "Larger interface", ("Ctrl+Alt++", "Ctrl+Alt+="), "", "For a projector.", looking.larger),
    "smaller": Command("View", "Smaller interface", ("Ctrl+Alt+-",), "", "For a small screen.", looking.smaller),
    "full-screen": Command(
        "View", "Full screen", ("F11",), "", "Use the whole screen; again to go back.", looking.toggle_full_screen
    ),
    # Explain
    "explanation": Command(
        "Explain",
        "How a value is computed",
        ("F3",),
        "",
        "Show or hide the arithmetic of the value under the cursor.",
        explaining.toggle_explanation,
        explaining.has_explanation,
    ),
    "lens": Command(
        "Explain",
        "Computation, large",
        ("Ctrl+I",),
        "",
        "Show the arithmetic large, with all channels; Esc goes back.",
        explaining.open_lens,
    ),
    "unpin": Command("Explain", "Let go of the pinned value", (), "", "Follow the mouse again.", explaining.let_go),
    "field": Command(
        "Explain",
        "Receptive field",
        ("Ctrl+G",),
        "",
        "Outline what the value sees of the picture, through all layers, and dim the rest.",
        explaining.toggle_overlay("field"),
        explaining.has_overlay("field"),
    ),
    "reads": Command(
        "Explain",
        "Which places are read",
        ("Ctrl+Shift+G",),
        "",
        "Draw on the input what the windows read, what strides and dilation skip, the padding and the unused rim.",
        explaining.toggle_overlay("reads"),
        explaining.has_overlay("reads"),
    ),
    "study": Command(
        "Explain",
        "Study this part",
        ("Ctrl+Shift+I",),
        "crosshair",
        "Show the input around the explained place and its output as matrices of numbers.",
        explaining.study_here,
    ),
    "film": Command(
        "Explain",
        "Let the window slide / pause",
        ("F6",),
        "play",
        "Show the window on every output, one after the other.",
        explaining.toggle_film,
    ),
    "film-forward": Command(
        "Explain", "Window one output on", ("F7",), "", "Step to the next output.", explaining.step_film(1)
    ),
    "film-back": Command(
        "Explain", "Window one output back", ("Shift+F7",), "", "Step back by an output.", explaining.step_film(-1)
    ),
    "film-faster": Command(
        "Explain", "Slide faster", ("Ctrl+]",), "", "More outputs a second.", explaining.change_film_rate(1)
    ),
    "film-slower": Command(
        "Explain", "Slide slower", ("Ctrl+[",), "", "Fewer outputs a second.", explaining.change_film_rate(-1)
    ),
    "film-loop": Command(
        "Explain",
        "Slide again and again",
        (),
        "",
        "Begin again at the end, or stop there.",
        explaining.toggle_film_loop,
        explaining.is_film_looping,
    ),
    "ghost": Command(
        "Explain",
        "Sweep while nobody points",
        (),
        "",
        "Let a pale window go over the picture until a hand arrives.",
        explaining.toggle_overlay("ghost"),
        explaining.has_overlay("ghost"),
    ),
    "export-explanation": Command(
        "Explain",
        "Export the explanation…",
        ("Ctrl+Alt+E",),
        "export",
        "Save it as shown, as a drawing (.svg, .pdf) or a picture (.png).",
        printing.export_drawing,
    ),
    "copy-explanation": Command(
        "Explain", "Copy the explanation as a picture", (), "copy", "Copy it as shown.", printing.copy_drawing
    ),
    "export-film": Command(
        "Explain",
        "Export the film…",
        ("Ctrl+Alt+F",),
        "video",
        "Save the sliding window as an animation or a video (.gif, .webp, .mp4); again to cancel.",
        printing.export_film,
    ),
    "copy-latex": Command(
        "Explain",
        "Copy the computation as LaTeX",
        ("Ctrl+Alt+C",),
        "",
        "Copy matrices, sums, bias and activation as LaTeX for amsmath.",
        printing.copy_latex,
    ),
    "export-latex": Command(
        "Explain", "Export the computation as LaTeX…", (), "", "Save it as a document (.tex).", printing.export_latex
    ),
    "light-paper": Command(
        "Explain",
        "Export on light paper",
        (),
        "",
        "Give exported explanations a light background, also in the dark theme.",
        printing.toggle_light_paper,
        printing.has_light_paper,
    ),
    # Help
    "palette": Command(
        "Help", "All commands…", ("Ctrl+K",), "command", "Search all commands and presets.", finding.show_palette
    ),
    "shortcuts": Command("Help", "Keys and mouse", ("F1",), "help", "Show all shortcuts.", finding.show_shortcuts),
    "about": Command("Help", "About ConvExplorer", (), "info", "Version and licence.", looking.show_about),
}


def build_actions(window: Shell) -> dict[str, QAction]:
    """Make one `QAction` a row, with its shortcut active in the whole window."""
    return {name: _build(window, name, command) for name, command in ACTIONS.items()}


def _build(window: Shell, name: str, command: Command) -> QAction:
    action = QAction(command.title, window)
    action.setObjectName(name)
    # As a shortcut Space would be taken from every button; the window hears of it when nobody else wants it.
    action.setShortcuts([QKeySequence(text) for text in command.shortcuts if text != "Space"])
    keys = f"  ({shortcut_text(command)})" if command.shortcuts else ""
    action.setToolTip(f"{command.tip}{keys}")
    action.setStatusTip(command.tip)
    action.setProperty("menu", command.menu)
    if command.icon:
        theme.set_icon(action, command.icon)
    if command.checked is not None:
        action.setCheckable(True)
    action.triggered.connect(lambda _checked=False: window.run(command.run))
    window.addAction(action)
    return action


def shortcut_text(command: Command) -> str:
    """Return the first shortcut as this system writes it, or ""."""
    if not command.shortcuts:
        return ""
    return QKeySequence(command.shortcuts[0]).toString(QKeySequence.SequenceFormat.NativeText)
