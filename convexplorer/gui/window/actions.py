"""The table of all commands, read by menus, shortcuts, palette and help sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from convexplorer.core.kinds import KINDS
from convexplorer.core.kinds.table import INITIALIZER_TIPS
from convexplorer.gui.commands import (
    comparing,
    editing,
    examples,
    explaining,
    exporting,
    files,
    finding,
    layers,
    looking,
    numbers,
    pointing,
    printing,
    regions,
    sourcing,
)
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.panels.ribbon import action_name, family
from convexplorer.kernels.transforms import TRANSFORMS
from convexplorer.model.edits import GRID_OPERATIONS
from convexplorer.model.worked_examples import EXAMPLES


@dataclass(frozen=True)
class Command:
    """One row of the table: a command's texts, shortcuts and functions of the window.

    Attributes
    ----------
    menu : the command's menu; menus are ordered by first appearance.
    title : in the menu; ends in "…" if the command asks for input first.
    shortcuts : key sequences in portable text; the first is displayed.
    icon : name in resources/icons, or "".
    tip : one sentence for tooltip and palette.
    run : called with the window.
    checked : for a switch, returns its state.
    why_not : returns a sentence with the reason why the command is impossible now, or ""; a reason disables the action.
    look : for a command with changing effect, returns the current icon and tooltip.
    begins_group : True for a separator above the command in its menu.
    """

    menu: str
    title: str
    shortcuts: tuple[str, ...]
    icon: str
    tip: str
    run: Callable[[Shell], None]
    checked: Callable[[Shell], bool] | None = None
    why_not: Callable[[Shell], str] | None = None
    look: Callable[[Shell], tuple[str, str]] | None = None
    begins_group: bool = False


def _transform(name: str, *shortcuts: str, begins_group: bool = False) -> Command:
    """Return the row for a transform of kernels, with texts and icon from `edits.TRANSFORMS`."""
    row = TRANSFORMS[name]
    run = editing.transform(name)
    why_not = editing.why_not_transform(name)
    return Command(
        "Filter", row.label, shortcuts, name, row.explanation, run, why_not=why_not, begins_group=begins_group
    )


def _add(name: str) -> Command:
    """Return the row for adding a layer of a kind."""
    row = KINDS[name]
    return Command("Add layer", f"Add {row.keras_name()}", (), "", row.summary, layers.add(name))


def _kind(name: str) -> Command:
    """Return the row for changing the selected layer to another kind."""
    row = KINDS[name]
    return Command(
        "Change layer",
        f"Make it {row.keras_name()}",
        (),
        "",
        row.summary,
        layers.set_kind(name),
        layers.is_kind(name),
        why_not=layers.why_not_kind(name),
    )


def _initialize(name: str) -> Command:
    """Return the row for drawing new weights from an initializer."""
    return Command(
        "Initialize filters",
        f"Initialize: {name}",
        (),
        "",
        f"New weights for all filters of the layer, a plane for each channel: {INITIALIZER_TIPS[name]}.",
        layers.initialize(name),
        why_not=layers.why_not_initialize,
    )


def _grid_operation(name: str) -> Command:
    """Return the row for an operation on all typed numbers."""
    row = GRID_OPERATIONS[name]
    icon = {"clear": "clear", "invert": "negate", "random": "pattern"}[name]
    run = numbers.transform(name)
    return Command("Source", row.label, (), icon, row.explanation, run, why_not=numbers.why_not_change)


def _example(action: str) -> Command:
    """Return the row for opening a worked example."""
    name = action.removeprefix(EXAMPLE)
    row = EXAMPLES[name]
    return Command("Worked examples", row.title, (), "", row.explanation, examples.open_example(name))


EXAMPLE = "example-"
EXAMPLE_ACTIONS = tuple(f"{EXAMPLE}{name}" for name in EXAMPLES)

ACTIONS: dict[str, Command] = {
    # File
    "new": Command("File", "New project", ("Ctrl+N",), "", "Start again with the first bank of filters.", files.new),
    "open": Command("File", "Open…", ("Ctrl+O",), "open", "Open a picture, a video or a project.", files.open_file),
    "open-folder": Command(
        "File", "Open folder…", ("Ctrl+Shift+O",), "folder", "Walk through the pictures of a folder.", files.open_folder
    ),
    "save": Command(
        "File",
        "Save project",
        ("Ctrl+S",),
        "save",
        "Save all you have set as a readable file.",
        files.save,
        begins_group=True,
    ),
    "save-as": Command(
        "File", "Save project as…", ("Ctrl+Shift+S",), "", "Save the project under another name.", files.save_as
    ),
    "export-map": Command(
        "File",
        "Export selected map…",
        ("Ctrl+E",),
        "export",
        "Save the selected map as shown.",
        exporting.export_map,
        begins_group=True,
        why_not=exporting.why_no_map,
    ),
    "export-grid": Command(
        "File",
        "Export all maps as one picture…",
        (),
        "",
        "Save all tiles as one picture.",
        exporting.export_grid,
        why_not=exporting.why_no_map,
    ),
    "export-input": Command(
        "File",
        "Export the input…",
        (),
        "",
        "Save the input as shown.",
        exporting.export_input,
        why_not=exporting.why_no_input,
    ),
    "export-values": Command(
        "File",
        "Export values…",
        ("Ctrl+Shift+E",),
        "",
        "Save the exact float values of all maps (.npy, .npz, .tiff).",
        exporting.export_values,
        why_not=exporting.why_no_map,
    ),
    "export-bank": Command(
        "File",
        "Export kernels…",
        (),
        "",
        "Save the filter bank (.json, .csv, .npy, .npz).",
        exporting.export_bank,
        why_not=exporting.why_no_kernels,
    ),
    "import-bank": Command(
        "File",
        "Import kernels…",
        (),
        "",
        "Add filters from a file (.json, .csv, .npy, .npz).",
        files.import_bank,
        why_not=exporting.why_no_kernels,
    ),
    "record": Command(
        "File",
        "Record",
        ("Ctrl+R",),
        "record",
        "Record the input beside the live maps to a video file.",
        exporting.toggle_recording,
        exporting.is_recording,
        begins_group=True,
    ),
    "snapshot": Command(
        "File",
        "Snapshot",
        ("F8",),
        "snapshot",
        "Save the input beside the maps as a picture into the last used folder.",
        exporting.snapshot,
        why_not=exporting.why_no_map,
    ),
    "quit": Command("File", "Quit", ("Ctrl+Q",), "", "Close the program.", files.close_window, begins_group=True),
    # Edit
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
    "paste": Command(
        "Edit",
        "Paste",
        ("Ctrl+V",),
        "paste",
        "Paste numbers into the kernel or the input, where you are working, or a picture as the source.",
        editing.paste,
    ),
    # Filter
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
    # Layer
    "add-layer": Command(
        "Layer",
        "Add a layer…",
        ("Ctrl+Shift+A",),
        "add",
        "Search all kinds of layers, and add one behind the selected layer.",
        finding.show_kinds,
    ),
    **{f"add-{action_name(kind)}": _add(kind) for kind in KINDS},
    **{action_name(kind): _kind(kind) for kind in KINDS if family(kind)},
    "leave-out": Command(
        "Layer",
        "Leave the layer out",
        ("Ctrl+Shift+L",),
        "",
        "Let the selected layer take no part; again to let it.",
        layers.toggle,
        layers.is_left_out,
        begins_group=True,
        why_not=layers.why_not_toggle,
    ),
    **{f"initialize-{name.replace('_', '-')}": _initialize(name) for name in INITIALIZER_TIPS},
    "duplicate-layer": Command(
        "Layer",
        "Duplicate the layer",
        (),
        "duplicate",
        "Insert a copy of the selected layer.",
        layers.duplicate,
        why_not=layers.why_not_duplicate,
    ),
    "move-layer-back": Command(
        "Layer",
        "Move the layer forward",
        (),
        "arrow-left",
        "Let the selected layer act one step earlier.",
        layers.move(-1),
        why_not=layers.why_not_move(-1),
    ),
    "move-layer-on": Command(
        "Layer",
        "Move the layer back",
        (),
        "arrow-right",
        "Let the selected layer act one step later.",
        layers.move(+1),
        why_not=layers.why_not_move(+1),
    ),
    "copy-summary": Command(
        "Layer",
        "Copy the summary",
        (),
        "copy",
        "Copy a table of all layers: shapes, parameters, multiply-adds, and what each reads.",
        exporting.copy_summary,
        why_not=exporting.why_no_summary,
    ),
    "remove-layer": Command(
        "Layer", "Remove the layer", (), "", "Remove the selected layer.", layers.remove, why_not=layers.why_not_remove
    ),
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
        files.open_stream,
    ),
    "numbers": Command(
        "Source",
        "Numbers…",
        ("Ctrl+Alt+N",),
        "grid",
        "Type a small picture: a grid of numbers in the place of the input.",
        numbers.type_numbers,
    ),
    "edit-numbers": Command(
        "Source",
        "Edit the numbers",
        ("Ctrl+Alt+I",),
        "rename",
        "Type and paint the numbers of the input over its picture; a small picture becomes numbers.",
        numbers.toggle_editing,
        numbers.is_editing,
        why_not=numbers.why_not_edit,
    ),
    "fill-numbers": Command(
        "Source",
        "Fill with the painted number",
        (),
        "",
        "Set all numbers of the input to the painted one.",
        numbers.fill,
        why_not=numbers.why_not_change,
    ),
    **{f"{name}-numbers": _grid_operation(name) for name in GRID_OPERATIONS},
    **{name: _example(name) for name in EXAMPLE_ACTIONS},
    "reopen": Command(
        "Source", "Open again", ("F5",), "", "Try the source once more, after it ended or failed.", sourcing.reopen
    ),
    "play": Command(
        "Source",
        "Play / pause",
        ("Space",),
        "play",
        "Play, pause or freeze.",
        sourcing.toggle_play,
        look=sourcing.play_look,
        begins_group=True,
        why_not=sourcing.why_not_play,
    ),
    "next": Command(
        "Source",
        "Next frame or file",
        (".", "Ctrl+."),
        "step-forward",
        "One on.",
        sourcing.step_on,
        why_not=sourcing.why_not_play,
    ),
    "previous": Command(
        "Source",
        "Previous frame or file",
        (",", "Ctrl+,"),
        "step-back",
        "One back.",
        sourcing.step_back,
        why_not=sourcing.why_not_play,
    ),
    "loop": Command(
        "Source", "Loop", ("Ctrl+L",), "loop", "Begin again at the end.", sourcing.toggle_loop, sourcing.is_looping
    ),
    "stored-numbers": Command(
        "Source",
        "Numbers as stored",
        ("Ctrl+9",),
        "",
        "Compute with the whole numbers of the source, 0…255 or 0…65535, instead of 0…1.",
        sourcing.toggle_stored_numbers,
        sourcing.has_stored_numbers,
        why_not=sourcing.why_not_stored_numbers,
        begins_group=True,
    ),
    "mirror": Command(
        "Source",
        "Mirror the camera",
        ("Ctrl+M",),
        "mirror",
        "Swap left and right, as in a mirror.",
        sourcing.toggle_mirror,
        sourcing.is_mirrored,
        why_not=sourcing.why_not_mirror,
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
        "View", "Compare", ("Alt+3",), "", "Two maps, and their difference.", looking.show_mode("compare")
    ),
    "next-filter": Command(
        "View",
        "Next filter",
        ("Ctrl+PgDown",),
        "",
        "Select the next filter.",
        looking.next_filter,
        why_not=looking.why_not_filter(+1),
    ),
    "previous-filter": Command(
        "View",
        "Previous filter",
        ("Ctrl+PgUp",),
        "",
        "Select the previous filter.",
        looking.previous_filter,
        why_not=looking.why_not_filter(-1),
    ),
    "enlarge": Command(
        "View",
        "Enlarge the map",
        ("F4",),
        "",
        "Show one map large, or one channel of the equation; again to go back.",
        looking.toggle_enlarged,
        begins_group=True,
    ),
    "zoom-in": Command(
        "View", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", "Zoom all pictures in.", looking.zoom_in, begins_group=True
    ),
    "zoom-out": Command("View", "Zoom out", ("Ctrl+-",), "zoom-out", "Zoom all pictures out.", looking.zoom_out),
    "zoom-fit": Command("View", "Fit", ("Ctrl+0",), "fit", "Show the whole picture.", looking.zoom_fit),
    "zoom-actual": Command(
        "View",
        "One to one",
        ("Ctrl+1",),
        "",
        "Show one pixel of the picture on one pixel of the screen, in the pane with the focus.",
        looking.zoom_actual,
    ),
    "loupe": Command(
        "View",
        "Loupe",
        ("Ctrl+Alt+L",),
        "",
        "Show the cells under the cursor large, with their numbers, in a corner of each picture.",
        explaining.toggle_overlay("loupe"),
        explaining.has_overlay("loupe"),
    ),
    "zoom-to": Command(
        "View",
        "Zoom to…",
        ("Ctrl+Alt+0",),
        "",
        "Type the zoom of the pane with the focus: screen pixels per pixel of the input, in percent.",
        looking.zoom_to,
    ),
    "opencv": Command(
        "View",
        "As 8-bit OpenCV would show it",
        ("Ctrl+8",),
        "",
        "Clip and round as an 8-bit filter would, to see what is lost.",
        looking.toggle_opencv,
        looking.is_opencv,
        begins_group=True,
    ),
    "checkerboard": Command(
        "View",
        "Checkerboard behind the input",
        ("Ctrl+Shift+B",),
        "",
        "Show where the input is transparent; the maps do not change.",
        looking.toggle_checkerboard,
        looking.has_checkerboard,
        why_not=looking.why_not_checkerboard,
    ),
    "controls": Command(
        "View",
        "Controls",
        ("Ctrl+B",),
        "settings",
        "Hide or show the column of controls.",
        looking.toggle_controls,
        looking.has_controls,
        begins_group=True,
    ),
    "theme": Command(
        "View", "Light / dark", ("Ctrl+T",), "moon", "Switch between light and dark.", looking.switch_theme
    ),
    "theme-system": Command(
        "View", "Theme of the system", (), "", "Follow the system's light or dark theme.", looking.follow_system
    ),
    "larger": Command(
        "View",
        "Larger interface",
        ("Ctrl+Alt++", "Ctrl+Alt+="),
        "",
        "For a projector.",
        looking.larger,
        why_not=looking.why_not_larger,
    ),
    "smaller": Command(
        "View",
        "Smaller interface",
        ("Ctrl+Alt+-",),
        "",
        "For a small screen.",
        looking.smaller,
        why_not=looking.why_not_smaller,
    ),
    "full-screen": Command(
        "View", "Full screen", ("F11",), "", "Use the whole screen; again to go back.", looking.toggle_full_screen
    ),
    # Compare
    "keep-reference": Command(
        "Compare",
        "Keep as the reference",
        ("Ctrl+Alt+K",),
        "history",
        "Keep this result, and compare with it whatever you change or open from now on.",
        comparing.keep_reference,
        why_not=comparing.why_not_keep,
    ),
    "forget-reference": Command(
        "Compare",
        "Let go of the reference",
        (),
        "",
        "Forget what was kept, and free its memory.",
        comparing.forget_reference,
        why_not=comparing.why_not_forget,
    ),
    "compare-before": Command(
        "Compare",
        "Compare with what goes in",
        (),
        "",
        "The selected map against what its layer reads.",
        comparing.compare_before,
        begins_group=True,
    ),
    "compare-two": Command(
        "Compare",
        "Compare marked maps",
        ("Ctrl+Alt+M",),
        "",
        "The map that was clicked with Ctrl against the selected one.",
        comparing.compare_two,
        why_not=comparing.why_not_compare_two,
    ),
    "blink": Command(
        "Compare",
        "Blink",
        ("Ctrl+Alt+B",),
        "",
        "Show all of one side, and again all of the other; in the picture hold A or B.",
        comparing.blink,
        why_not=comparing.why_not_comparing,
    ),
    "swap-sides": Command(
        "Compare",
        "Swap both sides",
        ("Ctrl+Alt+X",),
        "mirror",
        "Exchange left and right; the difference turns its sign.",
        comparing.swap_sides,
        why_not=comparing.why_not_comparing,
    ),
    "combine-two": Command(
        "Compare",
        "Combine two maps",
        ("Ctrl+Alt+J",),
        "",
        "A layer that makes one map of the selected one and the one clicked with Ctrl, or the next.",
        comparing.combine_two,
        why_not=comparing.why_not_combine,
        begins_group=True,
    ),
    # Region
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
        "fit",
        "Show the arithmetic large, with all channels; Esc goes back.",
        explaining.open_lens,
        why_not=explaining.why_not_lens,
    ),
    "pin": Command(
        "Explain",
        "Pin this value",
        ("Ctrl+Alt+P",),
        "",
        "Keep the value under the cursor explained while the mouse moves.",
        pointing.pin,
        why_not=printing.why_not_drawing,
    ),
    "unpin": Command(
        "Explain",
        "Let go of the pinned value",
        (),
        "unlock",
        "Follow the mouse again.",
        explaining.let_go,
        why_not=explaining.why_not_let_go,
    ),
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
        "grid",
        "Draw on the input what the windows read, what strides and dilation skip, the padding and the unused rim.",
        explaining.toggle_overlay("reads"),
        explaining.has_overlay("reads"),
    ),
    "profile": Command(
        "Explain",
        "Profile through the place",
        ("Ctrl+Shift+P",),
        "",
        "Show the values of input and map along the row and the column through the pinned or pointed place.",
        explaining.show_profile,
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
        look=explaining.film_look,
        begins_group=True,
        why_not=explaining.why_not_film,
    ),
    "film-forward": Command(
        "Explain",
        "Window one output on",
        ("F7",),
        "step-forward",
        "Step to the next output.",
        explaining.step_film(1),
        why_not=explaining.why_not_film,
    ),
    "film-back": Command(
        "Explain",
        "Window one output back",
        ("Shift+F7",),
        "step-back",
        "Step back by an output.",
        explaining.step_film(-1),
        why_not=explaining.why_not_film,
    ),
    "film-faster": Command(
        "Explain",
        "Slide faster",
        ("Ctrl+]",),
        "",
        "More outputs a second.",
        explaining.change_film_rate(1),
        why_not=explaining.why_not_film_rate(+1),
    ),
    "film-slower": Command(
        "Explain",
        "Slide slower",
        ("Ctrl+[",),
        "",
        "Fewer outputs a second.",
        explaining.change_film_rate(-1),
        why_not=explaining.why_not_film_rate(-1),
    ),
    "film-loop": Command(
        "Explain",
        "Slide again and again",
        (),
        "loop",
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
        begins_group=True,
    ),
    "export-explanation": Command(
        "Explain",
        "Export the explanation…",
        ("Ctrl+Alt+E",),
        "export",
        "Save it as a drawing (.svg, .pdf) or a picture (.png) with the shape of a slide.",
        printing.export_drawing,
        begins_group=True,
        why_not=printing.why_not_drawing,
    ),
    "copy-explanation": Command(
        "Explain",
        "Copy the explanation as a picture",
        (),
        "copy",
        "Copy it as a picture with the shape of a slide.",
        printing.copy_drawing,
        why_not=printing.why_not_drawing,
    ),
    "export-film": Command(
        "Explain",
        "Export the film…",
        ("Ctrl+Alt+F",),
        "video",
        "Save the sliding window as an animation or a video (.gif, .webp, .mp4); again to cancel.",
        printing.export_film,
        why_not=printing.why_not_film,
    ),
    "copy-latex": Command(
        "Explain",
        "Copy the computation as LaTeX",
        ("Ctrl+Alt+C",),
        "",
        "Copy matrices, sums, bias and activation as LaTeX for amsmath.",
        printing.copy_latex,
        why_not=printing.why_not_latex,
    ),
    "export-latex": Command(
        "Explain",
        "Export the computation as LaTeX…",
        (),
        "",
        "Save it as a document (.tex).",
        printing.export_latex,
        why_not=printing.why_not_latex,
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
    "about": Command(
        "Help", "About ConvExplorer", (), "info", "Version and licence.", looking.show_about, begins_group=True
    ),
}
