"""QOI pictures (https://qoiformat.org), by imagecodecs: Pillow decodes them in Python, a hundred times slower."""

import struct
from pathlib import Path

import imagecodecs

from convexplorer.sources.decoders.pages import Page, Pages, SinglePage
from convexplorer.sources.decoders.pillow import PillowPages
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_bytes, check_size

_HEADER_BYTES = 14
_END = bytes(7) + b"\1"
_MOST_OF_A_BYTE = 62  # pixels of the longest run


def open_qoi(path: Path) -> Pages:
    """Read a QOI picture; one without its end goes to Pillow, which says what is missing, as the library does not."""
    check_bytes(path.name, path.stat().st_size)
    data = path.read_bytes()
    if len(data) < _HEADER_BYTES or not data.endswith(_END):
        return PillowPages(path)
    width, height, channels = struct.unpack_from(">IIB", data, 4)
    check_size(path.name, height, width, channels)
    if height * width > _MOST_OF_A_BYTE * (len(data) - _HEADER_BYTES - len(_END)):
        raise SourceError(f"{path.name} is cut short: only a part of the picture is there.")
    try:
        pixels = imagecodecs.qoi_decode(data)
    except Exception as error:  # its own kind of error is known only once the codec is imported
        raise SourceError(f"{path.name} is damaged: its pixels cannot be read.") from error
    names = channel_names(pixels.shape[2], has_alpha=pixels.shape[2] == 4)
    return SinglePage(Page(from_pixels(pixels), names, samples=samples_of(pixels.dtype)))
