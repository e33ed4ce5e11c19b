"""A TIFF file as pages: tifffile reads it, after our own checks, and each failure becomes a sentence."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tifffile import TiffFile, TiffPage

from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.tiff.colour import to_page
from convexplorer.sources.decoders.tiff.directories import walk
from convexplorer.sources.decoders.tiff.elsewhere import is_elsewhere, read_elsewhere
from convexplorer.sources.decoders.tiff.layout import check, count_missing
from convexplorer.sources.decoders.tiff.segments import read
from convexplorer.sources.decoders.tiff.stack import StackPage, find_pages
from convexplorer.sources.frame import SourceError

# It reports what it repairs; the user is told by our sentences instead.
logging.getLogger("tifffile").addHandler(logging.NullHandler())

# Their readers open other files, or trust the chain of directories.
_IGNORED: Any = {"is_mmstack": False, "is_ndtiff": False, "is_scanimage": False, "is_ndpi": False}


class TiffPages:
    """The pages of a TIFF file, each read directly, without those before it."""

    rate_hz: float | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TiffFile | None = None
        length = path.stat().st_size
        with path.open("rb") as file:
            self._chain = walk(path.name, file, length)
        if not self._chain.offsets:
            raise SourceError(f"{path.name} is damaged or cut short: it holds no page.")
        try:
            with self._explained("its first page cannot be read"):
                self._file = TiffFile(path, _multifile=False, **_IGNORED)
                self._pages, self._ending = find_pages(self._file, self._chain)
        except SourceError:
            self.close()
            raise
        self.count = len(self._pages) + bool(self._ending)

    def page(self, index: int, /) -> Page:
        """Decode one page, upright."""
        name = self._path.name
        if self._file is None:
            raise SourceError(f"{name} has been closed.")
        if index >= len(self._pages):
            raise SourceError(f"{name} {self._ending}.")
        listed = self._pages[index]
        what = f"page {index + 1} cannot be decoded" if self.count > 1 else "its pixels cannot be decoded"
        with self._explained(what):
            page = self._open(listed, index)
            check(name, page)
            decoded = self._decode(page, listed)
        missing, needed = count_missing(page)
        gaps = f"{missing} of its {needed} strips or tiles are not stored and shown as 0." if missing else ""
        return replace(decoded, note=" ".join(filter(None, (decoded.note, gaps))), subtitle=listed.subtitle)

    def close(self) -> None:
        """Release the file."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _open(self, listed: StackPage, index: int) -> TiffPage:
        """Read the directory of a page."""
        assert self._file is not None
        self._file.filehandle.seek(listed.directory)
        return TiffPage(self._file, index)

    def _decode(self, page: TiffPage, listed: StackPage) -> Page:
        if is_elsewhere(page):
            return read_elsewhere(self._path, self._chain.offsets.index(listed.directory))
        return to_page(page, read(page, listed.data))

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Convert all exceptions to `SourceError`, and suppress warnings."""
        name = self._path.name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except SourceError:
            raise
        except MemoryError as error:
            raise SourceError(f"{name} is too large for the memory that is free.") from error
        except Exception as error:  # parsers and codecs stumble over a broken file in any way there is
            raise SourceError(f"{name} is damaged: {what}.") from error
