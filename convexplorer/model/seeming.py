"""What a file seems to be, in words: for the sentence about one that is neither a project nor a network."""

from pathlib import Path
from typing import BinaryIO

from convexplorer.formats.recognise import Kind, kind_of
from convexplorer.sources.decoders.signature import describe_unknown, identify

_SIGNATURE = 64  # bytes of which a picture is known
_CONTAINERS = (b"PK", b"\x93NUMPY")  # of arrays, also of those of networks
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
        if not path.is_file():  # opening a pipe would block
            return ""
        with path.open("rb") as file:
            return seeming(file)
    except (OSError, ValueError):
        return ""
