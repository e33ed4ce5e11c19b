"""The one entry for files of trained networks: a file is recognised by its contents, whatever its name ends with."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import named, open_file
from convexplorer.formats.keras_file import KerasFile
from convexplorer.formats.recognise import MANIFEST, UNREAD, Kind, recognise
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.seeming import seeming_of
from convexplorer.words import SENTENCE_LIMIT, failure, plain

Opened = OpenedNetwork | TensorFile


@np.errstate(all="ignore")  # numbers of a file may be anything, a signalling NaN as well
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
    if (found / MANIFEST).is_file():
        found = found / MANIFEST  # its folder was dropped, or chosen
    with open_file(found) as file:
        if not file.read(1):
            raise NetworkFileError("it is empty")
    open_it = _opener(found)
    try:
        return open_it(found)
    except NetworkFileError:
        raise
    except ValueError as error:  # of a value for which no reader has found words of its own
        raise NetworkFileError(plain(failure(found.name, "cannot be read", str(error)), SENTENCE_LIMIT)) from error


def _opener(path: Path) -> Callable[[Path], Opened]:
    """Return what opens a file; raise NetworkFileError with what to do instead if nothing does."""
    kind = recognise(path)
    seems = "" if kind else seeming_of(path)
    if not (kind or seems) and path.suffix.lower() == ".onnx":
        kind = "onnx"  # which has no signature: its reader says where it is damaged
    open_it = _OPENERS.get(kind)
    if open_it is None:
        with named(path):
            raise NetworkFileError(f"{UNREAD[kind]}; it seems to be {seems}" if seems else UNREAD[kind])
    return open_it


def _open_arrays(path: Path) -> Opened:
    from convexplorer.formats.arrays_file import read_arrays

    return read_arrays(path)


def _open_safetensors(path: Path) -> Opened:
    from convexplorer.formats.safetensors_file import read_safetensors

    return _named_like_torchvision(path, read_safetensors(path))


def _named_like_torchvision(path: Path, file: TensorFile) -> Opened:
    """Return the network of torchvision whose weights have these names, or the weights."""
    from convexplorer.model.opening.torchvision_layers import torchvision_network

    network = None if file.writer == "keras" else torchvision_network(file.tensors, title=path.stem)
    return file if network is None else network


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
    return _named_like_torchvision(path, TensorFile(in_natural_order(file.tensors), "torch", note))


def _open_keras(path: Path) -> Opened:
    from convexplorer.formats.hdf5.keras_hdf5 import read_keras

    return _keras(path, read_keras(path))


def _open_hdf5(path: Path) -> Opened:
    from convexplorer.formats.hdf5.keras_hdf5 import read_hdf5

    return _keras(path, read_hdf5(path))


def _open_tfjs(path: Path) -> Opened:
    from convexplorer.formats.tfjs import read_tfjs
    from convexplorer.model.opening.teachable_machine import with_metadata

    found = _keras(path, read_tfjs(path))
    return with_metadata(found, path.parent) if isinstance(found, OpenedNetwork) else found


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


_OPENERS: dict[Kind, Callable[[Path], Opened]] = {
    "safetensors": _open_safetensors,
    "npz": _open_arrays,
    "onnx": _open_onnx,
    "torch": _open_torch,
    "tfjs": _open_tfjs,
    "keras": _open_keras,
    "hdf5": _open_hdf5,
}
