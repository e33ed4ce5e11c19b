"""Animations whose frames are pictures of their own, drawn over each other: animated PNG, and GIF.

Pillow decodes the pictures. They are composed here, because no library does it rightly for all of them, by measure
(docs/decisions/050): Pillow changes the frame that is to come back, and draws half-transparent colours wrongly; FFmpeg
refuses 16 bits with alpha, and takes 2 and 4 bits for 8; OpenCV holds all frames at once, with 8 bits; imagecodecs
leaves half-transparent colours unblended.
"""

import functools
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from PIL import Image

from convexplorer.sources.decoders.headers import Header
from convexplorer.sources.decoders.pages import Page
from convexplorer.sources.decoders.pillow import DEFAULT_DELAY_MS, explained, orientation_of
from convexplorer.sources.decoders.pixels import from_pixels, samples_of, turned
from convexplorer.sources.decoders.stored import read_stored
from convexplorer.sources.frame import SourceError
from convexplorer.sources.limits import check_animated_size

MAX_FRAMES = 100_000
_BLENDED_PIXELS = 1_000_000  # at once: floats take many times the memory of bytes


@dataclass(frozen=True, slots=True)
class Part:
    """What a file says of one frame.

    Attributes
    ----------
    top, left, height, width : its place on the canvas.
    duration_ms : 0 if the file does not say.
    disposal : what becomes of its place before the next frame: it stays, becomes transparent, or is as before.
    is_over : True if it is blended over the canvas, False if it replaces its place, with its alpha.
    is_opaque : True if none of its pixels can be transparent.
    start, end : where its data are in the file, in bytes.
    key : index of the transparent colour of a GIF, or -1.
    """

    top: int
    left: int
    height: int
    width: int
    duration_ms: float
    disposal: Literal["stay", "clear", "restore"]
    is_over: bool
    is_opaque: bool
    start: int
    end: int
    key: int = -1

    @property
    def place(self) -> tuple[slice, slice]:
        """The rows and columns of the canvas."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def covers(self, other: "Part") -> bool:
        """Return True if the other's place is within this one's."""
        return (
            self.top <= other.top
            and self.left <= other.left
            and self.top + self.height >= other.top + other.height
            and self.left + self.width >= other.left + other.width
        )


@dataclass(frozen=True)
class Film:
    """An animation as its file describes it.

    Attributes
    ----------
    height, width : of the canvas.
    parts : at least one.
    header : what the pictures have in common.
    picture : function of the file and a part that returns a file of the part alone.
    file_format : Pillow's name of that file's format.
    ending : what ends it too early, to follow the file's name in a sentence; "" if it ends well.
    note : a sentence for the user, or "".
    """

    height: int
    width: int
    parts: Sequence[Part]
    header: Header
    picture: Callable[[BinaryIO, Part], bytes]
    file_format: str
    ending: str = ""
    note: str = ""

    @property
    def canvas(self) -> Part:
        """The whole canvas, as a place."""
        return Part(0, 0, self.height, self.width, 0, "stay", False, True, 0, 0)

    @property
    def has_alpha(self) -> bool:
        """True if a pixel of a frame may be transparent: by its colour, or because nothing was drawn there."""
        hole: Part | None = self.canvas
        for part in self.parts:
            if not part.is_opaque and not part.is_over:
                return True
            if hole and not (part.is_opaque and part.covers(hole)):
                return True
            if part.disposal != "restore":
                hole = part if part.disposal == "clear" else None
        return False


class FilmPages:
    """The frames of an animation; a canvas of stored numbers is all that is kept between two of them."""

    def __init__(self, path: Path, film: Film) -> None:
        check_animated_size(path.name, film.height, film.width)
        self._path = path
        self._film: Film | None = film
        self._has_alpha = film.has_alpha
        self.count = len(film.parts) + bool(film.ending)
        self.rate_hz = 1000 / _duration_ms(film.parts[0]) if self.count > 1 else None
        self._orientation = 1
        self._bits = 8
        self._canvas: np.ndarray | None = None  # (H, W, 4), as it is after `_drawn`
        self._before: np.ndarray | None = None  # what `_drawn` covers, if it is to come back
        self._drawn = -1
        self._file: BinaryIO = path.open("rb")  # stays open, as others may remove or replace it meanwhile

    def page(self, index: int, /) -> Page:
        """Compose a frame, from the last one that is on the canvas, or one that does not depend on others."""
        film = self._opened()
        if index >= len(film.parts):
            raise SourceError(f"{self._path.name} {film.ending}.")
        first_unknown = self._drawn + 1 if self._drawn <= index else 0
        alone = (i for i in range(index, first_unknown - 1, -1) if _is_alone(film, i))
        if (start := next(alone, None)) is not None:
            self._canvas, self._before, self._drawn = None, None, start - 1
        for i in range(self._drawn + 1, index + 1):
            self._draw(film, i)
        assert self._canvas is not None
        samples = samples_of(self._canvas.dtype, bits=self._bits, full_scale=2.0**self._bits - 1)
        names = ("R", "G", "B", "A") if self._has_alpha else ("R", "G", "B")
        image = from_pixels(self._canvas[:, :, : len(names)], full_scale=samples.full_scale)
        return Page(turned(image, self._orientation), names, film.note, samples)

    def duration_s(self, index: int, /) -> float:
        """Return the seconds for which a frame is shown; nothing is decoded for it."""
        parts = self._opened().parts
        return _duration_ms(parts[min(index, len(parts) - 1)]) / 1000

    def close(self) -> None:
        """Release the file and the canvas."""
        self._file.close()
        self._film = self._canvas = self._before = None
        self._drawn = -1

    def _opened(self) -> Film:
        if self._film is None:
            raise SourceError(f"{self._path.name} has been closed.")
        return self._film

    def _draw(self, film: Film, index: int) -> None:
        """Draw a frame over those before it; after a failure the canvas is as it was."""
        part = film.parts[index]
        drawn = self._decoded(film, part)
        if self._canvas is None:
            self._canvas = np.zeros((film.height, film.width, 4), drawn.dtype)
        else:
            _dispose(self._canvas, film.parts[self._drawn], self._before)
        place = self._canvas[part.place]
        self._before = place.copy() if part.disposal == "restore" else None
        if part.is_over and not part.is_opaque:
            _blend(place, drawn, 2**self._bits - 1)
        else:
            place[...] = drawn
        self._drawn = index

    def _decoded(self, film: Film, part: Part) -> np.ndarray:
        """Return the pixels of a part, (height, width, 4), as they are stored."""
        pixels = self._stored(film, part)
        is_other = self._canvas is not None and pixels.dtype != self._canvas.dtype
        if pixels.shape[:2] != (part.height, part.width) or is_other:
            raise SourceError(f"{self._path.name} is damaged: a frame is not of the size and kind that it says.")
        return _with_all_channels(pixels, 2**self._bits - 1)

    def _stored(self, film: Film, part: Part) -> np.ndarray:
        with explained(self._path):
            data = film.picture(self._file, part)
        with explained(self._path), Image.open(io.BytesIO(data), formats=(film.file_format,)) as image:
            check_animated_size(self._path.name, image.height, image.width)
            whole = functools.partial(np.frombuffer, data, np.uint8)
            pixels, self._bits = read_stored(image, film.header, self._path.name, whole)
            self._orientation = orientation_of(image)
        return pixels.astype(np.uint8) if pixels.dtype == np.bool_ else pixels


def _duration_ms(part: Part) -> float:
    return part.duration_ms or DEFAULT_DELAY_MS


def _is_alone(film: Film, index: int) -> bool:
    """Return True if a frame shows nothing of those before it, neither now nor when it is disposed of."""
    part = film.parts[index]
    is_whole = part.covers(film.canvas) and (part.is_opaque or not part.is_over)
    return index == 0 or (is_whole and part.disposal != "restore")


def _dispose(canvas: np.ndarray, part: Part, before: np.ndarray | None) -> None:
    """Change a canvas as a part wants it before the next one is drawn."""
    if part.disposal == "clear":
        canvas[part.place] = 0
    elif part.disposal == "restore":
        canvas[part.place] = before


def _with_all_channels(pixels: np.ndarray, opaque: int) -> np.ndarray:
    """Return grey or colours, with or without alpha, as red, green, blue and alpha."""
    pixels = np.atleast_3d(pixels)
    channels = pixels.shape[2]
    if channels == 4:
        return pixels
    whole = np.empty((*pixels.shape[:2], 4), pixels.dtype)
    whole[:, :, :3] = pixels[:, :, :3] if channels == 3 else pixels[:, :, :1]
    whole[:, :, 3] = pixels[:, :, 1] if channels == 2 else opaque
    return whole


def _blend(out: np.ndarray, drawn: np.ndarray, opaque: int) -> None:
    """Draw colours with alpha over those of `out`, by the formula of the PNG specification (section 13.16)."""
    rows = max(1, _BLENDED_PIXELS // drawn.shape[1])
    for start in range(0, len(drawn), rows):
        under, over = out[start : start + rows], drawn[start : start + rows]
        alpha = over[:, :, 3]
        np.copyto(under, over, where=(alpha == opaque)[:, :, None])
        is_mixed = (alpha > 0) & (alpha < opaque)
        if is_mixed.any():
            under[is_mixed] = _mixed(under[is_mixed], over[is_mixed], opaque)


def _mixed(under: np.ndarray, over: np.ndarray, opaque: int) -> np.ndarray:
    """Return colours (n, 4) over others, rounded to stored numbers."""
    alpha, alpha_under = over[:, 3:] / opaque, under[:, 3:] / opaque
    share_under = alpha_under * (1 - alpha)
    total = alpha + share_under
    colours = (over[:, :3] * alpha + under[:, :3] * share_under) / total
    return np.rint(np.hstack((colours, total * opaque))).astype(under.dtype)
