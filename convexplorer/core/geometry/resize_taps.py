"""The taps of a change of size by any factor, one axis at a time, in whole numbers: no rounding moves a cell."""

import functools
import math
from fractions import Fraction

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps, Cells, clamped

#: How an output lies over the input, called as in ONNX.
COORDINATES = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
#: Which cell is the nearest one, called as in ONNX.
NEAREST = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
BILINEAR, BICUBIC = "bilinear", "bicubic"
CUBIC = -0.75  # ONNX's and PyTorch's coefficient; TensorFlow and Pillow have −0.5


@dataclass(frozen=True)
class ResizeTaps(AxisTaps):
    """Where the outputs lie over an input of another size.

    Attributes
    ----------
    scale : outputs for each input cell; with sizes given, the quotient of both.
    coordinates : one of `COORDINATES`.
    reading : "bilinear", "bicubic", or which cell is the nearest: one of `NEAREST`.
    cubic : the coefficient of "bicubic": the slope of its curve at the neighbouring cells.
    """

    scale: Fraction
    coordinates: str
    reading: str
    cubic: float = CUBIC

    @property
    def taps(self) -> np.ndarray:
        """Which of the neighbours each tap is, (taps,)."""
        return np.arange({BILINEAR: 2, BICUBIC: 4}.get(self.reading, 1))

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps)."""
        if self.reading == BICUBIC:
            return np.asarray(_cubic_neighbours(self)[0][outputs])
        low, high, _ = _neighbours(self)
        pair = (low, high) if self.reading == BILINEAR else (low,)
        return np.stack([cells[outputs] for cells in pair], axis=-1)

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps); −1 for one without weight."""
        return np.where(self.weights(outputs) != 0, self.positions(outputs), -1)

    def weights(self, outputs: np.ndarray) -> np.ndarray:
        """Return the weight of each neighbour, (*outputs, taps) float64."""
        if self.reading == BICUBIC:
            return np.asarray(_cubic_neighbours(self)[1][outputs])
        if self.reading != BILINEAR:
            return np.ones((*outputs.shape, 1))
        share = _neighbours(self)[2][outputs]
        return np.stack([1 - share, share], axis=-1)

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the neighbours of these outputs, which lie in the input."""
        # Windows behind this layer read padding too: that lies where the outermost outputs do.
        last, most = self.output - 1, self.n - 1
        step, start, denominator = self.fractions()
        low, high = clamped(first, 0, last) * step + start, clamped(stop - 1, 0, last) * step + start
        if self.reading == BILINEAR:
            low, high = low // denominator, -(-high // denominator)
        elif self.reading == BICUBIC:
            # An output on a cell reads it alone; the next one inwards may lie between cells, and read further.
            second, last_but_one = _least(low + step, high), _most(high - step, low)
            low = _least(_before(low, denominator), _before(second, denominator))
            high = _most(_behind(high, denominator), _behind(last_but_one, denominator))
        else:
            low, high = _rounded(low, denominator, self.reading), _rounded(high, denominator, self.reading)
        return clamped(low, 0, most), clamped(high, 0, most) + 1

    def place(self) -> tuple[Fraction, Fraction]:
        """Return (step, first): output `p` lies at `first + step · p`, the first input cell at 0."""
        step = 1 / self.scale
        if self.coordinates == "align_corners":
            return (Fraction(self.n - 1, self.output - 1) if self.output > 1 else Fraction(0)), Fraction(0)
        if self.coordinates == "asymmetric":
            return step, Fraction(0)
        if self.coordinates == "pytorch_half_pixel" and self.output == 1:
            return Fraction(0), Fraction(0)
        return step, (step - 1) / 2

    def rim(self) -> tuple[Fraction, Fraction]:
        """Return how far before and behind its place an output may read: less than 1, in steps that it can have."""
        step, first = self.place()
        denominator = math.lcm(step.denominator, first.denominator)
        most = Fraction(denominator - 1, denominator)
        half = min(most, Fraction(1, 2))
        if self.reading == BICUBIC:
            return (1 + most, 1 + most) if most else (most, most)
        before = {"floor": most, "ceil": Fraction(0), BILINEAR: most}.get(self.reading, half)
        behind = {"floor": Fraction(0), "ceil": most, BILINEAR: most}.get(self.reading, half)
        return before, behind

    def fractions(self) -> tuple[int, int, int]:
        """Return step and first of `place` as whole numbers over one denominator, and the denominator."""
        step, first = self.place()
        denominator = math.lcm(step.denominator, first.denominator)
        return int(step * denominator), int(first * denominator), denominator


@functools.lru_cache(maxsize=32)
def _neighbours(taps: ResizeTaps) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two neighbours of each output, and the weight of the second; of a nearest cell this one twice."""
    step, first, denominator = taps.fractions()
    numerator = np.arange(taps.output) * step + first
    if taps.reading == BILINEAR:
        # Beyond the outermost cells these are repeated.
        low, rest = np.divmod(np.clip(numerator, 0, denominator * (taps.n - 1)), denominator)
        found = low, low + (rest > 0), rest / denominator
    else:
        cells = np.clip(_rounded(numerator, denominator, taps.reading), 0, taps.n - 1)
        found = cells, cells, np.zeros(len(cells))
    for array in found:
        array.setflags(write=False)
    return found


def _least(one: Cells, other: Cells) -> Cells:
    """Return the smaller of two whole numbers, or of each two of arrays."""
    if isinstance(one, np.ndarray):
        found: np.ndarray = np.minimum(one, other)
        return found
    return min(one, other)


def _most(one: Cells, other: Cells) -> Cells:
    """Return the larger of two whole numbers, or of each two of arrays."""
    if isinstance(one, np.ndarray):
        found: np.ndarray = np.maximum(one, other)
        return found
    return max(one, other)


def _rounded(numerator: Cells, denominator: int, reading: str) -> Cells:
    """Return fractions rounded to whole numbers."""
    if reading == "floor":
        return numerator // denominator
    if reading == "ceil":
        return -(-numerator // denominator)
    if reading == "round_prefer_ceil":
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


@functools.lru_cache(maxsize=32)
def _cubic_neighbours(taps: ResizeTaps) -> tuple[np.ndarray, np.ndarray]:
    """Return the four neighbours of each output, (outputs, 4), and their weights.

    Beyond the outermost cells these are repeated: what is read several times has the sum of its weights at one tap. The
    weights are those of R. Keys, "Cubic convolution interpolation for digital image processing" (1981).
    """
    step, first, denominator = taps.fractions()
    whole, rest = np.divmod(np.arange(taps.output) * step + first, denominator)
    near, far = rest / denominator, 1 - rest / denominator
    a = taps.cubic
    curve = _outer_cubic(1 + near, a), _inner_cubic(near, a), _inner_cubic(far, a), _outer_cubic(1 + far, a)
    weights = np.where(rest[:, np.newaxis] > 0, np.stack(curve, axis=1), [0.0, 1.0, 0.0, 0.0])
    cells = np.clip(whole[:, np.newaxis] + np.arange(-1, 3), 0, taps.n - 1)
    for tap in range(1, 4):
        is_again = cells[:, tap] == cells[:, tap - 1]
        weights[is_again, tap] += weights[is_again, tap - 1]
        weights[is_again, tap - 1] = 0.0
    for array in (cells, weights):
        array.setflags(write=False)
    return cells, weights


def _inner_cubic(distance: np.ndarray, a: float) -> np.ndarray:
    """Return the weights of cells at distances of at most 1."""
    return np.asarray(((a + 2) * distance - (a + 3)) * distance**2 + 1)


def _outer_cubic(distance: np.ndarray, a: float) -> np.ndarray:
    """Return the weights of cells at distances from 1 to 2."""
    return np.asarray(((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a)


def _before(numerator: Cells, denominator: int) -> Cells:
    """Return the first cell that is read for a place: two cells before it, or the cell that it lies on."""
    return numerator // denominator - (numerator % denominator > 0)


def _behind(numerator: Cells, denominator: int) -> Cells:
    """Return the last cell that is read for a place."""
    return -(-numerator // denominator) + (numerator % denominator > 0)
