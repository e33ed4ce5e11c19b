"""PBM, PGM, PPM and PFM, read here because Pillow rounds, and OpenCV refuses, files whose maximum is not 255.

The formats are described at https://netpbm.sourceforge.net/doc/ and https://www.pauldebevec.com/Research/HDR/PFM/.
"""

import re
from pathlib import Path
from typing import BinaryIO

import numpy as np

from convexplorer.sources.decoders.pages import Page, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_LONGEST_TOKEN = 64
_LONGEST_COMMENT = 4096


def open_netpbm(path: Path) -> SinglePage:
    """Read the first picture of a file with the signature P1…P6, Pf or PF."""
    try:
        with path.open("rb") as file:
            kind = file.read(2).decode("ascii")
            image = _read_floats(file, kind) if kind in ("Pf", "PF") else _read_integers(file, kind)
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.") from error
    except _Damage as damage:
        raise SourceError(f"{path.name} is {damage}.") from damage
    return SinglePage(Page(image, channel_names(len(image))))


class _Damage(Exception):
    """A damaged file; the text follows "NAME is " in a sentence."""


def _read_floats(file: BinaryIO, kind: str) -> np.ndarray:
    """Read Pf (grey) or PF (colour): rows from the bottom up, values unscaled."""
    width, height = _size(file)
    try:
        scale = float(_token(file))
    except ValueError as error:
        raise _Damage("damaged: its header holds a word where the scale should be") from error
    channels = 3 if kind == "PF" else 1
    check_size(_name(file), height, width, channels)
    # The scale's sign gives the byte order. Its size is a photometric unit that files rarely mean.
    values = _binary(file, "<f4" if scale < 0 else ">f4", height * width * channels)
    return from_pixels(values.reshape(height, width, channels)[::-1])


def _read_integers(file: BinaryIO, kind: str) -> np.ndarray:
    """Read P1…P3 (text) or P4…P6 (bytes), black and white, grey or colour."""
    width, height = _size(file)
    is_bitmap = kind in ("P1", "P4")
    channels = 3 if kind in ("P3", "P6") else 1
    full_scale = 1 if is_bitmap else _number(file)
    if not 1 <= full_scale <= 65535:
        raise _Damage(f"damaged: its largest value is said to be {full_scale}; 1 to 65535 are possible")
    check_size(_name(file), height, width, channels)
    count = height * width * channels
    if kind == "P4":
        rows = _binary(file, "u1", height * -(-width // 8)).reshape(height, -1)
        values = np.unpackbits(rows, axis=1)[:, :width]
    elif kind in ("P5", "P6"):
        values = _binary(file, "u1" if full_scale < 256 else ">u2", count)
    else:
        values = _words(file, count, is_bitmap)
    values = values.reshape(height, width, channels)
    if is_bitmap:
        return from_pixels(values == 0)  # 1 is ink
    return from_pixels(values, full_scale=float(full_scale))


def _size(file: BinaryIO) -> tuple[int, int]:
    return _number(file), _number(file)


def _number(file: BinaryIO) -> int:
    token = _token(file)
    if not token.isdigit():
        raise _Damage("damaged: its header holds a word where a number should be")
    return int(token)


def _token(file: BinaryIO) -> bytes:
    """Return the next word of the header, skipping whitespace and comments, and consume one space after it."""
    word = b""
    while len(word) < _LONGEST_TOKEN:
        letter = file.read(1)
        if letter == b"#":
            file.readline(_LONGEST_COMMENT)
        elif not letter:
            raise _Damage("cut short: it ends within its header")
        elif not letter.isspace():
            word += letter
        elif word:
            return word
    raise _Damage("damaged: its header cannot be read")


def _binary(file: BinaryIO, dtype: str, count: int) -> np.ndarray:
    data = file.read(count * np.dtype(dtype).itemsize)
    values = np.frombuffer(data, dtype, count=min(count, len(data) // np.dtype(dtype).itemsize))
    if len(values) < count:
        raise _Damage("cut short: only a part of the picture is there")
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _words(file: BinaryIO, count: int, is_bitmap: bool) -> np.ndarray:
    """Read numbers written as text; digits of a bitmap need no space between them."""
    # The longest useful text: five digits and a space a number, and as much again for comments.
    text = re.sub(rb"#[^\n]*", b"", file.read(12 * count + _LONGEST_COMMENT))
    words = re.findall(rb"[01]", text) if is_bitmap else text.split()
    if len(words) < count:
        raise _Damage("cut short: only a part of the picture is there")
    try:
        return np.array(words[:count], "S5").astype(np.uint16)
    except (ValueError, OverflowError) as error:
        raise _Damage("damaged: it holds words where numbers should be") from error


def _name(file: BinaryIO) -> str:
    return Path(file.name).name
