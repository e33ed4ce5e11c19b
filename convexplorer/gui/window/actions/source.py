"""The commands of the menu “Source”."""

from convexplorer.gui.commands import drawing, examples, files, numbers, sourcing
from convexplorer.gui.window.actions.command import Command
from convexplorer.model.edits import GRID_OPERATIONS
from convexplorer.model.worked_examples import EXAMPLES

EXAMPLE = "example-"
EXAMPLE_ACTIONS = tuple(f"{EXAMPLE}{name}" for name in EXAMPLES)


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
    return Command(
        "Worked examples", row.title, (), "", f"An example of textbooks. {row.explanation}", examples.open_example(name)
    )


SOURCE: dict[str, Command] = {
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
    "draw": Command(
        "Source",
        "Draw on a pad",
        ("Ctrl+Shift+D",),
        "rename",
        "Draw with the mouse on a dark square in the place of the input; every stroke is a picture at once.",
        drawing.toggle_pad,
        drawing.is_drawing,
    ),
    "undo-stroke": Command(
        "Source",
        "Take the last stroke back",
        (),
        "undo",
        "Take back what was drawn last on the pad; Ctrl+Z or Backspace on the pad itself.",
        drawing.undo_stroke,
        why_not=drawing.why_not_undo,
    ),
    "clear-pad": Command(
        "Source",
        "Clear the pad",
        (),
        "clear",
        "Take back all that was drawn; Delete on the pad itself.",
        drawing.clear,
        why_not=drawing.why_not_undo,
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
    "half-size": Command(
        "Source",
        "Frames of half size",
        ("Ctrl+Alt+H",),
        "",
        "Compute with frames of a camera, a stream or a video at half their size, so that more of them can be shown.",
        sourcing.toggle_half_size,
        sourcing.has_half_size,
        why_not=sourcing.why_not_half_size,
        begins_group=True,
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
    ),
    "mirror": Command(
        "Source",
        "Mirror the camera",
        ("Ctrl+M",),
        "mirror",
        "Swap left and right, as in a mirror. Maps and numbers are those of the mirrored picture.",
        sourcing.toggle_mirror,
        sourcing.is_mirrored,
        why_not=sourcing.why_not_mirror,
    ),
    "camera-settings": Command(
        "Source",
        "Camera settings",
        ("Ctrl+Alt+W",),
        "settings",
        "Rate, exposure, focus and colour of the camera, as far as it lets them be set.",
        sourcing.toggle_camera_settings,
        sourcing.has_camera_settings,
        why_not=sourcing.why_no_camera_settings,
    ),
}
