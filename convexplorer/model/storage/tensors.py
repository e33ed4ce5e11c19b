"""Large arrays of a project: named tensors beside its document, kept in one container as safetensors.

A network's weights take thirty bytes a number as JSON text and four here. Small kernels stay in the document, where
they can be read and compared.
"""

import io
import struct
import zipfile
from typing import Any

import numpy as np

# A kernel of 15×15 with three planes stays readable; a layer of a network does not.
LARGE = 4096
DOCUMENT, WEIGHTS = "project.json", "weights.safetensors"
# The same project gives the same bytes whenever it is saved.
_TIME = (1980, 1, 1, 0, 0, 0)
# What reading a damaged container raises: sizes and places that lie outside of it, unknown versions, passwords.
_DAMAGE = (zipfile.BadZipFile, KeyError, ValueError, EOFError, RuntimeError, OSError, OverflowError, struct.error)


class Tensors:
    """Arrays by name, put in while a document is written, taken out while it is read."""

    def __init__(self, arrays: dict[str, np.ndarray] | None = None) -> None:
        self.arrays = arrays or {}

    def put(self, name: str, values: np.ndarray) -> Any:
        """Return what stands for an array in the document: its numbers, or its name if they are many."""
        if values.size < LARGE:
            return values.tolist()
        single = values.astype(np.float32)
        # Weights that float32 holds exactly, as all that were learned, take half the room.
        is_exact = np.array_equal(single.astype(values.dtype), values, equal_nan=True)
        self.arrays[name] = single if is_exact else values
        return {"tensor": name}

    def get(self, value: dict[str, Any]) -> np.ndarray:
        """Return the array that a document names; raise ValueError if there is none."""
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
    """Return a container of a document and its tensors: a zip file of JSON text and safetensors, not compressed."""
    from safetensors.numpy import save

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as container:
        container.writestr(zipfile.ZipInfo(DOCUMENT, _TIME), document)
        container.writestr(zipfile.ZipInfo(WEIGHTS, _TIME), save(tensors.arrays))
    return buffer.getvalue()


def is_container(content: bytes) -> bool:
    """Whether bytes begin as a container does."""
    return content.startswith(b"PK\x03\x04")


def unpack(content: bytes) -> tuple[str, Tensors]:
    """Return the document and the tensors of a container; raise ValueError with what is wrong."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            # Only what is stored as it is: then nothing in it is larger than the file.
            is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in container.infolist())
            document = container.read(DOCUMENT).decode("utf-8") if is_stored else ""
            arrays = load(container.read(WEIGHTS)) if is_stored and WEIGHTS in container.namelist() else {}
    except (*_DAMAGE, SafetensorError) as error:
        raise ValueError(f"it is a damaged project container: {str(error) or 'it ends too early'}") from None
    if not is_stored:
        raise ValueError("its parts are compressed, which a project's are not")
    return document, Tensors(arrays)
