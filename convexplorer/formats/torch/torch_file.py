"""Files of PyTorch as values: weights by name, and the tree of modules if a whole network was saved."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import open_file, quoted, size_of
from convexplorer.formats.torch.arrays import Arrays
from convexplorer.formats.torch.checkpoint import choose, is_module, listed, tensors_in
from convexplorer.formats.torch.module import Module
from convexplorer.formats.torch.module_tree import make_module, tensors_of
from convexplorer.formats.torch.stream_container import open_stream
from convexplorer.formats.torch.values import Record
from convexplorer.formats.torch.zip_container import open_zip
from convexplorer.words import as_sentence

_ZIP = b"PK"
# Memory for copies of views, for which an honest file has the numbers: each of them once in the file, and few twice.
_LEAST_ROOM, _ROOM_PER_BYTE = 64 << 20, 4


@dataclass(frozen=True, eq=False)
class TorchFile:
    """The weights in a file, and its modules.

    Attributes
    ----------
    tensors : arrays of real numbers by dotted name ("features.0.weight"), in the order of the file, read-only. With a
        module these are the parameters and buffers of the whole tree.
    module : the network, if `torch.save(model)` wrote the file; None for a file of weights.
    note : a sentence that says which part of a checkpoint the weights are, and what was left out; "" if they are all
        there is.
    """

    tensors: Mapping[str, np.ndarray]
    module: Module | None = None
    note: str = ""


def read_torch(path: Path) -> TorchFile:
    """Read a file that `torch.save` wrote, of any version; nothing in it is imported or called.

    Raises
    ------
    NetworkFileError : it is damaged, or none of it is weights.
    """
    with open_file(path) as file:
        return _read(file)


def _read(file: BinaryIO) -> TorchFile:
    is_zip = file.read(len(_ZIP)) == _ZIP
    file.seek(0)
    contents = open_zip(file) if is_zip else open_stream(file)
    arrays = Arrays(contents.bytes_of, max(_LEAST_ROOM, _ROOM_PER_BYTE * size_of(file)))
    choice = choose(contents.value)
    if is_module(choice.value):
        module = make_module(choice.value, arrays.array)
        return TorchFile(tensors_of(module), module, _note(choice.note, arrays.unread))
    found = {name: arrays.array(tensor, name) for name, tensor in tensors_in(choice.value).items()}
    tensors = {name: array for name, array in found.items() if array is not None}
    if not tensors:
        raise NetworkFileError(_unread(arrays.unread) if arrays.unread else _emptiness(choice.value))
    return TorchFile(tensors, None, _note(choice.note, arrays.unread))


def _note(note: str, unread: list[str]) -> str:
    return " ".join(filter(None, (note, as_sentence(_unread(unread)) if unread else "")))


def _unread(names: list[str]) -> str:
    return f"complex, quantised or sparse tensors are not read: {listed(names)}"


def _emptiness(value: object) -> str:
    if isinstance(value, Record):
        return f"it holds an object of the class {quoted(value.class_name)}, and no weights"
    return "it holds no weights"
