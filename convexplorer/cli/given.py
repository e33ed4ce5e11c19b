"""What a word of the command line names: a source, a project, a trained network, or something ready."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.words import SENTENCE_LIMIT, plain

if TYPE_CHECKING:
    from convexplorer.model.project import Project
    from convexplorer.model.storage.session import Session
    from convexplorer.sources import Source
    from convexplorer.sources.frame import Frame

SOURCES = "a picture, a table (.csv), a folder, a video, pattern:NAME, sample:NAME or “numbers:1 2; 3 4”"


def _session_of(path: Path) -> "Session | None":
    """Return the session in a picture; None of any other file, and of one that cannot be read, which is said."""
    from convexplorer.model.storage.session import SessionError, is_png, load_session

    try:
        return load_session(path) if is_png(path) else None
    except SessionError as error:
        sentence = f"{str(error).rstrip('.')}; it is opened as a picture"
        print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
        return None


class NetworkPath:
    """The path of a trained network, where a source could be."""

    def __init__(self, path: Path) -> None:
        self.path = path


def source_or_project(text: str) -> "Source | Path | Project | Session | NetworkPath":
    """Return what a text names: a source, an example, a ready network; a project, a network or a session in a picture.

    What a file is tell its contents.
    """
    from convexplorer.sources.paths import expanded

    if text.startswith("example:"):
        from convexplorer.model.worked_examples import PREFIX, find_example

        return find_example(text.removeprefix(PREFIX)).make()
    if text.startswith("network:"):
        from convexplorer.model.ready import table

        return table.ready_project(table.find_ready(text.removeprefix(table.PREFIX)))
    path = expanded(text)
    if os.path.isfile(path):
        from convexplorer.model.opening.recognise import is_network

        if is_network(path):
            return NetworkPath(path)
        if (session := _session_of(path)) is not None:
            return session
    if os.path.isfile(path) or path.suffix.lower() == ".json":
        from convexplorer.model.storage.files import is_project

        if is_project(path):
            return path
    from convexplorer.sources.frame import NoSuchPathError

    try:
        return source_of(text)
    except NoSuchPathError as error:
        raise ValueError(
            f"{error} A project, a trained network, example:NAME or network:NAME can be here, too."
        ) from None


def source_of(text: str) -> "Source":
    """Return the source that a text names."""
    from convexplorer.sources import parse

    return parse(text)


def is_source(value: object) -> bool:
    """Tell whether what a text named is a source."""
    from convexplorer.sources import Source

    return isinstance(value, Source)


def first_frame(source: "Source") -> "Frame | None":
    """Return the first picture of a source; None of one that never ends, whose pictures nobody knows yet.

    Raises
    ------
    SourceError : it cannot be opened or read.
    """
    from convexplorer.sources import open_reader

    reader = open_reader(source)
    try:
        return None if reader.info.is_live else reader.read()
    finally:
        reader.close()


def project_of(text: str) -> "Project":
    """Return the project that a text names: a file of one or of a trained network, network:NAME, example:NAME."""
    return as_project(project_or_network(text))


def project_or_network(text: str) -> "Path | Project | Session | NetworkPath":
    """Return what `--project` names; ValueError says what was expected and what a file seems to be."""
    from convexplorer.model.seeming import seeming_of
    from convexplorer.sources.paths import expanded

    path = expanded(text)
    if not (os.path.isfile(path) or text.startswith(("network:", "example:"))):
        return path  # whose reader says what is wrong with it
    given = source_or_project(text)
    if not is_source(given):
        return given  # type: ignore[return-value]  # no source is left
    seems = seeming_of(path)
    end = f"; it seems to be {seems}" if seems else ""
    raise ValueError(f"{path.name} is neither a project nor the file of a trained network{end}.")


def as_project(
    given: "Source | Path | Project | Session | NetworkPath", *, is_sized: bool = False, advice: str = ""
) -> "Project":
    """Return the project of what a text names and no source is; parameters as in `_trained`."""
    from convexplorer.model.storage.files import load_project

    if isinstance(given, Path):
        return load_project(given)
    if isinstance(given, NetworkPath):
        return _trained(given.path, is_sized=is_sized, advice=advice)
    from convexplorer.model.storage.session import Session

    return _restored(given) if isinstance(given, Session) else given  # type: ignore[return-value]  # no source is left


def _restored(session: "Session") -> "Project":
    """Return the project of a session, with what was drawn on the pad if it looks at that."""
    from convexplorer.sources.pad import PAD

    if session.project.source.kind == "pad":
        PAD.finish(session.strokes)
    return session.project


def _trained(path: Path, *, is_sized: bool, advice: str) -> "Project":
    """Return the network of a file as a project, with a size that its layers can read where the file tells none.

    Parameters
    ----------
    is_sized : True if the user says the size.
    advice : how to say one, for the sentence about the size that is assumed.
    """
    from convexplorer.model import edits
    from convexplorer.model.default import default_project
    from convexplorer.model.opening.input_size import with_fitting_size
    from convexplorer.model.opening.network_file import open_network
    from convexplorer.model.opening.opened import OpenedNetwork, without_layers

    opened = open_network(path)
    if not isinstance(opened, OpenedNetwork):
        raise ValueError(without_layers(path.name))
    fitting = opened if is_sized else with_fitting_size(opened)
    if fitting is not opened and fitting.preprocessing is not None and fitting.preprocessing.size is not None:
        say_assumed(path, fitting.preprocessing.size, f", which its layers can read{advice}")
    return edits.replace_network(default_project(), fitting)


def say_assumed(path: Path, size: tuple[int, int], end: str) -> None:
    """Say on stderr which size the pictures of a network get that its file does not tell."""
    sentence = f"{path.name} does not tell the size of its pictures; {size[0]}x{size[1]} is assumed{end}"
    print(f"convexplorer: {plain(sentence, SENTENCE_LIMIT)}", file=sys.stderr)
