"""Video files: played in time, seekable to the exact frame, with an error where a damaged file ends."""

from dataclasses import replace
from pathlib import Path

from convexplorer._cv import cv2
from convexplorer.sources.capture import Capture, to_planes
from convexplorer.sources.decoders.pixels import samples_of
from convexplorer.sources.frame import Frame, SourceError, SourceInfo
from convexplorer.sources.limits import check_size

_USUAL_RATE_HZ = 25.0
_SHORT_SKIP = 16  # so many frames ahead, decoding is quicker than seeking to a key frame and decoding from there


class VideoReader:
    """A reader of a video file, frame by frame."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        # FFmpeg by name: other backends would take a number in the file's name for a sequence of pictures.
        self._capture = Capture(str(path), cv2.CAP_FFMPEG)
        try:
            self._check()
        except SourceError:
            self.close()
            raise
        self._next = 0
        self._rate_hz = self._capture.rate_hz or _USUAL_RATE_HZ
        count = self._capture.frame_count
        self.info = SourceInfo(self._name, count, self._rate_hz, is_seekable=count is not None)

    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; raise `SourceError` once at the end of a damaged file."""
        pixels = self._capture.read()
        if pixels is None:
            self._complain_if_early()
            return None
        index, self._next = self._next, self._next + 1
        time_s = self._capture.time_s
        image, channels = to_planes(pixels)
        if time_s is None or (index and not time_s):  # containers without time stamps say 0 throughout
            time_s = index / self._rate_hz
        return Frame(image, channels, index, time_s, self._name, samples=samples_of(pixels.dtype))

    def seek(self, index: int) -> None:
        """Set the next frame; beyond the last one `read` returns None."""
        index = max(0, index)
        if self._next <= index <= self._next + _SHORT_SKIP:
            while self._next < index and self._capture.skip():
                self._next += 1
        else:
            self._capture.seek(index)
        self._next = index

    def close(self) -> None:
        """Release the file."""
        self._capture.close()

    def _check(self) -> None:
        """Raise `SourceError` if there is no first frame, or it exceeds the size limit."""
        if self._capture.is_open:
            height, width = self._capture.size
            if height and width:
                check_size(self._name, height, width, 3)
        if self._capture.is_open and self._capture.grab():
            return
        raise SourceError(
            f"{self._name} shows no pictures: it is damaged, cut short, only sound, or in a format that cannot be read."
        )

    def _complain_if_early(self) -> None:
        """Raise `SourceError` at the first call if frames are missing; later calls accept the early end.

        Headers are often wrong by a few frames, so a small difference is no damage.
        """
        expected = self.info.frame_count
        if expected is None or expected - self._next <= max(2, expected // 20):
            return
        self.info = replace(self.info, frame_count=self._next)
        raise SourceError(
            f"{self._name} is damaged or cut short: it breaks off after frame {self._next} of {expected}."
        )
