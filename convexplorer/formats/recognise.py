"""What kind of network's file a file is, by its contents: a name can end with anything.

The kinds that are not read are recognised too, so that the answer is what to do instead.
"""

import zipfile
from pathlib import Path
from typing import BinaryIO, Literal

from convexplorer.formats.protobuf_fields import top_fields

Kind = Literal[
    "safetensors",
    "npz",
    "onnx",
    "torch",
    "tfjs",
    "keras",
    "hdf5",
    "tflite",
    "openvino",
    "torchscript",
    "exported",
    "savedmodel",
    "pickle",
    "gguf",
    "",
]

_INSTEAD = "export the network as ONNX instead"
# Reasons, to follow the name of the file.
UNREAD: dict[Kind, str] = {
    "tflite": f"it is TensorFlow Lite; {_INSTEAD}, or save it with Keras",
    "openvino": f"it is OpenVINO; {_INSTEAD}",
    "torchscript": f"it is TorchScript, which is code; {_INSTEAD}, or save its state_dict",
    "exported": f"it is a program of torch.export; {_INSTEAD}, or save its state_dict",
    "savedmodel": f"it is a graph of TensorFlow, or a SavedModel of it; {_INSTEAD}, or save it with Keras",
    "pickle": "it is a pickle of Python, which can run code, and not by PyTorch; save arrays as .npz or .safetensors",
    "gguf": "it is a language model in GGUF, which has no maps",
    "": "it is no file of a trained network that is known here",
}
MANIFEST = "model.json"  # of a network of TensorFlow.js
_HEAD = 1 << 16
_ZIP, _HDF5, _NUMPY = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY"
# LONG1 of the number with which files of PyTorch begin before version 1.6.
_TORCH = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_TFJS = (b'"modelTopology"', b'"weightsManifest"', b'"layers-model"', b'"graph-model"')
_BLANK = b"\xef\xbb\xbf \t\r\n"
_ONNX_FIELDS = {*range(1, 9), 14, 20, 25, 26}
_ONNX_GRAPH = 7


def recognise(path: Path) -> Kind:
    """Return the kind of a file, also of one that is damaged or cut short behind its beginning.

    A folder is of the kind "savedmodel" or "tfjs" if it holds one. What cannot be read is of no kind.
    """
    try:
        if path.is_dir():
            return _kind_of_folder(path)
        with path.open("rb") as file:
            return kind_of(file)
    except (OSError, ValueError):
        return ""


def kind_of(file: BinaryIO) -> Kind:
    """Return the kind of an opened file, as `recognise` does."""
    head = file.read(_HEAD)
    if head.startswith(_ZIP):
        return _kind_of_archive(_members(file, head))
    if head.startswith(_HDF5):
        return "hdf5"
    if head.startswith(_NUMPY):
        return "npz"
    if head[4:8] == b"TFL3":
        return "tflite"
    if head.startswith(b"GGUF"):
        return "gguf"
    if head[8:9] == b"{" and head[5:8] == b"\0\0\0":
        return "safetensors"
    text = head.lstrip(_BLANK)
    if text.startswith(b"{"):
        return "tfjs" if any(word in head for word in _TFJS) else ""
    if text.startswith(b"<"):
        return "openvino" if b"<net " in head and b"<layers>" in head else ""
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return "torch" if _TORCH in head[:32] else "pickle"
    return _kind_of_protobuf(file)


def _kind_of_folder(path: Path) -> Kind:
    if (path / "saved_model.pb").is_file():
        return "savedmodel"
    return "tfjs" if (path / MANIFEST).is_file() else ""


def _members(file: BinaryIO, head: bytes) -> list[str]:
    """Return the names in an archive; of a damaged one those that are seen at its beginning."""
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        seen = ("/constants.pkl", "/data.pkl", "config.json", "model.weights.h5", ".npy")
        return [name for name in seen if name.encode() in head]


def _kind_of_archive(names: list[str]) -> Kind:
    last = {name.rpartition("/")[2] for name in names}
    if "constants.pkl" in last or any("/code/" in name for name in names):
        return "torchscript"
    if "archive_version" in last and any("/models/" in name for name in names):
        return "exported"
    if "data.pkl" in last:
        return "torch"
    if "config.json" in names:
        return "keras"
    return "npz" if any(name.endswith(".npy") for name in names) else ""


def _kind_of_protobuf(file: BinaryIO) -> Kind:
    """Return the kind of a file that no signature tells; its outermost fields do."""
    fields = top_fields(file)
    if _ONNX_GRAPH in fields and set(fields) <= _ONNX_FIELDS:
        return "onnx"
    # A SavedModel is its version and graphs, a graph is nodes first.
    return "savedmodel" if fields[:2] == [1, 2] and set(fields) == {1, 2} else ""
