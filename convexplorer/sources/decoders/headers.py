"""Facts in the headers of picture files that Pillow does not tell: the depth of the stored numbers, and who says alpha.

Apart from `pillow.py`, because these are questions to bytes; boxes are those of JPEG 2000 (ISO 15444-1, annex I) and
AVIF.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from convexplorer._dataclass import dataclass

# A box of properties may hold a colour profile; more than this is no property.
_MOST_OF_A_BOX = 4 * 1024**2
_MOST_BOXES = 1000
_MOST_CHUNKS = 1_000_000  # encoders write kilobytes into one, so that this is more than a file may hold


@dataclass(frozen=True)
class Header:
    """What a file says of its numbers.

    Attributes
    ----------
    bits : significant bits of a stored number.
    has_alpha : True if the last of 2 or 4 channels is alpha.
    is_grey : True if the file says that it is grey with alpha, which at 16 bits Pillow calls colour.
    key : the grey or colour that a PNG declares transparent, of which Pillow keeps only one bit of bilevel pictures.
    is_signed : True if the numbers are signed, to which decoders add half of the range.
    size : (height, width) that the decoder will allocate, where Pillow reads another place; None elsewhere.
    """

    bits: int = 8
    has_alpha: bool = True
    is_grey: bool = False
    key: tuple[int, ...] | None = None
    is_signed: bool = False
    size: tuple[int, int] | None = None


def read_header(path: Path, file_format: str) -> Header:
    """Read the header of a file in one of Pillow's formats; formats without a choice have 8 bits."""
    with path.open("rb") as file:
        if file_format == "PNG":
            return _png(file)
        if file_format == "AVIF":
            return Header(_avif_bits(file))
        if file_format == "JPEG2000":
            return _jpeg_2000(file)
    return Header()


def png_chunks(file: BinaryIO, start: int = 8, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, offset and size of the contents of each chunk of a PNG, with the file at its contents.

    Parameters
    ----------
    start, end : bytes between which chunks begin; of one that is cut off, the rest that is there is yielded.
    """
    length = file.seek(0, os.SEEK_END)
    offset = start
    for _ in range(_MOST_CHUNKS):
        file.seek(offset)
        head = file.read(8)
        if len(head) < 8 or (end is not None and offset >= end):
            return
        size = int.from_bytes(head[:4], "big")
        yield head[4:], offset + 8, min(size, length - offset - 8)
        offset += 12 + size


def _png(file: BinaryIO) -> Header:
    """Read the header, and the transparent grey or colour, which stands before the pixels."""
    depth, colour_type = file.read(26)[24:]
    key = None
    if colour_type in (0, 2):
        for name, _, size in png_chunks(file):
            if name == b"IDAT":
                break
            if name == b"tRNS":
                numbers = file.read(min(size, 6))
                key = tuple(int.from_bytes(numbers[at : at + 2], "big") for at in range(0, len(numbers), 2))
    return Header(depth, is_grey=colour_type == 4, key=key)


def _avif_bits(file: BinaryIO) -> int:
    """Return the most bits of all items; colour and alpha are items of their own."""
    meta = next((_body(file, size) for name, size in _boxes(file) if name == b"meta"), b"")
    flags = [part[2] for part in meta.split(b"av1C")[1:] if len(part) > 2]  # behind version and profile
    return max((8 if not flag & 0x40 else 12 if flag & 0x20 else 10 for flag in flags), default=8)


def _jpeg_2000(file: BinaryIO) -> Header:
    """Read the SIZ marker at the beginning of the codestream, and the channel definition in the boxes around it."""
    has_alpha, start = False, 0
    if file.read(4) != b"\xff\x4f\xff\x51":  # not a bare codestream, which has no place to call a channel alpha
        file.seek(0)
        for name, size in _boxes(file):
            if name == b"jp2h":
                has_alpha = _defines_alpha(_body(file, size))
            elif name == b"jp2c":
                start = file.tell()
                break
    file.seek(start)
    marker = file.read(43)
    if len(marker) < 43 or marker[:4] != b"\xff\x4f\xff\x51":
        return Header(8, has_alpha)
    right, bottom, left, top = (int.from_bytes(marker[at : at + 4], "big") for at in (8, 12, 16, 20))
    depth, height, width = marker[42], bottom - top, right - left
    return Header((depth & 0x7F) + 1, has_alpha, is_signed=bool(depth & 0x80), size=(height, width))


def _defines_alpha(header: bytes) -> bool:
    """Return True if a channel definition box calls a channel opacity, type 1 or premultiplied 2."""
    at = header.find(b"cdef")
    count = int.from_bytes(header[at + 4 : at + 6], "big") if at >= 0 else 0
    return any(header[at + 8 + 6 * i : at + 10 + 6 * i] in (b"\0\1", b"\0\2") for i in range(min(count, 4)))


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each box, with the file at its contents."""
    for _ in range(_MOST_BOXES):
        start = file.tell()
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(file.read(8), "big")
        yield head[4:], max(0, start + size - file.tell()) if size else _MOST_OF_A_BOX
        if size < 8:  # 0: up to the end of the file
            return
        file.seek(start + size)


def _body(file: BinaryIO, size: int) -> bytes:
    return file.read(min(size, _MOST_OF_A_BOX))
