"""The machine of a pickle: its stack, its memo, and the bytes that it reads. `opcodes` says what it does with them."""

import os
import struct
from collections.abc import Callable
from typing import IO, Any

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.torch.reconstruction import checked_key
from convexplorer.formats.torch.values import Record

# Each opcode may take a hundred bytes of memory. A checkpoint of ten thousand tensors has half a million.
MAX_STEPS = 3_000_000
_LONGEST_LINE = 1000
_MARK = object()


class Source:
    """The bytes of one or several pickles, of which no more are asked for than there are.

    Parameters
    ----------
    size : number of bytes from the place of the file to its end.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self.left = size
        self.steps_left = MAX_STEPS

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        data = self._file.read(count) if count <= self.left else b""
        if len(data) < count:
            raise NetworkFileError("its pickle is cut short")
        self.left -= count
        return data

    def skip(self, count: int) -> None:
        """Pass over bytes of a file that can be sought in."""
        if count > self.left:
            raise NetworkFileError("its numbers are cut short")
        self._file.seek(count, os.SEEK_CUR)
        self.left -= count

    def line(self) -> str:
        """Return the text up to the end of the line."""
        data = self._file.readline(min(self.left, _LONGEST_LINE))
        self.left -= len(data)
        if not data.endswith(b"\n"):
            raise NetworkFileError("its pickle is cut short, or has a name without an end")
        return decoded(data[:-1])

    def number(self, code: str) -> Any:
        """Return the next number, in a format of `struct`."""
        return struct.unpack(code, self.take(struct.calcsize(code)))[0]

    def step(self) -> int:
        """Return the next opcode."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise NetworkFileError(f"its pickle has more than {MAX_STEPS} steps, as no network needs")
        return self.take(1)[0]


class Machine:
    """What the opcodes work on.

    Parameters
    ----------
    persistent : returns the storage to which an identifier outside the pickle refers.
    """

    def __init__(self, source: Source, persistent: Callable[[object], object]) -> None:
        self.source = source
        self.persistent = persistent
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}

    def push(self, value: object) -> None:
        """Put a value on the stack."""
        self._stack.append(value)

    def pop(self) -> Any:
        """Take the topmost value, which is no mark."""
        value = self.top
        del self._stack[-1]
        return value

    @property
    def top(self) -> Any:
        """The topmost value, which is no mark."""
        if not self._stack or self._stack[-1] is _MARK:
            raise NetworkFileError("its pickle takes a value that is not there")
        return self._stack[-1]

    def mark(self) -> None:
        """Put a mark on the stack."""
        self._stack.append(_MARK)

    def pop_to_mark(self) -> list[Any]:
        """Take all values above the topmost mark, and the mark."""
        place = len(self._stack) - 1
        while place >= 0 and self._stack[place] is not _MARK:
            place -= 1
        if place < 0:
            raise NetworkFileError("its pickle takes values up to a mark that is not there")
        values = self._stack[place + 1 :]
        del self._stack[place:]
        return values

    def remember(self, index: int | None = None) -> None:
        """Remember the topmost value under a number, by default the next one."""
        self._memo[len(self._memo) if index is None else index] = self.top

    def recall(self, index: int) -> None:
        """Put a remembered value on the stack."""
        if index not in self._memo:
            raise NetworkFileError("its pickle recalls a value that it has not remembered")
        self.push(self._memo[index])

    def set_items(self, pairs: list[Any]) -> None:
        """Put keys and values, one after the other, into the topmost dictionary."""
        mapping = self.top.items if isinstance(self.top, Record) else self.top
        if not isinstance(mapping, dict) or len(pairs) % 2:
            raise NetworkFileError("its pickle puts pairs into what is no dictionary")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            mapping[checked_key(key)] = value

    def append(self, values: list[Any]) -> None:
        """Put values at the end of the topmost list."""
        elements = self.top.elements if isinstance(self.top, Record) else self.top
        if not isinstance(elements, list):
            raise NetworkFileError("its pickle puts values into what is no list")
        elements.extend(values)

    def set_state(self, state: object) -> None:
        """Keep the attributes of the topmost object; those of a dictionary say nothing about its contents."""
        if isinstance(self.top, Record):
            self.top.state = state


def decoded(data: bytes) -> str:
    """Return the text that bytes hold."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise NetworkFileError("its pickle has a text that is no UTF-8") from None
