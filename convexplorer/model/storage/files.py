"""Project files: JSON with a format number, written whole or not at all, read with suspicion.

A project with large weights becomes a container of the same JSON and its tensors. What stands where in the JSON is said
in `schema.py`.
"""

import contextlib
import os
from pathlib import Path

from convexplorer.model.project import Project
from convexplorer.model.storage.documents import ProjectError, parse_document, write_document
from convexplorer.model.storage.schema import FORMAT, absolute, project_from_node, project_to_document
from convexplorer.model.storage.tensors import Tensors, is_container, pack, unpack

__all__ = ["FORMAT", "MAX_BYTES", "ProjectError", "from_json", "load_project", "save_project", "to_json"]

# As text; larger weights stand in a container.
MAX_BYTES = 128 * 1024 * 1024
MAX_CONTAINER_BYTES = 8 * 1024**3


def save_project(path: str | os.PathLike[str], project: Project) -> None:
    """Write a project file: the old one stays whole until the new one is complete.

    Paths of pictures below the file's folder are stored relative to it, so that the folder can move; others absolute.

    Raises
    ------
    ProjectError
        If it cannot be written, with the reason.
    """
    target = absolute(path)
    write_bytes(target, to_bytes(project, folder=target.parent))


def load_project(path: str | os.PathLike[str]) -> Project:
    """Read a project file; `ProjectError` is the only way it fails."""
    source = absolute(path)
    content = read_bytes(source)
    try:
        return from_bytes(content, folder=source.parent)
    except ProjectError as error:
        raise ProjectError(f"{source.name} cannot be opened: {str(error).rstrip('.')}.") from None


def to_json(project: Project, *, folder: Path | None = None) -> str:
    """Return a project as JSON text.

    Parameters
    ----------
    folder : where the file will lie: paths become relative to it or absolute. By default they stay as they are.
    """
    return write_document(project_to_document(project, folder=folder))


def from_json(text: str, *, folder: Path | None = None) -> Project:
    """Return the project that JSON text describes; `ProjectError` names the place of what is wrong.

    Parameters
    ----------
    folder : what relative paths of pictures start from.
    """
    return project_from_node(parse_document(text), folder=folder)


def to_bytes(project: Project, *, folder: Path | None = None) -> bytes:
    """Return the contents of a project's file: JSON text, or a container if its weights are many."""
    tensors = Tensors()
    text = write_document(project_to_document(project, folder=folder, tensors=tensors))
    return pack(text, tensors) if tensors.arrays else text.encode("utf-8")


def from_bytes(content: bytes, *, folder: Path | None = None) -> Project:
    """Return the project that a file's contents describe; `ProjectError` names the place of what is wrong."""
    document, tensors = opened(content)
    return project_from_node(parse_document(document), folder=folder, tensors=tensors)


def opened(content: bytes) -> tuple[str, Tensors]:
    """Return the document in a file's contents, and the tensors beside it."""
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
        raise ProjectError(f"this is no project: byte {error.start + 1} is no UTF-8 text") from None


def read_bytes(path: Path) -> bytes:
    """Return a file's contents; `ProjectError` if it is missing, forbidden or too large."""
    try:
        # Not by the size the system tells: a pipe or a growing file has none.
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES and is_container(content):
                content += file.read(MAX_CONTAINER_BYTES - len(content) + 1)
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} cannot be read: {_reason(error)}") from None
    limit = MAX_CONTAINER_BYTES if is_container(content) else MAX_BYTES
    if len(content) > limit:
        raise ProjectError(f"{path.name} is no project: it has more than {limit // 1024**2} MB")
    return content


def read_text(path: Path) -> str:
    """Return a text file's contents; `ProjectError` if it is missing, forbidden, too large or no text."""
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path.name} is no project: byte {error.start + 1} is no UTF-8 text") from None


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, on the disk, then in its place."""
    limit = MAX_CONTAINER_BYTES if is_container(content) else MAX_BYTES
    if len(content) > limit:
        raise ProjectError(f"{path.name} would have more than {limit // 1024**2} MB and could not be opened again")
    temporary: Path | None = None
    try:
        # Through a link to the file it points at; otherwise the link would be replaced.
        target = path.resolve()
        name = target.with_name(f".{target.name[:40]}-{os.urandom(4).hex()}.tmp")
        with name.open("xb") as file:
            temporary = name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        os.replace(temporary, target)
    except (OSError, ValueError) as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise ProjectError(f"{path.name} cannot be written: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error)
