"""Places where the parts of a video container do not follow each other: bytes between them are spoilt or missing.

A reader finds its way again behind such a place, without a word, and what lay there is lost. Only the heads of the
parts are read.
"""

import struct
from collections.abc import Callable, Generator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from convexplorer.sources.complete import container_of, vint

_PIECE = 1 << 16
#: The elements of Matroska that hold others, and those that stand beside or within them.
_OUTER = {0x18538067, 0x1F43B675}  # Segment, Cluster
_CLUSTER = 0x1F43B675
_TOP = {0x1A45DFA3, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367}
_WITHIN = {0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF, 0xEC, 0xBF}  # of a cluster; the last two stand anywhere
_CLUSTER_HEAD = b"\x1f\x43\xb6\x75"
_CHUNKS = (b"00dc", b"00db", b"01wb", b"01dc", b"00wb", b"idx1")
_SYNC, _PACKETS = 0x47, 5000
_LARGE_PIECE = 1 << 20
_PACK_MARK = b"\0\0\x01\xba"
_PACK_HEAD, _PACK = 14, 2048  # bytes of a head in MPEG-2, and the usual size of a pack, as on a DVD
_FLV_TAGS = (8, 9, 18)  # sound, picture, description
_MOST_TAG = 1 << 24


def breaks(path: Path) -> Generator[None, None, int]:
    """Return the number of places where bytes are spoilt or missing, step by step; 0 for containers not known here."""
    with path.open("rb") as file:
        kind = container_of(file.read(16))
        walk = _WALKS.get(kind, _broadcast)
        size = file.seek(0, 2)
        return (yield from walk(file, size))


def _matroska(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Walk the elements; those that hold others are entered, so that their children follow them."""
    at, count, end, last = 0, 0, -1, -1  # ends of the cluster and of the segment, if their lengths are known
    while at < size:
        yield
        file.seek(at)
        try:
            name, _ = vint(file, keeps_marker=True)
            length, width = vint(file)
        except struct.error:
            name, length, width = 0, 0, 1
        is_open = length == (1 << 7 * width) - 1  # of unknown length, as a live recording writes
        stop = file.tell() + length
        is_early = name in _TOP | {_CLUSTER} and end >= 0 and at != end
        is_known = name in _OUTER or (name in _TOP | _WITHIN and stop <= size)
        count += is_early and is_known
        if is_known:
            at = file.tell() if name in _OUTER else stop
            if name == _CLUSTER:
                end = -1 if is_open else stop
            elif name in _OUTER:
                last = -1 if is_open else stop
            elif name in _TOP:
                end = -1
            continue
        is_end = at == last or (last != size and name in _TOP | _WITHIN)  # or a file that breaks off within an element
        at = yield from _find(file, at + 1, _CLUSTER_HEAD)
        end = -1
        count += at < size or not is_end
    return count


def _riff(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Walk the chunks of an AVI file; lists are entered."""
    at, count = 0, 0
    while at + 8 <= size:
        yield
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if name in (b"RIFF", b"LIST"):
            at += 12
        elif _is_name(name) and at + 8 + length <= size:
            at += 8 + length + length % 2
        else:
            is_end = _is_name(name) or not any(name)  # a file that breaks off within a chunk, or is padded
            at = yield from _find_chunk(file, at + 1)
            count += at < size or not is_end
    return count


def _mpeg(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Walk the packs of a program stream, and the packets in them; zeros may fill the room between."""
    start, count, at = 0, 0, 0  # of the piece, and the place in it
    data = file.read(_LARGE_PIECE)
    while start + at + _PACK_HEAD <= size:
        if at + _PACK_HEAD > len(data):
            yield
            start, at = start + at, 0
            file.seek(start)
            data = file.read(_LARGE_PIECE)
        mark = data[at + 3]
        if data[at : at + 3] != b"\0\0\x01" or mark < 0xB9:
            found = data.find(_PACK_MARK, at)
            count += any(data[at : found if found >= 0 else None])
            at = found if found >= 0 else max(at + 1, len(data) - 3)
        elif mark > 0xBA:
            at += 6 + (data[at + 4] << 8) + data[at + 5]
        elif whole := _whole_packs(data, at):
            at += _PACK * whole
        elif mark == 0xBA:
            at += 14 + (data[at + 13] & 7) if data[at + 4] >> 6 == 1 else 12  # MPEG-2, MPEG-1
        else:
            at += 4  # the end of a program
    return count


def _whole_packs(data: bytes, at: int) -> int:
    """Return the number of packs of the usual size, with a packet each, that follow each other from a place on."""
    if not data.startswith(_PACK_MARK, at) or not data.startswith(_PACK_MARK, at + _PACK):
        return 0
    packs = np.frombuffer(data, np.uint8, offset=at)
    packs = packs[: len(packs) // _PACK * _PACK].reshape(-1, _PACK)
    is_pack = (packs[:, :4] == tuple(_PACK_MARK)).all(1) & (packs[:, 14:17] == (0, 0, 1)).all(1)
    return len(packs) if is_pack.all() else int(is_pack.argmin())


def _broadcast(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Look for the mark with which each packet of a broadcast begins; return 0 if the file is none."""
    start, period = 0, _period(file, 0)
    count = 0
    while period is not None and start + period <= size:
        yield
        file.seek(start)
        data = np.frombuffer(file.read(period * _PACKETS), np.uint8)
        marks = data[: len(data) // period * period].reshape(-1, period)[:, period - 188]
        lost = np.flatnonzero(marks != _SYNC)
        start += period * (int(lost[0]) if len(lost) else len(marks))
        if not len(lost):
            continue
        count += 1
        while start < size and _period(file, start) != period:
            start += 1
            if start % _PIECE == 0:
                yield
    return count


def _period(file: BinaryIO, at: int) -> int | None:
    """Return the distance of the packets that begin here: 188 bytes, on discs 192; None if there are none."""
    file.seek(at)
    data = file.read(5 * 192)
    for period in (188, 192):
        marks = data[period - 188 :: period]
        if marks and not marks.strip(bytes([_SYNC])):
            return period
    return None


def _iso(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Walk the boxes of an MP4 file; in one of fragments, others may follow a spoilt one."""
    at, count = 0, 0
    while at + 16 <= size:
        yield
        file.seek(at)
        length, name, long = struct.unpack(">I4sQ", file.read(16))
        length = {0: size - at, 1: long}.get(length, length)
        if length >= 8 and _is_name(name) and at + length <= size:
            at += length
            continue
        found = yield from _find(file, at + 8, b"moof")
        at = found - 4 if found < size else size
        count += at < size
    return count


def _is_name(name: bytes) -> bool:
    return name.isascii() and name.replace(b" ", b"").isalnum()


def _find_chunk(file: BinaryIO, at: int) -> Generator[None, None, int]:
    """Return the place of the next chunk of a stream, such as “00dc” or “01wb”, or of the index."""
    nearest = file.seek(0, 2)
    for name in _CHUNKS:
        nearest = min(nearest, (yield from _find(file, at, name, most=nearest - at)))
    return nearest


def _flash(file: BinaryIO, size: int) -> Generator[None, None, int]:
    """Walk the tags: head, contents, their length again."""
    file.seek(0)
    at, count = int.from_bytes(file.read(9)[5:9], "big") + 4, 0
    while at + 15 <= size:
        yield
        stop = _flash_end(file, at, size)
        if stop is not None:
            at = stop
            continue
        file.seek(at)
        head = file.read(4)
        is_end = head[0] in _FLV_TAGS and at + 15 + int.from_bytes(head[1:], "big") > size  # a file that breaks off
        at = yield from _find_tag(file, at + 1, size)
        count += at < size or not is_end
    return count


def _flash_end(file: BinaryIO, at: int, size: int) -> int | None:
    """Return where the tag at a place ends; None if there is no whole tag."""
    file.seek(at)
    head = file.read(11)
    if len(head) < 11 or head[0] not in _FLV_TAGS:
        return None
    length = int.from_bytes(head[1:4], "big")
    if at + 15 + length > size:
        return None
    file.seek(at + 11 + length)
    return at + 15 + length if int.from_bytes(file.read(4), "big") == 11 + length else None


def _find_tag(file: BinaryIO, at: int, size: int) -> Generator[None, None, int]:
    """Return the place of the next whole tag; the size of the file if there is none."""
    stop = min(size, at + _MOST_TAG)
    while at < stop:
        file.seek(at)
        piece = file.read(_PIECE + 11)
        for i in range(max(0, len(piece) - 10)):
            # Its stream's number is 0, and its length is that of the file at most.
            is_head = piece[i] in _FLV_TAGS and piece[i + 8 : i + 11] == b"\0\0\0"
            if is_head and _flash_end(file, at + i, size) is not None:
                return at + i
        at += _PIECE
        yield
    return size


def _find(file: BinaryIO, at: int, mark: bytes, most: int | None = None) -> Generator[None, None, int]:
    """Return the next place of a mark; the size of the file if there is none, or none among so many bytes."""
    size = file.seek(0, 2)
    stop = size if most is None else at + most
    while at < stop:
        file.seek(at)
        found = file.read(_PIECE + len(mark) - 1).find(mark)
        if found >= 0:
            return at + found
        at += _PIECE
        yield
    return size


_WALKS: dict[str, Callable[[BinaryIO, int], Generator[None, None, int]]] = {
    "matroska": _matroska,
    "avi": _riff,
    "mp4": _iso,
    "flv": _flash,
    "mpeg": _mpeg,
}
