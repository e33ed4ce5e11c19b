"""Whether a video file is complete: containers write their length in front, so that a cut file is shorter than it says.

Only the outermost lengths are read. FFmpeg reads all of these containers, but OpenCV does not hand on its complaint.
"""

import struct
from pathlib import Path
from typing import BinaryIO

_SEGMENT = 0x18538067  # the element of a Matroska file that holds all others
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_FLV_FILE_SIZE = b"\x00\x08filesize\x00"  # before a number of eight bytes
_FLV_TAGS = (8, 9, 18)  # sound, picture, description
_HEAD_BYTES = 65536


def container_of(head: bytes) -> str:
    """Return "mp4" (also QuickTime), "avi", "matroska" (also WebM), "asf", "flv" or "mpeg", else "".

    "mpeg" are program streams; `head` is the first 16 bytes.
    """
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"moof", b"styp"):
        return "mp4"
    starts = {b"RIFF": "avi", b"\x1aE\xdf\xa3": "matroska", _ASF_HEADER: "asf", b"FLV": "flv", b"\0\0\x01\xba": "mpeg"}
    return next((name for start, name in starts.items() if head.startswith(start)), "")


def is_cut_short(path: Path) -> bool:
    """Return True if a file ends before its own lengths say; False if complete, or if its container has no length."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        size = file.seek(0, 2)
        kind = container_of(head)
        try:
            if kind == "asf":
                return _is_asf_cut(head, size)
            walk = {"avi": _is_riff_cut, "matroska": _is_matroska_cut, "mp4": _is_iso_cut, "flv": _is_flv_cut}.get(kind)
            return walk is not None and walk(file, size)
        except struct.error:  # the file ends in the middle of a length
            return True


def _is_iso_cut(file: BinaryIO, size: int) -> bool:
    """Walk the boxes of an MP4 or QuickTime file: length, name, contents."""
    at = 0
    while at < size:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 0 or not name.isascii():  # up to the end, or no box any more
            return False
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
        if length < 8:
            return False
        at += length
    return at > size


def _is_riff_cut(file: BinaryIO, size: int) -> bool:
    """Walk the RIFF lists of an AVI file; one of more than 2 GB has several."""
    at = 0
    while at < size:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if name != b"RIFF" or length in (0, 0xFFFFFFFF):  # never finished, as after a crash of its writer
            return False
        at += 8 + length + length % 2
    return at > size + 1


def _is_flv_cut(file: BinaryIO, size: int) -> bool:
    """Compare with the size in the description, if there is one; then walk the tags: head, contents, their length."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    at = head.find(_FLV_FILE_SIZE) + len(_FLV_FILE_SIZE)
    said: float = struct.unpack_from(">d", head, at)[0] if at >= len(_FLV_FILE_SIZE) else 0.0
    if said > size:
        return True
    at = int.from_bytes(head[5:9], "big") + 4
    while at < size:
        file.seek(at)
        tag, high, low = struct.unpack(">BBH7x", file.read(11))
        if tag not in _FLV_TAGS:  # damaged, which is another matter
            return False
        at += 11 + (high << 16) + low + 4
    return at > size


def _is_matroska_cut(file: BinaryIO, size: int) -> bool:
    at = 0
    while at < size:
        file.seek(at)
        name, _ = vint(file, keeps_marker=True)
        length, width = vint(file)
        if length == (1 << 7 * width) - 1:  # unknown, as a browser or a live recording writes
            return False
        at = file.tell() + length
        if name == _SEGMENT:
            return at > size
    return at > size


def vint(file: BinaryIO, *, keeps_marker: bool = False) -> tuple[int, int]:
    """Return a number of Matroska, which has a variable width, and this width in bytes."""
    (first,) = struct.unpack("B", file.read(1))
    width = 9 - first.bit_length() if first else 9
    rest = file.read(width - 1)
    if width > 8 or len(rest) < width - 1:
        raise struct.error("no number")
    value = first if keeps_marker else first & (0xFF >> width)
    return int.from_bytes(bytes([value]) + rest, "big"), width


def _is_asf_cut(head: bytes, size: int) -> bool:
    at = head.find(_ASF_FILE_PROPERTIES)
    return at >= 0 and struct.unpack_from("<Q", head, at + 40)[0] > size
