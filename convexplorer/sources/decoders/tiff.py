"""TIFF files: each page is read by the library that decodes its kind correctly.

Pillow reads pages of at most 8 bits (bilevel, palette, CMYK, YCbCr, …), OpenCV deeper pages, grey or colour. Other
pages are assembled here from their strips: OpenCV misreads colour stored channel by channel as interleaved, and neither
library supports 2 or 5 channels.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from convexplorer.sources.decoders.opencv import decode, read_bytes
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pillow import PillowPages, explained
from convexplorer.sources.decoders.pixels import WIDE_INTEGER_NOTE, channel_names, from_pixels, is_wide_integer, turned
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_MAX_PAGES = 100_000

# Tag numbers of TIFF 6.0 (https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf).
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_STRIP_OFFSETS, _ORIENTATION, _SAMPLES, _STRIP_BYTES = 273, 274, 277, 279
_PLANAR, _PREDICTOR, _TILE_WIDTH, _SAMPLE_FORMAT = 284, 317, 322, 339

_MIN_IS_WHITE = 0
_STORED = 1
_DECOMPRESSORS: dict[int, Callable[[bytes], bytes]] = {_STORED: bytes, 8: zlib.decompress, 32946: zlib.decompress}
_KINDS = {1: "u", 2: "i", 3: "f"}


@dataclass(frozen=True)
class _Directory:
    """The tags of one page."""

    tags: ImageFileDirectory_v2
    height: int
    width: int
    samples: int
    dtype: np.dtype | None  # None if the samples are no numbers that NumPy knows, or differ from each other
    bits: int
    is_planar: bool

    def number(self, tag: int, default: int) -> int:
        """Return the first value of a tag."""
        value = self.tags.get(tag, default)
        return int(value[0] if isinstance(value, tuple) else value)

    @property
    def is_plain(self) -> bool:
        """True if Pillow reads this page without loss."""
        return self.bits <= 8 and (self.dtype is None or self.dtype.kind == "u")

    @property
    def suits_opencv(self) -> bool:
        """True if OpenCV reads this page correctly."""
        is_known = self.dtype is not None and self.dtype != np.float16
        return is_known and self.samples in (1, 3, 4) and not (self.is_planar and self.samples > 1)


class TiffPages:
    """The pages of a TIFF file."""

    rate_hz: float | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._directories = _directories(path)
        if not any(self._directories):
            raise SourceError(f"{path.name} is damaged or cut short: it holds no page.")
        self.count = len(self._directories)
        self._plain: PillowPages | None = None
        self._data: np.ndarray | None = None

    def page(self, index: int, /) -> Page:
        """Decode one page, upright."""
        directory = self._directories[index]
        if directory is None:
            raise SourceError(f"{self._path.name} is cut short: it ends before page {index + 1}.")
        check_size(self._path.name, directory.height, directory.width, directory.samples)
        if directory.is_plain:
            try:
                return self._plain_page(directory, index)
            except SourceError:
                if directory.samples in (1, 3, 4):  # what Pillow knows: then it is right about the damage
                    raise
        with explained(self._path):
            pixels = self._decode(directory, index)
        image = from_pixels(pixels)
        note = WIDE_INTEGER_NOTE if is_wide_integer(pixels.dtype) else ""
        return Page(image, channel_names(len(image)), note)

    def close(self) -> None:
        """Release the file."""
        if self._plain is not None:
            self._plain.close()
        self._data = None

    def _plain_page(self, directory: _Directory, index: int) -> Page:
        """Decode a page by Pillow, with a note if Pillow drops a channel of undefined meaning."""
        self._plain = self._plain or PillowPages(self._path, self.count)
        page = self._plain.page(index)
        if len(page.channels) >= directory.samples or page.note:
            return page
        return replace(page, note=f"Of its {directory.samples} channels those with a known meaning are shown.")

    def _decode(self, directory: _Directory, index: int) -> np.ndarray:
        """Return the pixels of a deep page, (H, W) or (H, W, C) in R, G, B order, upright."""
        if not directory.suits_opencv:
            return _turned_pixels(_from_strips(self._path, directory), directory.number(_ORIENTATION, 1))
        if self._data is None:
            self._data = read_bytes(self._path)
        pixels = decode(self._data, index)
        if pixels is None:
            raise SourceError(f"{self._path.name} is damaged or cut short: page {index + 1} cannot be read.")
        return _as_light(pixels, directory)  # OpenCV has turned it upright


def _directories(path: Path) -> list[_Directory | None]:
    """Return the directories of all pages; a final None marks a truncated file."""
    found: list[_Directory | None] = []
    seen: set[int] = set()
    length = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(8)
        if b"+" in header[2:4]:  # BigTIFF
            header += file.read(8)
        offset = ImageFileDirectory_v2(header).next
        while offset and offset not in seen and len(found) < _MAX_PAGES:  # a broken chain may bite its own tail
            seen.add(offset)
            file.seek(offset)
            tags = ImageFileDirectory_v2(header)
            tags.load(file)
            if offset >= length or _WIDTH not in tags:
                return [*found, None]
            found.append(_directory(tags))
            offset = tags.next
    return found


def _directory(tags: ImageFileDirectory_v2) -> _Directory:
    samples = int(tags.get(_SAMPLES, 1))
    bits = set(_tuple(tags.get(_BITS, 1)))
    kinds = set(_tuple(tags.get(_SAMPLE_FORMAT, 1)))
    dtype = None
    if len(bits) == len(kinds) == 1 and max(bits) in (8, 16, 32, 64) and max(kinds) in _KINDS:
        name = f"{_KINDS[max(kinds)]}{max(bits) // 8}"
        dtype = np.dtype(name) if name != "f1" else None
    return _Directory(
        tags,
        height=int(tags.get(_HEIGHT, 0)),
        width=int(tags.get(_WIDTH, 0)),
        samples=samples,
        dtype=dtype,
        bits=max(bits),
        is_planar=tags.get(_PLANAR, 1) == 2,
    )


def _from_strips(path: Path, directory: _Directory) -> np.ndarray:
    """Assemble a page from its strips, uncompressed or deflated."""
    decompress = _DECOMPRESSORS.get(directory.number(_COMPRESSION, _STORED))
    if directory.dtype is None or decompress is None or _TILE_WIDTH in directory.tags:
        raise SourceError(
            f"{path.name} is a TIFF picture of a rare kind ({directory.samples} channels of {directory.bits} bits, "
            "compressed or tiled), which cannot be read. Save it uncompressed, or as .npy."
        )
    dtype = directory.dtype.newbyteorder("<" if directory.tags.prefix == b"II" else ">")
    height, width, samples = directory.height, directory.width, directory.samples
    data = b""
    with path.open("rb") as file:
        for offset, size in zip(
            _tuple(directory.tags[_STRIP_OFFSETS]), _tuple(directory.tags[_STRIP_BYTES]), strict=True
        ):
            file.seek(offset)
            data += decompress(file.read(size))
    count = height * width * samples
    if len(data) < count * dtype.itemsize:
        raise SourceError(f"{path.name} is cut short: only a part of the picture is there.")
    values = np.frombuffer(data, dtype, count).astype(directory.dtype)
    shape = (samples, height, width, 1) if directory.is_planar else (1, height, width, samples)
    planes = values.reshape(shape)
    if directory.number(_PREDICTOR, 1) == 2:  # each sample is written as the difference to its left neighbour
        planes = np.cumsum(planes, axis=2, dtype=directory.dtype)
    pixels = planes.transpose(1, 2, 0, 3).reshape(height, width, samples)
    return _as_light(pixels, directory)


def _as_light(pixels: np.ndarray, directory: _Directory) -> np.ndarray:
    """Invert pages in which 0 is white, as scanners write them."""
    if directory.number(_PHOTOMETRIC, 1) != _MIN_IS_WHITE or pixels.dtype.kind != "u":
        return pixels
    return np.iinfo(pixels.dtype).max - pixels


def _turned_pixels(pixels: np.ndarray, orientation: int) -> np.ndarray:
    return turned(pixels.transpose(2, 0, 1), orientation).transpose(1, 2, 0)


def _tuple(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)
