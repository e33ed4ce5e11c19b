"""Animated PNG and GIF for tests, of any disposal and blending, and what they must look like, in plain loops."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from tests.sources.decoders.test_pillow import packed
from tests.sources.files import chunk

STAY, CLEAR, RESTORE = 0, 1, 2
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


@dataclass(frozen=True)
class Part:
    """One frame: stored numbers (H, W, C), their place, and what happens with them."""

    numbers: np.ndarray
    top: int = 0
    left: int = 0
    disposal: int = STAY
    is_over: bool = False
    delay_s: float = 0.1


def apng(size, parts, colour_type=6, bits=8, *, extra=b"", default=None, promised=None):
    """Write an animated PNG; `extra` are chunks, `default` is a picture that is no frame."""
    header = struct.pack(">IIBBBBB", size[1], size[0], bits, colour_type, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    data += chunk(b"acTL", struct.pack(">II", len(parts) if promised is None else promised, 0)) + extra
    if default is not None:
        data += chunk(b"IDAT", _rows(default, bits))
    number = 0
    for part in parts:
        height, width = part.numbers.shape[:2]
        place = (number, width, height, part.left, part.top, round(part.delay_s * 1000), 1000)
        data += chunk(b"fcTL", struct.pack(">5I2H2B", *place, part.disposal, part.is_over))
        if number == 0 and default is None:
            data += chunk(b"IDAT", _rows(part.numbers, bits))
            number += 1
        else:
            data += chunk(b"fdAT", struct.pack(">I", number + 1) + _rows(part.numbers, bits))
            number += 2
    return data + chunk(b"IEND", b"")


def gif(size, parts, *, palette, key=None, background=0):
    """Write a GIF of 4 colours; `key` is the index of the transparent one in frames that are blended over."""
    data = b"GIF89a" + struct.pack("<HHBBB", size[1], size[0], 0x81, background, 0) + palette
    for part in parts:
        height, width = part.numbers.shape[:2]
        is_keyed = part.is_over and key is not None
        flags = (part.disposal + 1) << 2 | is_keyed
        data += b"!\xf9\x04" + struct.pack("<BHBB", flags, round(part.delay_s * 100), key or 0, 0)
        data += b"," + struct.pack("<4HB", part.left, part.top, width, height, 0) + b"\x02" + _codes(part.numbers)
    return data + b";"


def composed(size, parts, colours):
    """Return the frames (H, W, 4) in 0…1; `colours` gives red, green, blue, alpha of a stored pixel."""
    canvas = np.zeros((*size, 4))
    frames = []
    for part in parts:
        before = canvas.copy()
        height, width = part.numbers.shape[:2]
        for row, column in np.ndindex(height, width):
            place = part.top + row, part.left + column
            canvas[place] = _over(canvas[place], colours(part.numbers[row, column]), is_over=part.is_over)
        frames.append(canvas.copy())
        if part.disposal == CLEAR:
            canvas[part.top : part.top + height, part.left : part.left + width] = 0
        elif part.disposal == RESTORE:
            canvas = before
    return frames


def _over(under, over, *, is_over):
    over = np.array(over, float)
    if not is_over or over[3] == 1:
        return over
    alpha = over[3] + under[3] * (1 - over[3])
    if alpha == 0:
        return under
    return np.array([*((over[:3] * over[3] + under[:3] * under[3] * (1 - over[3])) / alpha), alpha])


def _rows(numbers, bits):
    flat = numbers.reshape(len(numbers), -1)
    rows = packed(flat, bits) if bits != 8 else flat.astype(np.uint8)
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))


def _codes(numbers):
    """Pack indices of 2 bits by LZW in codes of 3, which are cleared before they grow."""
    codes = [code for pair in np.array_split(numbers.ravel(), -(-numbers.size // 2)) for code in (4, *pair)] + [5]
    digits = np.array(codes)[:, None] >> np.arange(3) & 1
    data = np.packbits(digits.ravel().astype(np.uint8), bitorder="little").tobytes()
    return b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255)) + b"\0"
