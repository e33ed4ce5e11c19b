"""Exports as whole files: a file is written whole or not at all, and every failure is a sentence for the user."""

import io
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from convexplorer.model.storage.atomic import Replacement, reason_of

__all__ = [
    "ExportError",
    "Part",
    "check_suffix",
    "dialog_filters",
    "explained",
    "free_path",
    "plain_file",
    "reason_of",
    "replacing",
]


class ExportError(ValueError):
    """A failure to write or read a file; its text is a sentence for the user."""


class Part:
    """A temporary file beside its target, as `Replacement`, whose failures are `ExportError`s.

    Parameters
    ----------
    suffixes : of the formats; another one is refused.
    mark : as in `Replacement`.
    """

    def __init__(self, target: str | os.PathLike[str], suffixes: Iterable[str], mark: str = "part") -> None:
        self.target = Path(target)
        check_suffix(self.target, suffixes)
        with explained(self.target):
            self._file = Replacement(self.target, mark)
        self.path = self._file.path

    def finish(self) -> None:
        """Replace the target by the temporary file."""
        with explained(self.target):
            self._file.finish()

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        self._file.discard()


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn an `OSError` into an `ExportError` that names the target."""
    try:
        yield
    except OSError as error:
        raise ExportError(f"{target.name} could not be written: {reason_of(error)}.") from error


@contextmanager
def replacing(target: str | os.PathLike[str], suffixes: Iterable[str]) -> Iterator[Path]:
    """Yield a temporary path; its file replaces the target if the block succeeds, and is removed otherwise."""
    part = Part(target, suffixes)
    try:
        with explained(part.target):
            yield part.path
        part.finish()
    finally:
        part.discard()


@contextmanager
def plain_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for a library that would write past Python, and then lose the reason of an error.

    NumPy and Pillow do so with files that have a number, and a full disk becomes “encoder error −2”.
    """
    with path.open("w+b") as file:
        yield cast("IO[bytes]", _Numberless(file))


class _Numberless:
    """A file without a number."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def fileno(self) -> int:
        """Refuse, as files in memory do: the error that all libraries expect."""
        raise io.UnsupportedOperation("fileno")

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


def free_path(path: Path) -> Path:
    """Return the path, or if there is a file already, the first of `name-2`, `name-3`, … that is free.

    Examples
    --------
    >>> free_path(Path("no-such-folder/film.mp4")).name
    'film.mp4'
    """
    numbers = itertools.count(2)
    free = path
    while os.path.lexists(free):
        free = path.with_name(f"{path.stem}-{next(numbers)}{path.suffix}")
    return free


def check_suffix(path: Path, suffixes: Iterable[str]) -> None:
    """Raise `ExportError`, with the list of suffixes, if the path has none of them."""
    known = tuple(suffixes)
    if path.suffix.lower() not in known:
        found = f"got {path.suffix!r}" if path.suffix else "it has none"
        raise ExportError(f"The name {path.name!r} must end with {' or '.join(known)}; {found}.")


def dialog_filters(formats: Mapping[str, str]) -> str:
    """Return formats, suffix → name, as a file dialog offers them.

    Examples
    --------
    >>> dialog_filters({".npy": "NumPy array", ".tif": "TIFF", ".tiff": "TIFF"})
    'NumPy array (*.npy);;TIFF (*.tif *.tiff)'
    """
    by_name: dict[str, list[str]] = {}
    for suffix, name in formats.items():
        by_name.setdefault(name, []).append(f"*{suffix}")
    return ";;".join(f"{name} ({' '.join(patterns)})" for name, patterns in by_name.items())
