"""The types shared by all sources: description, frame, reader and errors."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Protocol

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import AXES, Axis
from convexplorer.sources.byte_image import ByteImage

Option = str | int | float | bool
NO_OPTIONS: Mapping[str, Option] = MappingProxyType({})


class SourceError(ValueError):
    """A failure to open or read a source; its text is a sentence for the user."""


class AddressError(SourceError):
    """An invalid address or option; retrying cannot succeed."""


class NoSuchPathError(SourceError):
    """A text that names no source is no path of a file or a folder either."""


class AwayError(SourceError):
    """A device that was there is not plugged in; it may come back at any time."""


@dataclass(frozen=True)
class Source:
    """The description of an origin of frames; making one opens nothing.

    Attributes
    ----------
    kind : a key of `SOURCES`: "image", "folder", "video", "stream", "camera", "pattern", "files", …
    address : path, URL, camera number or pattern name; for "files" the text of `paths.listed_address`.
    options : options of the kind, e.g. `{"mirror": True, "size": "1280x720"}` or a pattern's parameters.
    """

    kind: str
    address: str
    options: Mapping[str, Option] = field(default_factory=lambda: NO_OPTIONS)


@dataclass(frozen=True)
class Samples:
    """The numbers of a source as they are stored, before their conversion to float32.

    Attributes
    ----------
    dtype : NumPy's name of the type: "uint8", "uint16", "float32", …
    bits : significant bits of an integer, such as 12 in "uint16"; all bits of a float.
    full_scale : the stored number that became 1; None if the image holds the stored numbers themselves.
    """

    dtype: str
    bits: int
    full_scale: float | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, signal or volume of a source; `image` is the form that the program computes with.

    Attributes
    ----------
    content : that image, or the bytes that it is made of when someone asks for it.
    channels : a name for each channel: ("Y",), ("R", "G", "B"), ("R", "G", "B", "A"), or ("0", "1", …). "A" is alpha,
        and only where the source says so; the fourth channel of an array is "3".
    index : position in the source, from 0.
    time_s : position in time, in seconds from the first frame; of a live source, its arrival; 0 for stills.
    title : short name for the status bar, e.g. the file's name.
    note : a sentence for the user about this frame, or "".
    samples : the type and range of the stored numbers; None if there are none, as in a test pattern.
    axes : the spatial axes of `image`; by default the usual ones for their number.
    duration_s : seconds for which an animation shows the frame; 0 if it stays until the next one comes.
    subtitle : where a page stands on the further axes of its stack: "z 3 of 7, channel 2 of 2", or "".
    is_estimated : True if `index` is an estimate: the frame was reached by its time, before the frames were counted.

    Raises
    ------
    ValueError : the image has no spatial axis or more than three, or there are not as many `axes`.
    """

    content: np.ndarray | ByteImage
    channels: tuple[str, ...]
    index: int = 0
    time_s: float = 0.0
    title: str = ""
    note: str = ""
    samples: Samples | None = None
    axes: tuple[Axis, ...] = ()
    duration_s: float = 0.0
    subtitle: str = ""
    is_estimated: bool = False

    def __post_init__(self) -> None:
        rank = len(self.content.shape) - 1
        if rank not in AXES:
            raise ValueError(f"image must have the shape (channels, *spatial), 1 to 3 axes; got {self.content.shape}")
        # The one place where a frozen value is written: while it is being made.
        object.__setattr__(self, "axes", tuple(self.axes) or AXES[rank])
        if len(self.axes) != rank:
            names = ", ".join(axis.name for axis in self.axes)
            raise ValueError(f"axes must name each of the image's {rank} spatial axes; got {names}")

    @property
    def image(self) -> np.ndarray:
        """(channels, *spatial) float32, read-only, and always the same array.

        (C, H, W) for pictures; with one or three spatial axes for signals and volumes. Integer sources lie in 0…1,
        float sources keep their values.
        """
        return self.content.image if isinstance(self.content, ByteImage) else self.content

    @property
    def pixels(self) -> np.ndarray | None:
        """(H, W, 3) uint8, read-only, in the order blue, green, red, of a frame that came as such bytes; else None."""
        return self.content.pixels if isinstance(self.content, ByteImage) else None

    @property
    def spatial(self) -> tuple[int, ...]:
        """Number of cells along each spatial axis: (rows, columns) for pictures."""
        return self.content.shape[1:]

    def channel(self, index: int) -> np.ndarray:
        """Return one channel of the image, (1, *spatial)."""
        return self.content.channel(index) if isinstance(self.content, ByteImage) else self.content[index : index + 1]


@dataclass(frozen=True)
class Adjustment:
    """What an open camera says of one of its controls.

    Attributes
    ----------
    name : a key of `camera_options.CAMERA_CONTROLS`.
    value : in the unit of that control, read from the device.
    is_automatic : True if the camera decides, or the value is the one that it came with.
    has_automatic : True if the camera can decide again.
    """

    name: str
    value: float
    is_automatic: bool = True
    has_automatic: bool = False


@dataclass(frozen=True)
class SourceInfo:
    """The properties of an opened source.

    Attributes
    ----------
    title : short name of the source.
    frame_count : number of frames, files or pages; None if unlimited or unknown. A video's header may be wrong, so that
        reading corrects it.
    rate_hz : usual frame rate; None for sources without time (a picture, a folder, pages of a stack). When each frame
        is shown, its own time says.
    is_live : True if frames arrive by themselves (camera, stream); unread frames are lost.
    is_seekable : True if `seek` works.
    names : file names of a folder or list, otherwise empty.
    is_estimated : True if `frame_count` is an estimate, as a header's duration times rate, until frames are counted.
    is_mirrored : True if left and right of a camera are swapped, so that it shows its user as a mirror does.
    size : (height, width) that a camera says it gives; () of other sources.
    adjustments : the controls that a camera answers to, such as its exposure.
    """

    title: str
    frame_count: int | None = 1
    rate_hz: float | None = None
    is_live: bool = False
    is_seekable: bool = False
    names: tuple[str, ...] = ()
    is_estimated: bool = False
    is_mirrored: bool = False
    size: tuple[int, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def has_time(self) -> bool:
        """True if the frames have a rate of their own, as in a video, a camera or a stream."""
        return self.is_live or self.rate_hz is not None


class Reader(Protocol):
    """An opened source, for use by one thread at a time; every call returns within its time-out."""

    info: SourceInfo

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; raise `SourceError` if the source fails."""

    def seek(self, index: int) -> None:
        """Set the frame that `read` returns next."""

    def close(self) -> None:
        """Release the file or device; may be called repeatedly."""


class TimedReader(Reader, Protocol):
    """The reader of a source with a rate that is not live: a video, an animation, a recording on a server."""

    def index_at(self, time_s: float) -> int:
        """Return the frame shown at a time, as far as times are known; the last known one behind it."""

    def survey(self, seconds: float = ...) -> bool:
        """Learn number and times of the frames ahead, for about this time; return True when finished."""


class AdjustableReader(Reader, Protocol):
    """The reader of a camera, which can be adjusted while it is open."""

    def take(self, source: Source) -> None:
        """Become the reader of a source that differs in what an open camera takes."""
