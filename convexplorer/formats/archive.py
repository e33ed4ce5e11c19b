"""Zip archives of hostile origin: what is in them is compared with the file before any of it is unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.files import quoted, size_of

# What zipfile raises for damaged archives, besides its own error.
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, KeyError, OverflowError)
_MAX_MEMBERS = 100_000
# Weights hardly shrink when they are compressed. A file whose parts are a hundred times larger than they are stored is
# a bomb, unless what comes out is small.
_MOST_PACKED = 100
_HARMLESS = 64 << 20
_MAX_UNPACKED = 4 << 30
_IS_ENCRYPTED = 0x1
_LOCAL_HEADER = 30  # bytes before each member, without its name


class Archive:
    """The members of a zip file by name, each there once, none larger than can be.

    Parameters
    ----------
    file : open while the archive is used.
    """

    def __init__(self, file: BinaryIO) -> None:
        with _readable():
            self._zip = zipfile.ZipFile(file)
        entries = self._zip.infolist()
        if len(entries) > _MAX_MEMBERS:
            raise NetworkFileError(f"it is an archive of {len(entries)} files, more than any network has")
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise NetworkFileError("it is an archive in which a name occurs twice")
        _check_places(entries, size_of(file))
        _check_sizes(entries)

    @property
    def names(self) -> list[str]:
        """The names of the members, in the order of the archive."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Return the number of bytes of a member."""
        return self._entry(name).file_size

    def is_stored(self, name: str) -> bool:
        """Return True if a member is not compressed, so that its bytes are there in the file."""
        return self._entry(name).compress_type == zipfile.ZIP_STORED

    def read(self, name: str, most: int | None = None) -> bytes:
        """Return a member's bytes; of one that has more than `most`, an error."""
        if most is not None and self.size(name) > most:
            raise NetworkFileError(f"its part {quoted(name)} has {self.size(name)} bytes, more than any network needs")
        with _readable():
            return self._zip.read(self._entry(name))

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member for reading it in parts."""
        with _readable(), self._zip.open(self._entry(name)) as member:
            yield member

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name not in self._entries:
            raise NetworkFileError(f"its part {quoted(name)} is missing")
        return self._entries[name]


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except NetworkFileError:
        raise
    except _DAMAGE:
        raise NetworkFileError("it is a damaged archive, or cut short") from None


def _check_places(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Raise if members reach beyond the file or share bytes, by which a small file holds much."""
    reached = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < reached:
            raise NetworkFileError(f"its part {quoted(entry.filename)} shares bytes with another one")
        reached = entry.header_offset + _LOCAL_HEADER + entry.compress_size
        if reached > size:
            raise NetworkFileError(f"it is cut short: its part {quoted(entry.filename)} reaches beyond its end")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Raise for encrypted members, foreign compression, and sizes that no honest compression reaches."""
    for entry in entries:
        if entry.flag_bits & _IS_ENCRYPTED:
            raise NetworkFileError("it is an archive with a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NetworkFileError(f"its part {quoted(entry.filename)} is compressed in a way that is not read")
        if entry.compress_type == zipfile.ZIP_STORED and entry.file_size != entry.compress_size:
            raise NetworkFileError(f"its part {quoted(entry.filename)} claims two sizes")
    packed = [entry for entry in entries if entry.compress_type != zipfile.ZIP_STORED]
    unpacked, stored = sum(one.file_size for one in packed), sum(one.compress_size for one in packed)
    if unpacked > min(max(_HARMLESS, _MOST_PACKED * stored), _MAX_UNPACKED):
        raise NetworkFileError(f"it claims to unpack {stored} bytes to {unpacked}, as no network does")
