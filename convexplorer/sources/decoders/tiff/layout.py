"""Whether a page can be read, decided by its directory, before memory is taken for its pixels.

tifffile takes the memory that a directory claims, and reads missing strips as zeros; here both are noticed first.
"""

import math
from typing import cast

from tifffile import COMPRESSION, TIFF, TiffPage

from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import MAX_FILE_BYTES, check_size

STORED = 1
LERC = 34887
# Strips or tiles are pictures of their own, with their own headers.
JPEG = (7, 33007, 34892)
JPEG_2000 = (33003, 33004, 33005, 34712)
PICTURES = (*JPEG, *JPEG_2000, LERC, 34933, 50001, 34927, 50002, 52546)
# CCITT (2, 3, 4), LZW, deflate, PackBits, LZMA, zstd.
_PACKED = (2, 3, 4, 5, 8, 32946, 50013, 32773, 34925, 50000, 34926)
LOG_LUV = (34676, 34677)  # without tifffile
_NAMES = {6: "old-style JPEG", 22610: "JPEG XR", 34934: "JPEG XR", 34661: "JBIG", 34715: "JBIG2"}

_DIFFERENCES, _FLOAT_DIFFERENCES = (2, 34892, 34893), (3, 34894, 34895)
_COMPLEX = (5, 6)
_MAX_SLICES = 1
_MOST_READ_AGAIN = 4  # times: equal tiles are sometimes stored once


def check(name: str, page: TiffPage) -> None:
    """Raise `SourceError` if a page is too large, or of a kind that cannot be read.

    Parameters
    ----------
    name : the file's name, with which the sentence begins.
    """
    sizes = (page.imagelength, page.imagewidth, page.imagedepth, page.samplesperpixel, page.tilelength, page.tilewidth)
    if not all(isinstance(size, int) for size in sizes):  # several values where one is due
        raise SourceError(f"{name} is damaged: its header does not say how large the picture is.")
    _check_numbers(name, page)
    _check_compression(name, page)
    check_size(name, page.imagelength, page.imagewidth, page.samplesperpixel)
    if page.imagedepth > _MAX_SLICES:
        raise SourceError(f"{name} holds a volume of {page.imagedepth} slices in one page; save a page for each slice.")
    if page.is_tiled:
        check_size(name, page.tilelength, page.tilewidth, page.samplesperpixel)
    _check_segments(name, page)


def count_missing(page: TiffPage) -> tuple[int, int]:
    """Return how many strips or tiles of a page are not stored, and how many there should be."""
    needed = math.prod(page.chunked)
    there = sum(1 for offset, size in zip(page.dataoffsets, page.databytecounts, strict=False) if offset and size)
    return max(0, needed - there), needed


def _check_numbers(name: str, page: TiffPage) -> None:
    if page.sampleformat in _COMPLEX:
        raise SourceError(
            f"{name} holds complex numbers; a picture has real ones. Save their magnitude or their parts."
        )
    depth = cast(object, page.bitspersample)  # a tuple if the channels differ
    if isinstance(depth, tuple) and page.dtype is None:
        bits = ", ".join(map(str, depth[:8]))
        raise SourceError(f"{name} stores its channels with different numbers of bits ({bits}), which cannot be read.")
    formats = page.tags.valueof(339)
    if isinstance(formats, tuple) and len(set(formats[: page.samplesperpixel])) > 1:
        raise SourceError(f"{name} mixes whole numbers and floats in its channels, which cannot be read.")
    if page.dtype is None:
        kind = {1: "whole numbers", 2: "signed whole numbers", 3: "floats"}.get(int(page.sampleformat), "numbers")
        raise SourceError(f"{name} holds {kind} of {page.bitspersample} bits, which cannot be read.")


def _check_compression(name: str, page: TiffPage) -> None:
    code = int(page.compression)
    if code in LOG_LUV:
        return
    is_known = code in (STORED, *_PACKED, *PICTURES)
    if not is_known or code not in TIFF.DECOMPRESSORS:
        title = _NAMES.get(code) or (COMPRESSION(code).name if code in set(COMPRESSION) else "an unknown method")
        lacking = "which this installation of imagecodecs lacks" if is_known else "which cannot be read"
        raise SourceError(
            f"{name} is compressed by {title} (TIFF compression {code}), {lacking}. "
            "Save it with LZW or ZIP compression, or as PNG."
        )
    predictor = int(page.predictor)
    if predictor == 1 or code in PICTURES:
        return
    is_float = page.dtype is not None and page.dtype.kind == "f"
    is_whole_bytes = page.bitspersample in (8, 16, 32, 64)
    if (predictor in _DIFFERENCES and is_whole_bytes) or (
        predictor in _FLOAT_DIFFERENCES and is_whole_bytes and is_float
    ):
        return
    kind = f"{page.bitspersample}-bit {'floats' if is_float else 'whole numbers'}"
    raise SourceError(
        f"{name} is packed with the predictor {predictor}, which for {kind} has no known meaning. "
        "Save it without a predictor."
    )


def _check_segments(name: str, page: TiffPage) -> None:
    """Check that the file holds the bytes that the page refers to."""
    length = page.parent.filehandle.size
    whole = "only a part of the picture is there"
    if page.is_contiguous:
        if page.dataoffsets[0] + page.nbytes > length:
            raise SourceError(f"{name} is cut short: {whole}.")
        return
    segments = [*zip(page.dataoffsets, page.databytecounts, strict=False)]
    if any(int(offset) + int(size) > length for offset, size in segments):
        raise SourceError(f"{name} is cut short: {whole}.")
    if sum(int(size) for _, size in segments) > max(_MOST_READ_AGAIN * length, MAX_FILE_BYTES):
        raise SourceError(f"{name} is damaged: its strips or tiles lie over each other.")
    missing, needed = count_missing(page)
    if len(segments) < needed or missing == needed:
        raise SourceError(f"{name} is damaged: {missing} of its {needed} strips or tiles are missing.")
