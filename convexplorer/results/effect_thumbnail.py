"""A small picture of what a kernel does: the map of a small part of a picture, as indexes of a palette."""

import numpy as np

from convexplorer.core import conv
from convexplorer.core.display.coloring import Levels, to_indexed
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import trimmed

ROWS, COLUMNS = 64, 96
LARGEST_KERNEL = 63  # of a larger one the part has nothing to show, and it takes a tenth of a second


def part_of(image: np.ndarray) -> np.ndarray:
    """Return the part of a picture (C, H, W) that is filtered, as the mean of its channels: at most 64 × 96 cells."""
    top, left = (max(0, n - most) // 2 for n, most in zip(image.shape[1:], (ROWS, COLUMNS), strict=True))
    part: np.ndarray = image[:3, top : top + ROWS, left : left + COLUMNS].astype(np.float64).mean(axis=0)
    return part


def effect_thumbnail(part: np.ndarray, one: Filter) -> tuple[np.ndarray, str] | None:
    """Return the map of a part as indexes, (H, W) uint8, and the palette that they mean.

    Maps of negative values too are signed and symmetric about 0, others grey from 0. None for a kernel that shows
    nothing there: of other axes, very large, or not finite.
    """
    if one.rank != 2:
        return None
    planes = trimmed(one.planes).mean(axis=0, keepdims=True)
    if max(planes.shape[1:]) > LARGEST_KERNEL or not np.isfinite(planes).all():
        return None
    y = conv(part[np.newaxis], planes[np.newaxis], [one.bias], padding="same", border="edge")[0]
    largest = float(np.abs(y).max())
    if not np.isfinite(largest):
        return None
    largest = largest or 1.0
    is_signed = float(y.min()) < -1e-6 * largest
    levels = Levels(-largest if is_signed else 0.0, largest)
    return to_indexed(y.astype(np.float32), levels), "signed" if is_signed else "gray"
