"""Frames decoded by PyAV, behind the methods of `Capture`, for the files that OpenCV cannot show.

Beside OpenCV's, because PyAV takes 70 ms to import and most films never need it: docs/decisions/040.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, cast

import numpy as np

from convexplorer.sources import limits
from convexplorer.sources.capture import MAX_FRAMES, MAX_RATE_HZ, Grabbing
from convexplorer.sources.pixel_format import PixelFormat, pixel_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import Packet, VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

_AHEAD = 16  # OpenCV aims so many frames before the wanted one, and `Track` reckons with it
_MOST_FAILURES = 4096  # packets without a picture, such as those before the first key frame of a broadcast
_THREADS = 2  # halve the time of H.264 and MPEG-2 (1080 rows: 2.2 to 1.2 ms); the other cores compute layers
_WOVEN = "It is interlaced: its even and odd lines, taken one after the other, are shown as they are stored."


class AvCapture(Grabbing):
    """An opened video file or recording; `is_open` is False if opening failed.

    The numbers of the header are those that OpenCV would report, and so are the time stamps and their origin. Frames
    keep the size of the first one.

    Parameters
    ----------
    address : path or URL.
    timeout_s : limits the time of opening and of each read; None for a file.

    Attributes
    ----------
    size : (height, width) of the frames, from the header; before they are turned upright.
    rate_hz : frames per second; None if the file reports no plausible rate.
    frame_count : number of frames by the header, in many containers duration times rate; None if unknown.
    bit_rate : thousands of bits per second, rounded down: the size of the file over the duration in its header.
    """

    def __init__(self, address: str, timeout_s: float | None = None) -> None:
        import av  # only now: it takes 70 ms, and most films never need it
        from av.video.reformatter import VideoReformatter

        self._failure: type[Exception] = av.FFmpegError
        self._reformatter = VideoReformatter()
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        self._packets: Iterator[Packet[VideoStream]] = iter(())
        self._ready: deque[VideoFrame] = deque()
        self._frame: VideoFrame | None = None  # fetched last
        self.size, self.bit_rate = (0, 0), 0.0
        self.rate_hz: float | None = None
        self.frame_count: int | None = None
        self._size: tuple[int, int] | None = None  # (height, width) of the first frame, as it is stored
        self._waits_for_key = False  # after a jump: the packets before a key frame cannot be decoded
        self._has_begun = False  # False also after a jump: what lacks earlier frames is no damage
        try:
            self._container = av.open(address, timeout=timeout_s, metadata_errors="replace")
            self._stream = cast("VideoStream | None", self._container.streams.best("video"))
        except (av.FFmpegError, OSError, ValueError):
            self._stream = None
        self.is_open = self._stream is not None
        if self._stream is None:
            self.close()
            return
        context = self._stream.codec_context
        context.thread_type, context.thread_count = "SLICE", _THREADS
        context.options = {"max_pixels": str(limits.MAX_PIXELS)}
        self._packets = self._whole.demux(self._stream)
        self._read_header(self._whole, self._stream)

    @property
    def stamp_s(self) -> float:
        """Time stamp of the frame fetched last, from the start of the container; 0 if the frame has none."""
        frame = self._frame
        if frame is None:
            return 0.0
        stamp = frame.dts if frame.pts is None else frame.pts
        if stamp is None or self._pictures.time_base is None:
            return 0.0
        return float((stamp - (self._pictures.start_time or 0)) * self._pictures.time_base)

    def stored(self, head: bytes = b"") -> PixelFormat:
        """Return what the pixels of the file hold; `head` as in `pixel_format`."""
        pixels = self._pictures.codec_context.format
        components = () if pixels is None else pixels.components
        bits = max((one.bits for one in components), default=8)
        has_alpha = any(one.is_alpha for one in components) or pixel_format("", head).has_alpha
        return PixelFormat(bits, has_alpha)

    @property
    def pixel_aspect(self) -> float:
        """Width of a pixel over its height, in the upright frame; 1 if unknown."""
        aspect = float(self._pictures.sample_aspect_ratio or 1) or 1.0
        return 1 / aspect if self._quarters % 2 else aspect

    @property
    def is_interlaced(self) -> bool:
        """True if the frame fetched last consists of two fields."""
        return self._frame is not None and self._frame.interlaced_frame

    @property
    def note(self) -> str:
        """What the user should know about the frame fetched last, or ""."""
        frame, size = self._frame, self._size
        sentences = [_WOVEN] if self.is_interlaced else []
        if frame is not None and size is not None and (frame.height, frame.width) != size:
            sentences.append(
                f"It is stored with {frame.width} × {frame.height} pixels, and scaled to those of the first."
            )
        return " ".join(sentences)

    def grab(self) -> bool:
        """Fetch the next frame without conversion; return False at the end, or if a packet cannot be decoded."""
        while not self.is_grabbed:
            if self._ready:
                self._frame, self.is_grabbed = self._ready.popleft(), True
                self._size = self._size or (self._frame.height, self._frame.width)
            elif not self._decode():
                return False
        return True

    def peek(self) -> np.ndarray | None:
        """Return the frame fetched last, which need not be read; None on failure.

        Each field of an interlaced frame is converted by itself, because its colours are stored at half its lines.
        """
        if self._frame is None or self._size is None:
            return None
        height, width = self._size
        try:
            shown = self._reformatter.reformat(self._frame, width, height, "bgr24", interpolation="BICUBIC", threads=1)
        except (self._failure, ValueError):
            return None
        return np.ascontiguousarray(np.rot90(shown.to_ndarray(), self._quarters))

    def seek(self, index: int) -> None:
        """Set the next frame to a key frame before `index`, taking every frame to last 1/rate, as OpenCV does."""
        self.seek_before((index - _AHEAD) / (self.rate_hz or 1.0))

    def seek_before(self, stamp_s: float) -> None:
        """Set the next frame to a key frame at this time stamp or before, if the container finds one."""
        self.is_grabbed = self._has_begun = False
        self._waits_for_key = True
        self._ready.clear()
        if self._stream is None:
            return
        time_base = self._pictures.time_base
        stamp = (self._pictures.start_time or 0) + (int(max(0.0, stamp_s) / time_base) if time_base else 0)
        try:
            self._whole.seek(stamp, stream=self._pictures)
        except (self._failure, OSError):
            self._packets = iter(())
            return
        self._packets = self._whole.demux(self._pictures)

    def close(self) -> None:
        """Release the file; may be called repeatedly."""
        self._packets, self._frame = iter(()), None
        self._ready.clear()
        self._stream = None  # the decoder and its threads end with the last reference
        if self._container is not None:
            self._container.close()
            self._container = None

    def _read_header(self, container: InputContainer, stream: VideoStream) -> None:
        self.size = stream.codec_context.height, stream.codec_context.width
        rate_hz = float(stream.average_rate or stream.guessed_rate or 0)
        self.rate_hz = rate_hz if 0 < rate_hz <= MAX_RATE_HZ else None
        count = stream.frames or round((container.duration or 0) / 1e6 * (self.rate_hz or 0))
        self.frame_count = count if 1 <= count <= MAX_FRAMES else None
        self.bit_rate = container.bit_rate // 1000

    @property
    def _whole(self) -> InputContainer:
        assert self._container is not None
        return self._container

    @property
    def _pictures(self) -> VideoStream:
        assert self._stream is not None
        return self._stream

    @property
    def _quarters(self) -> int:
        """Number of quarter turns, counter-clockwise, that turn the frame fetched last upright."""
        return 0 if self._frame is None else round(self._frame.rotation / 90) % 4

    def _decode(self) -> bool:
        """Decode packets until there is a frame; return False at the end, or at a packet that gives an error.

        At the beginning and after a jump, errors are for want of the frames before, and are passed over.
        """
        failures = 0
        while not self._ready and failures < _MOST_FAILURES:
            try:
                packet = next(self._packets)
            except StopIteration:
                return False
            except (self._failure, OSError):
                self._packets = self._whole.demux(self._pictures)  # goes on behind the place
                return False
            self._waits_for_key = self._waits_for_key and not packet.is_keyframe and packet.size > 0
            failures += not self._has_begun
            if self._waits_for_key:
                continue
            try:
                self._ready.extend(packet.decode())
            except (self._failure, ValueError):
                if self._has_begun:
                    return False
        self._has_begun = self._has_begun or bool(self._ready)
        return bool(self._ready)
