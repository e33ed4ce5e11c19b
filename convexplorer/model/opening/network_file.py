"""The one entry for files of trained networks: a file is recognised by its contents, whatever its name ends with."""

from collections.abc import Callable
from pathlib import Path

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import named, open_file
from convexplorer.formats.keras_file import KerasFile
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.words import SENTENCE_LIMIT, failure, plain

Opened = OpenedNetwork | TensorFile


def open_network(path: str | Path) -> Opened:
    """Read the file of a trained network.

    Nothing in the file is executed. Readers are imported when their format is met: none of them is needed at start-up.

    Returns
    -------
    layers with their weights where the file tells the architecture, otherwise its weights alone.

    Raises
    ------
    NetworkFileError : the file cannot be read, or is of no known format; the message is a sentence.
    """
    found = Path(path)
    if (found / _TFJS).is_file():
        found = found / _TFJS  # its folder was dropped, or chosen
    with open_file(found) as file:
        head = file.read(64)
        if not head:
            raise NetworkFileError("it is empty")
        if head.startswith(_ZIP):
            from convexplorer.formats.archive import Archive

            open_it = _opener_of_archive(Archive(file).names)
        else:
            open_it = _opener_of(found, head)
    try:
        return open_it(found)
    except NetworkFileError:
        raise
    except ValueError as error:  # of a value for which no reader has found words of its own
        raise NetworkFileError(plain(failure(found.name, "cannot be read", str(error)), SENTENCE_LIMIT)) from error


def _opener_of(path: Path, head: bytes) -> Callable[[Path], Opened]:
    """Return what opens a file that begins with these bytes."""
    if path.suffix == ".pb":
        raise NetworkFileError(f"it is a graph of TensorFlow, or a SavedModel of it; {_INSTEAD}, or save it with Keras")
    for start, reason in _REFUSED.items():
        if start in head[:16]:
            raise NetworkFileError(reason)
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return _open_hdf5
    if head.startswith(b"\x93NUMPY"):
        return _open_arrays
    if len(head) > 8 and head[8:9] == b"{" and head[6:8] == b"\0\0":
        return _open_safetensors
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _open_tfjs
    if head.startswith(b"\x80") and head[1:2] in b"\2\3\4\5":
        return _open_torch
    if head[0] in _ONNX_FIELDS and head[1:2] != b"":
        return _open_onnx
    raise NetworkFileError("it is no file of a trained network that is known here")


def _opener_of_archive(names: list[str]) -> Callable[[Path], Opened]:
    """Return what opens a zip file with these members."""
    if any("/code/" in name or name.endswith("constants.pkl") for name in names):
        raise NetworkFileError("it is TorchScript, which is code; " + _INSTEAD)
    if any(name.endswith("archive_version") for name in names) and any("/models/" in name for name in names):
        raise NetworkFileError(f"it is a program of torch.export; {_INSTEAD}")
    if "config.json" in names and any(name.startswith("model.weights") for name in names):
        return _open_keras
    if any(name.endswith("/data.pkl") or name == "data.pkl" for name in names):
        return _open_torch
    if any(name.endswith(".npy") for name in names):
        return _open_arrays
    raise NetworkFileError("it is an archive and no trained network that is known here")


def _open_arrays(path: Path) -> Opened:
    from convexplorer.formats.arrays_file import read_arrays

    return read_arrays(path)


def _open_safetensors(path: Path) -> Opened:
    from convexplorer.formats.safetensors_file import read_safetensors

    return read_safetensors(path)


def _open_torch(path: Path) -> Opened:
    from convexplorer.formats.natural_order import in_natural_order
    from convexplorer.formats.torch.torch_file import read_torch
    from convexplorer.model.opening.learned import CannotBeShown
    from convexplorer.model.opening.torch_layers import torch_network

    file = read_torch(path)
    note = file.note
    if file.module is not None:
        try:
            with named(path):
                return torch_network(file.module, title=path.stem)
        except CannotBeShown as error:
            note = " ".join(filter(None, (f"{error}.", note)))
    return TensorFile(in_natural_order(file.tensors), "torch", note)


def _open_keras(path: Path) -> Opened:
    from convexplorer.formats.hdf5.keras_hdf5 import read_keras

    return _keras(path, read_keras(path))


def _open_hdf5(path: Path) -> Opened:
    from convexplorer.formats.hdf5.keras_hdf5 import read_hdf5

    return _keras(path, read_hdf5(path))


def _open_tfjs(path: Path) -> Opened:
    from convexplorer.formats.tfjs import read_tfjs

    return _keras(path, read_tfjs(path))


def _keras(path: Path, file: KerasFile) -> Opened:
    """Return the network in a file of Keras, of any of its formats."""
    from convexplorer.model.opening.keras_layers import keras_network
    from convexplorer.model.opening.keras_weights import NamedWeights, NumberedWeights
    from convexplorer.model.opening.learned import CannotBeShown

    if file.config is None:
        return TensorFile(file.tensors, "keras")
    is_numbered = any(name.startswith("layers/") for name in file.tensors)
    weights = NumberedWeights(file.tensors) if is_numbered else NamedWeights(file.tensors)
    try:
        with named(path):
            return keras_network(file.config, weights, title=path.stem)
    except CannotBeShown as error:
        return TensorFile(file.tensors, "keras", f"{error}.")


def _open_onnx(path: Path) -> Opened:
    from convexplorer.model.opening.onnx_layers import open_onnx

    return open_onnx(path)


_INSTEAD = "export the network as ONNX instead"
# An ONNX file begins with its version, or with the name of the program that wrote it.
_ONNX_FIELDS = b"\x08\x12"
_TFJS = "model.json"
_ZIP = b"PK\x03\x04"
# By what is among their first bytes: known formats that are not read, and what to do.
_REFUSED = {
    b"TFL3": f"it is TensorFlow Lite; {_INSTEAD}, or save it with Keras",
    b"<?xml": f"it may be OpenVINO; {_INSTEAD}",
    b"GGUF": "it is a language model in GGUF, which has no maps",
}
