"""A picture that holds a session: offered, opened, and what was selected in it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from convexplorer.gui.commands import sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.session import pasted
from convexplorer.model import edits
from convexplorer.model.project import Project
from convexplorer.model.storage.session import (
    Selected,
    Session,
    SessionError,
    load_session,
    session_of,
)
from convexplorer.model.store import Document
from convexplorer.sources import Source, SourceError, from_paths
from convexplorer.words import as_sentence, plain


def offer(window: Shell, path: Path) -> bool:
    """Ask what becomes of a picture that holds a session; return False for any other file.

    A picture whose session cannot be read is opened as a picture, with the reason.
    """
    name = plain(path.name)
    try:
        session = load_session(path)
    except SessionError as error:
        sourcing.open_path(window, path)
        window.say(f"{as_sentence(str(error))} It was opened as a picture.", kind="warning")
        return True
    if session is None:
        return False
    window.say(
        f"{name} holds a session: layers, settings and what was selected.",
        actions=(
            ("Open the session", partial(open_session, window, path, session)),
            ("Open as a picture", partial(sourcing.open_path, window, path)),
        ),
    )
    return True


def open_session(window: Shell, path: Path, session: Session) -> None:
    """Open a session as untitled work: its picture is no project file, which saving would replace. Undo leads back."""
    project, note = with_source(session)
    window.store.open(project, Document(saved=project))
    restore(window, session)
    window.settings.remember_folder(path)
    window.settings.add_recent(str(path))
    window.say(f"Opened the session in {plain(path.name)}.{note and f' {note}'}")


def with_source(session: Session) -> tuple[Project, str]:
    """Return the project of a session, and what is said of its source.

    A source that is not there is replaced by the picture that the session brought.
    """
    project = session.project
    if not _is_missing(session):
        return project, ""
    kept = _kept_source(session)
    if kept is None:
        return project, f"Its source, {plain(project.source.address)}, is not there: open another one."
    return edits.set_source(project, kept), "Its source is not there; the picture that it brought takes its place."


def session_now(window: Shell) -> Session:
    """Return the session of the window as it is now."""
    selection, view = window.selection, window.selection.view
    selected = Selected(
        view.layer, view.filter, view.mode, selection.pin or (), selection.is_input_shown, view.favourites
    )
    return session_of(window.store.state, selected)


def restore(window: Shell, session: Session) -> None:
    """Select what was selected, as far as the project has it, and put what was drawn on the pad."""
    project, selection, selected = window.store.state, window.selection, session.selected
    if project.source.kind == "pad":
        window.pad_panel.show_strokes(session.strokes)
    layer = selected.layer if selected.layer in project.ids else ""
    selection.select(layer=layer, filter=selected.filter, mode=selected.mode, favourites=selected.favourites)
    selection.show_input(selected.is_input_shown)
    selection.hold(selected.pin or None)


def _is_missing(session: Session) -> bool:
    source = session.project.source
    return source.kind in ("image", "folder", "video") and not Path(source.address).exists()


def _kept_source(session: Session) -> Source | None:
    """Return the source that the session brought, as a file of this user's; None if it brought none."""
    if not session.picture:
        return None
    try:
        return from_paths([pasted.keep_file(session.picture)])
    except (OSError, SourceError):
        return None
