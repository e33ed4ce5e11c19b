"""Whether a file that is dropped or named is a trained network: by its first bytes, without reading it."""

import zipfile
from pathlib import Path

from convexplorer.formats.recognise import recognise
from convexplorer.sources.decoders.signature import identify

# Files so called are networks whatever they hold: their reader says what is wrong, or what to export instead.
SUFFIXES = (".onnx", ".safetensors", ".keras", ".h5", ".hdf5", ".pt", ".pth", ".tflite", ".torchscript")
# Of files that can also hold pictures or kernels: what is opened as a network only by its contents, or when asked for.
SHARED_SUFFIXES = (".npz", ".json", ".ckpt", ".bin")
_SIGNATURE = 64  # bytes of which a picture is known
_WEIGHTS = ("weight", "kernel", "bias", "gamma")  # in the names of arrays: pictures are not called so


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
