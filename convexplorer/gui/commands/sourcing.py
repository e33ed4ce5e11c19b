"""Commands on the source of frames and its playback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QInputDialog, QLineEdit

from convexplorer import sources
from convexplorer.core.geometry.places import Region
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.panels.transport_panel import needs_controls
from convexplorer.gui.session.camera_memory import as_remembered, note_used, used_last
from convexplorer.model import edits
from convexplorer.results.frame_words import why_not_stored
from convexplorer.sources.camera_options import mirror_of
from convexplorer.sources.cameras import list_cameras
from convexplorer.sources.passwords import supply, without_password


def open_camera(window: Shell) -> None:
    """Open the camera that was opened last, or the first; the Source menu lists all cameras by name."""
    if cameras := list_cameras():
        open_text(window, f"camera:{used_last(window.settings, cameras).index}")
    else:  # the current source stays; if cameras cannot be listed, one may exist nevertheless
        try_anyway = ("Try anyway", lambda: open_text(window, "camera:0"))
        window.say("No camera was found. Connect one and press Camera again.", kind="warning", actions=(try_anyway,))


def open_text(window: Shell, text: str) -> None:
    """Open the source named by a text: a path, an address, `camera:0`, `pattern:zone-plate`, `sample:coffee`.

    A camera is opened as it was set last.
    """
    try:
        source = as_remembered(window.settings, sources.parse(text))
    except sources.SourceError as error:
        window.say(str(error), kind="warning")
        return
    open_source(window, source)
    note_used(window.settings, source)
    if source.kind == "stream" and source.address not in text:
        window.say(f"The password of {sources.describe_source(source)} is kept until the program ends, and not stored.")


def open_path(window: Shell, path: Path) -> None:
    """Open a picture, a video or a folder, whatever letters its name has."""
    open_files(window, [path])


def open_files(window: Shell, paths: Sequence[Path]) -> None:
    """Open chosen files and folders as one source; where nothing in them can be read, the source stays."""
    from convexplorer.sources.readable import check_readable  # here: no start opens a file by hand

    try:
        source = sources.from_paths(paths)
        check_readable(source)
    except sources.SourceError as error:
        window.say(str(error), kind="warning")
        return
    open_source(window, source)


def ask_password(window: Shell, source: sources.Source) -> None:
    """Ask for the password of a stream, which is not stored, and open the stream with it."""
    question = f"Password of {sources.describe_source(source)}; it is not stored."
    password, accepted = QInputDialog.getText(window, "Password", question, QLineEdit.EchoMode.Password)
    if accepted:
        supply(source.address, password)
        open_source(window, source)


def open_source(window: Shell, source: sources.Source) -> None:
    """Set the project's source, and reopen it even if it is the same."""
    if source == window.store.state.source:
        window.bridge.reopen()
    else:
        window.store.commit(edits.set_source(window.store.state, source))
    if source.kind in ("image", "video", "folder", "stream"):
        window.settings.add_recent(without_password(source.address))


def reopen(window: Shell) -> None:
    """Reopen the current source."""
    window.bridge.reopen()


def toggle_play(window: Shell) -> None:
    """Play or pause; a live source freezes."""
    window.bridge.player.toggle()


def why_not_play(window: Shell) -> str:
    """Return the reason why there is nothing to play or to step to, or ""."""
    status = window.bridge.player.status
    is_single = status.info is not None and not needs_controls(status.info) and status.state != "failed"
    return "The source is one picture: there is nothing to play." if is_single else ""


def play_look(window: Shell) -> tuple[str, str]:
    """Return the icon and the tooltip of the toggle's effect in the current state."""
    status = window.bridge.player.status
    is_live = status.info is not None and status.info.is_live
    if status.state == "playing":
        return ("freeze", "Freeze the picture.") if is_live else ("pause", "Pause.")
    return ("play", "Go on live.") if is_live else ("play", "Play.")


def step_on(window: Shell) -> None:
    """Go to the next frame, page or file."""
    window.bridge.player.step(1)


def step_back(window: Shell) -> None:
    """Go to the previous frame, page or file."""
    window.bridge.player.step(-1)


def toggle_loop(window: Shell) -> None:
    """Switch looping on or off."""
    window.bridge.player.set_loop(not window.bridge.player.status.is_looping)


def is_looping(window: Shell) -> bool:
    """Return True if the player restarts at the end."""
    return window.bridge.player.status.is_looping


def toggle_mirror(window: Shell) -> None:
    """Mirror the camera's picture, or stop mirroring."""
    window.context.commit(edits.set_source_option, "mirror", not is_mirrored(window))


def toggle_half_size(window: Shell) -> None:
    """Compute with frames of half their size, or of all of it; what is pinned or marked stays where it is."""
    selection = window.selection
    before, after = selection.view.input_reduction, 1 if has_half_size(window) else 2
    pin, region = selection.pin, selection.region
    selection.select(input_reduction=after)
    if pin is not None:
        selection.hold(tuple(n * before / after for n in pin))
    if region is not None:
        start = tuple(n * before // after for n in region.start)
        stop = tuple(max(n * before // after, i + 1) for n, i in zip(region.stop, start, strict=True))
        selection.set_region(Region(start, stop))


def has_half_size(window: Shell) -> bool:
    """Return True if frames are computed at half their size."""
    return window.selection.view.input_reduction > 1


def why_not_half_size(window: Shell) -> str:
    """Return the reason why frames are taken as they are, or ""."""
    picture = window.bridge.picture
    is_running = picture is not None and picture.frame.pixels is not None
    return "" if is_running else "Only frames of a camera, a stream or a video can be made smaller."


def toggle_stored_numbers(window: Shell) -> None:
    """Compute with the integers of the source, or with 0…1."""
    choice = "unit" if has_stored_numbers(window) else "stored"
    window.context.commit(edits.set_numbers, choice)


def has_stored_numbers(window: Shell) -> bool:
    """Return True if the integers of the source are computed with as they are."""
    return window.store.state.numbers == "stored"


def why_not_stored_numbers(window: Shell) -> str:
    """Return the reason why there is no choice of numbers, or ""."""
    picture = window.bridge.picture
    if window.store.state.preprocessing is not None:
        return "What a trained network does to a picture decides about its numbers."
    return "" if picture is None else why_not_stored(picture.frame)


def why_not_mirror(window: Shell) -> str:
    """Return the reason why there is nothing to mirror, or ""."""
    return "" if window.store.state.source.kind == "camera" else "Only a camera can be mirrored."


def is_mirrored(window: Shell) -> bool:
    """Return True if the camera's picture is mirrored: by choice, or because it is a front camera."""
    source, status = window.store.state.source, window.bridge.player.status
    chosen = mirror_of(source) if source.kind == "camera" else False
    if chosen is not None:
        return chosen
    return status.source == source and status.info is not None and status.info.is_mirrored


def toggle_camera_settings(window: Shell) -> None:
    """Show or hide what can be set on the camera."""
    window.camera_panel.ask_for(not window.camera_panel.is_asked_for)


def has_camera_settings(window: Shell) -> bool:
    """Return True if what can be set on the camera is shown."""
    return window.camera_panel.is_asked_for


def why_no_camera_settings(window: Shell) -> str:
    """Return the reason why there is no camera to set, or ""."""
    return "" if window.store.state.source.kind == "camera" else "There is no camera open."
