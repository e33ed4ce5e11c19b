"""PBM, PGM, PPM, PAM and PFM, read here because no library reads all of them as they are.

Pillow rounds, and OpenCV refuses, files whose maximum is not 255 or 65535; PAM neither reads with its alpha named.
`netpbmfile` takes memory for a whole file before its size is known, skips words that should be numbers, and leaves PFM
upside down.
The formats are described at https://netpbm.sourceforge.net/doc/ and https://www.pauldebevec.com/Research/HDR/PFM/.
"""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from convexplorer.sources.decoders.pages import Page, SinglePage
from convexplorer.sources.decoders.pixels import channel_names, from_pixels, samples_of
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

_LONGEST_TOKEN = 64
_LONGEST_HEADER = 65536
_MOST_DIGITS = 10
_BLOCK_BYTES = 1 << 20  # words take many times their letters, so that text is read in blocks


def open_netpbm(path: Path) -> SinglePage:
    """Read the first picture of a file with the signature P1…P7, Pf or PF."""
    try:
        with path.open("rb") as file:
            kind = file.read(2).decode("ascii")
            page = _READERS.get(kind, _read_integers)(file, kind)
            if kind in ("P4", "P5", "P6", "P7") and file.read(2) == kind.encode():
                page = replace(page, note=f"{page.note} Only the first of its pictures is read.".strip())
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}.") from error
    except _Damage as damage:
        raise SourceError(f"{path.name} is {damage}.") from damage
    return SinglePage(page)


_CUT_SHORT = "cut short: only a part of the picture is there"


class _Damage(Exception):
    """A damaged file; the text follows "NAME is " in a sentence."""


def _read_floats(file: BinaryIO, kind: str) -> Page:
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
    image = from_pixels(values.reshape(height, width, channels)[::-1])
    return Page(image, channel_names(channels), samples=samples_of(image.dtype))


def _read_integers(file: BinaryIO, kind: str) -> Page:
    """Read P1…P3 (text) or P4…P6 (bytes), black and white, grey or colour."""
    width, height = _size(file)
    is_bitmap = kind in ("P1", "P4")
    channels = 3 if kind in ("P3", "P6") else 1
    full_scale = 1 if is_bitmap else _number(file)
    _check_scale(full_scale)
    check_size(_name(file), height, width, channels)
    count = height * width * channels
    if kind == "P4":
        rows = _binary(file, "u1", height * -(-width // 8)).reshape(height, -1)
        values = np.unpackbits(rows, axis=1)[:, :width]
    elif kind in ("P5", "P6"):
        values = _binary(file, "u1" if full_scale < 256 else ">u2", count)
    else:
        values = _digits(file, count) if is_bitmap else _words(file, count)
    values = values.reshape(height, width, channels)
    if is_bitmap:
        return Page(from_pixels(values == 0), channel_names(1), samples=samples_of(np.dtype(bool)))  # 1 is ink
    return _scaled(values, full_scale)


def _read_arbitrary(file: BinaryIO, _kind: str) -> Page:
    """Read P7: lines of names and numbers, then bytes of any number of channels. Here 1 is white, also of a bitmap."""
    numbers, types = {}, []
    while (line := file.readline(_LONGEST_HEADER).split(None, 1)) != [b"ENDHDR"]:
        if file.tell() == os.fstat(file.fileno()).st_size:
            raise _Damage("cut short: it ends within its header")
        if file.tell() > _LONGEST_HEADER:
            raise _Damage("damaged: its header cannot be read")
        name, value = (*line, b"", b"")[:2]
        if name == b"TUPLTYPE":
            types.append(value.strip())
        elif name in _NUMBERS_OF_P7 and value.strip().isdigit() and len(value) < _LONGEST_TOKEN:
            numbers[name] = int(value)
    if len(numbers) < len(_NUMBERS_OF_P7):
        raise _Damage("damaged: its header does not say how large the picture is")
    width, height, channels, full_scale = (numbers[name] for name in _NUMBERS_OF_P7)
    _check_scale(full_scale)
    check_size(_name(file), height, width, channels)
    values = _binary(file, "u1" if full_scale < 256 else ">u2", height * width * channels)
    has_alpha = channels in (2, 4) and b" ".join(types).endswith(b"_ALPHA")
    return _scaled(values.reshape(height, width, channels), full_scale, has_alpha=has_alpha)


_NUMBERS_OF_P7 = (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL")
_READERS = {"Pf": _read_floats, "PF": _read_floats, "P7": _read_arbitrary}


def _check_scale(full_scale: int) -> None:
    if not 1 <= full_scale <= 65535:
        raise _Damage(f"damaged: its largest value is said to be {full_scale}; 1 to 65535 are possible")


def _scaled(values: np.ndarray, full_scale: int, *, has_alpha: bool = False) -> Page:
    """Return numbers (H, W, C), of which `full_scale` becomes 1."""
    note = ""
    if values.max() > full_scale:
        values = np.minimum(values, full_scale)
        note = f"Some of its numbers exceed {full_scale}, the largest that its header allows; they are shown as that."
    samples = samples_of(values.dtype, bits=full_scale.bit_length(), full_scale=float(full_scale))
    names = channel_names(values.shape[2], has_alpha=has_alpha)
    return Page(from_pixels(values, full_scale=samples.full_scale), names, note, samples)


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
    while len(word) < _LONGEST_TOKEN and file.tell() < _LONGEST_HEADER:
        letter = file.read(1)
        if letter == b"#":
            file.readline(_LONGEST_HEADER)
        elif not letter:
            raise _Damage("cut short: it ends within its header")
        elif not letter.isspace():
            word += letter
        elif word:
            return word
    raise _Damage("damaged: its header cannot be read")


def _binary(file: BinaryIO, dtype: str, count: int) -> np.ndarray:
    size = count * np.dtype(dtype).itemsize
    _check_rest(file, size)
    values = np.frombuffer(file.read(size), dtype)
    if len(values) < count:
        raise _Damage(_CUT_SHORT)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _digits(file: BinaryIO, count: int) -> np.ndarray:
    """Read the digits 0 and 1 of a bitmap, which need no space between them."""
    _check_rest(file, count)
    blocks, found = [], 0
    while found < count and (text := _without_comments(file, file.read(_BLOCK_BYTES))):
        letters = np.frombuffer(text, np.uint8)
        blocks.append(letters[(letters == ord("0")) | (letters == ord("1"))] - np.uint8(ord("0")))
        found += len(blocks[-1])
    if found < count:
        raise _Damage(_CUT_SHORT)
    return np.concatenate(blocks)[:count]


def _words(file: BinaryIO, count: int) -> np.ndarray:
    """Read numbers written as text; those beyond 16 bits become 65535."""
    _check_rest(file, 2 * count - 1)
    values = np.empty(count, np.uint16)
    found = 0
    while found < count and (text := _whole_words(file, file.read(_BLOCK_BYTES))):
        words = _without_comments(file, text).split()[: count - found]
        if not all(word.isdigit() and len(word) <= _MOST_DIGITS for word in words):
            raise _Damage("damaged: it holds words where numbers should be")
        values[found : found + len(words)] = np.minimum(np.array(words, f"S{_MOST_DIGITS}").astype(np.int64), 65535)
        found += len(words)
    if found < count:
        raise _Damage(_CUT_SHORT)
    return values


def _whole_words(file: BinaryIO, text: bytes) -> bytes:
    """Return a block without the beginning of a word at its end, to which the file is set back."""
    if len(text) < _BLOCK_BYTES or text[-1:].isspace():
        return text
    words = text.rsplit(None, 1)
    if len(words) == 1:
        raise _Damage("damaged: it holds words where numbers should be")
    file.seek(-len(words[1]), os.SEEK_CUR)
    return words[0]


def _without_comments(file: BinaryIO, text: bytes) -> bytes:
    """Return a block without comments; of one that goes on behind it, the rest is skipped."""
    if text.rfind(b"#") > text.rfind(b"\n"):
        while (rest := file.readline(_BLOCK_BYTES)) and not rest.endswith(b"\n"):
            pass
    return re.sub(rb"#[^\n]*", b" ", text)


def _check_rest(file: BinaryIO, size: int) -> None:
    """Raise an error if fewer bytes are left in the file, before memory is taken for them."""
    if os.fstat(file.fileno()).st_size - file.tell() < size:
        raise _Damage(_CUT_SHORT)


def _name(file: BinaryIO) -> str:
    return Path(file.name).name
