"""The global heaps of an HDF5 file, checked before the library reads them.

WORKAROUND(libhdf5 ≤ 2.0): an object of no size in a heap makes it read for ever, with the lock of the interpreter held,
so that nothing of the program would answer any more. Texts of any length, as a network's config, lie in such heaps.
"""

import os
import struct
from collections.abc import Iterator
from typing import IO

from convexplorer.formats.errors import NetworkFileError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_HEAP = b"GCOL\x01\0\0\0"
_HEADER = struct.Struct("<8sQ")  # of a heap: its signature, its size
_OBJECT = struct.Struct("<HHIQ")  # of an object: its number, references, nothing, its size
# The place in the superblock of the sizes of addresses and lengths, by its version.
_SIZES = {0: 13, 1: 13, 2: 9, 3: 9}
_BLOCK = 1 << 20


def check_heaps(file: IO[bytes]) -> None:
    """Raise unless the heaps of a file, as large as those of any library, can be read to their ends."""
    file.seek(0)
    head = file.read(16)
    place = _SIZES.get(head[8]) if len(head) == 16 and head.startswith(SIGNATURE) else None
    if place is None:
        raise NetworkFileError("it is no HDF5 file, or one of a kind that Keras does not write")
    if head[place : place + 2] != b"\x08\x08":
        raise NetworkFileError("its addresses are of a size that Keras does not write")
    for start in _heaps(file):
        _check_heap(file, start)
    file.seek(0)


def _heaps(file: IO[bytes]) -> Iterator[int]:
    """Yield the places where a heap begins."""
    start, tail = 0, b""
    while block := _at(file, start, _BLOCK):
        data = tail + block
        found = data.find(_HEAP)
        while found >= 0:
            yield start - len(tail) + found
            found = data.find(_HEAP, found + 1)
        start += len(block)
        tail = data[1 - len(_HEAP) :]


def _check_heap(file: IO[bytes], start: int) -> None:
    head = _at(file, start, _HEADER.size)
    size = _HEADER.unpack(head)[1] if len(head) == _HEADER.size else 0
    end = start + size
    if end > file.seek(0, os.SEEK_END):
        raise NetworkFileError("it is cut short: one of its texts reaches beyond its end")
    place = start + _HEADER.size
    while place + _OBJECT.size <= end:
        number, _, _, length = _OBJECT.unpack(_at(file, place, _OBJECT.size))
        # Number 0 is what is free: its size includes its header.
        needed = _OBJECT.size + -(-length // 8) * 8 if number else length
        if needed < _OBJECT.size or place + needed > end:
            raise NetworkFileError("it is damaged: one of its texts has no or too large a size")
        place += needed


def _at(file: IO[bytes], place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)
