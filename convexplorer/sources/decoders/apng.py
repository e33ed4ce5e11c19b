"""Animated PNG (PNG specification, third edition): which frames a file holds, each as a PNG of its own."""

import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from convexplorer._dataclass import dataclass
from convexplorer.sources.decoders.animation import MAX_FRAMES, Film, FilmPages, Part
from convexplorer.sources.decoders.headers import png_chunks, read_header
from convexplorer.sources.decoders.pages import Pages
from convexplorer.sources.decoders.pillow import PillowPages
from convexplorer.sources.limits import check_bytes

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMMON = (b"PLTE", b"tRNS", b"eXIf")  # what the pictures share with the file; profiles are not used
_MOST_COMMON = 1_000_000  # bytes of one of them
_DISPOSALS: tuple[Literal["stay", "clear", "restore"], ...] = ("stay", "clear", "restore")
_TYPES_WITH_ALPHA = (4, 6)


def open_png(path: Path) -> Pages:
    """Open a PNG; an animated one as its frames, of which the picture for other viewers need not be one."""
    check_bytes(path.name, path.stat().st_size)
    with path.open("rb") as file:
        head = _read_head(file)
        frames = _Frames(head) if head.promised else None
        if frames is not None:
            frames.walk(file)
    if frames is None or not frames.parts:
        return PillowPages(path)
    if len(frames.parts) == 1 and frames.is_default_first and not frames.ending:
        return PillowPages(path)
    height, width = head.size
    header = read_header(path, "PNG")
    return FilmPages(path, Film(height, width, frames.parts, header, head.picture, "PNG", frames.ending, frames.note))


@dataclass(frozen=True)
class _Head:
    """What stands before the pixels.

    Attributes
    ----------
    header : contents of IHDR.
    promised : number of frames; 0 if the file is not animated.
    common : name and contents of the chunks that all frames need.
    """

    header: bytes
    promised: int
    common: tuple[tuple[bytes, bytes], ...]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        width, height = struct.unpack_from(">II", self.header)
        return height, width

    @property
    def is_opaque(self) -> bool:
        """True if no pixel can be transparent."""
        return self.header[9] not in _TYPES_WITH_ALPHA and all(name != b"tRNS" for name, _ in self.common)

    def picture(self, file: BinaryIO, part: Part) -> bytes:
        """Return a PNG of one frame; its checksums are new: Pillow does not look at those of pixels either."""
        data = b"".join(
            file.read(size)[0 if name == b"IDAT" else 4 :]  # fdAT begins with its number in the sequence
            for name, _, size in png_chunks(file, part.start, part.end)
            if name in (b"IDAT", b"fdAT")
        )
        header = struct.pack(">II", part.width, part.height) + self.header[8:]
        chunks = ((b"IHDR", header), *self.common, (b"IDAT", data), (b"IEND", b""))
        return _SIGNATURE + b"".join(
            struct.pack(">I", len(contents)) + name + contents + struct.pack(">I", zlib.crc32(name + contents))
            for name, contents in chunks
        )


def _read_head(file: BinaryIO) -> _Head:
    header, promised, common = bytes(13), 0, {}
    for name, _, size in png_chunks(file):
        if name in (b"IDAT", b"fdAT", b"IEND"):
            break
        if name == b"IHDR":
            header = file.read(13).ljust(13, b"\0")
        elif name == b"acTL":
            promised = int.from_bytes(file.read(4), "big")
        elif name in _COMMON and size <= _MOST_COMMON:
            common[name] = file.read(size)
    return _Head(header, promised, tuple(common.items()))


class _Frames:
    """The frames that are in a file, whatever its header promises.

    Attributes
    ----------
    ending, note : as those of `Film`.
    is_default_first : True if the picture for other viewers is the first frame.
    """

    def __init__(self, head: _Head) -> None:
        self.parts: list[Part] = []
        self.ending = self.note = ""
        self.is_default_first = False
        self._head = head

    def walk(self, file: BinaryIO) -> None:
        """Collect the frames: a control chunk, and the chunks of pixels up to the next one."""
        control, start, is_ended, at, size = b"", 0, False, 0, 0
        for name, at, size in png_chunks(file):
            if name in (b"fcTL", b"IEND"):
                self._add(control, start, at - 8)
                control, start = (file.read(size), 0) if name == b"fcTL" else (b"", 0)
                is_ended = name == b"IEND"
            elif name in (b"IDAT", b"fdAT") and control and not start:
                start = at - 8
                self.is_default_first |= name == b"IDAT"
            if is_ended or self.ending or len(self.parts) > MAX_FRAMES:
                break
        length = file.seek(0, os.SEEK_END)
        if not is_ended:
            self._add(control, start, length)
        # Of a file that ends within the pixels of a frame, that frame says so.
        self._compare(is_ended=is_ended, is_within=start > 0 and at + size + 4 > length)

    def _add(self, control: bytes, start: int, end: int) -> None:
        if not start or len(control) < 26 or self.ending:
            return
        _, width, height, left, top, number, parts_of_s, disposal, blend = struct.unpack_from(">5I2H2B", control)
        rows, columns = self._head.size
        if not (0 < height <= rows - top and 0 < width <= columns - left and disposal < len(_DISPOSALS)):
            self.ending = f"is damaged: its frame {len(self.parts) + 1} does not fit into the picture"
            return
        duration_ms = 1000 * number / (parts_of_s or 100)
        opaque = self._head.is_opaque
        self.parts.append(
            Part(top, left, height, width, duration_ms, _DISPOSALS[disposal], blend == 1, opaque, start, end)
        )

    def _compare(self, *, is_ended: bool, is_within: bool) -> None:
        """Compare what is there with what the header promises."""
        there, promised = len(self.parts), self._head.promised
        if self.ending or there == promised:
            return
        if there > MAX_FRAMES:
            self.parts = self.parts[:MAX_FRAMES]
            self.ending = f"has more than {MAX_FRAMES} frames; the further ones are not read"
        elif is_ended or there > promised:
            self.note = f"Its header promises {promised} frames; it holds {there}."
        elif not is_within:
            self.ending = f"is cut short: it promises {promised} frames, and ends before frame {there + 1}"
