"""A sequence of pictures as a GIF or animated WebP, for slides and pages without a video player."""

import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convexplorer._cv import cv2
from convexplorer.export.files import ExportError, Part, plain_file, reason_of
from convexplorer.export.video import Recorder

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {".gif": "GIF animation", ".webp": "WebP animation"}
SUFFIXES = tuple(FORMATS)
# Both encoders take all pictures at once, so all are kept until the end.
MOST_BYTES = 512 * 1024**2
# A GIF counts time in hundredths of a second, and players take less than two of them for ten.
_GIF_STEP_MS, _LEAST_MS = 10, 20
# Above 100 nothing is lost; for drawings that is also smaller: 323 instead of 533 kB for 32 pictures of numbers.
_WEBP_QUALITY = 101

_Frame = Any  # of a GIF a picture of Pillow, with its palette; of a WebP (H, W, 3) uint8 BGR


class Animation:
    """A writer of a repeating animation, with the methods of `Recorder`, also as a context manager.

    Parameters
    ----------
    rate_hz : pictures per second, at most 50, for pictures without a time of their own; a GIF rounds times to
        hundredths of a second.
    expected : number of pictures, if known; a number too large for the memory limit is refused at the first picture.
    """

    def __init__(self, path: str | os.PathLike[str], rate_hz: float, expected: int = 0) -> None:
        self.part = Part(path, SUFFIXES)
        self._expected = expected
        self._shape: tuple[int, ...] = ()
        self._frames: list[_Frame] = []
        self._times_ms: list[float] = []
        self._period_ms = max(1000 / rate_hz, _LEAST_MS)
        self._is_gif = self.part.path.suffix.lower() == ".gif"

    def __enter__(self) -> "Animation":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    @property
    def frame_count(self) -> int:
        """Number of pictures written so far."""
        return len(self._frames)

    @property
    def durations_ms(self) -> list[int]:
        """The duration of each picture; rounding errors do not add up."""
        step = _GIF_STEP_MS if self._is_gif else 1
        ends = [*self._times_ms[1:], self._times_ms[-1] + self._period_ms] if self._times_ms else []
        marks = [round(time_ms / step) * step for time_ms in (*self._times_ms[:1], *ends)]
        return [max(_LEAST_MS, end - start) for start, end in pairwise(marks)]

    def write(self, rgb: np.ndarray, time_s: float | None = None) -> None:
        """Add an (H, W, 3) uint8 RGB picture; all pictures have the size of the first.

        Parameters
        ----------
        time_s : from the beginning of the animation; by default, and if a time does not increase, one period of the
            rate after the last picture.

        Raises
        ------
        ExportError : all pictures together would exceed the memory limit.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise ValueError(f"rgb must be (H, W, 3) uint8; got {rgb.shape} {rgb.dtype}")
        if self._frames and rgb.shape != self._shape:
            raise ValueError(f"rgb must be as large as the first picture; got {rgb.shape}, not {self._shape}")
        self._shape = rgb.shape
        size = rgb.nbytes // 3 if self._is_gif else rgb.nbytes
        if max(self._expected, len(self._frames) + 1) * size > MOST_BYTES:
            raise ExportError(
                f"{self.part.target.name} would be too long: at most {MOST_BYTES // size} pictures of "
                f"{rgb.shape[1]} × {rgb.shape[0]} fit; an MP4 may be longer."
            )
        following = self._times_ms[-1] + self._period_ms if self._times_ms else 0.0
        is_later = time_s is not None and (not self._times_ms or time_s * 1000 > self._times_ms[-1])
        self._times_ms.append(time_s * 1000 if time_s is not None and is_later else following)
        self._frames.append(_with_palette(rgb) if self._is_gif else cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))

    def close(self) -> int:
        """Write the file and return its number of pictures."""
        try:
            self.complete()
            self.part.finish()
        finally:
            self.part.discard()
        return len(self._frames)

    def complete(self) -> None:
        """Encode all pictures; the file keeps its temporary name."""
        name = self.part.target.name
        try:
            if not self._frames:
                raise ExportError(f"{name} was not written: there was no picture.")
            write = _write_gif if self._is_gif else _write_webp
            write(self.part.path, self._frames, self.durations_ms)
        except OSError as error:
            raise ExportError(f"{name} could not be written: {reason_of(error)}.") from error
        except cv2.error as error:
            raise ExportError(f"{name} could not be written: {error}.") from error

    def discard(self) -> None:
        """Discard all pictures; no file is written."""
        self._frames = []
        self.part.discard()


def film_writer(path: str | os.PathLike[str], rate_hz: float, expected: int = 0) -> Animation | Recorder:
    """Return the writer of an animation or video file, by its suffix, for `expected` pictures."""
    is_animation = os.fspath(path).lower().endswith(SUFFIXES)
    return Animation(path, rate_hz, expected) if is_animation else Recorder(path, rate_hz)


def _with_palette(rgb: np.ndarray) -> "Image":
    """Return a picture with a palette of its own; OpenCV shares one palette and dithers plain areas."""
    from PIL import Image  # only now: the window starts without it

    return Image.fromarray(rgb).quantize(256, dither=Image.Dither.NONE)


def _write_gif(path: Path, frames: list["_Frame"], durations_ms: list[int]) -> None:
    first, *others = frames
    with plain_file(path) as file:
        first.save(file, "GIF", save_all=True, append_images=others, duration=durations_ms, loop=0)


def _write_webp(path: Path, frames: list["_Frame"], durations_ms: list[int]) -> None:
    animation = cv2.Animation()
    animation.frames = frames
    animation.durations = durations_ms
    animation.loop_count = 0
    # In memory, because OpenCV is silent about a disk that is full.
    is_encoded, data = cv2.imencodeanimation(".webp", animation, [cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY])
    if not is_encoded:
        raise OSError("this OpenCV cannot encode it")
    path.write_bytes(data.tobytes())
