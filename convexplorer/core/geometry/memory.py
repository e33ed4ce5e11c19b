"""A pool of array memory: a block is reused after the last view of it has been garbage-collected.

The system clears fresh memory page by page, which takes as long as a 3×3 convolution. `empty` returns an array in a
pooled block of the same size, if there is one; the block returns to the pool when the last view of the array is gone.
So an array in use never changes, and no caller has to return one.
"""

import math
import weakref

import numpy as np
from numpy.typing import DTypeLike

# 64 maps of 1920×1080 fit.
KEPT_BYTES = 512 << 20
# Smaller ones come from memory that the process has already.
_LEAST_BYTES = 1 << 18


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

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
        """Return an uninitialised C-contiguous array that shares memory with no other array."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size < _LEAST_BYTES:
            return np.empty(shape, dtype)
        block = self._take(size)
        if block is None:
            block = _Block(size, np.uint8)
        array = np.ndarray(shape, dtype, block)
        key = id(block)
        self._lent[key] = weakref.ref(array, lambda _: self._take_back(key)), block
        return array

    # No locks here: a block may come back at any moment, also between two lines, when Python collects garbage.

    def _take(self, size: int) -> _Block | None:
        for key, block in reversed(tuple(self._free.items())):
            if block.nbytes == size and self._free.pop(key, None) is not None:  # unless another thread was quicker
                return block
        return None

    def _take_back(self, key: int) -> None:
        _, block = self._lent.pop(key)
        if block.nbytes > self.kept_bytes:
            return
        self._free[key] = block
        blocks = tuple(self._free.items())
        surplus = sum(block.nbytes for _, block in blocks) - self.kept_bytes
        for oldest, block in blocks:
            if surplus <= 0:
                return
            if self._free.pop(oldest, None) is not None:
                surplus -= block.nbytes


_recycler = Recycler(KEPT_BYTES)
empty = _recycler.empty
