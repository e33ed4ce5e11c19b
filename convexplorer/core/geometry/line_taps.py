"""The taps of an upsampling, one axis at a time."""

import functools

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps, Cells


@dataclass(frozen=True)
class LineTaps(AxisTaps):
    """How an output of an upsampling lies between two inputs; "nearest" reads the first alone."""

    factor: int
    is_nearest: bool
    align_corners: bool

    @property
    def taps(self) -> np.ndarray:
        """Which of the two neighbours each tap is, (taps,)."""
        return np.arange(1 if self.is_nearest else 2)

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps)."""
        if self.is_nearest:
            return outputs[..., np.newaxis] // self.factor
        low, high, _ = line_taps(self.n, self.factor, self.align_corners)
        return np.stack([low[outputs], high[outputs]], axis=-1)

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps); −1 for one without weight."""
        return np.where(self.weights(outputs) > 0, self.positions(outputs), -1)

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the neighbours of these outputs; beyond the rim, where they would be."""
        if self.is_nearest:
            return first // self.factor, (stop - 1) // self.factor + 1
        (low, high), denominator = (self._place(first), self._place(stop - 1)), self._denominator
        return low // denominator, -(-high // denominator) + 1

    def weights(self, outputs: np.ndarray) -> np.ndarray:
        """Return the weight of each neighbour, (*outputs, taps) float64."""
        if self.is_nearest:
            return np.ones((*outputs.shape, 1))
        share = line_taps(self.n, self.factor, self.align_corners)[2][outputs]
        return np.stack([1 - share, share], axis=-1)

    def _place(self, output: Cells) -> Cells:
        """Return where an output lies between the inputs, the first of them at 0, times the denominator."""
        return output * (self.n - 1) if self.align_corners else 2 * output + 1 - self.factor

    @property
    def _denominator(self) -> int:
        return max(self.output - 1, 1) if self.align_corners else 2 * self.factor


@functools.lru_cache(maxsize=32)
def line_taps(n: int, factor: int, align_corners: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two neighbouring inputs of each output, and the weight of the second (0 if only the first is read).

    Examples
    --------
    >>> line_taps(2, 2, False)
    (array([0, 0, 0, 1]), array([0, 1, 1, 1]), array([0.  , 0.25, 0.75, 0.  ]))
    """
    cells = np.arange(n * factor)
    if align_corners:
        numerator, denominator = cells * (n - 1), max(n * factor - 1, 1)
    else:
        numerator, denominator = np.clip(2 * cells + 1 - factor, 0, 2 * factor * (n - 1)), 2 * factor
    low, rest = np.divmod(numerator, denominator)
    taps = low, low + (rest > 0), rest / denominator
    for array in taps:
        array.setflags(write=False)
    return taps
