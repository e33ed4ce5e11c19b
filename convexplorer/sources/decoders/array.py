"""NumPy files: `.npy`, read page by page, and the first array of an `.npz`. Never with pickle.

NumPy reads the headers; only the checks before memory is taken, and the way to one page, are written here, because
`numpy.load` allocates what a header claims, and its memory map crashes the program if a file is cut while it is open.

The file does not name its axes. The rule: 2 axes are rows and columns; of 3 the shorter of first and last is the
channels (the first, if they are equal, as everywhere in this program); of 4 the first is the pages. One axis is a
picture of one row.
"""

import io
import math
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

import numpy as np

from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import (
    WIDE_INTEGER_NOTE,
    channel_names,
    from_pixels,
    is_wide_integer,
    samples_of,
)
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_bytes, check_size
from convexplorer.sources.paths import refusal

_LONGEST_HEADER = 65536 + 16
_MOST_PACKED = 1032  # the most bytes that one byte of deflate can hold: more is a false claim


def open_array(path: Path) -> "ArrayPages":
    """Open an array file; the header is checked before the numbers are read."""
    try:
        return _open_archive(path) if _is_archive(path) else _open_plain(path)
    except SourceError:
        raise
    except Exception as error:  # a broken header makes NumPy and zipfile raise nearly anything
        raise SourceError(f"{path.name} {_reason(error)}.") from error


class ArrayPages:
    """The pages of an array.

    Parameters
    ----------
    read_page : function of the page's index that returns its array, with the axes of the file.
    """

    rate_hz: float | None = None

    def __init__(self, name: str, count: int, read_page: Callable[[int], np.ndarray]) -> None:
        self.count = count
        self._name = name
        self._read_page: Callable[[int], np.ndarray] | None = read_page

    def page(self, index: int, /) -> Page:
        """Read and convert one page."""
        if self._read_page is None:
            raise SourceError(f"{self._name} has been closed.")
        array = self._read_page(index)
        image = from_pixels(np.moveaxis(array, 0, -1) if array.ndim == 3 and _is_maps_first(array.shape) else array)
        note = WIDE_INTEGER_NOTE if is_wide_integer(array.dtype) else ""
        return Page(image, channel_names(len(image)), note, samples_of(array.dtype))

    def close(self) -> None:
        """Release the array."""
        self._read_page = None


def check_array(name: str, shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Raise `SourceError` if an array of this shape and type is no picture, or exceeds the limits."""
    if dtype.kind not in "iufb":
        raise SourceError(
            f"{name} holds values of type {dtype}, not brightness; save whole numbers, floats or booleans."
        )
    if not 1 <= len(shape) <= 4:
        raise SourceError(
            f"{name} has {len(shape)} axes; a picture has 2 (rows, columns), 3 with channels, 4 with pages."
        )
    if min(shape) < 0:
        raise SourceError(f"{name} is damaged: its header says that its shape is {shape}.")
    if 0 in shape:
        raise SourceError(f"{name} is empty: its shape is {shape}.")
    page = shape[1:] if len(shape) == 4 else shape
    if len(page) == 1:
        page = (1, *page)
    if len(page) == 2:
        check_size(name, *page)
    elif _is_maps_first(page):
        check_size(name, page[1], page[2], page[0])
    else:
        check_size(name, *page)


def _is_maps_first(shape: tuple[int, ...]) -> bool:
    return shape[0] <= shape[2]


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _open_plain(path: Path) -> ArrayPages:
    with path.open("rb") as file:
        shape, is_fortran, dtype = _header(file)
        start, end = file.tell(), file.seek(0, os.SEEK_END)
    if dtype.hasobject:
        raise ValueError("object")
    check_array(path.name, shape, dtype)
    if end - start < math.prod(shape) * dtype.itemsize:
        raise EOFError
    if len(shape) < 4:
        return ArrayPages(path.name, 1, lambda _: _read(path, dtype, shape, start, is_fortran=is_fortran))
    if is_fortran:  # the numbers of a page lie scattered over the file
        check_bytes(path.name, math.prod(shape) * dtype.itemsize)
        return _pages_of(_read(path, dtype, shape, start, is_fortran=True), path.name)
    size = math.prod(shape[1:]) * dtype.itemsize
    return ArrayPages(path.name, shape[0], lambda i: _read(path, dtype, shape[1:], start + i * size))


def _read(path: Path, dtype: np.dtype, shape: tuple[int, ...], start: int, *, is_fortran: bool = False) -> np.ndarray:
    """Read an array from the file; a memory map would crash the program if the file were truncated meanwhile."""
    try:
        numbers: np.ndarray = np.fromfile(path, dtype, math.prod(shape), offset=start)
    except OSError as error:
        raise SourceError(refusal(path, error)) from error
    if numbers.size < math.prod(shape):
        raise SourceError(f"{path.name} has become shorter since it was opened: numbers are missing at its end.")
    return numbers.reshape(shape, order="F" if is_fortran else "C")


def _open_archive(path: Path) -> ArrayPages:
    """Read the first array of an `.npz`; its header is checked first."""
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if name.endswith(".npy")]
        if not members:
            raise SourceError(f"{path.name} is an archive without a NumPy array in it.")
        member = archive.getinfo(members[0])
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SourceError(f"{path.name} is packed in another way than NumPy does. Save it by numpy.savez.")
        with archive.open(member) as file:
            shape, _, dtype = _header(file)
        check_array(path.name, shape, dtype)
        size = math.prod(shape) * dtype.itemsize
        check_bytes(path.name, size)  # other than an .npy, it is read as a whole
        if member.file_size < size or _MOST_PACKED * member.compress_size < size:
            raise EOFError
        with archive.open(member) as file:
            array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    return _pages_of(array, path.name)


def _pages_of(array: np.ndarray, name: str) -> ArrayPages:
    if array.ndim < 4:
        return ArrayPages(name, 1, lambda _: array)
    return ArrayPages(name, len(array), array.__getitem__)


def _header(packed: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return (shape, True for Fortran order, dtype), and leave the file behind the header."""
    # NumPy would read a header of any length, up to 4 GB of an archive of 4 MB, before it measures it.
    file = io.BytesIO(packed.read(_LONGEST_HEADER))
    try:
        return _parse_header(file)
    finally:
        if packed.seekable():
            packed.seek(file.tell())


def _parse_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(file)
    raise ValueError(f"version {version} is for named fields")


def _reason(error: Exception) -> str:
    """Return NumPy's reason, to follow the file's name in a sentence."""
    if isinstance(error, zipfile.BadZipFile | zlib.error):
        return "is damaged or cut short: the archive cannot be unpacked"
    text = str(error)
    if "EOF" in text or isinstance(error, EOFError):
        return "is cut short: its header promises more numbers than there are"
    if "object" in text.lower():
        return "holds Python objects, which are never loaded because they can run code; save plain numbers"
    return f"is damaged: {text.strip().rstrip('.')}"
