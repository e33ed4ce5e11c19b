"""Files are written whole or not at all, and every failure is a sentence."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


class ExportError(ValueError):
    """Something could not be written or read; its text is a sentence for a person."""


class Part:
    """A file under way, beside its target and with the same suffix, by which writers choose the format.

    It is there, empty, as soon as it is made: a place that cannot be written to is known at once.
    """

    def __init__(self, target: str | os.PathLike[str], suffixes: Iterable[str]) -> None:
        self.target = Path(target)
        check_suffix(self.target, suffixes)
        token = os.urandom(4).hex()
        self.path = self.target.with_name(f".{self.target.stem[:40]}-{token}.part{self.target.suffix}")
        with self._explained():
            self.path.open("xb").close()

    def finish(self) -> None:
        """Put it in the place of its target."""
        with self._explained():
            os.replace(self.path, self.target)

    def discard(self) -> None:
        """Remove it, if it is still there."""
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
    """Give a path to write to; it takes the target's place if the block ends well, else it vanishes."""
    part = Part(target, suffixes)
    try:
        yield part.path
        part.finish()
    except OSError as error:
        raise ExportError(f"{part.target.name} could not be written: {reason_of(error)}.") from error
    finally:
        part.discard()


def check_suffix(path: Path, suffixes: Iterable[str]) -> None:
    """Raise `ExportError` with the known suffixes if this is none of them."""
    known = tuple(suffixes)
    if path.suffix.lower() not in known:
        found = f"got {path.suffix!r}" if path.suffix else "it has none"
        raise ExportError(f"The name {path.name!r} must end with {' or '.join(known)}; {found}.")


def reason_of(error: OSError) -> str:
    """Return why the system refused, in its own words without number and path."""
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
