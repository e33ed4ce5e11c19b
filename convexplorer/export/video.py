"""A sequence of pictures as a video file, each picture at its own time."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.export.composition import fitted
from convexplorer.export.container import KeptFile, count_pictures, open_container
from convexplorer.export.files import ExportError, Part, explained, reason_of

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.video.stream import VideoStream

FORMATS = {".mp4": "MP4 video", ".webm": "WebM video", ".avi": "Motion JPEG video", ".mkv": "Lossless Matroska video"}
SUFFIXES = tuple(FORMATS)
MIN_RATE_HZ, MAX_RATE_HZ = 0.5, 1000.0
_LEAST_GRID_HZ = 20.0  # an AVI counts pictures instead of time; slower ones are counted in a multiple
_KEY_EVERY_S = 2.0  # players jump to key pictures


@dataclass(frozen=True)
class Encoder:
    """The encoder of a format.

    Attributes
    ----------
    name, pixels : in the words of FFmpeg.
    ticks : units of time in a second; None if pictures are counted instead.
    options : for an encoder that keeps up with a camera and holds no picture back, because a kill would lose it.
    """

    name: str
    pixels: str
    ticks: int | None
    options: Mapping[str, str] = field(default_factory=dict)


_REALTIME_VP9 = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "row-mt": "1", "crf": "20", "b": "0"}
#: FFV1 loses nothing; 90 000 is the unit of all usual rates.
ENCODERS = {
    ".mp4": Encoder("libx264", "yuv420p", 90_000, {"preset": "superfast", "tune": "zerolatency", "crf": "18"}),
    ".webm": Encoder("libvpx-vp9", "yuv420p", 1000, _REALTIME_VP9),
    ".avi": Encoder("mjpeg", "yuvj420p", None, {"qscale": "3"}),
    ".mkv": Encoder("ffv1", "bgr0", 1000, {"level": "3", "slices": "4"}),
}


class Recorder:
    """A writer of a video, for one thread at a time, also as a context manager.

    The file gets its name when `close` has completed it. An exception in the `with` block discards it.

    Parameters
    ----------
    rate_hz : pictures per second, kept within 0.5…1000; for pictures without a time of their own.
    mark : as in `Part`.

    Attributes
    ----------
    frame_count : number of pictures in the file.
    """

    def __init__(self, path: str | os.PathLike[str], rate_hz: float, mark: str = "part") -> None:
        self.part = Part(path, SUFFIXES, mark)
        self._encoder = ENCODERS[self.part.path.suffix.lower()]
        self._rate = Fraction(min(max(rate_hz, MIN_RATE_HZ), MAX_RATE_HZ)).limit_denominator(1001)
        self._tick = 1 / Fraction(self._encoder.ticks or _grid(self._rate))
        self._period = self._shortest = max(1, round(1 / self._rate / self._tick))
        self._file: KeptFile | None = None
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._size = (0, 0)
        self._last: np.ndarray | None = None
        self._last_tick = -1
        self._is_closed = False
        self.frame_count = 0

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def has_room(self, time_s: float) -> bool:
        """Return True if no picture has this time or a later one yet, in the unit that the format counts in."""
        return round(time_s / self._tick) > self._last_tick

    def write(self, rgb: np.ndarray, time_s: float | None = None) -> None:
        """Add an (H, W, 3) uint8 RGB picture.

        The first picture fixes the size, extended to even numbers because most codecs require them. Later pictures of
        another size are scaled to fit and centred on black.

        Parameters
        ----------
        time_s : from the beginning of the video; by default, and if a time does not increase, one period of the rate
            after the last picture.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise ValueError(f"rgb must be (H, W, 3) uint8; got {rgb.shape} {rgb.dtype}")
        if self._is_closed:
            raise ExportError(f"{self.part.target.name} is finished; nothing can be added.")
        if self._stream is None:
            self._open(rgb)
        self._encode(fitted(rgb, *self._size), self._place(time_s))

    def close(self, end_s: float = 0.0) -> int:
        """Finish the file and return its number of pictures; may be called repeatedly.

        Parameters
        ----------
        end_s : as in `complete`.
        """
        if self._is_closed:
            return self.frame_count
        try:
            self.complete(end_s)
            self.part.finish()
        finally:
            self.discard()
        return self.frame_count

    def complete(self, end_s: float = 0.0) -> None:
        """Write the end of the video; the file keeps its temporary name.

        Parameters
        ----------
        end_s : how long the video lasts; the last picture stays until then.

        Raises
        ------
        ExportError : there is no picture, or no room for the end; the file then stays as it was, without an end.
        """
        if self._is_closed:
            return
        if self.frame_count == 0:
            raise ExportError(f"{self.part.target.name} was not written: there was no frame.")
        try:
            self._last_until(end_s)
            self._end()
        finally:
            self._release()

    @property
    def is_in_place(self) -> bool:
        """True unless the unfinished file was removed, its folder renamed or its disk unplugged."""
        return self._file is None or self._file.is_at(self.part.path)

    def copy_to(self, path: Path) -> None:
        """Copy the pictures so far to another file, even if the unfinished one is no longer in place."""
        if self._file is not None:
            with explained(path):
                self._file.copy_to(path)

    def rescue(self) -> int:
        """Give the file its name, complete or not, and return the number of pictures in it; without any, discard it."""
        self._release()
        self.frame_count = count_pictures(self.part.path)  # without its end, a file may lack the last one
        if self.frame_count == 0:
            self.part.discard()
        else:
            self.part.finish()
        return self.frame_count

    def discard(self) -> None:
        """Discard the file, unless it is finished."""
        self._release()
        self.part.discard()

    def _open(self, rgb: np.ndarray) -> None:
        self._size = rgb.shape[0] + rgb.shape[0] % 2, rgb.shape[1] + rgb.shape[1] % 2
        with self._explained():
            self._file = KeptFile(self.part.path)
            self._container = open_container(self._file, self.part.path.suffix.lower())
            self._stream = self._add_stream(self._container)

    def _add_stream(self, container: OutputContainer) -> VideoStream:
        encoder = self._encoder
        rate = self._rate if encoder.ticks else 1 / self._tick
        stream = cast("VideoStream", container.add_stream(encoder.name, rate=rate, options=dict(encoder.options)))
        stream.height, stream.width = self._size
        stream.pix_fmt = encoder.pixels
        context = stream.codec_context
        context.time_base = stream.time_base = self._tick
        context.gop_size = max(1, round(_KEY_EVERY_S * self._rate))
        if encoder.pixels.startswith("yuv"):
            context.colorspace = 6  # that of the conversion below, by the number of ITU-T H.273
        return stream

    def _place(self, time_s: float | None) -> int:
        """Return the tick of the next picture."""
        following = self._last_tick + self._period if self.frame_count else 0
        if time_s is None or not np.isfinite(time_s):
            return following
        tick = max(0, round(time_s / self._tick))
        if tick > self._last_tick:
            return tick
        return self._last_tick + 1 if tick == self._last_tick else following

    def _encode(self, rgb: np.ndarray, tick: int, ticks: int | None = None) -> None:
        """Write a picture that is shown for `ticks`; by default for the shortest time of all pictures so far.

        This counts only for the end of the video, which in Matroska is the latest of the ends of all pictures.
        """
        assert self._stream is not None
        assert self._container is not None
        assert self._file is not None
        frame = _frame(rgb, self._encoder.pixels)
        frame.pts, frame.time_base = tick, self._tick
        if self.frame_count:
            self._shortest = min(self._shortest, tick - self._last_tick)
        with self._explained():
            for packet in self._stream.encode(frame):
                packet.duration = ticks or self._shortest  # encoders would write the period of the rate
                self._container.mux(packet)
            self._file.keep()
        self._last, self._last_tick = rgb, tick
        self.frame_count += 1

    def _last_until(self, end_s: float) -> None:
        """Repeat the last picture shortly before the end, which no container could tell otherwise."""
        tick = round((Fraction(end_s) - 1 / self._rate) / self._tick)
        if self._last is not None and tick > self._last_tick:
            self._encode(self._last, tick, self._period)

    def _end(self) -> None:
        assert self._stream is not None
        assert self._container is not None
        assert self._file is not None
        with self._explained():
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._file.keep()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn errors of files and of FFmpeg into an `ExportError`."""
        from av import FFmpegError

        name, (height, width) = self.part.target.name, self._size
        try:
            yield
        except OSError as error:
            raise ExportError(f"{name} could not be written: {reason_of(error)}.") from error
        except (ValueError, FFmpegError) as error:
            raise ExportError(
                f"{name} could not be written: {self._encoder.name} refuses pictures of {height} × {width}."
            ) from error

    def _release(self) -> None:
        """Close the file as it is: the container's end, if it is not written yet, goes nowhere."""
        self._is_closed = True
        if self._file is not None and self._container is not None:
            self._file.stop()
            self._container.close()
            self._file.close()
        self._container = self._stream = self._file = None


def _frame(rgb: np.ndarray, pixels: str) -> VideoFrame:
    """Return a picture in the form of the encoder."""
    from av import VideoFrame

    if pixels == "yuv420p":  # within rounding as FFmpeg converts, in 1 ms instead of 18 for 2400 × 1080
        return VideoFrame.from_ndarray(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8), pixels)
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), "rgb24")
    return frame.reformat(format=pixels, dst_colorspace="ITU601" if pixels.startswith("yuv") else None)


def _grid(rate: Fraction) -> Fraction:
    """Return the rate of an AVI: a multiple of that of its pictures, so that unequal times have a place."""
    return rate * max(1, math.ceil(Fraction(_LEAST_GRID_HZ) / rate))
