"""Motion JPEG without a container: JPEG pictures one after the other, as cameras and microscopes write them.

The pictures are divided here, because FFmpeg guesses the format from the bytes, may find them as likely to be MPEG, and
OpenCV can name it to FFmpeg only by an environment variable of the whole process. OpenCV decodes the pictures.
"""

import re
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import channel_names, samples_of
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_RATE_HZ = 25.0  # what FFmpeg takes for a format without times
_NOTE = f"Its pictures have no times; they are shown at {_RATE_HZ:g} per second."
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # the end of coded pixels, in which other pairs may stand
_BLOCK = 65536


class _Picture(NamedTuple):
    start: int
    stop: int
    size: tuple[int, int]  # (height, width)
    is_complete: bool


class MjpegPages:
    """The pictures of a Motion JPEG file; raises `SourceError` for a picture that is damaged or too large."""

    rate_hz: float | None = _RATE_HZ

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._file = path.open("rb")
        self._pictures = _divide(self._file)
        self.count = len(self._pictures)

    def page(self, index: int, /) -> Page:
        """Decode a picture."""
        start, stop, (height, width), is_complete = self._pictures[index]
        check_size(self._name, height, width, 3)
        self._file.seek(start)
        data = np.frombuffer(self._file.read(stop - start), np.uint8)
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if is_complete else None
        if pixels is None:
            raise SourceError(
                f"{self._name} is damaged or cut short: it breaks off after frame {index} of {self.count}."
            )
        return Page(ByteImage(pixels), channel_names(3), _NOTE, samples_of(pixels.dtype))

    def duration_s(self, _index: int, /) -> float:
        """Return the seconds for which a picture is shown."""
        return 1 / _RATE_HZ

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def _divide(file: BinaryIO) -> list[_Picture]:
    """Find the pictures of a file; bytes between them are skipped, as FFmpeg does."""
    pictures: list[_Picture] = []
    at = _find(file, re.compile(b"\xff\xd8\xff"), 0)
    while at is not None:
        stop, size = _end_of(file, at)
        pictures.append(_Picture(at, stop or file.seek(0, 2), size, stop is not None))
        at = None if stop is None else _find(file, re.compile(b"\xff\xd8\xff"), stop)
    return pictures


def _end_of(file: BinaryIO, start: int) -> tuple[int | None, tuple[int, int]]:
    """Return the end of the picture that begins at `start`, None if it has none, and its size."""
    at, size = start, (0, 0)
    while True:
        file.seek(at)
        head = file.read(9).ljust(9, b"\0")
        if head[0] != 0xFF:
            return None, size
        code, length = head[1], int.from_bytes(head[2:4], "big")
        if code in _SIZES:
            size = int.from_bytes(head[5:7], "big"), int.from_bytes(head[7:9], "big")
        if code == _EOI:
            return at + 2, size
        if code == 0xFF:  # padding
            at += 1
        elif code in _ALONE:
            at += 2
        elif code == _SOS:
            found = _find(file, _MARKER, at + 2 + length)
            if found is None:
                return None, size
            at = found
        else:
            at += 2 + length


def _find(file: BinaryIO, pattern: re.Pattern[bytes], start: int) -> int | None:
    """Return the place of the first match from `start` on; None if there is none."""
    file.seek(start)
    at, tail = start, b""
    while block := file.read(_BLOCK):
        found = pattern.search(tail + block)
        if found:
            return at - len(tail) + found.start()
        at += len(block)
        tail = block[-2:]
    return None
