"""The commands of the menu “File”."""

from convexplorer.gui.commands import exporting, files, network_export, networks, ready, sending
from convexplorer.gui.commands.live_drawing import CONTENTS
from convexplorer.gui.window.actions.command import Command

_CONTENT = "send-"
CONTENT_ACTIONS = tuple(f"{_CONTENT}{name}" for name in CONTENTS)


def _content(action: str, *, begins_group: bool) -> Command:
    """Return the row for the choice of what is recorded and sent."""
    name = action.removeprefix(_CONTENT)
    what = CONTENTS[name]
    tip = f"A recording, the virtual camera and the stream show {what}, also one that runs already."
    run, checked = sending.choose(name), sending.is_chosen(name)
    return Command("File", f"Record and send {what}", (), "", tip, run, checked, begins_group=begins_group)


FILE: dict[str, Command] = {
    "new": Command("File", "New project", ("Ctrl+N",), "", "Start again with the first bank of filters.", files.new),
    "open": Command(
        "File", "Open…", ("Ctrl+O",), "open", "Open a picture, a video, a project or a network.", files.open_file
    ),
    "open-folder": Command(
        "File", "Open folder…", ("Ctrl+Shift+O",), "folder", "Walk through the pictures of a folder.", files.open_folder
    ),
    "ready-networks": Command(
        "File",
        "Ready networks…",
        ("Ctrl+Alt+G",),
        "grid",
        "Corner and blob detectors, pyramids, the game of life, a digit reader, LeNet, VGG, ResNet, U-Net and more.",
        ready.show_gallery,
    ),
    "open-network": Command(
        "File",
        "Open network…",
        ("Ctrl+Alt+O",),
        "",
        "Open a network of your own: ONNX, Keras, PyTorch, TensorFlow.js, safetensors. Nothing in a file is executed.",
        networks.open_network,
    ),
    "about-network": Command(
        "File",
        "About this network…",
        (),
        "",
        "Show what the file of the network says, and what is not as in it.",
        networks.about,
        why_not=networks.why_not_about,
    ),
    "class-names": Command(
        "File",
        "Class names…",
        (),
        "",
        "Name the scores of the last layer after the classes in a text file, one on each line.",
        networks.open_class_names,
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
    "save-session-picture": Command(
        "File",
        "Save picture with session…",
        ("Shift+F8",),
        "snapshot",
        "Save a picture of the window (.png) that opens as this session: weights up to 32 MB, a picture up to 8 MB.",
        exporting.save_session_picture,
    ),
    "export-map": Command(
        "File",
        "Export selected map…",
        ("Ctrl+E",),
        "export",
        "Save the selected map as shown.",
        exporting.export_map,
        begins_group=True,
        why_not=exporting.why_no_picture,
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
    "export-response": Command(
        "File",
        "Export the response…",
        (),
        "",
        "Save what the selected kernel does to waves of every length and direction (.csv, .npy, .npz, .png).",
        exporting.export_response,
        why_not=exporting.why_no_response,
    ),
    "export-network": Command(
        "File",
        "Export the network…",
        (),
        "",
        "Save all layers as ONNX, as code of Keras or PyTorch, or their weights (.safetensors, .npz).",
        network_export.export_network,
        why_not=network_export.why_no_network,
    ),
    "import-bank": Command(
        "File",
        "Import kernels…",
        (),
        "",
        "Load filters from a file (.json, .csv, .npy, .npz, .toml), such as the weights of a Keras or PyTorch model.",
        files.import_bank,
        why_not=exporting.why_no_kernels,
    ),
    "record": Command(
        "File",
        "Record",
        ("Ctrl+R",),
        "record",
        "Record the live pictures to a video file: input and maps, the selected map, or the input.",
        exporting.toggle_recording,
        exporting.is_recording,
        begins_group=True,
    ),
    "virtual-camera": Command(
        "File",
        "Send to a virtual camera",
        ("Ctrl+Alt+U",),
        "video",
        "Be a webcam for calls and lectures: other programs see the live pictures, 1280 × 720.",
        sending.toggle_virtual_camera,
        sending.is_virtual_camera,
    ),
    "serve": Command(
        "File",
        "Stream on this computer",
        ("Ctrl+Alt+S",),
        "stream",
        "Offer the live pictures as a Motion JPEG stream to browsers and programs of this computer.",
        sending.toggle_stream,
        sending.is_streaming,
    ),
    "copy-stream-address": Command(
        "File",
        "Copy the address of the stream",
        (),
        "copy",
        "Copy where other programs of this computer find the stream.",
        sending.copy_address,
        why_not=sending.why_no_address,
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
    **{name: _content(name, begins_group=name == CONTENT_ACTIONS[0]) for name in CONTENT_ACTIONS},
    "quit": Command("File", "Quit", ("Ctrl+Q",), "", "Close the program.", files.close_window, begins_group=True),
}
