"""Commands on files: pictures, folders, projects, kernels."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QInputDialog

from convexplorer import sources
from convexplorer.export.files import dialog_filters
from convexplorer.gui.commands import library, naming, networks, sourcing, weights
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session import pasted
from convexplorer.model.default import default_project
from convexplorer.model.storage import files as project_files
from convexplorer.model.storage.atomic import reason_of
from convexplorer.model.storage.schema import absolute
from convexplorer.model.storage.stamp import why_changed
from convexplorer.model.store import Document
from convexplorer.sources.passwords import without_password
from convexplorer.sources.paths import TABLE_SUFFIXES, expanded
from convexplorer.words import failure, plain

if TYPE_CHECKING:
    from convexplorer.export.weight_arrays import Bank

NETWORK_PARTS = (".bin", ".data")  # files of weights beside the one that names them
MOST_LOOKED_AT = 200  # files of a folder without pictures
PROJECT_SUFFIX = project_files.SUFFIX
STREAM_QUESTION = "Address of an MJPEG or RTSP stream, for example http://192.168.0.20:8080/video or rtsp://…"


def new(window: Shell) -> None:
    """Begin untitled work with the default layers and the same source; undo restores the old project and its file."""
    project = default_project(window.store.state.source)
    window.store.open(project, Document(saved=project))


def open_file(window: Shell) -> None:
    """Ask for a picture, a video, a project, a network or a file of the library, and open it."""
    from convexplorer.model.opening.recognise import SUFFIXES  # here, as below: no start opens a network

    known = sources.IMAGE_SUFFIXES | sources.VIDEO_SUFFIXES | {*TABLE_SUFFIXES} | {*SUFFIXES} | {library.SUFFIX}
    everything = [f"*{suffix}" for suffix in sorted(known)]
    filters = f"Pictures, videos, projects, networks ({' '.join([*everything, '*' + PROJECT_SUFFIX])});;All files (*)"
    texts, _ = QFileDialog.getOpenFileNames(window, "Open", window.settings.last_folder, filters)
    if texts:
        open_paths(window, [Path(text) for text in texts])


def open_folder(window: Shell) -> None:
    """Ask for a folder of pictures and open it."""
    text = QFileDialog.getExistingDirectory(window, "Open folder", window.settings.last_folder)
    if text:
        open_paths(window, [Path(text)])


def open_paths(window: Shell, paths: Sequence[Path]) -> None:
    """Open chosen or dropped paths: one project, one network, one source, or a list of pictures."""
    window.settings.remember_folder(paths[0])
    if all(path.suffix.lower() == library.SUFFIX for path in paths):
        for path in paths:
            library.take_file(window, path)
        return
    network = _network_among(paths)
    if network is not None:
        names = next((path for path in paths if path.suffix.lower() in networks.NAME_SUFFIXES), None)
        networks.open_network_of(window, network, names)
        return
    if len(paths) == 1 and networks.takes_names_of(window, paths[0]):
        networks.name_classes(window, paths[0])
        return
    if len(paths) == 1:
        if project_files.is_project(paths[0]):
            open_project(window, paths[0])
        elif not _holds_session(window, paths[0]) and not _tells_of_networks(window, paths[0]):
            sourcing.open_path(window, paths[0])
        return
    project = next((path for path in paths if path.suffix.lower() == PROJECT_SUFFIX), None)
    if project is not None and project_files.is_project(project):
        window.say(f"{project.name} is a project: open it by itself.", kind="warning")
    else:
        sourcing.open_files(window, paths)


def _holds_session(window: Shell, path: Path) -> bool:
    """Ask what becomes of a picture that holds a session; return False for any other file."""
    from convexplorer.model.storage.session import is_png

    if not is_png(path):
        return False
    from convexplorer.gui.commands import sessions

    return sessions.offer(window, path)


def _tells_of_networks(window: Shell, folder: Path) -> bool:
    """Say what to do with a folder that holds networks and no picture; return False for any other."""
    from convexplorer.sources.folder import pictures_of

    try:
        if not folder.is_dir() or pictures_of(folder):
            return False
        inside = sorted(folder.iterdir())[:MOST_LOOKED_AT]
    except (OSError, sources.SourceError):
        return False
    from convexplorer.model.opening.recognise import is_network

    found = [path for path in inside if is_network(path)]
    if not found:
        return False
    name = plain(found[0].name)
    held = f"the network {name}" if len(found) == 1 else f"{len(found)} networks, {name} among them"
    window.say(
        f"The folder {plain(folder.name)} holds no pictures but {held}: open the file instead of its folder.",
        kind="warning",
        actions=((f"Open {name}", partial(networks.open_network_of, window, found[0])),),
    )
    return True


def _network_among(paths: Sequence[Path]) -> Path | None:
    """Return the network among some paths, if all others belong to it; None if there is none."""
    from convexplorer.model.opening.recognise import is_network

    named = [path for path in paths if path.suffix.lower() in networks.NAME_SUFFIXES]
    others = [path for path in paths if path not in named and path.suffix.lower() not in NETWORK_PARTS]
    is_one = len(others) == 1 and len(named) <= 1 and is_network(others[0])
    return others[0] if is_one else None


def open_named(window: Shell, text: str) -> None:
    """Open what a typed, pasted or dropped text names: a project, files, an address, a camera, a pattern, a sample."""
    paths = naming.named_paths(text)
    typed = expanded(text.strip())
    if not paths and not naming.is_address(text) and os.path.exists(typed):
        paths = [typed]  # relative to the working folder
    if paths:
        open_paths(window, paths)
    else:
        sourcing.open_text(window, text)


def open_stream(window: Shell) -> None:
    """Ask for an address and open it."""
    last = without_password(window.settings.read("stream", "http://"))
    # The label sets the dialog's width: an address is long, and Qt would show only twenty letters of it.
    text, accepted = QInputDialog.getText(window, "Network stream", STREAM_QUESTION, text=last)
    if accepted and text.strip():
        window.settings.write("stream", without_password(text.strip()))
        open_named(window, text)


def open_project(window: Shell, path: Path) -> None:
    """Open a project; for a damaged or newer file, show the reason and change nothing."""
    try:
        path = absolute(path)
        project, stamp = project_files.load_stamped(path)
    except (ValueError, OSError) as error:
        window.say(str(error), kind="error")
        return
    window.store.open(project, Document(path, project, stamp))  # a step: undo restores unsaved work
    window.settings.add_recent(str(path))
    window.settings.remember_folder(path)


def save(window: Shell) -> None:
    """Save the project to its file, or ask for one; ask before replacing what someone else has written there."""
    document = window.store.document
    if document.path is None:
        save_as(window)
    elif why := why_changed(document.path, document.stamp):
        anyway = ("Save anyway", partial(_save_anyway, window, document))
        window.say(f"{why} It was not saved.", kind="warning", actions=(anyway, ("Save as…", partial(save_as, window))))
    else:
        _save_to(window, document.path)


def save_as(window: Shell) -> None:
    """Ask for a file name and save the project there."""
    start = str(window.store.document.path or Path(window.settings.last_folder) / f"project{PROJECT_SUFFIX}")
    text, _ = QFileDialog.getSaveFileName(window, "Save project", start, f"ConvExplorer project (*{PROJECT_SUFFIX})")
    if text:
        path = Path(text)
        _save_to(window, path if path.suffix else path.with_suffix(PROJECT_SUFFIX))


def import_bank(window: Shell) -> None:
    """Ask for a file of kernels and add its kernels to the layer."""
    from convexplorer.export.kernels import READABLE_SUFFIXES  # here: no start reads kernels

    filters = f"{dialog_filters(dict.fromkeys(READABLE_SUFFIXES, 'Kernels'))};;All files (*)"
    text, _ = QFileDialog.getOpenFileName(window, "Import kernels", window.settings.last_folder, filters)
    if text and window.choice() is not None:
        import_bank_of(window, Path(text))


def import_bank_of(window: Shell, path: Path) -> None:
    """Add the kernels of a file to the layer."""
    from convexplorer.export.kernels import read_bank

    def take(bank: Bank) -> None:
        window.settings.remember_folder(path)
        weights.add(window, bank)

    weights.load(window, partial(read_bank, path), take)


def close_window(window: Shell) -> None:
    """Close the window; unsaved work is kept for the next start."""
    window.close()


def _save_anyway(window: Shell, asked: Document) -> None:
    """Save to the file in question, unless undo has led to another document since the question."""
    if window.store.document == asked and asked.path is not None:
        _save_to(window, asked.path)
    else:
        save(window)


def _save_to(window: Shell, path: Path) -> None:
    try:
        path = absolute(path)
        stamp = project_files.save_project(path, window.store.state)
    except (ValueError, OSError) as error:
        window.say(failure(path.name, "was not saved", reason_of(error)), kind="error")
        return
    window.store.mark_saved(path=path, stamp=stamp)
    pasted.note_use(window.store.state.source.address, path)
    window.settings.add_recent(str(path))
    window.settings.remember_folder(path)
    window.refresh_title()
    window.say(f"Saved {path}", kind="info")
