"""GIF (version 89a): which frames a file holds, each as a GIF of its own, as large as itself.

As in browsers and ImageMagick, the background colour is not used: where nothing was drawn, or where
a frame is disposed of, the picture is transparent. A frame without a disposal stays, whatever those before it ask for.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from convexplorer._dataclass import dataclass
from convexplorer.sources.decoders.animation import MAX_FRAMES, Film, FilmPages, Part
from convexplorer.sources.decoders.headers import Header
from convexplorer.sources.decoders.pages import Pages
from convexplorer.sources.decoders.pillow import PillowPages
from convexplorer.sources.limits import check_bytes

_DISPOSALS: dict[int, Literal["stay", "clear", "restore"]] = {2: "clear", 3: "restore"}
_EXTENSION, _PICTURE = b"!", b","
_CONTROL = 0xF9


def open_gif(path: Path) -> Pages:
    """Open a GIF; one of a single picture that fills it is read by Pillow alone."""
    check_bytes(path.name, path.stat().st_size)
    with path.open("rb") as file:
        head = _read_head(file)
        parts = list(_frames(file))
    if not parts:
        return PillowPages(path)
    # As Pillow does: a frame that reaches over the canvas makes it larger. Browsers do so with the first one.
    height = max(head.height, *(part.top + part.height for part in parts))
    width = max(head.width, *(part.left + part.width for part in parts))
    if len(parts) == 1 and (parts[0].height, parts[0].width) == (height, width):
        return PillowPages(path)
    ending = f"has more than {MAX_FRAMES} frames; the further ones are not read" if len(parts) > MAX_FRAMES else ""
    return FilmPages(path, Film(height, width, parts[:MAX_FRAMES], Header(), head.picture, "GIF", ending))


@dataclass(frozen=True)
class _Head:
    """The size of the canvas, the flags, and the colours (n, 3) that frames without their own have, as bytes."""

    height: int
    width: int
    flags: int
    palette: bytes

    def picture(self, file: BinaryIO, part: Part) -> bytes:
        """Return a GIF of one frame, at its place (0, 0)."""
        file.seek(part.start)
        data = file.read(part.end - part.start)
        size = struct.pack("<HH", part.width, part.height)
        control = b"" if part.key < 0 else bytes((0x21, _CONTROL, 4, 1, 0, 0, part.key, 0))
        return b"GIF89a" + size + bytes((self.flags, 0, 0)) + self.palette + control + b"," + bytes(4) + data[5:] + b";"


def _read_head(file: BinaryIO) -> _Head:
    head = file.read(13).ljust(13, b"\0")
    width, height, flags = struct.unpack_from("<HHB", head, 6)
    return _Head(height, width, flags, file.read(_palette_size(flags)))


def _frames(file: BinaryIO) -> Iterator[Part]:
    """Yield the frames up to the end of the file, one more than may be read at most; the last may be cut off."""
    control, count = bytes(4), 0
    while count <= MAX_FRAMES and (kind := file.read(1)) in (_EXTENSION, _PICTURE, b"\0"):
        start = file.tell() - 1
        if kind == _EXTENSION:
            label = file.read(1)
            first = _skip_blocks(file)
            if label == bytes((_CONTROL,)) and len(first) >= 4:
                control = first
        elif kind == _PICTURE:
            described = file.read(9)
            if len(described) < 9:
                return
            file.seek(_palette_size(described[8]) + 1, os.SEEK_CUR)
            _skip_blocks(file)
            yield _part(described, control, start, file.tell())
            control, count = bytes(4), count + 1


def _part(described: bytes, control: bytes, start: int, end: int) -> Part:
    left, top, width, height = struct.unpack_from("<4H", described)
    flags, delay, key = struct.unpack_from("<BHB", control)
    is_keyed = bool(flags & 1)
    disposal = _DISPOSALS.get(flags >> 2 & 7, "stay")
    return Part(
        top, left, height, width, 10 * delay, disposal, True, not is_keyed, start, end, key=key if is_keyed else -1
    )


def _palette_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(file: BinaryIO) -> bytes:
    """Skip the blocks up to an empty one, and return the first."""
    first = b""
    while size := file.read(1)[:1]:
        if size == b"\0":
            break
        block = file.read(size[0])
        first = first or block
    return first
