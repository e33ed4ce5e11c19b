"""Stamps on frames: a number as black and white blocks across the middle, to be read from a frame or from a screen."""

import numpy as np

BITS = 8
COUNT = 1 << BITS
_GUARDS = (1, 0)  # a white and a black block before the number tell bright from dark
BLOCKS = len(_GUARDS) + BITS
BAND = (0.4, 0.6)  # rows, as shares of the height: labels in the corners leave it free
_READ = 0.4  # share of a block's side that is read, in its middle


def stamped(frame: np.ndarray, number: int) -> np.ndarray:
    """Return a copy of a frame (H, W, 3) uint8 that carries `number % COUNT`."""
    height, width = frame.shape[:2]
    blocks = [*_GUARDS, *((number >> i) & 1 for i in range(BITS))]
    shade = np.array(blocks, np.uint8)[np.arange(width) * BLOCKS // width] * 255
    made = frame.copy()
    made[int(height * BAND[0]) : int(height * BAND[1])] = shade[np.newaxis, :, np.newaxis]
    return made


def stamp_in(grey: np.ndarray) -> int | None:
    """Read the number of a picture (H, W) that shows a whole frame at any size; None if there is none."""
    height, width = grey.shape
    middle = sum(BAND) / 2 * height
    half = (BAND[1] - BAND[0]) / 2 * height * _READ
    band = grey[int(middle - half) : int(middle + half) + 1].astype(np.float64)
    side, spare = width / BLOCKS, (1 - _READ) / 2
    edges = [(int((i + spare) * side), int((i + spare + _READ) * side) + 1) for i in range(BLOCKS)]
    means = [band[:, first:stop].mean() for first, stop in edges]
    white, black = means[: len(_GUARDS)]
    if abs(white - black) < 64:
        return None
    bits = [abs(mean - white) < abs(mean - black) for mean in means[len(_GUARDS) :]]
    return sum(int(bit) << i for i, bit in enumerate(bits))
