"""What a file holds, or why it cannot be read, as bytes between two processes."""

import json
import struct
from typing import IO, Any

import numpy as np

from convexplorer.formats.elements import array_bytes, make_array
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.keras_file import KerasFile

_LENGTH = struct.Struct("<Q")
_ALIGNMENT = 64


def write_refusal(sentence: str, out: IO[bytes]) -> None:
    """Write why a file cannot be read."""
    _write_header({"refusal": sentence}, out)


def write_contents(contents: KerasFile, out: IO[bytes]) -> None:
    """Write what a file holds: a header in JSON, then the arrays, each at a place that is good for it."""
    arrays = {name: np.ascontiguousarray(array) for name, array in contents.tensors.items()}
    listed = [[name, array.dtype.name, list(array.shape)] for name, array in arrays.items()]
    _write_header({"config": contents.config, "weights_of": contents.weights_of, "tensors": listed}, out)
    for array in arrays.values():
        out.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        out.write(bytes(-array.nbytes % _ALIGNMENT))


def parse(data: bytes) -> KerasFile:
    """Return what was written; its arrays are views of the bytes.

    Raises
    ------
    NetworkFileError : with the sentence, if it was a refusal.
    """
    start = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    header: dict[str, Any] = json.loads(data[_LENGTH.size : start])
    if "refusal" in header:
        raise NetworkFileError(header["refusal"])
    tensors: dict[str, np.ndarray] = {}
    for name, element, sizes in header["tensors"]:
        stop = start + array_bytes(element, tuple(sizes))
        tensors[name] = make_array(memoryview(data)[start:stop], element, tuple(sizes))
        start = stop + -stop % _ALIGNMENT
    weights_of = {layer: tuple(places) for layer, places in header["weights_of"].items()}
    return KerasFile(header["config"], tensors, weights_of)


def _write_header(header: dict[str, Any], out: IO[bytes]) -> None:
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + _LENGTH.size) % _ALIGNMENT)
    out.write(_LENGTH.pack(len(text)) + text)
