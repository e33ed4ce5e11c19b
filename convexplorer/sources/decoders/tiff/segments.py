"""The numbers of a page, decoded by tifffile; strips and tiles that are pictures themselves are checked one by one.

A JPEG of a few bytes may claim 65,535 × 65,535 pixels inside a page of 10 × 10. imagecodecs takes that memory unless it
is given an array to write into, so it is given one of the size that the page's directory claims.
"""

import io
import math
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import numpy as np
from tifffile import TIFF, TiffFrame, TiffPage

from convexplorer._threads import thread_count
from convexplorer.sources.decoders.tiff.layout import JPEG, JPEG_2000, LERC, PICTURES
from convexplorer.sources.limits import MAX_PIXELS

_WEBP = (50001, 34927)
_START_OF_SCAN = b"\xff\xda"
_MOST_SCANNED_PIXELS = 20 * MAX_PIXELS  # programs write about ten scans
_SMALL_SEGMENT = 65536  # bytes; below, handing it to another thread takes longer than decoding it


class Damage(Exception):
    """A strip or tile that is no picture of the size that its page claims."""


def read(page: TiffPage, start: int | None = None) -> np.ndarray:
    """Return the numbers of a page as stored, (H, W), (H, W, C) or, channel by channel, (C, H, W).

    Parameters
    ----------
    start : offset of the numbers if the page's directory describes several pages that lie behind each other.
    """
    if start is not None:
        frame = TiffFrame(page.parent, page.index, dataoffsets=(start,), databytecounts=(page.nbytes,), keyframe=page)
        return frame.asarray()
    if page.compression in PICTURES:
        return _from_pictures(page)
    is_small = page.nbytes < _SMALL_SEGMENT * math.prod(page.chunked)
    return page.asarray(maxworkers=1 if is_small else thread_count())


def _from_pictures(page: TiffPage) -> np.ndarray:
    """Assemble a page from strips or tiles that are pictures."""
    decode = _decoder(page)
    pixels = np.zeros(page.shaped, page.dtype)  # (separate samples, depth, rows, columns, samples of a pixel)
    count = math.prod(page.chunked)
    for data, index in page.parent.filehandle.read_segments(page.dataoffsets, page.databytecounts, length=count):
        assert isinstance(index, int)
        _, (sample, depth, row, column, _), (_, rows, columns, _) = page.decode(None, index)
        part = pixels[sample, depth, row : row + rows, column : column + columns]
        if isinstance(data, bytes):  # else it is not stored
            part[...] = _decoded(decode, data, page, part)[: part.shape[0], : part.shape[1]]
    return pixels.reshape(page.shape)


def _decoded(decode: Callable[..., np.ndarray], data: bytes, page: TiffPage, part: np.ndarray) -> np.ndarray:
    """Decode one picture (rows, columns, samples); at the edge of the page it may be stored whole or cropped."""
    rows, columns, samples = part.shape
    whole = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, columns)
    _check_claim(page, data, math.prod(whole))
    for size in dict.fromkeys([whole, (rows, columns), (rows, whole[1])]):
        with suppress(ValueError):  # another size: nothing has been decoded
            out = np.empty(size if samples == 1 else (*size, samples), page.dtype)
            return decode(data, out=out).reshape(*size, samples)
    raise Damage


def _decoder(page: TiffPage) -> Callable[..., np.ndarray]:
    """Return a function of (data, out) that decodes one picture."""
    decode: Callable[..., np.ndarray] = TIFF.DECOMPRESSORS[page.compression]
    if page.compression in JPEG:
        from tifffile.tifffile import jpeg_decode_colorspace  # what tifffile itself decides by

        stored, wanted = jpeg_decode_colorspace(page.photometric, page.planarconfig, page.extrasamples, page.is_jfif)
        colours = {"colorspace": stored, "outcolorspace": wanted}
        return partial(decode, bitspersample=page.bitspersample, tables=page.jpegtables, **colours)
    if page.compression in _WEBP and page.samplesperpixel == 4:
        return partial(decode, hasalpha=True)  # may be left out where all is opaque
    return decode


def _check_claim(page: TiffPage, data: bytes, cells: int) -> None:
    """Raise `Damage` if a picture takes long, or claims more cells in a format whose decoder looks too late."""
    if page.compression in JPEG:
        # A progressive JPEG goes over all its pixels in each scan, and a scan takes a hundred bytes.
        if data.count(_START_OF_SCAN) * page.imagelength * page.imagewidth > _MOST_SCANNED_PIXELS:
            raise Damage
        return
    if page.compression == LERC:
        # https://github.com/Esri/lerc: "Lerc2 ", version, from version 3 a checksum, rows, columns.
        if not data.startswith(b"Lerc2 "):
            raise Damage
        version = struct.unpack_from("<i", data, 6)[0]
        height, width = struct.unpack_from("<ii", data, 14 if version >= 3 else 10)
    elif page.compression in JPEG_2000:
        from PIL import Image

        width, height = Image.open(io.BytesIO(data), formats=("JPEG2000",)).size
    else:
        return
    if height * width > cells:
        raise Damage
