"""Large arrays of a project: named tensors beside its document, kept in one container as safetensors.

A weight takes about thirty bytes as JSON text and four bytes here. Small kernels stay in the document, readable and
diffable.
"""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

# A 15×15 kernel with three planes is still readable as text; a layer of a trained network is not.
LARGE = 4096
DOCUMENT, WEIGHTS = "project.json", "weights.safetensors"
# A fixed date, so that the same project is always saved as the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
# Errors of a damaged container: sizes and offsets outside the file, unknown versions, encryption.
_DAMAGE = (zipfile.BadZipFile, KeyError, ValueError, EOFError, RuntimeError, OSError, OverflowError, struct.error)


class Tensors:
    """Arrays by name, stored while a document is written and looked up while it is read."""

    def __init__(self, arrays: dict[str, np.ndarray] | None = None) -> None:
        self.arrays = arrays or {}

    def put(self, name: str, values: np.ndarray) -> Any:
        """Return the document's entry for an array: its numbers, or a reference by name if the array is large."""
        if values.size < LARGE:
            return values.tolist()
        with np.errstate(over="ignore"):  # what is infinite in float32 is not exact
            single = values.astype(np.float32)
        # Weights that are exact in float32, as all learned weights are, take half the space.
        is_exact = np.array_equal(single.astype(values.dtype), values, equal_nan=True)
        self.arrays[name] = single if is_exact else values
        return {"tensor": name}

    def get(self, value: dict[str, Any]) -> np.ndarray:
        """Return the array to which a document refers; ValueError if there is no such array."""
        name = value.get("tensor")
        if set(value) != {"tensor"} or not isinstance(name, str):
            raise ValueError('an array is a list of numbers or {"tensor": name}')
        if name not in self.arrays:
            raise ValueError(f"there is no tensor {name!r} in this file")
        found = self.arrays[name]
        if found.dtype.kind not in "fiu":
            raise ValueError(f"tensor {name!r} must hold real numbers; it holds {found.dtype}")
        return found


def pack(document: str, tensors: Tensors) -> bytes:
    """Return a container with a document and its tensors: an uncompressed zip file of JSON text and safetensors."""
    from safetensors.numpy import save

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as container:
        container.writestr(zipfile.ZipInfo(DOCUMENT, _TIME), document)
        container.writestr(zipfile.ZipInfo(WEIGHTS, _TIME), save(tensors.arrays))
    return buffer.getvalue()


def is_container(content: bytes) -> bool:
    """Return True if the content begins with the signature of a container."""
    return content.startswith(b"PK\x03\x04")


def holds_document(path: Path) -> bool:
    """Return True if a file is a container with a document, as arrays in a zip file (.npz) are not."""
    try:
        with zipfile.ZipFile(path) as container:
            return DOCUMENT in container.namelist()
    except _DAMAGE:
        return False


def unpack(content: bytes) -> tuple[str, Tensors]:
    """Return the document and the tensors of a container; ValueError with the reason if it is damaged."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            # Compressed members are refused: without them no member can be larger than the file.
            is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in container.infolist())
            document = container.read(DOCUMENT).decode("utf-8") if is_stored else ""
            arrays = load(container.read(WEIGHTS)) if is_stored and WEIGHTS in container.namelist() else {}
    except (*_DAMAGE, SafetensorError) as error:
        raise ValueError(f"it is a damaged project container: {str(error) or 'it ends too early'}") from None
    if not is_stored:
        raise ValueError("its parts are compressed, which a project's are not")
    return document, Tensors(arrays)
