"""What every source speaks: the description of a source, its frames, and its failures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np

Option = str | int | float | bool
NO_OPTIONS: Mapping[str, Option] = MappingProxyType({})


class SourceError(ValueError):
    """A source that cannot be opened or read; its text is a sentence for a person."""


class AddressError(SourceError):
    """An address or option under which nothing can be: to try again would not help."""


@dataclass(frozen=True)
class Source:
    """Where frames come from, as a description: nothing is opened.

    Attributes
    ----------
    kind : a key of `sources.SOURCES`: "image", "folder", "video", "stream", "camera", "pattern", "files", …
    address : path, URL, camera number or pattern name; for "files" what `paths.listed_address` makes of them.
    options : what the kind understands, e.g. `{"mirror": True, "size": "1280x720"}` or a pattern's parameters.
    """

    kind: str
    address: str
    options: Mapping[str, Option] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, converted once: what the rest of the program computes on.

    Attributes
    ----------
    image : (C, H, W) float32, read-only; integer sources lie in 0…1, float sources keep their values.
    channels : a name for each channel: ("Y",), ("R", "G", "B"), ("R", "G", "B", "A"), or ("0", "1", …).
    index : position in the source, from 0.
    time_s : position in time; 0 for stills.
    title : short name for the status bar, e.g. the file's name.
    note : a sentence the person should know about this frame, or "".
    """

    image: np.ndarray
    channels: tuple[str, ...]
    index: int = 0
    time_s: float = 0.0
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class SourceInfo:
    """What an opened source can do.

    Attributes
    ----------
    title : short name of the source.
    frame_count : number of frames, files or pages; None when it has no known end.
    rate_hz : natural frame rate; None for what has no time (a picture, a folder, pages of a stack).
    is_live : frames arrive by themselves (camera, stream) and are lost if nobody reads them.
    is_seekable : `seek` works.
    names : for folders and lists the file names, otherwise empty.
    """

    title: str
    frame_count: int | None = 1
    rate_hz: float | None = None
    is_live: bool = False
    is_seekable: bool = False
    names: tuple[str, ...] = ()

    @property
    def has_time(self) -> bool:
        """Whether frames follow each other by themselves."""
        return self.is_live or self.rate_hz is not None


class Reader(Protocol):
    """An opened source. Used by one thread at a time; every call returns within its time-out."""

    info: SourceInfo

    def read(self) -> Frame | None:
        """Return the next frame, None at the end; raise `SourceError` when the source fails."""

    def seek(self, index: int) -> None:
        """Make `index` the next frame that `read` returns."""

    def close(self) -> None:
        """Let go of the file or device; may be called twice."""
