"""The reader for sources made of pages: a picture, a stack, an animation, a pattern."""

from bisect import bisect_right
from typing import Protocol, runtime_checkable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, Samples, SourceInfo


@dataclass(frozen=True, eq=False)
class Page:
    """One decoded picture; the attributes are those of `Frame`."""

    content: np.ndarray | ByteImage
    channels: tuple[str, ...]
    note: str = ""
    samples: Samples | None = None
    subtitle: str = ""

    @property
    def image(self) -> np.ndarray:
        """The image, as in `Frame`."""
        return self.content.image if isinstance(self.content, ByteImage) else self.content


class Pages(Protocol):
    """An opened file with one or more pages; `rate_hz` is None unless the pages are an animation."""

    count: int
    rate_hz: float | None

    def page(self, index: int, /) -> Page:
        """Decode a page; raise `SourceError` if the page is damaged."""

    def close(self) -> None:
        """Release the file; may be called repeatedly."""


@runtime_checkable
class AnimatedPages(Pages, Protocol):
    """Pages that know how long each of them is shown, if `rate_hz` is not None."""

    def duration_s(self, index: int, /) -> float:
        """Return the seconds for which a page is shown; raise `SourceError` if the page is damaged."""


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
        self._ends: list[float] = []  # of the pages whose duration is known, in seconds
        self.info = SourceInfo(title, frame_count=pages.count, rate_hz=pages.rate_hz, is_seekable=True)

    def read(self) -> Frame | None:
        """Return the next page, or None at the end; after `SourceError` for a damaged page, continue with the next."""
        if self._next >= self._pages.count:
            return None
        index, self._next = self._next, self._next + 1
        begin_s, duration_s = self._span(index)
        page = self._pages.page(index)
        return Frame(
            page.content,
            page.channels,
            index=index,
            time_s=begin_s,
            title=self.info.title,
            note=page.note,
            samples=page.samples,
            duration_s=duration_s,
            subtitle=page.subtitle,
        )

    def seek(self, index: int) -> None:
        """Set the next page; beyond the last one `read` returns None."""
        self._next = max(0, index)

    def index_at(self, time_s: float) -> int:
        """Return the page shown at a time, as far as durations are known; the page behind them if they end before."""
        return min(bisect_right(self._ends, time_s), self._pages.count - 1)

    def survey(self, _seconds: float = 0.0) -> bool:
        """Return True: the number of pages is known, and each page comes with its duration."""
        return True

    def close(self) -> None:
        """Release the file."""
        self._pages.close()

    def _span(self, index: int) -> tuple[float, float]:
        """Return when a page begins and how long it is shown, from the durations of all pages before it."""
        if self.info.rate_hz is None or not isinstance(self._pages, AnimatedPages):
            return 0.0, 0.0
        for i in range(len(self._ends), index + 1):
            begin_s = self._ends[-1] if self._ends else 0.0
            self._ends.append(begin_s + self._pages.duration_s(i))
        begin_s = self._ends[index - 1] if index else 0.0
        return begin_s, self._ends[index] - begin_s
