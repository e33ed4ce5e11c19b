"""Tensors as arrays: a view may show only what is in its storage, and no more of it than a file of its size can mean.

A view with other strides than its shape suggests is where readers of this format have been attacked, torch included
(CVE-2026-24747).
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from convexplorer.formats.elements import array_bytes, item_bytes, make_array
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted
from convexplorer.formats.torch.values import Storage, Tensor, is_unread

Sizes = tuple[int, ...]
_MOST_AXES = 32


class Arrays:
    """Arrays of the tensors of one file; each tensor and each storage is read once.

    Parameters
    ----------
    bytes_of : reads a storage.
    room : number of bytes that copies may take together. Only views that are no whole storages are copied: transposed
        weights, parts, and those that are expanded along an axis without numbers of its own.

    Attributes
    ----------
    unread : names of the tensors that were asked for and have a form that is not read.
    """

    def __init__(self, bytes_of: Callable[[Storage], bytes], room: int) -> None:
        self._bytes_of = bytes_of
        self._room = room
        self.unread: list[str] = []
        self._arrays: dict[int, np.ndarray] = {}
        self._storages: dict[tuple[int, str], np.ndarray] = {}
        self._kept: list[Tensor | Storage] = []  # their ids stay theirs

    def array(self, tensor: Any, name: str) -> np.ndarray | None:
        """Return a tensor as a read-only array, None if its form is not read; `name` is that in the network."""
        if is_unread(tensor):
            self.unread.append(name)
            return None
        if id(tensor) not in self._arrays:
            self._arrays[id(tensor)] = self._view(tensor, name)
            self._kept.append(tensor)
        return self._arrays[id(tensor)]

    def _view(self, tensor: Tensor, name: str) -> np.ndarray:
        try:
            element = tensor.element
            shape, strides = _whole_numbers(tensor.shape), _whole_numbers(tensor.strides)
            (offset,) = _whole_numbers((tensor.offset,))
            _check_view(shape, strides, offset, tensor.storage.size // item_bytes(element))
            numbers = self._numbers(tensor.storage, element)
            if offset == 0 and numbers.size == math.prod(shape) and _is_contiguous(shape, strides):
                return numbers.reshape(shape)
            return self._copy(numbers, shape, strides, offset)
        except NetworkFileError as error:
            raise NetworkFileError(f"tensor {quoted(name)}: {error}") from None

    def _numbers(self, storage: Storage, element: str) -> np.ndarray:
        key = id(storage), element
        if key not in self._storages:
            self._storages[key] = make_array(self._bytes_of(storage), element, (storage.size // item_bytes(element),))
            self._kept.append(storage)
        return self._storages[key]

    def _copy(self, numbers: np.ndarray, shape: Sizes, strides: Sizes, offset: int) -> np.ndarray:
        size = array_bytes(numbers.dtype.name, shape)
        self._room -= size
        if self._room < 0:
            raise NetworkFileError("it is a view that shows more numbers than a file of this size can mean")
        steps = [stride * numbers.itemsize for stride in strides]
        start = numbers[offset:] if size else numbers[:0]
        array: np.ndarray = np.lib.stride_tricks.as_strided(start, shape, steps if size else None).copy()
        array.flags.writeable = False
        return array


def _whole_numbers(values: Any) -> Sizes:
    if isinstance(values, list):
        values = tuple(values)
    if not isinstance(values, tuple) or len(values) > _MOST_AXES or any(type(v) is not int or v < 0 for v in values):
        raise NetworkFileError("its shape, strides or offset are no whole numbers from 0 on")
    return values


def _check_view(shape: Sizes, strides: Sizes, offset: int, count: int) -> None:
    """Raise unless all of the view lies in a storage of so many elements."""
    if len(shape) != len(strides):
        raise NetworkFileError(f"it has {len(shape)} axes, but {len(strides)} strides")
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if 0 not in shape and last >= count:
        raise NetworkFileError(f"it is a view that reaches beyond its storage, to element {last} of {count}")


def _is_contiguous(shape: Sizes, strides: Sizes) -> bool:
    """Return True if the elements lie one after the other; the stride of an axis of one element means nothing."""
    step = 1
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        if size != 1 and stride != step:
            return False
        step *= size
    return True
