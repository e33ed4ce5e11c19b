"""Protection of input files: `apply photo.png -o photo.png` would otherwise overwrite the photograph."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from convexplorer.export.files import ExportError
from convexplorer.sources import Source, SourceError
from convexplorer.sources.folder import pictures_of
from convexplorer.sources.paths import expanded, listed_files


class OverInputError(ExportError):
    """A result that would replace one of the inputs."""


class Originals:
    """The input files, compared by the system's identity of files, not by name."""

    def __init__(self, paths: Iterable[str | os.PathLike[str]] = ()) -> None:
        self._identities = {found for path in paths if (found := _identity(path)) is not None}

    def check(self, *targets: Path) -> None:
        """Raise `OverInputError` if one of these paths is an input file."""
        for target in targets:
            if self._identities and _identity(target) in self._identities:
                raise OverInputError(
                    f"{target.name} would be written over itself: it is one of the inputs; choose another name."
                )


def files_of(sources: Iterable[Source]) -> Iterator[Path]:
    """Yield the files that sources are read from; an unreadable source has none."""
    for source in sources:
        if source.kind in ("image", "video"):
            yield expanded(source.address)
        elif source.kind in ("folder", "files"):
            texts = listed_files(source.address) if source.kind == "files" else [source.address]
            for path in map(expanded, texts):
                yield path
                try:
                    yield from pictures_of(path)
                except SourceError:
                    continue


def _identity(path: str | os.PathLike[str]) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
