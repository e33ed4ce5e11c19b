"""Commands on files: pictures, folders, projects, kernels."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from convexplorer import sources
from convexplorer.export import kernels as bank_files
from convexplorer.export.files import dialog_filters
from convexplorer.gui.commands import sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.storage import files as project_files

PROJECT_SUFFIX = ".json"


def new(window: Shell) -> None:
    """Reset the project to the default layers, with the same source; undo restores the old project."""
    window.project_path = None
    window.store.commit(default_project(window.store.state.source))


def open_file(window: Shell) -> None:
    """Ask for a picture, a video or a project, and open it."""
    everything = [f"*{suffix}" for suffix in sorted(sources.IMAGE_SUFFIXES | sources.VIDEO_SUFFIXES)]
    filters = f"Pictures, videos, projects ({' '.join([*everything, '*' + PROJECT_SUFFIX])});;All files (*)"
    texts, _ = QFileDialog.getOpenFileNames(window, "Open", window.settings.last_folder, filters)
    if texts:
        open_paths(window, [Path(text) for text in texts])


def open_folder(window: Shell) -> None:
    """Ask for a folder of pictures and open it."""
    text = QFileDialog.getExistingDirectory(window, "Open folder", window.settings.last_folder)
    if text:
        open_paths(window, [Path(text)])


def open_paths(window: Shell, paths: list[Path]) -> None:
    """Open chosen or dropped paths: one project, one source, or a list of pictures."""
    window.settings.remember_folder(paths[0])
    if len(paths) > 1:
        sourcing.open_source(window, sources.from_paths(paths))
    elif paths[0].suffix.lower() == PROJECT_SUFFIX:
        open_project(window, paths[0])
    else:
        sourcing.open_text(window, str(paths[0]))


def open_project(window: Shell, path: Path) -> None:
    """Open a project; for a damaged or newer file, show the reason and change nothing."""
    try:
        project = project_files.load_project(path)
    except (ValueError, OSError) as error:
        window.say(str(error), kind="error")
        return
    window.project_path = path
    window.store.commit(project)  # committed as a step, so that undo restores unsaved work
    window.store.mark_saved()
    window.refresh_title()
    window.settings.add_recent(str(path))
    window.settings.remember_folder(path)


def save(window: Shell) -> None:
    """Save the project to its file, or ask for one."""
    if window.project_path is None:
        save_as(window)
    else:
        _save_to(window, window.project_path)


def save_as(window: Shell) -> None:
    """Ask for a file name and save the project there."""
    start = str(window.project_path or Path(window.settings.last_folder) / f"project{PROJECT_SUFFIX}")
    text, _ = QFileDialog.getSaveFileName(window, "Save project", start, f"ConvExplorer project (*{PROJECT_SUFFIX})")
    if text:
        path = Path(text)
        _save_to(window, path if path.suffix else path.with_suffix(PROJECT_SUFFIX))


def import_bank(window: Shell) -> None:
    """Ask for a file of kernels and add its kernels to the layer."""
    filters = f"{dialog_filters(dict.fromkeys(bank_files.READABLE_SUFFIXES, 'Kernels'))};;All files (*)"
    text, _ = QFileDialog.getOpenFileName(window, "Import kernels", window.settings.last_folder, filters)
    target = window.choice()
    if not text or target is None:
        return
    try:
        state = window.store.state
        for chosen in bank_files.load_bank(Path(text)):
            state = edits.add_filter(state, target.layer_index, chosen)
    except (ValueError, OSError) as error:
        window.say(str(error), kind="error")
        return
    window.settings.remember_folder(Path(text))
    window.store.commit(state)


def close_window(window: Shell) -> None:
    """Close the window; unsaved work is kept for the next start."""
    window.close()


def _save_to(window: Shell, path: Path) -> None:
    try:
        project_files.save_project(path, window.store.state)
    except (ValueError, OSError) as error:
        window.say(f"{path.name} was not saved: {error}", kind="error")
        return
    window.project_path = path
    window.store.mark_saved()
    window.settings.add_recent(str(path))
    window.settings.remember_folder(path)
    window.refresh_title()
    window.say(f"Saved {path}", kind="info")
