"""Limits of picture size, checked by the header before memory is allocated."""

from convexplorer.sources.frame import SourceError

# A photograph of so many pixels must open. In colour it takes 2.35 GB meanwhile (measured), of which 1.8 GB remain; so
# does a picture of one colour whose file has a few hundred kB.
MAX_PIXELS = 150_000_000
MAX_ANIMATED_PIXELS = 40_000_000  # of one frame, which is there several times; 8K has 33 million
MAX_BYTES = 2 * 1024**3  # of the float32 picture: a colour picture of MAX_PIXELS fits
MAX_FILE_BYTES = 2 * 1024**3  # of what must be read as a whole


def check_size(name: str, height: int, width: int, channels: int = 1) -> None:
    """Raise `SourceError` if a picture of this size is empty or exceeds the limits."""
    if height < 1 or width < 1 or channels < 1:
        raise SourceError(f"{name} is damaged: its header says that it is {width} × {height} pixels.")
    pixels = height * width
    if pixels > MAX_PIXELS:
        raise SourceError(too_many_pixels(name, pixels, f"{width} × {height} pixels "))
    size = pixels * channels * 4
    if size > MAX_BYTES:
        raise SourceError(
            f"{name} is too large: its header says {width} × {height} pixels in {channels} channels, which take "
            f"{size / 1024**3:.1f} GB of memory, and at most {MAX_BYTES / 1024**3:.0f} GB are given to a picture."
        )


def check_animated_size(name: str, height: int, width: int) -> None:
    """Raise `SourceError` if the frames of an animation are empty or exceed the limit for animations."""
    check_size(name, height, width)
    if height * width > MAX_ANIMATED_PIXELS:
        raise SourceError(
            f"{name} is too large: its header says {width} × {height} pixels ({_mega(height * width)} megapixels), and "
            f"at most {_mega(MAX_ANIMATED_PIXELS)} can be opened of an animation. Make it smaller first."
        )


def check_bytes(name: str, size: int) -> None:
    """Raise `SourceError` if `size` bytes are too many to be read at once."""
    if size > MAX_FILE_BYTES:
        raise SourceError(
            f"{name} is too large: it holds {size / 1024**3:.1f} GB, and at most {MAX_FILE_BYTES / 1024**3:.0f} GB "
            "can be read."
        )


def too_many_pixels(name: str, pixels: int, size: str = "") -> str:
    """Return the sentence about a picture of more than `MAX_PIXELS`; `size`, if known, is put before the number."""
    found = f"{size}({_mega(pixels)} megapixels)" if size else f"{_mega(pixels)} megapixels"
    return (
        f"{name} is too large: its header says {found}, and at most {_mega(MAX_PIXELS)} can be opened. "
        "Make it smaller or cut out a part first."
    )


def _mega(pixels: int) -> str:
    return f"{pixels / 1e6:.3g}" if pixels < 1e9 else f"{pixels / 1e6:.0f}"
