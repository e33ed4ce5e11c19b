"""The container of PyTorch before version 1.6: five pickles, one behind the other, and then the storages."""

from typing import BinaryIO

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted, read_exactly, size_of
from convexplorer.formats.torch.contents import Contents
from convexplorer.formats.torch.machine import Source
from convexplorer.formats.torch.opcodes import run
from convexplorer.formats.torch.storages import Storages, refuse
from convexplorer.formats.torch.values import Storage

_MAGIC_NUMBER = 119547037146038801333356
# The end of the first pickle, of any protocol: LONG1 of the magic number, STOP.
SIGNATURE = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_PROTOCOL = 1001


def open_stream(file: BinaryIO) -> Contents:
    """Open a stream at its beginning; the storages are read when they are asked for."""
    source = Source(file, size_of(file))
    if run(source, refuse) != _MAGIC_NUMBER:
        raise NetworkFileError("it does not begin as files of PyTorch do")
    if run(source, refuse) != _PROTOCOL:
        raise NetworkFileError(f"its protocol is not {_PROTOCOL}, which PyTorch writes")
    system = run(source, refuse)
    if isinstance(system, dict) and system.get("little_endian") is False:
        raise NetworkFileError("its numbers are big-endian, which is not read")
    storages = Storages()
    value = run(source, storages.resolve)
    places = _places(file, source, run(source, refuse), storages.by_key)

    def bytes_of(storage: Storage) -> bytes:
        if storage.key not in places:
            raise NetworkFileError(f"its storage {quoted(storage.key)} is missing")
        file.seek(places[storage.key])
        return read_exactly(file, storage.size, f"its storage {quoted(storage.key)}")

    return Contents(value, bytes_of)


def _places(file: BinaryIO, source: Source, keys: object, storages: dict[str, Storage]) -> dict[str, int]:
    """Return where the numbers of each storage begin: behind their count, in the order of the keys."""
    if not isinstance(keys, list):
        raise NetworkFileError("the list of its storages is missing")
    places: dict[str, int] = {}
    for key in keys:
        storage = storages.get(key) if isinstance(key, str) else None
        if storage is None or storage.key in places:
            raise NetworkFileError("the list of its storages names one that is not used, or twice")
        count = source.number("<q")
        if count != storage.count:
            raise NetworkFileError(f"its storage {quoted(key)} should have {storage.count} numbers; it has {count}")
        places[storage.key] = file.tell()
        source.skip(storage.size)
    return places
