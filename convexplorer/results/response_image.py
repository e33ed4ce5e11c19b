"""The response of a kernel as a picture: magnitude, decibels or phase, each with its own colours."""

import math
from typing import Literal

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, Levels, to_indexed
from convexplorer.kernels.response.frequency import FLOOR_DB, decibels
from convexplorer.results.angles import hues
from convexplorer.words import number

Kind = Literal["magnitude", "decibels", "phase"]
_PALETTE = "viridis"


@dataclass(frozen=True, eq=False)
class ResponseImage:
    """Pixels of a response.

    Attributes
    ----------
    rgb : (rows, columns, 3) uint8.
    low, high : what the first and the last colour stand for, in words.
    """

    rgb: np.ndarray
    low: str
    high: str


def draw_response(values: np.ndarray, kind: Kind, peak: float) -> ResponseImage:
    """Draw complex values.

    Parameters
    ----------
    values : (rows, columns) complex128.
    kind : "magnitude" from 0 to the peak; "decibels" from 80 dB below it; "phase" as a hue, as bright as the magnitude.
    peak : largest magnitude of the whole response, of which `values` may be a part.
    """
    sizes = np.abs(values)
    top = peak if peak > 0 and math.isfinite(peak) else 1.0
    if kind == "phase":
        # The square root, since a phase is asked for where waves are weak, too.
        shade = np.sqrt(np.clip(sizes / top, 0, 1)).astype(np.float32)
        return ResponseImage(hues(np.angle(values).astype(np.float32), shade), "−180°", "180°")
    if kind == "decibels":
        highest = 20 * math.log10(top)
        shown, levels = np.append(sizes.ravel(), top), Levels(highest - FLOOR_DB, highest)
        scaled = decibels(shown)[:-1].reshape(sizes.shape)
        words = (f"{number(levels.low, 3)} dB", f"{number(levels.high, 3)} dB")
    else:
        scaled, levels, words = sizes, Levels(0.0, top), ("0", number(top))
    return ResponseImage(colored(scaled, levels), *words)


def colored(values: np.ndarray, levels: Levels) -> np.ndarray:
    """Return (rows, columns, 3) uint8 RGB of values between levels, in the colours of a response."""
    # Scaled to 0…1 first: weights may be beyond float32, in which indices are computed.
    share = np.clip((values - levels.low) / (levels.high - levels.low), 0, 1).astype(np.float32)
    rgb: np.ndarray = PALETTES[_PALETTE].colors(dark=False)[to_indexed(share, Levels(0.0, 1.0))]
    return rgb
