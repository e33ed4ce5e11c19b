"""Files of Hugging Face's safetensors: a length, a header in JSON, numbers.

Read here and not by its library, which gives no bfloat16 to NumPy and maps the file into memory: one that is cut short
while it is open would end the program.
"""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.elements import BFLOAT16, array_bytes, make_array
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, quoted, read_exactly, size_of
from convexplorer.formats.json_text import as_shape, parse_object
from convexplorer.formats.natural_order import in_natural_order
from convexplorer.formats.tensor_file import TensorFile, Writer

MAX_HEADER = 100_000_000  # bytes, as the library allows
_LENGTH = 8
_ELEMENTS = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": BFLOAT16,
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
}
# What the libraries of the frameworks write as "format".
_WRITERS: dict[str, Writer] = {"pt": "torch", "tf": "keras", "flax": "keras", "keras": "keras"}


@dataclass(frozen=True)
class _Entry:
    """A tensor in the header; its bytes lie from start to stop behind the header."""

    name: str
    element: str
    shape: tuple[int, ...]
    start: int
    stop: int


def read_safetensors(path: Path) -> TensorFile:
    """Read the tensors of a safetensors file, with their names in natural order.

    Raises
    ------
    NetworkFileError : the header does not describe the file byte for byte.
    """
    with open_file(path) as file:
        header, start = _header(file)
        metadata = header.pop("__metadata__", None)
        entries = sorted((_entry(name, value) for name, value in header.items()), key=lambda one: (one.start, one.stop))
        if not entries:
            raise NetworkFileError("it holds no tensor")
        _check_cover(entries, size_of(file) - start)
        tensors = {entry.name: _tensor(file, entry) for entry in entries}
    writer = _WRITERS.get(_format(metadata), "")
    return TensorFile(in_natural_order(tensors), writer)


def _header(file: BinaryIO) -> tuple[dict[str, Any], int]:
    """Return the header, and the place of the first number."""
    (length,) = struct.unpack("<Q", read_exactly(file, _LENGTH, "its first number, the length of its header,"))
    if length > MAX_HEADER or length > size_of(file) - _LENGTH:
        raise NetworkFileError(f"it is damaged or cut short: its header claims {length} bytes, of {size_of(file)}")
    return parse_object(read_exactly(file, length, "its header"), "its header"), _LENGTH + length


def _entry(name: str, value: Any) -> _Entry:
    """Return a checked entry of the header."""
    what = f"tensor {quoted(name)}"
    if not isinstance(value, dict) or not value.keys() >= {"dtype", "shape", "data_offsets"}:
        raise NetworkFileError(f"{what} lacks its type, shape or place in the header")
    element = _ELEMENTS.get(value["dtype"]) if isinstance(value["dtype"], str) else None
    if element is None:
        raise NetworkFileError(f"{what} has elements of the type {quoted(str(value['dtype']))}, which are not read")
    shape, place = as_shape(value["shape"], what), value["data_offsets"]
    if not isinstance(place, list) or len(place) != 2 or any(type(one) is not int or one < 0 for one in place):
        raise NetworkFileError(f"the place of {what} is no pair of whole numbers")
    start, stop = place
    if stop - start != array_bytes(element, shape):
        raise NetworkFileError(f"{what} of the shape {list(shape)} needs other than its {stop - start} bytes")
    return _Entry(name, element, shape, start, stop)


def _check_cover(entries: list[_Entry], size: int) -> None:
    """Raise unless the tensors lie one after the other from the first byte to the last, as no hiding place allows."""
    reached = 0
    for entry in entries:
        if entry.start != reached:
            gap = "overlaps the one before" if entry.start < reached else "leaves bytes unused before it"
            raise NetworkFileError(f"tensor {quoted(entry.name)} {gap}")
        reached = entry.stop
    if reached > size:
        raise NetworkFileError(f"it is cut short: its numbers take {reached} bytes, of which {size} are there")
    if reached < size:
        raise NetworkFileError(f"{size - reached} bytes at its end belong to no tensor")


def _tensor(file: BinaryIO, entry: _Entry) -> np.ndarray:
    """Return the next tensor; the entries come in the order of their bytes."""
    data = read_exactly(file, entry.stop - entry.start, f"tensor {quoted(entry.name)}")
    return make_array(data, entry.element, entry.shape)


def _format(metadata: Any) -> str:
    name = metadata.get("format") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""
