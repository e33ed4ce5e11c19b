"""Project files: JSON with a format number, written atomically and checked on reading.

A project with large weights becomes a container of the same JSON and its tensors. `schema.py` defines the fields of the
JSON.
"""

import codecs
import io
import os
import stat
from pathlib import Path

from convexplorer.model.project import Project
from convexplorer.model.storage.atomic import Replacement, reason_of
from convexplorer.model.storage.documents import ProjectError, parse_document, write_document
from convexplorer.model.storage.schema import FORMAT, absolute, project_from_node, project_to_document
from convexplorer.model.storage.stamp import Stamp, stamp_of
from convexplorer.model.storage.tensors import Tensors, holds_document, is_container, pack, unpack
from convexplorer.sources.decoders.signature import identify
from convexplorer.sources.paths import special_kind

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "SUFFIX",
    "ProjectError",
    "from_json",
    "is_project",
    "load_project",
    "load_stamped",
    "save_project",
    "to_json",
]

# Of a text file; larger weights are stored in a container.
MAX_BYTES = 128 * 1024 * 1024
MAX_CONTAINER_BYTES = 8 * 1024**3
SUFFIX = ".json"
_HEAD_BYTES = 64


def save_project(path: str | os.PathLike[str], project: Project) -> Stamp:
    """Write a project file atomically: the old file stays intact until the new one is complete.

    Paths of pictures inside the project file's folder are stored relative, so that the folder can be moved; other paths
    are stored absolute.

    Returns
    -------
    Stamp
        The state of the written file.

    Raises
    ------
    ProjectError
        If the file cannot be written, with the reason.
    """
    target = absolute(path)
    content = to_bytes(project, folder=target.parent)
    return stamp_of(write_bytes(target, content), content)


def load_project(path: str | os.PathLike[str]) -> Project:
    """Read a project file; every failure is a `ProjectError`."""
    return load_stamped(path)[0]


def load_stamped(path: str | os.PathLike[str]) -> tuple[Project, Stamp]:
    """Read a project file, and return the file's state with the project; every failure is a `ProjectError`."""
    source = absolute(path)
    content, status = _read(source)
    try:
        return from_bytes(content, folder=source.parent), stamp_of(status, content)
    except ProjectError as error:
        raise ProjectError(f"{source.name} cannot be opened: {str(error).rstrip('.')}.") from None


def is_project(path: str | os.PathLike[str]) -> bool:
    """Return True if a file is a project by its contents, or is called so and is nothing else that can be opened."""
    source = absolute(path)
    try:
        if not stat.S_ISREG(source.stat().st_mode):
            return source.suffix.lower() == SUFFIX and not source.is_dir()
        with source.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except (OSError, ValueError):
        return source.suffix.lower() == SUFFIX  # the reader of projects says what is wrong
    if is_container(head):
        return holds_document(source)
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return True
    return source.suffix.lower() == SUFFIX and identify(head) is None


def to_json(project: Project, *, folder: Path | None = None) -> str:
    """Return a project as JSON text.

    Parameters
    ----------
    folder : of the future file: paths become relative to the folder, or absolute. By default they stay unchanged.
    """
    return write_document(project_to_document(project, folder=folder))


def from_json(text: str, *, folder: Path | None = None) -> Project:
    """Return the project that JSON text describes; `ProjectError` names the position of an error.

    Parameters
    ----------
    folder : the base of relative picture paths.
    """
    return project_from_node(parse_document(text), folder=folder)


def to_bytes(project: Project, *, folder: Path | None = None) -> bytes:
    """Return the contents of a project file: JSON text, or a container if the project has large weights."""
    tensors = Tensors()
    text = write_document(project_to_document(project, folder=folder, tensors=tensors))
    return pack(text, tensors) if tensors.arrays else text.encode("utf-8")


def from_bytes(content: bytes, *, folder: Path | None = None) -> Project:
    """Return the project that a file's contents describe; `ProjectError` names the position of an error."""
    document, tensors = opened(content)
    return project_from_node(parse_document(document), folder=folder, tensors=tensors)


def opened(content: bytes) -> tuple[str, Tensors]:
    """Return the document text in a file's contents, and its tensors."""
    if is_container(content):
        try:
            return unpack(content)
        except ValueError as error:
            raise ProjectError(str(error)) from None
    if len(content) > MAX_BYTES:
        raise ProjectError(f"this is no project: it has more than {MAX_BYTES // 1024**2} MB of text")
    try:
        return content.decode("utf-8-sig"), Tensors()
    except UnicodeDecodeError as error:
        raise ProjectError(_no_text(content, error.start)) from None


def _no_text(content: bytes, place: int) -> str:
    """Return the reason why contents that are no text from a byte on are no project: what they seem to be instead."""
    from convexplorer.model.seeming import seeming  # here: no start meets such a file

    seems = seeming(io.BytesIO(content))
    if seems in ("", "a text"):
        return f"this is no project: it is no text in UTF-8 from byte {place + 1} on"
    return f"this is no project; it seems to be {seems}"


def read_bytes(path: Path) -> bytes:
    """Return a file's contents; `ProjectError` if the file is missing, forbidden, too large or no ordinary file."""
    return _read(path)[0]


def read_text(path: Path) -> str:
    """Return a text file's contents; `ProjectError` if the file is missing, forbidden, too large or no text."""
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path.name} is no project: byte {error.start + 1} is no UTF-8 text") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> os.stat_result:
    """Write a file atomically: to a temporary file beside the target, flushed to disk, then renamed.

    The status of the written file is returned.
    """
    limit = MAX_CONTAINER_BYTES if is_container(content) else MAX_BYTES
    if len(content) > limit:
        raise ProjectError(f"{path.name} would have more than {limit // 1024**2} MB and could not be opened again")
    try:
        part = Replacement(path)
        try:
            with part.path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            return part.finish()
        finally:
            part.discard()
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} cannot be written: {reason_of(error)}") from None


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    try:
        # Before it is opened: opening a pipe blocks until another program writes into it.
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ValueError(f"it is no ordinary file but {special_kind(mode)}")
        with path.open("rb") as file:
            # The size that the system reports does not help: a growing file has none.
            content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES and is_container(content):
                content += file.read(MAX_CONTAINER_BYTES - len(content) + 1)
            status = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} cannot be read: {reason_of(error)}") from None
    limit = MAX_CONTAINER_BYTES if is_container(content) else MAX_BYTES
    if len(content) > limit:
        raise ProjectError(f"{path.name} is no project: it has more than {limit // 1024**2} MB")
    return content, status
