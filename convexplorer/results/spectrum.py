"""The spectrum of a picture or a map: how strong waves of each length and direction are in it.

Welch's method: the mean of the squared transforms of several parts under a Hann window. Parts keep the size of their
pixels, so that frequencies are those of a kernel's response.
"""

import numpy as np

from convexplorer._dataclass import dataclass

SIDE = 128  # pixels of a part; a spectrum tells waves apart that differ by 2 in so many pixels
_PARTS = 3  # along an axis, if there is room for them
_FLOOR = 1e-20  # of the strongest wave: below lies what rounding leaves


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The strength of waves in a picture.

    Attributes
    ----------
    power : (SIDE + 1, SIDE + 1) float64, mean square of the waves of each frequency, from −Nyquist to Nyquist along
        rows and columns. It falls by as much as |response|² from a picture to its map.
    """

    power: np.ndarray

    @property
    def decibels(self) -> np.ndarray:
        """The power in decibels below the strongest wave; all 0 if there is none."""
        top = float(self.power.max())
        if not top > 0:
            return np.zeros_like(self.power)
        return np.asarray(10 * np.log10(np.maximum(self.power / top, _FLOOR)))

    def at(self, row: float, column: float) -> float:
        """Return the decibels at a frequency in cycles per pixel."""
        i, j = (min(max(round((place + 0.5) * SIDE), 0), SIDE) for place in (row, column))
        return float(self.decibels[i, j])


def spectrum(values: np.ndarray) -> Spectrum | None:
    """Return the spectrum of (rows, columns) without their mean; None if a value is not finite.

    Examples
    --------
    >>> wave = np.cos(2 * np.pi * np.arange(256) / 8) + np.zeros((256, 1))
    >>> np.unravel_index(int(np.argmax(spectrum(wave).power)), (129, 129))[1] - 64  # in 128 pixels
    np.int64(-16)
    """
    if not np.isfinite(values).all():
        return None
    values = np.asarray(values, np.float64)
    size = tuple(min(n, SIDE) for n in values.shape)
    window = np.outer(*(np.hanning(n + 2)[1:-1] for n in size))
    total = np.zeros((SIDE, SIDE // 2 + 1))
    count = 0
    for top in _starts(values.shape[0]):
        for left in _starts(values.shape[1]):
            part = values[top : top + size[0], left : left + size[1]]
            mean = float((part * window).sum() / window.sum())  # so that a flat part has no waves at all
            total += np.square(np.abs(np.fft.rfft2((part - mean) * window, s=(SIDE, SIDE))))
            count += 1
    return Spectrum(_whole(total / (count * np.square(window).sum())))


def _starts(n: int) -> list[int]:
    """Return where parts begin along an axis."""
    if n <= SIDE:
        return [0]
    count = min(_PARTS, -(-2 * n // SIDE) - 1)
    return [round(i * (n - SIDE) / (count - 1)) for i in range(count)]


def _whole(half: np.ndarray) -> np.ndarray:
    """Return all frequencies of a transform of real values, both ends at Nyquist included."""
    middle = SIDE // 2
    order = np.arange(-middle, middle + 1) % SIDE
    right = half[order]  # columns from 0 to Nyquist
    return np.concatenate([right[::-1, :0:-1], right], axis=1)
