"""A pool of array memory: a block is reused after the last view of it has been garbage-collected.

The system clears fresh memory page by page, which takes as long as a 3×3 convolution. `empty` returns an array in a
pooled block, if one fits; the block returns to the pool when the last view of the array is gone. So an array in use
never changes, and no caller has to return one.

The pool holds no more than was needed at once lately, and nothing after `give_back`: a video of another size, or layers
that are gone, leave no blocks behind that never fit again.
"""

import ctypes
import itertools
import math
import weakref
from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike

# 64 maps of 1920×1080 fit.
KEPT_BYTES = 512 << 20
# Smaller ones come from memory that the process has already.
_LEAST_BYTES = 1 << 18
# A block may be this much larger than what is put there: kernels and strides change sizes by a few rows.
_LARGEST_RATIO = 1.25
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _LARGEST_IN_HEAP = -1, -3, 32 << 20  # of glibc
# "Lately" are the last one to two times so many arrays: a second or two of live frames.
_PERIOD = 128


class _Block(np.ndarray):
    """A block of memory. NumPy ends a chain of views at another array type, so all views hold the array of `empty`."""


class Recycler:
    """A pool of at most `kept_bytes` of unused memory; the oldest block is released first.

    Examples
    --------
    >>> recycler = Recycler(1 << 20)
    >>> maps = recycler.empty((8, 100, 200), np.float32)
    >>> place = maps.ctypes.data
    >>> del maps
    >>> recycler.empty((100, 8, 200), np.float32).ctypes.data == place
    True
    """

    def __init__(self, kept_bytes: int) -> None:
        self.kept_bytes = kept_bytes
        self._free: dict[int, _Block] = {}
        self._lent: dict[int, tuple[weakref.ref[np.ndarray], _Block]] = {}
        self._lent_bytes: dict[int, int] = {}
        self._count = itertools.count(1)
        # The most bytes in use at once, in the current period and in the one before.
        self._peak = self._peak_before = 0

    @property
    def unused_bytes(self) -> int:
        """The memory in the pool that no array uses."""
        return sum(block.nbytes for block in self._free.copy().values())

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
        """Return an uninitialised C-contiguous array that shares memory with no other array."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size < _LEAST_BYTES:
            return np.empty(shape, dtype)
        block = self._take(size)
        if block is None:
            self._make_room(size)
            block = _Block(size, np.uint8)
        array = np.ndarray(shape, dtype, block)
        key = id(block)
        self._lent[key] = weakref.ref(array, lambda _: self._take_back(key)), block
        self._lent_bytes[key] = block.nbytes
        self._note_need()
        return array

    def give_back(self) -> None:
        """Return all unused memory to the system."""
        self._free.clear()
        self._peak = self._peak_before = 0

    # No locks here: a block may come back at any moment, also between two lines, when Python collects garbage. Nor is
    # `tuple(values)` one moment: before Python 3.12 its own memory may start a collection. `dict.copy` is.

    def _take(self, size: int) -> _Block | None:
        """Return the smallest block that fits, of several the newest, which is still in the processor's cache."""
        least, chosen = math.floor(size * _LARGEST_RATIO) + 1, None
        for key, block in reversed(self._free.copy().items()):
            if size <= block.nbytes < least:
                least, chosen = block.nbytes, key
                if least == size:
                    break
        # Another thread may have been quicker; that is rare, and fresh memory is right as well.
        return None if chosen is None else self._free.pop(chosen, None)

    def _take_back(self, key: int) -> None:
        _, block = self._lent.pop(key)
        del self._lent_bytes[key]
        self._free[key] = block
        self._make_room(0)

    def _make_room(self, size: int) -> None:
        """Release the oldest blocks, so that with `size` more bytes in use the limits hold."""
        allowed = max(self._peak, self._peak_before) - self._used() - size
        surplus = self.unused_bytes - min(self.kept_bytes, max(0, allowed))
        for oldest, block in self._free.copy().items() if surplus > 0 else ():
            if self._free.pop(oldest, None) is not None:
                surplus -= block.nbytes
            if surplus <= 0:
                return

    def _note_need(self) -> None:
        if next(self._count) % _PERIOD == 0:
            self._peak_before, self._peak = self._peak, 0
        self._peak = max(self._peak, self._used())

    def _used(self) -> int:
        return sum(self._lent_bytes.copy().values())


def _of_glibc(name: str, *arguments: type) -> Callable[..., object]:
    """Return a function of glibc; where there is another C library, one that does nothing."""
    function: Callable[..., object]
    try:
        function = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # on Windows there is no program to look in
        return lambda *_: None
    function.argtypes = arguments  # type: ignore[attr-defined]
    return function


_trim = _of_glibc("malloc_trim", ctypes.c_size_t)
_mallopt = _of_glibc("mallopt", ctypes.c_int, ctypes.c_int)
_recycler = Recycler(KEPT_BYTES)
empty = _recycler.empty


def keep_free() -> None:
    """Keep what small arrays leave free until `give_back`, in a program that computes one frame after the other.

    By itself glibc returns the end of its heap to the system whenever a frame is done, and takes it again for the next
    one page by page: 900 pages for a picture of 480p and one filter, and 6 instead of 4 ms of processor time. These are
    the limits that it comes to anyway, once it has seen a larger picture.
    """
    _mallopt(_M_MMAP_THRESHOLD, _LARGEST_IN_HEAP)
    _mallopt(_M_TRIM_THRESHOLD, 2 * _LARGEST_IN_HEAP)


def give_back() -> None:
    """Return all unused memory of the process to the system; for a program that has nothing to compute."""
    _recycler.give_back()
    _trim(0)


def unused_bytes() -> int:
    """Return the size of the memory that waits to be used again."""
    return _recycler.unused_bytes
