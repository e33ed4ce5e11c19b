"""The usual picture formats, read by Pillow, which supports palettes, CMYK, EXIF and animations, and explains failures.

Pillow reduces colours of more than 8 bits to 8. OpenCV decodes these, after Pillow has checked that the file is
complete (OpenCV would return part of a truncated file, or fail without a reason).
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from convexplorer.sources.decoders.opencv import decode, read_bytes
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import WIDE_INTEGER_NOTE, channel_names, from_pixels, turned
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_size

# Its limit is a warning at 89 megapixels; ours (limits.py) lets 100 open and refuses what is really too large.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "DIB", "GIF", "JPEG2000", "ICO", "TGA", "QOI")
_ANIMATIONS = ("GIF", "WEBP", "PNG", "AVIF")
_DEFAULT_DELAY_MS = 100  # what browsers take when an animation says 0

# Modes that NumPy should not see, and what stands for them without loss for our purpose.
_READABLE_MODES = {"La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "CMYK": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
_PLAIN_MODES = ("1", "L", "LA", "RGB", "RGBA", "I;16", "I;16L", "I;16B", "I", "F")


class PillowPages:
    """The pages of a picture file read by Pillow."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with explained(path):
            self._image: Image.Image = Image.open(path, formats=_FORMATS)
        try:
            self._check_size()
            with explained(path):
                self._measure()
        except SourceError:
            self.close()
            raise

    def page(self, index: int, /) -> Page:
        """Decode one page or frame, upright."""
        with explained(self._path):
            if self.count > 1:
                self._image.seek(index)
                self._check_size()
            self._image.load()
            orientation = _orientation(self._image)
            deep = self._deep_image()
            image = from_pixels(self._pixels()) if deep is None else deep
        note = ""
        if self._image.mode == "CMYK":
            note = "Its CMYK inks were converted to red, green and blue."
        elif self._image.mode == "I":
            note = WIDE_INTEGER_NOTE
        elif deep is None and self._bits > 8 and not self._image.mode.startswith("I"):
            note = f"Read with 8 of its {self._bits} bits."
        # Pillow's modes have two channels or four only with alpha; four inks it converts.
        names = channel_names(len(image), has_alpha=len(image) in (2, 4))
        return Page(turned(image, orientation), names, note)

    def close(self) -> None:
        """Release the file."""
        self._image.close()

    def _check_size(self) -> None:
        width, height = self._image.size
        check_size(self._path.name, height, width, len(self._image.getbands()))

    def _measure(self) -> None:
        """Determine the number of pages, the frame rate and the bit depth."""
        image = self._image
        # The further pictures of an MPO are previews or the other eye, not a sequence.
        self.count = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
        self.rate_hz: float | None = None
        self._is_animation = self.count > 1 and image.format in _ANIMATIONS
        self._has_alpha = image.has_transparency_data
        self._bits = _stored_bits(self._path, image.format or "")
        if self._is_animation:
            image.load()  # WebP and AVIF know a frame's delay only once it is decoded
            self.rate_hz = 1000 / (float(image.info.get("duration") or 0) or _DEFAULT_DELAY_MS)

    def _pixels(self) -> np.ndarray:
        """Return the loaded page as (H, W) or (H, W, C)."""
        image = self._image
        mode = _READABLE_MODES.get(image.mode, image.mode)
        if self._is_animation:  # frames of one animation may differ in mode, but the kernels want one channel count
            mode = "RGBA" if self._has_alpha else "RGB"
        elif image.mode in ("P", "PA"):
            mode = "L" if _has_grey_palette(image) else "RGB"
            mode += "A" if image.has_transparency_data else ""
        elif image.mode in ("L", "RGB") and image.has_transparency_data:  # one colour is declared transparent
            mode = image.mode + "A"
        if mode not in _PLAIN_MODES:
            raise SourceError(f"{self._path.name} has colours of the kind {mode}. Save it as RGB first.")
        return np.asarray(image if image.mode == mode else image.convert(mode))

    def _deep_image(self) -> np.ndarray | None:
        """Decode colours of more than 8 bits by OpenCV; None if there are none or OpenCV fails."""
        if self._bits <= 8 or self.count > 1 or self._image.mode not in ("LA", "RGB", "RGBA"):
            return None
        pixels = decode(read_bytes(self._path))
        if pixels is None or pixels.dtype != np.uint16:
            return None
        if pixels.ndim == 3 and _is_grey_with_alpha(self._path):  # OpenCV repeats the grey three times
            pixels = pixels[:, :, [0, 3]]
        return from_pixels(pixels, full_scale=float(2**self._bits - 1))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Convert Pillow's exceptions to `SourceError`, and suppress its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SourceError:
        raise
    except UnidentifiedImageError as error:
        raise SourceError(f"{path.name} is damaged: its header cannot be read.") from error
    except MemoryError as error:
        raise SourceError(f"{path.name} is too large for the memory that is free.") from error
    except Exception as error:  # its parsers stumble over a broken file in any way there is
        reason = str(error).strip().rstrip(".") or type(error).__name__
        if any(word in reason.lower() for word in ("truncated", "not enough", "unexpected end", "incomplete")):
            raise SourceError(f"{path.name} is cut short: only a part of the picture is there.") from error
        raise SourceError(f"{path.name} is damaged: {reason}.") from error


def _stored_bits(path: Path, file_format: str) -> int:
    """Return the bits per sample in the file; 8 if the format has no choice or does not tell."""
    with path.open("rb") as file:
        head = file.read(4096)
    if file_format == "PNG":
        return head[24]
    if file_format == "AVIF":  # av1C box: after its name version, profile, then two flags of depth
        at = head.find(b"av1C")
        flags = head[at + 6] if 0 <= at < len(head) - 6 else 0
        return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
    if file_format == "JPEG2000":  # SIZ marker: the depth of the first component stands 40 bytes behind it
        at = head.find(b"\xff\x4f\xff\x51")
        return (head[at + 42] & 0x7F) + 1 if 0 <= at < len(head) - 42 else 8
    return 8


def _is_grey_with_alpha(path: Path) -> bool:
    """Return True if a PNG stores grey and alpha; at 16 bits, Pillow and OpenCV do not tell."""
    with path.open("rb") as file:
        head = file.read(26)
    return head.startswith(b"\x89PNG") and head[25] == 4


def _has_grey_palette(image: Image.Image) -> bool:
    """Return True if a palette has only greys, as in a grey GIF."""
    palette = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
    return bool((palette == palette[:, :1]).all())


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation 1…8; 1 if the EXIF data is missing or broken."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # see `explained`
        return 1
