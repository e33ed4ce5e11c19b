"""Radiance HDR pictures: the header is read here, OpenCV decodes pixels. Values are radiances and may exceed 1."""

import re
from pathlib import Path

from convexplorer.sources.decoders.opencv import decode, read_bytes
from convexplorer.sources.decoders.pages import Page, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_LONGEST_HEADER = 65536


def open_hdr(path: Path) -> SinglePage:
    """Read a Radiance picture."""
    try:
        data = read_bytes(path)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.") from error
    # The header ends with an empty line; the line behind it holds the size.
    size = re.search(rb"\n\r?\n-Y (\d{1,9}) \+X (\d{1,9})\r?\n", data[:_LONGEST_HEADER].tobytes())
    if size is None:
        raise SourceError(f"{path.name} is damaged: its header does not say how large the picture is.")
    check_size(path.name, int(size[1]), int(size[2]), 3)
    pixels = decode(data)
    if pixels is None:
        raise SourceError(f"{path.name} is damaged or cut short: its pixels cannot be read.")
    image = from_pixels(pixels)
    return SinglePage(Page(image, channel_names(len(image))))
