"""The numbers of a picture that Pillow has opened, as they are stored: all their bits, and transparency where declared.

Pillow reduces colours of more than 8 bits to 8. OpenCV decodes these, after Pillow has checked that the file is
complete (OpenCV would return part of a truncated file, or fail without a reason).
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from convexplorer.sources.decoders.headers import Header
from convexplorer.sources.decoders.opencv import decode
from convexplorer.sources.frame import SourceError

# Pillow decodes runs of BMP in Python: 49 kB could take 28 s. OpenCV is fast, but wraps rows that are too long.
MOST_RUN_PIXELS = 4_000_000

# Modes that NumPy should not see, and what stands for them without loss for our purpose.
_READABLE_MODES = {"La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "CMYK": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
_PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA", "I;16", "I;16L", "I;16B", "I", "F")
_KEYED_MODES = ("1", "L", "RGB", "I;16", "I;16L", "I;16B")  # one grey or colour may be declared transparent


def read_stored(
    image: Image.Image, header: Header, name: str, read_file: Callable[[], np.ndarray], *, mode: str = ""
) -> tuple[np.ndarray, int]:
    """Load a page; return its numbers as they are stored, (H, W) or (H, W, C), and their significant bits.

    Parameters
    ----------
    name : of the file, for sentences.
    read_file : returns all bytes of the file, for OpenCV.
    mode : Pillow's mode of every page of an animation, "RGB" or "RGBA"; "" for a picture.
    """
    tiles = getattr(image, "tile", ())
    if tiles and tiles[0].codec_name == "bmp_rle" and image.width * image.height > MOST_RUN_PIXELS:
        pixels = decode(read_file())
        if pixels is None:
            raise SourceError(f"{name} is damaged or cut short: its pixels cannot be read.")
        return pixels, 8
    image.load()
    deep = None if mode else _deep_pixels(image, header, read_file)
    pixels, bits = _pixels(image, header, name, mode or _mode(image)) if deep is None else (deep, header.bits)
    key = header.key if header.key is not None else image.info.get("transparency")
    if image.mode in _KEYED_MODES and key is not None and not mode:
        pixels = _with_alpha(pixels, key, 2**bits - 1)
    return pixels, bits


def _pixels(image: Image.Image, header: Header, name: str, mode: str) -> tuple[np.ndarray, int]:
    """Return the loaded page as Pillow decodes it, without the stretching of few bits."""
    bits = header.bits
    if mode not in _PLAIN_MODES:
        raise SourceError(f"{name} has colours of the kind {mode}. Save it as RGB first.")
    pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    if mode == "1":
        return pixels, 1
    if mode == "L" and image.mode == "L" and bits < 8:  # only PNG says so
        return pixels // (255 // (2**bits - 1)), bits
    if mode.startswith("I;16") and image.format == "JPEG2000":
        return pixels >> max(0, 16 - bits), min(bits, 16)
    return pixels, pixels.dtype.itemsize * 8


def _mode(image: Image.Image) -> str:
    """Return the mode in which a picture is read."""
    if image.mode in ("P", "PA"):
        mode = "L" if _has_grey_palette(image) else "RGB"
        return mode + "A" if image.has_transparency_data else mode
    return _READABLE_MODES.get(image.mode, image.mode)


def _deep_pixels(image: Image.Image, header: Header, read_file: Callable[[], np.ndarray]) -> np.ndarray | None:
    """Decode colours of 9 to 16 bits by OpenCV; None if there are none or OpenCV fails."""
    if not 8 < header.bits <= 16 or image.mode not in ("L", "LA", "RGB", "RGBA"):
        return None
    pixels = decode(read_file())
    if pixels is None or pixels.dtype != np.uint16:
        return None
    if pixels.ndim == 2:
        return pixels
    # OpenCV repeats the grey of grey with alpha three times, and makes alpha of one transparent colour.
    mode = "LA" if header.is_grey else image.mode
    return pixels[:, :, {"L": [0], "LA": [0, -1], "RGB": [0, 1, 2]}.get(mode, slice(None))]


def _with_alpha(pixels: np.ndarray, key: int | tuple[int, ...], opaque: int) -> np.ndarray:
    """Return pixels with an alpha channel that is 0 where they equal the transparent grey or colour."""
    sought = np.bitwise_and(key, opaque)  # the PNG specification: of fewer than 16 bits, only the lowest count
    is_clear = (np.atleast_3d(pixels) == sought).all(axis=2)
    return np.dstack((pixels, np.where(is_clear, 0, opaque).astype(pixels.dtype)))


def _has_grey_palette(image: Image.Image) -> bool:
    """Return True if a palette has only greys, as in a grey GIF."""
    palette = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
    return bool((palette == palette[:, :1]).all())
