"""The bytes of protobuf: fields of messages, each checked against the end of the message that it lies in."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from convexplorer.formats.errors import NetworkFileError

# Each field becomes an object in memory. The largest networks have some hundred thousand.
MAX_FIELDS = 4_000_000
MAX_TEXT = 1 << 20
_MAX_VARINT_BYTES = 10


class Span(NamedTuple):
    """The place of a message, a text or packed numbers: bytes `start` … `end − 1`."""

    start: int
    end: int


# A number, the place of bytes, or the bytes of a number of fixed size.
Field = int | Span | bytes


class Wire:
    """Bytes of protobuf, and how many fields have been read of them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._read = 0

    @property
    def whole(self) -> Span:
        """The place of the outermost message."""
        return Span(0, len(self.data))

    def fields(self, message: Field) -> Iterator[tuple[int, Field]]:
        """Yield the number and the value of each field of a message, in the order of the file.

        Raises
        ------
        NetworkFileError : a field ends behind its message, or has a type that protobuf does not know.
        """
        position, end = self._place(message)
        while position < end:
            self._read += 1
            if self._read > MAX_FIELDS:
                raise NetworkFileError(f"it has more than {MAX_FIELDS} fields; no network has so many")
            key, position = self._varint(position, end)
            number, wire_type = key >> 3, key & 7
            value: Field
            if wire_type == 0:
                value, position = self._varint(position, end)
            elif wire_type == 2:
                length, position = self._varint(position, end)
                value = Span(position, self._checked_end(position, length, end))
                position = value.end
            elif wire_type in (1, 5):
                stop = self._checked_end(position, 8 if wire_type == 1 else 4, end)
                value, position = self.data[position:stop], stop
            else:
                raise _damaged(f"byte {position} begins a field of the unknown type {wire_type}")
            yield number, value

    def text(self, field: Field) -> str:
        """Return a text; letters that are no UTF-8 are replaced."""
        start, end = self._place(field)
        if end - start > MAX_TEXT:
            raise NetworkFileError(f"the text at byte {start} has {end - start} bytes; at most {MAX_TEXT} are read")
        return self.data[start:end].decode("utf-8", "replace")

    def raw(self, field: Field) -> memoryview:
        """Return the bytes of a field, without a copy."""
        start, end = self._place(field)
        return memoryview(self.data)[start:end]

    def whole_number(self, field: Field) -> int:
        """Return a signed number."""
        if not isinstance(field, int):
            raise _damaged("a field holds something else than a whole number")
        return field - (1 << 64) if field >> 63 else field

    def whole_numbers(self, field: Field) -> np.ndarray:
        """Return one number, or several that are packed, as int64."""
        if isinstance(field, int):
            return np.array([self.whole_number(field)], np.int64)
        return _packed_varints(np.frombuffer(self.raw(field), np.uint8)).view(np.int64)

    def real_number(self, field: Field) -> float:
        """Return a number of 32 bits."""
        if not isinstance(field, bytes) or len(field) != 4:
            raise _damaged("a field holds something else than a real number")
        return float(struct.unpack("<f", field)[0])

    def real_numbers(self, field: Field, dtype: str = "<f4") -> np.ndarray:
        """Return one number, or several that are packed."""
        content = field if isinstance(field, bytes) else self.raw(field)
        if len(content) % np.dtype(dtype).itemsize:
            raise _damaged("packed numbers end in the middle of a number")
        return np.frombuffer(content, dtype)

    def _place(self, field: Field) -> Span:
        if not isinstance(field, Span):
            raise _damaged("a field holds a number where a message or a text belongs")
        return field

    def _varint(self, position: int, end: int) -> tuple[int, int]:
        """Return a number of seven bits a byte, and the position behind it."""
        value = 0
        for i in range(_MAX_VARINT_BYTES):
            if position + i >= end:
                raise _damaged(f"a number ends in the middle, at byte {end}")
            byte = self.data[position + i]
            value |= (byte & 127) << (7 * i)
            if byte < 128:
                return value & (1 << 64) - 1, position + i + 1
        raise _damaged(f"the number at byte {position} does not end")

    def _checked_end(self, position: int, length: int, end: int) -> int:
        if length > end - position:
            raise _damaged(f"byte {position} announces {length} bytes; {end - position} are there")
        return position + length


def _damaged(place: str) -> NetworkFileError:
    """Return the error that says first what has happened to the file, and then where it was seen."""
    return NetworkFileError(f"it is damaged, cut short, or no ONNX: {place}")


def _packed_varints(content: np.ndarray) -> np.ndarray:
    """Return the numbers that lie one behind the other in bytes, as uint64."""
    ends = np.flatnonzero(content < 128)
    if content.size and (not ends.size or ends[-1] != content.size - 1):
        raise _damaged("packed numbers end in the middle of a number")
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.intp)[: ends.size]
    lengths = ends - starts + 1
    if lengths.size and lengths.max() > _MAX_VARINT_BYTES:
        raise _damaged("a packed number does not end")
    values = np.zeros(ends.size, np.uint64)
    for i in range(int(lengths.max(initial=0))):
        reaching = lengths > i
        values[reaching] |= (content[starts[reaching] + i] & 127).astype(np.uint64) << np.uint64(7 * i)
    return values
