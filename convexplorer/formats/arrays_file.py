"""Files of NumPy: an array (`.npy`), or several by name (`.npz`); never with pickle."""

import io
import math
from pathlib import Path
from typing import IO

import numpy as np

from convexplorer.formats.archive import Archive
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, quoted, read_exactly, size_of
from convexplorer.formats.natural_order import in_natural_order
from convexplorer.formats.tensor_file import TensorFile

SIGNATURE = b"\x93NUMPY"
_ZIP = b"PK"
_SUFFIX = ".npy"
_NUMBERS = "fiub"  # kinds of dtype
_LONGEST_HEADER = 65536 + 16


def read_arrays(path: Path) -> TensorFile:
    """Read the arrays of numbers in an `.npz` file, in natural order of their names, or the one of an `.npy` file.

    Texts beside the numbers are left out. The one array of an `.npy` file has the name of the file, without suffix.

    Raises
    ------
    NetworkFileError : the file is damaged, or holds no array of real numbers.
    """
    with open_file(path) as file:
        is_archive = file.read(len(_ZIP)) == _ZIP
        file.seek(0)
        tensors = _archive(Archive(file)) if is_archive else {path.stem: _array(file, size_of(file), "its array")}
        numbers = {name: array for name, array in tensors.items() if array is not None}
        if not numbers:
            raise NetworkFileError("it holds no array of real numbers")
    return TensorFile(in_natural_order(numbers))


def _archive(archive: Archive) -> dict[str, np.ndarray | None]:
    found: dict[str, np.ndarray | None] = {}
    for member in archive.names:
        if member.endswith(_SUFFIX):
            with archive.open(member) as file:
                name = member.removesuffix(_SUFFIX)
                found[name] = _array(file, archive.size(member), f"array {quoted(name)}")
    return found


def _array(file: IO[bytes], size: int, what: str) -> np.ndarray | None:
    """Return the array in an opened file of so many bytes, None for one of texts or dates."""
    shape, is_fortran, dtype, start = _header(file.read(_LONGEST_HEADER), what)
    if dtype.hasobject:
        raise NetworkFileError(f"{what} holds Python objects, which are never loaded because they can run code")
    count = math.prod(shape) * dtype.itemsize
    if start + count != size:
        raise NetworkFileError(f"{what} of the shape {list(shape)} needs {count} bytes; {size - start} are there")
    if dtype.kind not in _NUMBERS:
        return None
    file.seek(start)
    numbers = np.frombuffer(read_exactly(file, count, what), dtype)
    array = numbers.astype(dtype.newbyteorder("="), copy=False).reshape(shape, order="F" if is_fortran else "C")
    array.flags.writeable = False
    return array


def _header(head: bytes, what: str) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    """Return (shape, True for Fortran order, dtype, place of the first number)."""
    file = io.BytesIO(head)
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            header = np.lib.format.read_array_header_1_0(file)
        elif version == (2, 0):
            header = np.lib.format.read_array_header_2_0(file)
        else:
            raise ValueError("version 3 is for named fields")
    except Exception:  # NumPy reads the header as Python: damage raises SyntaxError, TypeError, TokenError, …
        raise NetworkFileError(f"{what} is damaged: its header cannot be read") from None
    shape, is_fortran, dtype = header
    if any(size < 0 for size in shape):
        raise NetworkFileError(f"{what} is damaged: its header says that its shape is {list(shape)}")
    return shape, is_fortran, dtype, file.tell()
