"""What an HDF5 file may not ask of its library: files elsewhere, code of filters, and more memory than it has bytes.

A dataset may lie in any other file of the computer, which a network's file then shows (CVE-2026-1669), and may claim a
shape of petabytes (CVE-2026-0897).
"""

import math
from typing import Any

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted

_NUMBERS = "fiub"  # kinds of dtype
# The filters that are built into the library: deflate, shuffle, fletcher32. Others would be loaded from the disk.
_BUILT_IN = (1, 2, 3)
_MOST_PACKED = 100  # weights hardly shrink: more is a bomb, unless it is small
_HARMLESS = 64 << 20
_MAX_UNPACKED = 4 << 30


class Room:
    """The memory that the numbers of one file may take.

    Parameters
    ----------
    size : of the file in bytes.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._left = max(_HARMLESS, size, min(_MOST_PACKED * size, _MAX_UNPACKED))

    def check(self, dataset: Any, what: str) -> None:
        """Raise unless the numbers of an `h5py.Dataset` are in this file, and as many as it says."""
        if dataset.is_virtual or dataset.external:
            raise NetworkFileError(f"{what} lies in another file, which is not opened")
        if dataset.dtype.kind not in _NUMBERS or dataset.shape is None:
            raise NetworkFileError(f"{what} holds no real numbers but {dataset.dtype}")
        _check_filters(dataset.id.get_create_plist(), what)
        declared = math.prod(dataset.shape) * dataset.dtype.itemsize
        stored = dataset.id.get_storage_size()
        if stored > self._size:
            raise NetworkFileError(f"{what} claims to take {stored} bytes of a file that has {self._size}")
        if dataset.chunks is None and stored != declared:
            raise NetworkFileError(f"{what} of the shape {list(dataset.shape)} needs {declared} bytes; it has {stored}")
        if dataset.chunks is not None:
            chunk = math.prod(dataset.chunks) * dataset.dtype.itemsize
            if max(declared, chunk) > max(_MOST_PACKED * stored, _HARMLESS if stored else 0):
                raise NetworkFileError(f"{what} claims to unpack {stored} bytes to {max(declared, chunk)}")
        self._left -= declared
        if self._left < 0:
            raise NetworkFileError("its weights claim more memory than a file of its size can mean")


def check_attribute(attribute: Any, what: str, most: int) -> None:
    """Raise if an `h5py.h5a.AttrID` claims more bytes than its file can have."""
    if math.prod(attribute.shape) * attribute.dtype.itemsize > most:
        raise NetworkFileError(f"its {quoted(what)} claims more bytes than the file has")


def _check_filters(properties: Any, what: str) -> None:
    for i in range(properties.get_nfilters()):
        if properties.get_filter(i)[0] not in _BUILT_IN:
            raise NetworkFileError(f"{what} is compressed by a filter that is not read")
