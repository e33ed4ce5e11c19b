"""Tensors of ONNX: each of the ways in which a file keeps numbers, as arrays that share no memory with it."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.external import ExternalFolder
from convexplorer.formats.onnx.wire import Field, Wire

MAX_AXES = 32
_BOOL, _BFLOAT16 = 9, 16

# By the number of the type: how its numbers lie in bytes. A truth value is a byte;
# bfloat16 has no type in NumPy and becomes float32.
DTYPES: dict[int, np.dtype] = {
    number: np.dtype(name)
    for number, name in {
        1: "<f4",
        2: "u1",
        3: "i1",
        4: "<u2",
        5: "<i2",
        6: "<i4",
        7: "<i8",
        _BOOL: "u1",
        10: "<f2",
        11: "<f8",
        12: "<u4",
        13: "<u8",
        _BFLOAT16: "<u2",
    }.items()
}
# Types that are not read; a node that needs such a tensor is named, all others work.
OTHER_TYPES = {
    0: "no type",
    8: "text",
    14: "complex64",
    15: "complex128",
    17: "float8e4m3fn",
    18: "float8e4m3fnuz",
    19: "float8e5m2",
    20: "float8e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4e2m1",
    24: "float8e8m0",
    25: "uint2",
    26: "int2",
}


@dataclass(frozen=True, eq=False)
class Tensor:
    """A named array, or why it could not be read.

    Attributes
    ----------
    array : read-only; None for a type that is not read.
    reason : the end of a sentence that begins with the tensor's name: "holds text"; "" with an array.
    """

    name: str
    array: np.ndarray | None
    reason: str = ""


class _Parts:
    """The fields of a tensor as they lie in the file."""

    def __init__(self, wire: Wire, message: Field) -> None:
        self.wire = wire
        self.name = ""
        self.dims: list[int] = []
        self.type = 0
        self.raw: Field | None = None
        self.is_external = False
        self.external: dict[str, str] = {}
        self.listed: dict[int, list[Field]] = {}
        for number, value in wire.fields(message):
            if number == 1:
                self.dims.extend(wire.whole_numbers(value).tolist())
            elif number == 2:
                self.type = wire.whole_number(value)
            elif number == 8:
                self.name = wire.text(value)
            elif number == 9:
                self.raw = value
            elif number == 13:
                key, text = key_and_value(wire, value)
                self.external[key] = text
            elif number == 14:
                self.is_external = wire.whole_number(value) == 1
            elif number in _LISTS:
                self.listed.setdefault(number, []).append(value)


def read_tensor(wire: Wire, message: Field, folder: ExternalFolder) -> Tensor:
    """Return a tensor; raise NetworkFileError if its numbers do not fit its shape, or cannot be found."""
    parts = _Parts(wire, message)
    if parts.type not in DTYPES:
        kind = OTHER_TYPES.get(parts.type, f"numbers of the unknown type {parts.type}")
        return Tensor(parts.name, None, f"holds {kind}")
    try:
        array = _array(parts, folder)
    except NetworkFileError as error:
        raise NetworkFileError(f"tensor {parts.name!r}: {error}") from None
    if parts.type == _BOOL:
        array = array != 0
    elif parts.type == _BFLOAT16:
        array = (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    array.flags.writeable = False
    return Tensor(parts.name, array)


def key_and_value(wire: Wire, message: Field) -> tuple[str, str]:
    """Return a pair of texts, as external data and metadata are kept."""
    pair = {1: "", 2: ""}
    for number, value in wire.fields(message):
        if number in pair:
            pair[number] = wire.text(value)
    return pair[1], pair[2]


def _array(parts: _Parts, folder: ExternalFolder) -> np.ndarray:
    """Return the numbers in their shape, a new array."""
    if len(parts.dims) > MAX_AXES or min(parts.dims, default=0) < 0:
        raise NetworkFileError(f"the shape {parts.dims[:MAX_AXES]} is impossible")
    dtype = DTYPES[parts.type]
    count = math.prod(parts.dims)
    size = count * dtype.itemsize
    if parts.is_external:
        values = np.frombuffer(folder.read(parts.external, size), dtype)
    elif parts.raw is not None:
        raw = parts.wire.raw(parts.raw)
        if len(raw) != size:
            raise NetworkFileError(f"its shape {parts.dims} needs {size} bytes; it has {len(raw)}")
        values = np.frombuffer(raw, dtype)
    else:
        values = _listed(parts, dtype)
    if values.size != count:
        raise NetworkFileError(f"its shape {parts.dims} needs {count} numbers; it has {values.size}")
    try:
        return values.reshape(parts.dims).copy()  # aligned, and independent of the file's bytes
    except ValueError:  # no numbers, with axes of which the product alone is too large
        raise NetworkFileError(f"the shape {parts.dims} is impossible") from None


def _listed(parts: _Parts, dtype: np.dtype) -> np.ndarray:
    """Return numbers that stand in a list of the schema's own types; small and half types share that of int32."""
    if not parts.listed:
        return np.zeros(0, dtype)
    if len(parts.listed) > 1:
        raise NetworkFileError("it has two lists of numbers")
    ((number, fields),) = parts.listed.items()
    types, read = _LISTS[number]
    if parts.type not in types:
        raise NetworkFileError(f"numbers of type {parts.type} do not belong into field {number}")
    values = np.concatenate([read(parts.wire, field) for field in fields])
    if parts.type in (10, _BFLOAT16):  # the bits of each half number as a whole one
        return values.astype(np.uint16).view(dtype)
    return values.astype(dtype)


_LISTS: dict[int, tuple[tuple[int, ...], Callable[[Wire, Field], np.ndarray]]] = {
    4: ((1,), Wire.real_numbers),
    5: ((2, 3, 4, 5, 6, _BOOL, 10, _BFLOAT16), Wire.whole_numbers),
    7: ((7,), Wire.whole_numbers),
    10: ((11,), lambda wire, field: wire.real_numbers(field, "<f8")),
    11: ((12, 13), Wire.whole_numbers),
}
