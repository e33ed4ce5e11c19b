"""Bytes as arrays of real numbers: the types of their elements, and bfloat16, which NumPy does not have."""

import math

import numpy as np

from convexplorer.formats.errors import NetworkFileError

BFLOAT16 = "bfloat16"
# The type in a file, little-endian, of each element by one name.
_STORED = {
    "float64": "<f8",
    "float32": "<f4",
    "float16": "<f2",
    BFLOAT16: "<u2",
    "int64": "<i8",
    "int32": "<i4",
    "int16": "<i2",
    "int8": "|i1",
    "uint64": "<u8",
    "uint32": "<u4",
    "uint16": "<u2",
    "uint8": "|u1",
    "bool": "|u1",
}


def is_known(element: str) -> bool:
    """Return True if arrays of this element can be read."""
    return element in _STORED


def item_bytes(element: str) -> int:
    """Return the size of an element in bytes."""
    return np.dtype(_STORED[element]).itemsize


def array_bytes(element: str, shape: tuple[int, ...]) -> int:
    """Return the size of an array in bytes; exact, however large the shape."""
    return math.prod(shape) * item_bytes(element)


def make_array(data: bytes | memoryview, element: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return a read-only array of the bytes of a file, which are as many as the shape needs.

    bfloat16 becomes float32, which holds each of its numbers exactly. Other elements keep their type; their bytes are
    not copied.
    """
    stored = np.frombuffer(data, _STORED[element])
    array = _widened(stored) if element == BFLOAT16 else stored
    if element == "bool":
        array = array != 0
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    try:
        array = array.reshape(shape)
    except (ValueError, OverflowError):  # an empty array with an axis longer than NumPy's limit
        raise NetworkFileError("an axis is longer than any array") from None
    array.flags.writeable = False
    return array


def _widened(halves: np.ndarray) -> np.ndarray:
    """Return bfloat16 numbers as float32: they are its upper halves."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
