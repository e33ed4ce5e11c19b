"""Whether a file that is dropped or named is a trained network: by its first bytes, without reading it."""

import zipfile
from pathlib import Path

from convexplorer.sources.decoders.signature import identify

# Files so called are networks whatever they hold: their reader says what is wrong, or what to export instead.
SUFFIXES = (".onnx", ".safetensors", ".keras", ".h5", ".hdf5", ".pt", ".pth", ".tflite", ".torchscript")
# Of files that can also hold pictures or kernels: what is opened as a network only by its contents, or when asked for.
SHARED_SUFFIXES = (".npz", ".json", ".ckpt", ".bin")
_HEAD = 1 << 16
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_TFJS = (b'"modelTopology"', b'"layers-model"', b'"graph-model"')
_MEMBERS = ("data.pkl", "model.weights.h5", "constants.pkl")  # of torch's and Keras's archives
_WEIGHTS = ("weight", "kernel", "bias", "gamma")  # in the names of arrays: pictures are not called so
_MOST_IR, _AFTER_IR = 64, b"\x12\x1a\x22\x3a\x42"  # of ONNX: the version, and the fields that can follow it


def is_network(path: Path) -> bool:
    """Return True if a file is one of a trained network by its contents, or is called so and is nothing else."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):
        return False
    if head.startswith(_ZIP):
        return _is_archive_of_one(path)
    if head.startswith(_HDF5) or _is_pickle(head) or _is_safetensors(head) or _is_onnx(head):
        return True
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return any(word in head for word in _TFJS)
    return path.suffix.lower() in SUFFIXES and identify(head[:64]) is None


def _is_archive_of_one(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return path.suffix.lower() in SUFFIXES
    if any(name.rpartition("/")[2] in _MEMBERS for name in names):
        return True
    arrays = [name for name in names if name.endswith(".npy")]
    return len(arrays) > 1 and any(word in name.lower() for name in arrays for word in _WEIGHTS)


def _is_pickle(head: bytes) -> bool:
    return head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5") and b"torch" in head


def _is_safetensors(head: bytes) -> bool:
    return head[8:9] == b"{" and head[5:8] == b"\0\0\0" and b'"dtype"' in head


def _is_onnx(head: bytes) -> bool:
    return len(head) > 2 and head[0] == 0x08 and 0 < head[1] <= _MOST_IR and head[2] in _AFTER_IR
