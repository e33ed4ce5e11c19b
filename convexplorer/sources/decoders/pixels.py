"""The conversion from pixels of files and cameras, (H, W, C) of any type, to images (C, H, W) float32.

Images are contiguous and read-only. Unsigned 8 and 16 bits become 0…1, signed ones −1…1, booleans 0 and 1. Wider
integers are counts or labels of unknown range, so they keep their values, as floats do: no divisor is guessed.
"""

import numpy as np

from convexplorer._cv import cv2
from convexplorer.sources.byte_image import BYTE_LEVELS
from convexplorer.sources.frame import Samples, SourceError

WIDE_INTEGER_NOTE = "Whole numbers of more than 16 bits keep their values; they are not scaled to 0…1."


def from_pixels(pixels: np.ndarray, *, is_bgr: bool = False, full_scale: float | None = None) -> np.ndarray:
    """Convert pixels (H, W) or (H, W, C) to an image (C, H, W).

    Parameters
    ----------
    pixels : of any real or boolean type.
    is_bgr : True swaps the first and third channel, for OpenCV's order.
    full_scale : the integer that becomes 1; by default the largest of the type.
    """
    pixels = np.atleast_3d(pixels)
    channels = pixels.shape[2]
    order = [2, 1, 0, *range(3, channels)] if is_bgr and channels >= 3 else range(channels)
    image = np.empty((channels, *pixels.shape[:2]), np.float32)
    for i, channel in enumerate(order):
        _fill(image[i], pixels[:, :, channel], full_scale)
    image.flags.writeable = False
    return image


def is_wide_integer(dtype: np.dtype) -> bool:
    """Return True for integers of more than 16 bits, which keep their values."""
    return dtype.kind in "iu" and dtype.itemsize > 2


def channel_names(channels: int, *, has_alpha: bool = False) -> tuple[str, ...]:
    """Return the channel names of a picture with this number of channels.

    Parameters
    ----------
    has_alpha : True only if the file says that its last channel is alpha. Without it, 2 and 4 channels are numbered, as
        are more: the last of two dyes, or the infrared of four bands, is no transparency.
    """
    usual = {1: "Y", 3: "RGB"}
    named = usual.get(channels - 1, "") + "A" if has_alpha else usual.get(channels, "")
    return tuple(named) if len(named) == channels else tuple(str(i) for i in range(channels))


def samples_of(dtype: np.dtype, *, bits: int = 0, full_scale: float | None = None) -> Samples:
    """Return the description of stored numbers of this type, scaled as `from_pixels` scales them.

    Parameters
    ----------
    bits : significant bits; by default all of the type.
    full_scale : as given to `from_pixels`; by default the largest number of the type, where that becomes 1.
    """
    bits = bits or (1 if dtype.kind == "b" else dtype.itemsize * 8)
    if full_scale is None and dtype.kind in "iu" and not is_wide_integer(dtype):
        full_scale = float(np.iinfo(dtype).max)
    return Samples(dtype.newbyteorder("=").name, bits, full_scale)


def turned(image: np.ndarray, orientation: int) -> np.ndarray:
    """Turn an image upright by its EXIF orientation 1…8; other numbers change nothing."""
    if orientation not in range(2, 9):
        return image
    if orientation >= 5:
        image = image.transpose(0, 2, 1)
    if orientation in (3, 4, 7, 8):
        image = image[:, ::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, :, ::-1]
    image = np.ascontiguousarray(image)
    image.flags.writeable = False
    return image


def _fill(out: np.ndarray, plane: np.ndarray, full_scale: float | None) -> None:
    """Write one channel into `out`, scaled."""
    dtype = plane.dtype
    if dtype == np.uint8 and full_scale in (None, 255):
        cv2.LUT(np.ascontiguousarray(plane), BYTE_LEVELS, dst=out)
    elif dtype.kind in "iu" and (full_scale or not is_wide_integer(dtype)):
        np.divide(plane, np.float32(full_scale or np.iinfo(dtype).max), out=out, casting="same_kind")
    elif dtype.kind in "iufb":
        with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinite, which the window shows
            out[...] = plane
    else:
        raise SourceError(f"numbers of type {dtype} are not brightness; whole numbers, floats and booleans are")
