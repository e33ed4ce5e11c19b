"""Video files: every frame at its own time, seekable to the exact frame, with an error where a damaged file ends.

OpenCV decodes them; only what it cannot convert or decode is read by PyAV.
"""

from pathlib import Path

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.av_capture import AvCapture
from convexplorer.sources.capture import Capture, to_content
from convexplorer.sources.complete import container_of, is_cut_short
from convexplorer.sources.conversion import Repetitions, is_memory
from convexplorer.sources.decoders.pixels import samples_of
from convexplorer.sources.frame import Frame, SourceError, SourceInfo
from convexplorer.sources.limits import check_size
from convexplorer.sources.packets import Packets
from convexplorer.sources.pixel_format import note_on
from convexplorer.sources.track import Track

_HEAD_BYTES = 65536
_MOST_AWAITED_BYTES = 250_000_000  # the packets of larger files may take seconds, for which no jump waits


class VideoReader:
    """A reader of a video file, frame by frame; `survey` makes the number of frames in `info` exact."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_own = False  # True if OpenCV hands out the pixels as they are stored
        self._is_by_av = False  # True if PyAV decodes, because OpenCV cannot
        self._repetitions = Repetitions()
        self._track = self._follow()
        try:
            self._check()
            self._note = self._choose_format()
            self._check_conversion()
        except SourceError:
            self.close()
            raise
        self.info = self._track.counted(SourceInfo(path.name, None, self._track.rate_hz, is_seekable=True))

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; raise `SourceError` once at the end of a damaged file."""
        found = self._track.read()
        if found is not None and self._is_unconverted(found[0], found[2]):
            found = self._read_by_av(found[0]) or found
        if found is None:
            self._end()
            return None
        self._tell_count()
        index, time_s, pixels = found
        content, channels = to_content(pixels)
        duration_s = self._track.duration_s(index, time_s)
        return Frame(
            content,
            channels,
            index,
            time_s,
            self.info.title,
            f"{self._note} {self._track.capture.note}".strip(),
            samples_of(pixels.dtype),
            duration_s=duration_s,
            is_estimated=self._track.is_estimated,
        )

    def seek(self, index: int) -> None:
        """Set the next frame; beyond the last one `read` returns None."""
        self._track.seek(index)
        self._tell_count()

    def survey(self, seconds: float = float("inf")) -> bool:
        """Count the frames, for about this time; return True when finished."""
        is_finished = self._track.survey(seconds)
        self._tell_count()
        return is_finished

    def index_at(self, time_s: float) -> int:
        """Return the frame shown at a time, as far as times are known."""
        return self._track.timeline.index_at(time_s)

    def close(self) -> None:
        """Release the file."""
        self._track.close()

    def _follow(self) -> Track:
        is_long = self._path.stat().st_size > _MOST_AWAITED_BYTES
        return Track(self._open, Packets(self._path), is_file=True, is_long=is_long)

    def _open(self) -> Capture | AvCapture:
        if self._is_by_av:
            return AvCapture(str(self._path))
        # FFmpeg by name: other backends would take a number in the file's name for a sequence of pictures.
        capture = Capture(str(self._path), cv2.CAP_FFMPEG)
        if self._is_own:
            capture.keep_format()
        return capture

    def _choose_format(self) -> str:
        """Read the pixels as they are stored where OpenCV can; return a note on what is lost elsewhere."""
        capture = self._track.capture
        with self._path.open("rb") as file:
            stored = capture.stored(file.read(_HEAD_BYTES))
        if isinstance(capture, Capture) and stored.is_own and not (stored.has_alpha and self._has_even_alpha()):
            self._is_own = True
            capture.keep_format()
        return note_on(stored, capture.pixel_aspect, is_own=self._is_own)

    def _has_even_alpha(self) -> bool:
        """Return True if alpha is the same in all of the first frame: many programs write it and mean nothing by it.

        OpenCV takes the format of the first frame that it converts for all others, so that this needs its own reader.
        """
        capture = Capture(str(self._path), cv2.CAP_FFMPEG)
        capture.keep_format()
        pixels = capture.read()
        capture.close()
        return pixels is None or pixels.ndim < 3 or int(np.ptp(pixels[..., -1])) == 0

    def _check(self) -> None:
        """Raise `SourceError` if there is no first frame, or it exceeds the size limit."""
        if self._begins() or (self._track.capture.is_open and self._take_av()):
            return
        raise SourceError(
            f"{self._path.name} shows no pictures: it is damaged, cut short, only sound, or in a format that cannot be "
            "read."
        )

    def _begins(self) -> bool:
        """Return True if there is a first frame; raise `SourceError` if it exceeds the size limit."""
        capture = self._track.capture
        if not capture.is_open:
            return False
        height, width = capture.size
        if height and width:
            check_size(self._path.name, height, width, 3)
        return self._track.begin()

    def _take_av(self) -> bool:
        """Begin anew with PyAV; return False if it finds no frame either."""
        self._track.close()
        self._is_by_av, self._is_own = True, False
        self._track = self._follow()
        return self._begins()

    def _end(self) -> None:
        """Take the end for the end, unless the file proves that frames are missing; raise `SourceError` then, once.

        Most headers say a duration, which may be that of the sound, or that before the film was trimmed, so that a
        smaller number of frames alone proves nothing.
        """
        track, header_count = self._track, self._track.header_count
        if track.is_behind:
            return
        count, gaps = track.next, track.gaps
        is_early = header_count is None or header_count - count > max(2, header_count // 20)
        if not track.is_long:
            track.learn_packets()
        is_cut = is_early and (is_cut_short(self._path) or track.missing > max(2, count // 20))
        is_holed = not is_cut and track.has_breaks(is_even=self._is_broadcast())
        gaps = track.gaps  # packets may have told of more
        track.finish()
        self._tell_count()
        if is_cut:
            expected = "" if header_count is None else f" of {header_count}"
            raise SourceError(
                f"{self._path.name} is damaged or cut short: it breaks off after frame {count}{expected}."
            )
        if gaps:
            raise SourceError(f"{self._path.name} is damaged: frames are missing, because they could not be decoded.")
        if is_holed:
            raise SourceError(
                f"{self._path.name} is damaged or was cut: bytes between its frames are missing or spoilt."
            )

    def _is_broadcast(self) -> bool:
        """Return True for broadcasts and program streams, whose rate is even: a hole in their times is a loss."""
        with self._path.open("rb") as file:
            return container_of(file.read(16)) in ("", "mpeg")

    def _check_conversion(self) -> None:
        """Leave the video to PyAV if OpenCV does not convert its first frame."""
        if self._is_by_av or self._is_own or not self._track.has_equal_frames():
            return
        first = self._track.first
        if first is not None and is_memory(str(self._path), first) and self._take_av():
            self._note = self._choose_format()
        self._repetitions = Repetitions(first)

    def _is_unconverted(self, index: int, pixels: np.ndarray) -> bool:
        """Return True if OpenCV repeats a frame because it does not convert this one: films may mix both kinds."""
        if self._is_by_av or self._is_own or not self._repetitions.is_due(index, pixels):
            return False
        stamp_s = self._track.capture.stamp_s
        return stamp_s > 0 and is_memory(str(self._path), pixels, stamp_s)

    def _read_by_av(self, index: int) -> tuple[int, float, np.ndarray] | None:
        """Read a frame, and all behind it, with PyAV."""
        gaps = self._track.gaps
        if not self._take_av():
            return None
        self._note = self._choose_format()
        self._track.gaps = gaps
        self._track.seek(index)
        return self._track.read()

    def _tell_count(self) -> None:
        self.info = self._track.counted(self.info)
