"""Memory that goes round: new arrays lie where results lay that nobody holds any more.

Fresh memory has to be cleared by the system, page by page, and that takes as long as a 3×3 convolution. Larger blocks
are kept for the next array of the same size: `empty` gives one, and it comes back by itself when the last view of the
array is gone. Nobody can see an array change under his hand, and nobody has to give one back.
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
    """The memory itself. Views of a view stop at an array of another type, so all hold the one `empty` gave."""


class Recycler:
    """Keeps at most `kept_bytes` of memory that was given back; the oldest goes first.

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
        """Return an uninitialised C-contiguous array that nobody else can see."""
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
