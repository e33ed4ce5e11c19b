"""Atomic writing: a file is written whole or not at all, and every failure is a sentence for the user."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


class ExportError(ValueError):
    """A failure to write or read a file; its text is a sentence for the user."""


class Part:
    """A temporary file beside its target, with the same suffix, by which writers choose the format.

    The empty file is created at once, so that an unwritable folder is reported before any work.
    """

    def __init__(self, target: str | os.PathLike[str], suffixes: Iterable[str]) -> None:
        self.target = Path(target)
        check_suffix(self.target, suffixes)
        token = os.urandom(4).hex()
        self.path = self.target.with_name(f".{self.target.stem[:40]}-{token}.part{self.target.suffix}")
        with self._explained():
            self.path.open("xb").close()

    def finish(self) -> None:
        """Replace the target by the temporary file."""
        with self._explained():
            os.replace(self.path, self.target)

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ExportError(f"{self.target.name} could not be written: {reason_of(error)}.") from error


@contextmanager
def replacing(target: str | os.PathLike[str], suffixes: Iterable[str]) -> Iterator[Path]:
    """Yield a temporary path; its file replaces the target if the block succeeds, and is removed otherwise."""
    part = Part(target, suffixes)
    try:
        yield part.path
        part.finish()
    except OSError as error:
        raise ExportError(f"{part.target.name} could not be written: {reason_of(error)}.") from error
    finally:
        part.discard()


def check_suffix(path: Path, suffixes: Iterable[str]) -> None:
    """Raise `ExportError`, with the list of suffixes, if the path has none of them."""
    known = tuple(suffixes)
    if path.suffix.lower() not in known:
        found = f"got {path.suffix!r}" if path.suffix else "it has none"
        raise ExportError(f"The name {path.name!r} must end with {' or '.join(known)}; {found}.")


def reason_of(error: OSError) -> str:
    """Return the system's reason for an error, without number and path."""
    return (error.strerror or str(error) or type(error).__name__).lower()


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
