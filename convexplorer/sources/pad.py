"""A pad to draw on, as a live source: strokes of a pen, bright on a dark square, that any thread may read as a picture.

The pad is a device, as a camera is: a project names it, and what is drawn on it is no part of the project.
"""

import threading
import time

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.sources.frame import Frame, Reader, Source, SourceError, SourceInfo

SIDE, LEAST_SIDE, MOST_SIDE = 28, 8, 512  # cells of the picture; 28 is what digit readers are trained on
PEN = 0.1  # usual width of the pen, as a share of the side
PATIENCE_S = 0.1  # so long a reader waits for a stroke, before it gives the same frame again
_FINE_CELLS = 448  # at least so many cells the strokes are drawn on, before they become those of the picture
_SHIFT = 4  # fractional bits of OpenCV's coordinates

Point = tuple[float, float]  # row and column in units of the side, 0…1


@dataclass(frozen=True)
class Stroke:
    """A line drawn without lifting the pen: its points, and its width in units of the side."""

    points: tuple[Point, ...]
    width: float


class Pad:
    """The strokes on a pad, the newest last; one thread draws, others wait for it.

    Attributes
    ----------
    is_finished : nobody draws on it, as on the command line: what it holds is one picture.
    """

    def __init__(self) -> None:
        self.is_finished = False
        self._condition = threading.Condition()
        self._strokes: tuple[Stroke, ...] = ()
        self._version = 0

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes, in the order in which they were drawn."""
        return self._strokes

    def begin(self, at: Point, width: float) -> None:
        """Put the pen down; a stroke of one point is a dot."""
        self._set((*self._strokes, Stroke((at,), width)))

    def draw_to(self, at: Point) -> None:
        """Move the pen on with the newest stroke."""
        if self._strokes and self._strokes[-1].points[-1] != at:
            *others, last = self._strokes
            self._set((*others, Stroke((*last.points, at), last.width)))

    def undo(self) -> None:
        """Take the newest stroke away."""
        self._set(self._strokes[:-1])

    def clear(self) -> None:
        """Take all strokes away."""
        self._set(())

    def replace(self, strokes: tuple[Stroke, ...]) -> None:
        """Put other strokes in place of those that are there."""
        self._set(strokes)

    def finish(self, strokes: tuple[Stroke, ...]) -> None:
        """Put other strokes in place of those that are there, on which nobody will draw any more."""
        self.is_finished = True
        self._set(strokes)

    def wait(self, version: int, timeout_s: float) -> tuple[int, tuple[Stroke, ...]]:
        """Return the strokes and their version, as soon as it is another one than `version` or the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._version != version, timeout_s)
            return self._version, self._strokes

    def _set(self, strokes: tuple[Stroke, ...]) -> None:
        with self._condition:
            if strokes != self._strokes:
                self._strokes = strokes
                self._version += 1
                self._condition.notify_all()


PAD = Pad()  # the one pad of the program


def drawing(strokes: tuple[Stroke, ...], side: int) -> np.ndarray:
    """Draw strokes as (1, side, side) float32, read-only: 1 is ink, 0 is the ground, edges are shares of a cell."""
    factor = -(-_FINE_CELLS // side)
    cells = side * factor
    ink = np.zeros((cells, cells), np.uint8)
    for stroke in strokes:
        # OpenCV counts from the middle of the first cell, and takes (column, row).
        places = np.array(stroke.points)[:, ::-1] * cells - 0.5
        thickness = max(1, round(stroke.width * cells))
        fixed = np.rint(places * (1 << _SHIFT)).astype(np.int32)[:, np.newaxis]
        line = fixed if len(fixed) > 1 else fixed.repeat(2, 0)
        cv2.polylines(ink, [line], False, 255, thickness, cv2.LINE_AA, _SHIFT)
    shares = ink.reshape(side, factor, side, factor).mean((1, 3), dtype=np.float32) / np.float32(255)
    image = np.ascontiguousarray(shares[np.newaxis])
    image.flags.writeable = False
    return image


def side_of(source: Source) -> int:
    """Return the cells of a pad's side; `SourceError` for an address that is none."""
    text = source.address.strip()
    if text.isascii() and text.isdigit() and len(text) < 5 and LEAST_SIDE <= int(text) <= MOST_SIDE:
        return int(text)
    raise SourceError(f"A pad has {LEAST_SIDE} to {MOST_SIDE} cells on each side, as in pad:{SIDE}; got “{text[:20]}”.")


class PadReader:
    """A reader that gives a frame as soon as something is drawn, and otherwise the same one again.

    Parameters
    ----------
    pad : the pad of the program, but in tests.
    """

    def __init__(self, source: Source, pad: Pad = PAD, *, patience_s: float = PATIENCE_S) -> None:
        self._side = side_of(source)
        self._pad, self._patience_s = pad, patience_s
        self._version, self._count = -1, 0
        self._began_s = time.monotonic()
        self._frame: Frame | None = None
        self.info = SourceInfo("Drawing", frame_count=None, is_live=True, size=(self._side, self._side))

    def read(self) -> Frame | None:
        """Return the drawing, the same object if it is unchanged after a short wait."""
        version, strokes = self._pad.wait(self._version, self._patience_s)
        if self._frame is None or version != self._version:
            image = drawing(strokes, self._side)
            at_s = time.monotonic() - self._began_s
            self._frame = Frame(image, ("Y",), index=self._count, time_s=at_s, title=self.info.title)
            self._version, self._count = version, self._count + 1
        return self._frame

    def seek(self, index: int) -> None:
        """Do nothing: a pad has one drawing."""

    def close(self) -> None:
        """Do nothing: what is drawn stays."""


class DrawingReader:
    """A reader that gives what was drawn, once."""

    def __init__(self, source: Source, pad: Pad = PAD) -> None:
        self._side, self._pad, self._is_read = side_of(source), pad, False
        self.info = SourceInfo("Drawing", frame_count=1, size=(self._side, self._side))

    def read(self) -> Frame | None:
        """Return the drawing, then None."""
        if self._is_read:
            return None
        self._is_read = True
        return Frame(drawing(self._pad.strokes, self._side), ("Y",), index=0, title=self.info.title)

    def seek(self, index: int) -> None:
        """Go to the drawing, which is number 0."""
        self._is_read = index > 0

    def close(self) -> None:
        """Do nothing: what was drawn stays."""


def open_pad(source: Source) -> Reader:
    """Open the pad of the program."""
    return DrawingReader(source) if PAD.is_finished else PadReader(source)
