"""Whether a file that is dropped or named is a trained network: by its first bytes, without reading it."""

import zipfile
from pathlib import Path
from typing import BinaryIO

from convexplorer.formats.recognise import Kind, kind_of, recognise
from convexplorer.sources.decoders.signature import describe_unknown, identify

# Files so called are networks whatever they hold: their reader says what is wrong, or what to export instead.
SUFFIXES = (".onnx", ".safetensors", ".keras", ".h5", ".hdf5", ".pt", ".pth", ".tflite", ".torchscript")
# Of files that can also hold pictures or kernels: what is opened as a network only by its contents, or when asked for.
SHARED_SUFFIXES = (".npz", ".json", ".ckpt", ".bin")
_SIGNATURE = 64  # bytes of which a picture is known
_CONTAINERS = (b"PK", b"\x93NUMPY")  # of arrays, also of those of networks
_WEIGHTS = ("weight", "kernel", "bias", "gamma")  # in the names of arrays: pictures are not called so

# Kinds of files in a sentence, with article.
_NAMES: dict[Kind, str] = {
    "safetensors": "a file of safetensors",
    "npz": "a NumPy archive",
    "onnx": "a network in ONNX",
    "torch": "a file of PyTorch",
    "tfjs": "a network of TensorFlow.js",
    "keras": "a network of Keras",
    "hdf5": "a file of HDF5",
    "tflite": "a network of TensorFlow Lite",
    "openvino": "a network of OpenVINO",
    "torchscript": "a network in TorchScript",
    "exported": "a program of torch.export",
    "savedmodel": "a graph of TensorFlow",
    "pickle": "a pickle of Python",
    "gguf": "a language model in GGUF",
}


def seeming(file: BinaryIO) -> str:
    """Return what an opened file seems to be, "a PNG picture", by its contents; "" if nothing tells."""
    head = file.read(_SIGNATURE)
    if not head:
        return "an empty file"
    found = identify(head)
    if found is not None and not head.startswith(_CONTAINERS):
        return found.name.partition(",")[0]
    file.seek(0)
    kind = kind_of(file)
    if kind:
        return _NAMES[kind]
    if head.startswith(b"PK"):
        return "a zip archive"
    return "a text" if "text file" in describe_unknown(head) else ""


def seeming_of(path: Path) -> str:
    """Return the same of a file; "" also if it cannot be read."""
    try:
        with path.open("rb") as file:
            return seeming(file) if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def is_network(path: Path) -> bool:
    """Return True if a file is one of a trained network by its contents, or is called so and is nothing else."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_SIGNATURE)
    except (OSError, ValueError):
        return False
    kind = recognise(path)
    if kind == "npz":
        return _holds_weights(path)
    is_something_else = identify(head) is not None and not _is_damaged_archive(path, head)
    return kind != "" or (path.suffix.lower() in SUFFIXES and not is_something_else)


def _is_damaged_archive(path: Path, head: bytes) -> bool:
    return head.startswith(b"PK") and not zipfile.is_zipfile(path)


def _holds_weights(path: Path) -> bool:
    """Return True if several arrays of an archive are called as weights are."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = [name for name in archive.namelist() if name.endswith(".npy")]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return len(arrays) > 1 and any(word in name.lower() for name in arrays for word in _WEIGHTS)
