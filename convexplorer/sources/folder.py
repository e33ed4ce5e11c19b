"""Several picture files as one source: a folder, or a list of files."""

import re
from pathlib import Path

from convexplorer.sources.frame import Frame, Source, SourceError, SourceInfo
from convexplorer.sources.image import open_pages
from convexplorer.sources.paths import IMAGE_SUFFIXES, expanded, listed_files, refusal


def open_folder(source: Source) -> "FilesReader":
    """Open the pictures of a folder in natural order: picture 2 comes before picture 10."""
    folder = expanded(source.address)
    paths = pictures_of(folder)
    if not paths:
        raise SourceError(f"The folder {folder.name or folder} holds no pictures.")
    return FilesReader(paths, folder.name or str(folder))


def open_files(source: Source) -> "FilesReader":
    """Open a list of files and folders in the given order; `listed_address` writes its address."""
    paths: list[Path] = []
    for text in listed_files(source.address):
        path = expanded(text)
        paths += pictures_of(path) if path.is_dir() else [path]
    if not paths:
        raise SourceError("The list holds no pictures.")
    return FilesReader(paths, "1 picture" if len(paths) == 1 else f"{len(paths)} pictures")


def pictures_of(folder: Path) -> list[Path]:
    """List the files of a folder with a picture's suffix, in natural order."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()]
    except NotADirectoryError as error:
        raise SourceError(f"{folder.name} is a file, not a folder.") from error
    except OSError as error:
        raise SourceError(refusal(folder, error)) from error
    # Hidden files are what other systems leave behind (._photo.jpg), not pictures.
    return sorted((path for path in found if not path.name.startswith(".")), key=_natural)


class FilesReader:
    """A reader of several files, one frame each: the first page of a stack or an animation.

    `read` raises `SourceError` for an unreadable file, and continues with the next file at the next call.
    """

    def __init__(self, paths: list[Path], title: str) -> None:
        self._paths = paths
        self._next = 0
        names = tuple(path.name for path in paths)
        self.info = SourceInfo(title, frame_count=len(paths), is_seekable=True, names=names)

    def read(self) -> Frame | None:
        """Read the next file; None after the last one."""
        if self._next >= len(self._paths):
            return None
        index, self._next = self._next, self._next + 1
        path = self._paths[index]
        pages = open_pages(path)
        try:
            page = pages.page(0)
        finally:
            pages.close()
        note = page.note or (f"The first of {pages.count} pages." if pages.count > 1 else "")
        return Frame(page.content, page.channels, index=index, title=path.name, note=note, samples=page.samples)

    def seek(self, index: int) -> None:
        """Set the next file to `index`."""
        self._next = max(0, index)

    def close(self) -> None:
        """Do nothing: no file stays open between reads."""


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Return a sort key that compares digits as numbers and ignores case."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
