"""The datasets and the attributes of an HDF5 file, by their paths."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted
from convexplorer.formats.hdf5.checks import Room, check_attribute
from convexplorer.formats.hdf5.heaps import check_heaps

# Parts of the root with the numbers of an optimizer, which may be twice as many as the weights.
_OF_TRAINING = ("optimizer", "optimizer_weights")
_MOST_DEPTH = 64
_MOST_OBJECTS = 100_000
_MISSING = "reading it needs h5py, which is not installed: pip install h5py"
# What h5py raises for damage depends on what the library was doing when it met it.
_DAMAGE = (OSError, RuntimeError, LookupError, ValueError, TypeError, ArithmeticError, AttributeError, SystemError)


@contextmanager
def open_tree(file: IO[bytes], size: int) -> Iterator["Tree"]:
    """Open an HDF5 file of so many bytes.

    Raises
    ------
    NetworkFileError : h5py is missing, or the file is damaged; also inside.
    """
    try:
        import h5py
    except ImportError:
        raise NetworkFileError(_MISSING) from None
    check_heaps(file)
    try:
        with h5py.File(file, "r") as root:
            yield Tree(h5py, root, size)
    except NetworkFileError:
        raise
    except _DAMAGE:
        raise NetworkFileError("it is damaged, or cut short") from None


class Tree:
    """An open file.

    Parameters
    ----------
    library : h5py.
    root : the `h5py.File`.
    size : of the file in bytes.
    """

    def __init__(self, library: Any, root: Any, size: int) -> None:
        self._library = library
        self._root = root
        self._size = size
        self._room = Room(size)
        self._visited: set[int] = set()

    def tensors(self) -> dict[str, np.ndarray]:
        """Return the numbers of all datasets by their paths, read-only, without those of an optimizer."""
        checked = dict(self._walk(self._root, "", 0))  # all of them, before the first is read
        return {path: _as_array(dataset[()]) for path, dataset in checked.items()}

    def text(self, name: str) -> str | None:
        """Return a text that is an attribute of the root, None if there is none of this name."""
        return _as_text(self._attribute(self._root, name))

    def names(self, path: str, name: str) -> list[str]:
        """Return the names in an attribute of a group; a long list is divided into "name0", "name1" and so on."""
        group = self._group(path)
        if group is None:
            return []
        found = self._names(group, name)
        part = 0
        while more := self._names(group, f"{name}{part}"):
            found += more
            part += 1
        return found

    def _walk(self, group: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
        """Yield the paths of all datasets, and the datasets."""
        self._visit(group, depth)
        for name in group:
            if path or name not in _OF_TRAINING:
                yield from self._part(self._child(group, name), f"{path}/{name}" if path else name, depth)

    def _part(self, part: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
        if isinstance(part, self._library.Group):
            yield from self._walk(part, path, depth + 1)
        elif isinstance(part, self._library.Dataset):
            self._visit(part, depth)
            self._room.check(part, f"weight {quoted(path)}")
            yield path, part

    def _visit(self, part: Any, depth: int) -> None:
        """Refuse a part that is there a second time: it would be read as often as its file likes."""
        address = self._library.h5o.get_info(part.id).addr
        if address in self._visited or depth > _MOST_DEPTH or len(self._visited) > _MOST_OBJECTS:
            raise NetworkFileError("it has too many parts, or some that contain themselves")
        self._visited.add(address)

    def _group(self, path: str) -> Any:
        """Return a group, None if there is none of this path."""
        found = self._root
        for name in filter(None, path.split("/")):
            if not isinstance(found, self._library.Group) or name not in found.keys():  # noqa: SIM118
                return None
            found = self._child(found, name)
        return found if isinstance(found, self._library.Group) else None

    def _child(self, group: Any, name: str) -> Any:
        """Return a part of a group; links to elsewhere are not followed, which may be any file of the computer."""
        if not isinstance(group.get(name, getlink=True), self._library.HardLink):
            raise NetworkFileError(f"its part {quoted(name)} is a link to elsewhere, which is not followed")
        return group[name]

    def _names(self, group: Any, name: str) -> list[str]:
        values = self._attribute(group, name)
        texts = map(_as_text, values.ravel().tolist() if isinstance(values, np.ndarray) else [])
        return [text for text in texts if text is not None]

    def _attribute(self, group: Any, name: str) -> Any:
        if name not in group.attrs:
            return None
        check_attribute(group.attrs.get_id(name), name, self._size)
        return group.attrs[name]


def _as_text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, str) else None


def _as_array(value: Any) -> np.ndarray:
    array = np.asarray(value)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    array.flags.writeable = False
    return array
