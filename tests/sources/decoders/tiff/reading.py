"""What the tests of TIFF share: the files of `tests/cases/tiff`, frames as the window reads them, own pages."""

import struct
from pathlib import Path

import numpy as np

from convexplorer.sources import Source, open_reader
from convexplorer.sources.frame import Frame

SHORT, LONG = 3, 4
CASES = Path(__file__).parents[3] / "cases" / "tiff"


def frames(path: Path) -> list[Frame]:
    """Read all pages."""
    reader = open_reader(Source("image", str(path)))
    try:
        return list(iter(reader.read, None))
    finally:
        reader.close()


def frame(path: Path, index: int = 0) -> Frame:
    """Read one page, at once."""
    reader = open_reader(Source("image", str(path)))
    try:
        reader.seek(index)
        read = reader.read()
    finally:
        reader.close()
    assert read is not None
    return read


def truth(folder: str) -> np.ndarray:
    """Return the right values of a folder of cases."""
    values: np.ndarray = np.load(CASES / folder / "truth.npy")
    return values


def directory(offset, entries, following=0):
    """Write a little-endian directory of (tag, type, number of values, value or offset)."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def page(width, height, **changed):
    """Return the entries of a page of bytes at offset 8, in their order."""
    entries = {
        256: (LONG, 1, width),
        257: (LONG, 1, height),
        258: (SHORT, 1, 8),
        259: (SHORT, 1, 1),
        262: (SHORT, 1, 1),
        273: (LONG, 1, 8),
        277: (SHORT, 1, 1),
        278: (LONG, 1, height),
        279: (LONG, 1, width * height % 2**32),
    }
    entries |= {int(tag[1:]): entry for tag, entry in changed.items()}
    return [(tag, *entry) for tag, entry in sorted(entries.items())]


def write(path, entries, data=b"\0" * 64, following=0):
    start = 8 + len(data)
    path.write_bytes(b"II*\0" + struct.pack("<I", start) + data + directory(start, entries, following))
    return path
