"""The reader for sources made of pages: a picture, a stack, an animation, a pattern."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from convexplorer.sources.frame import Frame, Samples, SourceInfo


@dataclass(frozen=True, eq=False)
class Page:
    """One decoded picture; the attributes are those of `Frame`."""

    image: np.ndarray
    channels: tuple[str, ...]
    note: str = ""
    samples: Samples | None = None
    subtitle: str = ""


class Pages(Protocol):
    """An opened file with one or more pages; `rate_hz` is None unless the pages are an animation."""

    count: int
    rate_hz: float | None

    def page(self, index: int, /) -> Page:
        """Decode a page; raise `SourceError` if the page is damaged."""

    def close(self) -> None:
        """Release the file; may be called repeatedly."""


class SinglePage:
    """A single page, already decoded."""

    count = 1
    rate_hz: float | None = None

    def __init__(self, page: Page) -> None:
        self._page = page

    def page(self, _index: int, /) -> Page:
        """Return the page."""
        return self._page

    def close(self) -> None:
        """Do nothing: no file is open."""


class PageReader:
    """A `Reader` that steps through pages."""

    def __init__(self, pages: Pages, title: str) -> None:
        self._pages = pages
        self._next = 0
        self.info = SourceInfo(title, frame_count=pages.count, rate_hz=pages.rate_hz, is_seekable=True)

    def read(self) -> Frame | None:
        """Return the next page, or None at the end; after `SourceError` for a damaged page, continue with the next."""
        if self._next >= self._pages.count:
            return None
        index, self._next = self._next, self._next + 1
        page = self._pages.page(index)
        rate_hz = self.info.rate_hz
        return Frame(
            page.image,
            page.channels,
            index=index,
            time_s=index / rate_hz if rate_hz else 0.0,
            title=self.info.title,
            note=page.note,
            samples=page.samples,
            subtitle=page.subtitle,
        )

    def seek(self, index: int) -> None:
        """Set the next page; beyond the last one `read` returns None."""
        self._next = max(0, index)

    def close(self) -> None:
        """Release the file."""
        self._pages.close()
