"""Two rare kinds of pages that tifffile does not decode, and the libtiff inside of OpenCV does.

Pillow contains libtiff as well, but reads such pages by its own decoder if they are not compressed, and wrongly.
"""

from pathlib import Path

from tifffile import TiffPage

from convexplorer.sources.decoders.opencv import decode, read_bytes
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of
from convexplorer.sources.decoders.tiff.layout import JPEG, LOG_LUV
from convexplorer.sources.frame import SourceError


def is_elsewhere(page: TiffPage) -> bool:
    """Return True for SGI LogLuv, and for YCbCr with fewer differences of colour than pixels, except in JPEG."""
    return page.compression in LOG_LUV or (page.is_subsampled and page.compression not in JPEG)


def read_elsewhere(path: Path, index: int) -> Page:
    """Decode the page of such a kind whose directory is the one of this index in the file, upright."""
    pixels = decode(read_bytes(path), index)
    if pixels is None:
        raise SourceError(f"{path.name} is damaged or cut short: its pixels cannot be decoded.")
    image = from_pixels(pixels)
    return Page(image, channel_names(len(image)), samples=samples_of(pixels.dtype))
