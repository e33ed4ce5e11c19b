"""The outermost fields of a file in protobuf's wire format, which has no signature."""

import os
from typing import BinaryIO

_MOST_FIELDS = 200
_LONGEST_VARINT = 10
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


def top_fields(file: BinaryIO) -> list[int]:
    """Return the numbers of the fields of a message in their order, as far as it is one; contents are passed over.

    A last field that is cut short is one of them.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    found: list[int] = []
    while file.tell() < end and len(found) < _MOST_FIELDS:
        tag = _varint(file)
        number, wire = (tag >> 3, tag & 7) if tag is not None else (0, -1)
        size = {_VARINT: 0, _FIXED_64: 8, _FIXED_32: 4, _BYTES: 0}.get(wire)
        if not number or size is None:
            return []
        found.append(number)
        if wire in (_VARINT, _BYTES):
            value = _varint(file)
            if value is None:
                return []
            size = value if wire == _BYTES else 0
        if size > end - file.tell():
            break
        file.seek(size, os.SEEK_CUR)
    return found


def _varint(file: BinaryIO) -> int | None:
    """Return the next number, None if there is none."""
    value = 0
    for i in range(_LONGEST_VARINT):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << (7 * i)
        if byte[0] < 0x80:
            return value
    return None
