"""Numbers of a network that lie in a second file: only in the model's own folder, and no more than it holds."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import check_size

_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")


class ExternalFolder:
    """The folder of a model, and how much was read of each file in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[tuple[str, int, int], bytes] = {}
        self._read: dict[str, int] = {}

    def read(self, entry: Mapping[str, str], size: int) -> bytes:
        """Return the bytes of a tensor.

        Parameters
        ----------
        entry : "location", and perhaps "offset" and "length", as the model has them.
        size : number of bytes that the tensor's shape needs.

        Raises
        ------
        NetworkFileError : the file is missing, lies elsewhere, is a link, or does not hold what is asked for.
        """
        location = entry.get("location", "")
        offset, length = _whole(entry, "offset", 0), _whole(entry, "length", size)
        if length != size:
            raise NetworkFileError(f"its shape needs {size} bytes; {length} are announced in {location!r}")
        key = location, offset, length
        if key not in self._known:
            self._known[key] = self._content(_checked_path(self.folder, location), location, offset, length)
        return self._known[key]

    def _content(self, path: Path, location: str, offset: int, length: int) -> bytes:
        with _opened(path, location) as file:
            status = os.fstat(file.fileno())
            if status.st_nlink > 1:
                raise NetworkFileError(f"{location!r} is a link to a file elsewhere; copy the file itself")
            if offset + length > status.st_size:
                raise NetworkFileError(
                    f"it needs bytes {offset} to {offset + length} of {location!r}, which has {status.st_size}"
                )
            # Tensors that overlap could make a small file into any amount of memory.
            self._read[location] = self._read.get(location, 0) + length
            if self._read[location] > status.st_size:
                raise NetworkFileError(f"tensors overlap in {location!r}")
            check_size(sum(self._read.values()))
            file.seek(offset)
            content = file.read(length)
        if len(content) != length:
            raise NetworkFileError(f"{location!r} became shorter while it was read")
        return content


def _checked_path(folder: Path, location: str) -> Path:
    """Return the path of a file in a folder; raise NetworkFileError for any other place."""
    parts = location.replace("\\", "/").split("/")
    is_elsewhere = not parts[0] or _WINDOWS_DRIVE.match(location) or ".." in parts or "\0" in location
    if is_elsewhere:
        raise NetworkFileError(f"its numbers would be read from {location!r}; only the model's own folder is read")
    path = folder
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise NetworkFileError(f"{location!r} is a link to a file elsewhere; copy the file itself")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise NetworkFileError(f"its numbers would be read from {location!r}; only the model's own folder is read")
    return path


def _opened(path: Path, location: str) -> BinaryIO:
    try:
        # A pipe would block, and a link that came since the check is not followed.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        raise NetworkFileError(
            f"its numbers are in a second file, {location!r}, which is not there; put it beside the model"
        ) from None
    except OSError as error:
        raise NetworkFileError(f"{location!r}, where its numbers are, cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NetworkFileError(f"{location!r}, where its numbers should be, is no file")
    return os.fdopen(descriptor, "rb")


def _whole(entry: Mapping[str, str], name: str, default: int) -> int:
    """Return a number that is given as text; raise NetworkFileError if it is none."""
    text = entry.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NetworkFileError(f"the {name} of its numbers in the second file is {text[:40]!r}")
    return int(text)
