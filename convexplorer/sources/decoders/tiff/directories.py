"""The chain of directories of a TIFF file, walked before tifffile opens it.

tifffile trusts the chain and its lists: it follows a circle of more than 100 pages without an end, and reads a list as
often as a directory names it. Here only the entries are read, which have fixed places and sizes.
"""

from struct import Struct
from struct import error as StructError
from typing import BinaryIO, NamedTuple

from convexplorer._dataclass import dataclass
from convexplorer.sources.frame import SourceError

MAX_PAGES = 100_000
_MAX_ENTRIES = 4096  # as in tifffile
_MAX_NUMBERS = 32 * 1024**2  # bytes; as Python's numbers they take ten times as much
_MAX_TEXT = 512 * 1024**2  # bytes of descriptions, profiles and layers

_IMAGE_WIDTH, _NEW_SUBFILE_TYPE, _OLD_SUBFILE_TYPE = 256, 254, 255
_REDUCED_OR_MASK = 0b101  # of NewSubfileType
_OLD_REDUCED = 2
_TEXT_TYPES = (1, 2, 6, 7)
_BYTES_OF_TYPE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


@dataclass(frozen=True)
class Chain:
    """The directories of a file, in its order.

    Attributes
    ----------
    offsets : position of each directory in the file, in bytes.
    reduced : offsets of the directories that hold a thumbnail, a level of a pyramid or a mask.
    ending : what ends the chain too early, to follow the file's name in a sentence; "" if it ends well.
    missing : offset of the directory that the file does not hold, or -1.
    is_sound : True if a reader that trusts the chain comes to its end.
    """

    offsets: tuple[int, ...]
    reduced: frozenset[int]
    ending: str
    missing: int
    is_sound: bool


def walk(name: str, file: BinaryIO, length: int) -> Chain:
    """Read the chain of a file of `length` bytes; raise `SourceError` if its lists are no picture's."""
    layout, offset = _begin(file)
    offsets: dict[int, None] = {}  # in order; a broken chain may bite its own tail
    reduced: set[int] = set()
    ending = ""
    while offset and offset not in offsets and not ending:
        entries = _entries(file, layout, offset) if offset < length else []
        if len(offsets) == MAX_PAGES:
            ending = f"has more than {MAX_PAGES} pages; the further ones are not read"
        elif all(entry.code != _IMAGE_WIDTH for entry in entries):
            ending = f"is cut short: it ends before page {len(offsets) + 1}"
        else:
            _check_lists(name, entries, layout, length)
            offsets[offset] = None
            if any(_is_reduced(entry, layout) for entry in entries):
                reduced.add(offset)
            offset = _next(file, layout)
    missing = offset if offset not in offsets and offset else -1
    return Chain(tuple(offsets), frozenset(reduced), ending, missing, is_sound=not offset)


class _Layout(NamedTuple):
    """The formats of a directory's parts, which differ by byte order and in BigTIFF."""

    offset: Struct
    number: Struct
    entry: Struct
    short: Struct


class _Entry(NamedTuple):
    code: int
    kind: int
    values: int
    inline: bytes


def _begin(file: BinaryIO) -> tuple[_Layout, int]:
    """Return the layout and the offset of the first directory."""
    head = file.read(16)
    order = "<" if head.startswith(b"II") else ">"
    is_big = b"+" in head[2:4]
    offset, number, entry = ("Q", "Q", "HHQ8s") if is_big else ("I", "H", "HHI4s")
    layout = _Layout(*(Struct(order + part) for part in (offset, number, entry, "H")))
    try:
        return layout, layout.offset.unpack_from(head, 8 if is_big else 4)[0]
    except StructError:
        return layout, 1  # a header that is cut short: no directory begins there


def _entries(file: BinaryIO, layout: _Layout, offset: int) -> list[_Entry]:
    """Return the entries of a directory; none if the file ends before they do."""
    file.seek(offset)
    head = file.read(layout.number.size)
    count = layout.number.unpack(head)[0] if len(head) == layout.number.size else 0
    if count > _MAX_ENTRIES:
        return []
    data = file.read(count * layout.entry.size)
    if len(data) < count * layout.entry.size:
        return []
    return [_Entry(*parts) for parts in layout.entry.iter_unpack(data)]


def _next(file: BinaryIO, layout: _Layout) -> int:
    """Return the offset of the next directory, which stands behind the entries; beyond the file if it is missing."""
    data = file.read(layout.offset.size)
    offset: int = layout.offset.unpack(data)[0] if len(data) == layout.offset.size else 2**63
    return offset


def _check_lists(name: str, entries: list[_Entry], layout: _Layout, length: int) -> None:
    """Add up the lists that lie inside of the file; tifffile leaves out the others."""
    texts = numbers = 0
    for entry in entries:
        size = entry.values * _BYTES_OF_TYPE.get(entry.kind, 0)
        if size <= layout.offset.size or layout.offset.unpack(entry.inline)[0] + size > length:
            continue
        if entry.kind in _TEXT_TYPES:
            texts += size
        else:
            numbers += size
    if numbers > _MAX_NUMBERS or texts > _MAX_TEXT:
        raise SourceError(
            f"{name} is damaged: the directory of a page claims {(numbers + texts) / 1024**2:.0f} MB of descriptions."
        )


def _is_reduced(entry: _Entry, layout: _Layout) -> bool:
    if entry.code == _NEW_SUBFILE_TYPE:
        # A LONG; the meaningful bits are in the same place if a writer took a SHORT, except in big-endian files.
        form = layout.short if entry.kind == 3 else Struct(layout.offset.format[0] + "I")
        return bool(form.unpack_from(entry.inline)[0] & _REDUCED_OR_MASK)
    return entry.code == _OLD_SUBFILE_TYPE and layout.short.unpack_from(entry.inline)[0] == _OLD_REDUCED
