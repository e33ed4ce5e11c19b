"""The container of PyTorch since version 1.6: a zip archive of a pickle and of storages, not compressed."""

import io
from typing import BinaryIO

from convexplorer.formats.archive import Archive
from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted
from convexplorer.formats.torch.contents import Contents
from convexplorer.formats.torch.machine import Source
from convexplorer.formats.torch.opcodes import run
from convexplorer.formats.torch.storages import Storages
from convexplorer.formats.torch.values import Storage

_PICKLE = "/data.pkl"
_LONGEST_PICKLE = 256 << 20


def open_zip(file: BinaryIO) -> Contents:
    """Open an archive; the storages are read when they are asked for."""
    archive = Archive(file)
    pickles = [name for name in archive.names if name.endswith(_PICKLE)]
    if len(pickles) != 1:
        raise NetworkFileError(f"it is an archive with {len(pickles)} files data.pkl; one of PyTorch has 1")
    folder = pickles[0].removesuffix(_PICKLE)
    order = f"{folder}/byteorder"
    if order in archive and archive.read(order, 100) != b"little":
        raise NetworkFileError("its numbers are big-endian, which is not read")
    pickle = archive.read(pickles[0], _LONGEST_PICKLE)

    def bytes_of(storage: Storage) -> bytes:
        member = f"{folder}/data/{storage.key}"
        if not archive.is_stored(member):
            raise NetworkFileError(f"its storage {quoted(storage.key)} is compressed, as PyTorch does not write it")
        if archive.size(member) != storage.size:
            raise NetworkFileError(
                f"its storage {quoted(storage.key)} should have {storage.size} bytes; it has {archive.size(member)}"
            )
        return archive.read(member)

    return Contents(run(Source(io.BytesIO(pickle), len(pickle)), Storages().resolve), bytes_of)
