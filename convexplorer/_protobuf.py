"""Protocol buffers, written without a package: ONNX's files are made of numbers, texts and parts by field number."""

import struct


def varint(value: int) -> bytes:
    """Return a whole number in groups of 7 bits, the lowest first; one below 0 as its 64-bit complement.

    Examples
    --------
    >>> varint(300).hex(), len(varint(-1))
    ('ac02', 10)
    """
    rest = value & (1 << 64) - 1
    written = bytearray()
    while rest >= 0x80:
        written.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes((*written, rest))


def number(field: int, value: int) -> bytes:
    """Return a field with a whole number."""
    return varint(field << 3) + varint(value)


def single(field: int, value: float) -> bytes:
    """Return a field with a float32."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def part(field: int, content: bytes) -> bytes:
    """Return a field with bytes, or with another message."""
    return varint(field << 3 | 2) + varint(len(content)) + content


def text(field: int, content: str) -> bytes:
    """Return a field with a text."""
    return part(field, content.encode())
