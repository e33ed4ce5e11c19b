"""The usual picture formats, read by Pillow, which supports palettes, CMYK and EXIF, and explains failures.

Animated WebP and AVIF as well, whose own libraries compose the frames; those of GIF and PNG are composed by
`animation.py`.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import BmpImagePlugin, ExifTags, Image, PngImagePlugin, UnidentifiedImageError

from convexplorer.sources.decoders.headers import read_header
from convexplorer.sources.decoders.opencv import read_bytes
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pixels import WIDE_INTEGER_NOTE, channel_names, from_pixels, samples_of, turned
from convexplorer.sources.decoders.stored import MOST_RUN_PIXELS, read_stored
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import MAX_PIXELS, check_animated_size, check_bytes, check_size, too_many_pixels
from convexplorer.sources.paths import refusal

# Pillow warns of more and refuses twice as many, before it allocates; some formats allocate while they are opened,
# before our own check: a GIF of 43 bytes takes 4 GB.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024**2  # of unpacked text or profile: those of printers take more than its 1 MB

# A progressive JPEG goes over all its pixels in each scan, and a scan takes a hundred bytes: 100 kB could take an hour.
# Programs write about ten scans.
_MOST_SCANNED_PIXELS = 20 * MAX_PIXELS

_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP", "DIB", "GIF", "JPEG2000", "ICO", "TGA", "QOI")
_ANIMATIONS = ("WEBP", "AVIF")
DEFAULT_DELAY_MS = 100  # what browsers take when an animation says 0
_PALETTE_BANDS = {"P": 3, "PA": 4}  # what a palette becomes; to look into it, Pillow would decode the picture


class PillowPages:
    """The pages of a picture file read by Pillow."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_animation = self._has_alpha = self._is_read = False
        check_bytes(path.name, path.stat().st_size)
        with explained(path):
            self._image: Image.Image = Image.open(path, formats=_FORMATS)
        try:
            with explained(path):
                self._header = read_header(path, self._image.format or "")
                self._check_size()
                self._check_scans()
                self._measure()
        except SourceError:
            self.close()
            raise

    def page(self, index: int, /) -> Page:
        """Decode one page or frame, upright."""
        with explained(self._path):
            if self._is_read:
                self._image = Image.open(self._path, formats=_FORMATS)
            if self.count > 1 or self._is_read:
                self._go_to(index)
            mode = ("RGBA" if self._has_alpha else "RGB") if self._is_animation else ""
            pixels, bits = read_stored(
                self._image, self._header, self._path.name, lambda: read_bytes(self._path), mode=mode
            )
            orientation = orientation_of(self._image)
            if self.count == 1:  # Pillow's copy of the pixels: 600 MB of the largest picture
                self._image.close()
                self._is_read = True
        is_scaled = pixels.dtype.kind == "u"
        samples = samples_of(pixels.dtype, bits=bits, full_scale=2.0**bits - 1 if is_scaled else None)
        image = from_pixels(pixels, full_scale=samples.full_scale)
        # Pillow's modes have two channels or four only with alpha; four inks it converts.
        names = channel_names(len(image), has_alpha=len(image) in (2, 4) and self._header.has_alpha)
        return Page(turned(image, orientation), names, self._note(bits), samples)

    def duration_s(self, index: int, /) -> float:
        """Return the seconds for which a frame of an animation is shown."""
        with explained(self._path):
            self._go_to(index)
            self._image.load()  # WebP and AVIF know a frame's delay only once it is decoded
        return (float(self._image.info.get("duration") or 0) or DEFAULT_DELAY_MS) / 1000

    def close(self) -> None:
        """Release the file."""
        self._image.close()

    def _go_to(self, index: int) -> None:
        self._image.seek(index)
        self._check_size()

    def _check_size(self) -> None:
        width, height = self._image.size
        bands = _PALETTE_BANDS.get(self._image.mode, Image.getmodebands(self._image.mode))
        check_size(self._path.name, height, width, bands)
        if self._header.size:
            check_size(self._path.name, *self._header.size)

    def _check_scans(self) -> None:
        if not self._image.info.get("progressive"):
            return
        scans = self._path.read_bytes().count(b"\xff\xda")  # in the numbers of a scan this pair cannot occur
        if scans * self._image.width * self._image.height > _MOST_SCANNED_PIXELS:
            raise SourceError(
                f"{self._path.name} is refused: it goes {scans} times over its pixels, which would take minutes. "
                "Save it as an ordinary JPEG."
            )

    def _measure(self) -> None:
        """Determine the number of pages, the frame rate and the bit depth."""
        image = self._image
        # The further pictures of an MPO are previews or the other eye, not a sequence.
        self.count = int(getattr(image, "n_frames", 1)) if image.format in _ANIMATIONS else 1
        self.rate_hz: float | None = None
        self._is_animation = self.count > 1
        self._has_alpha = image.has_transparency_data
        if self._is_animation:
            check_animated_size(self._path.name, image.height, image.width)
            image.load()  # WebP and AVIF know a frame's delay only once it is decoded
            self.rate_hz = 1000 / (float(image.info.get("duration") or 0) or DEFAULT_DELAY_MS)

    def _note(self, bits: int) -> str:
        """Return what the user should know about the loaded page."""
        mode = self._image.mode
        if mode == "CMYK":
            return "Its CMYK inks were converted to red, green and blue."
        if mode == "I":
            return WIDE_INTEGER_NOTE
        if bits < self._header.bits and self._header.bits > 8:
            return f"Read with {bits} of its {self._header.bits} bits."
        if self._header.is_signed:
            return "Its numbers are signed; half of their range was added to them."
        return ""


class _SmallRuns(BmpImagePlugin.BmpRleDecoder):
    """Pillow's decoder of run lengths, for pictures that it decodes in a second, also in icons."""

    def decode(self, buffer: Image.DecoderInput) -> tuple[int, int]:
        if self.state.xsize * self.state.ysize > MOST_RUN_PIXELS:
            raise ValueError("its runs of pixels cannot be read")
        return super().decode(buffer)


Image.register_decoder("bmp_rle", _SmallRuns)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Convert Pillow's exceptions to `SourceError`, and suppress its warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SourceError:
        raise
    except Image.DecompressionBombError as error:
        pixels = int((re.findall(r"\d+", str(error)) or ["0"])[0])
        raise SourceError(too_many_pixels(path.name, pixels)) from error
    except UnidentifiedImageError as error:
        raise SourceError(f"{path.name} is damaged: its header cannot be read.") from error
    except FileNotFoundError as error:
        raise SourceError(refusal(path, error)) from error
    except MemoryError as error:
        raise SourceError(f"{path.name} is too large for the memory that is free.") from error
    except Exception as error:  # its parsers stumble over a broken file in any way there is
        reason = str(error).strip().rstrip(".") or type(error).__name__
        if "MAX_TEXT" in reason:
            raise SourceError(f"{path.name} is refused: a text or profile in it unpacks to over 16 MB.") from error
        if any(word in reason.lower() for word in ("truncated", "not enough", "unexpected end", "incomplete")):
            raise SourceError(f"{path.name} is cut short: only a part of the picture is there.") from error
        raise SourceError(f"{path.name} is damaged: {reason}.") from error


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation 1…8; 1 if the EXIF data is missing or broken."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # see `explained`
        return 1
