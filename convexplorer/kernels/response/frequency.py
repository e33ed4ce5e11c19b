"""The frequency response of a kernel as applied: what becomes of a wave of each length and direction.

Frequencies are (row, column) in cycles per pixel; 0.5 is the finest wave that pixels hold, two pixels long (Nyquist).
Angles turn clockwise on the screen, as those of test patterns: at 0° a wave runs to the right, at 90° downwards.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.kernels.planes import centre

NYQUIST = 0.5  # cycles per pixel
# What lies further below the peak is nothing that a map of float32 or a screen of 8 bits could show.
FLOOR_DB = 80.0


@dataclass(frozen=True)
class Axis:
    """Frequencies at equal distances along one axis, both ends included.

    Attributes
    ----------
    low, high : cycles per pixel.
    count : number of frequencies; an odd one over a range around 0 holds 0 itself.
    """

    low: float = -NYQUIST
    high: float = NYQUIST
    count: int = 257

    @property
    def values(self) -> np.ndarray:
        """The frequencies, (count,) float64."""
        return np.linspace(self.low, self.high, self.count)

    @property
    def is_centred(self) -> bool:
        """True if every frequency has its negative on the axis."""
        return self.low == -self.high


FULL = Axis()


def response(plane: ArrayLike, rows: Axis = FULL, columns: Axis = FULL) -> np.ndarray:
    """Return the response of a kernel on a grid of frequencies, by two small matrix products.

    `H(f) = Σ h[r, c] · exp(+2πi (f_r (r − r0) + f_c (c − c0)))` with the centre cell `(r0, c0)`: of the wave
    `exp(2πi f·p)` the map is `H(f) · exp(2πi f·p)`. The kernel is applied without a flip, as everywhere here; functions
    for convolution (`np.fft.fft2`, `freqz2`) have the opposite sign in the exponent, so equal magnitudes and opposite
    phases. A kernel of even size has no cell in its middle: its phase grows by half a pixel.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    rows, columns : any axes, such as a narrow one that shows more; by default from −Nyquist to Nyquist.

    Returns
    -------
    (rows.count, columns.count) complex128

    Raises
    ------
    ValueError : the plane is no finite matrix.

    Examples
    --------
    >>> edge = response([[-0.5, 0, 0.5]], Axis(0, 0, 1), Axis(0, 0.5, 3))
    >>> np.round(edge, 12)
    array([[0.+0.j, 0.+1.j, 0.+0.j]])
    """
    weights = checked_plane(plane)
    values = np.empty((rows.count, columns.count), np.complex128)
    # Weights are real: at −f the response is conjugate, so half of a centred grid is computed and the rest its mirror.
    mirrored = rows.count // 2 if rows.is_centred and columns.is_centred else 0
    with np.errstate(over="ignore", invalid="ignore"):  # finite weights may sum to infinity
        along_rows = _waves(weights.shape[0], rows)[mirrored:] @ weights
        np.matmul(along_rows, _waves(weights.shape[1], columns).T, out=values[mirrored:])
    np.conj(values[rows.count - mirrored :][::-1, ::-1], out=values[:mirrored])
    return values


def response_at(plane: ArrayLike, rows: ArrayLike, columns: ArrayLike) -> np.ndarray:
    """Return the response at single frequencies.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    rows, columns : frequencies in cycles per pixel, of one shape or broadcast to one.

    Returns
    -------
    complex128 of the shape of the frequencies

    Examples
    --------
    >>> float(abs(response_at([[1, 1]], 0.0, 0.5)).round(12))
    0.0
    """
    weights = checked_plane(plane)
    f_rows, f_columns = np.broadcast_arrays(np.asarray(rows, np.float64), np.asarray(columns, np.float64))
    along_rows = _exponentials(weights.shape[0], f_rows.ravel())
    along_columns = _exponentials(weights.shape[1], f_columns.ravel())
    values: np.ndarray = ((along_rows @ weights) * along_columns).sum(axis=1)
    return values.reshape(f_rows.shape)


def decibels(magnitude: ArrayLike, floor_db: float = FLOOR_DB) -> np.ndarray:
    """Return magnitudes in decibels, 20 · log10, cut off `floor_db` below the largest one.

    0 dB leaves a wave as it is. If all magnitudes are 0, all are −`floor_db`.

    Examples
    --------
    >>> decibels([10.0, 1.0, 0.0])
    array([ 20.,   0., -60.])
    """
    sizes = np.abs(np.asarray(magnitude, np.float64))
    peak = float(sizes.max(initial=0.0))
    if peak == 0:
        return np.full(sizes.shape, -floor_db)
    top = 20 * np.log10(peak)
    lowest = 10 ** (-floor_db / 20)
    return np.asarray(top + 20 * np.log10(np.maximum(sizes / peak, lowest)))


def wave(row: float, column: float) -> tuple[float, float]:
    """Return the length in pixels and the angle in degrees (0…180) of the wave of a frequency.

    The wave of frequency 0 has infinite length, and angle 0.

    Examples
    --------
    >>> wave(0.0, -0.25), wave(0.1, 0.0)
    ((4.0, 0.0), (10.0, 90.0))
    """
    size = float(np.hypot(row, column))
    if size == 0:
        return float("inf"), 0.0
    angle = float(np.degrees(np.arctan2(row, column)) % 180)
    return 1 / size, 0.0 if angle > 180 - 1e-9 else angle


def frequency(wavelength: float, angle: float) -> tuple[float, float]:
    """Return the frequency (row, column) of a wave of this length in pixels and angle in degrees.

    Examples
    --------
    >>> frequency(4.0, 90.0)
    (0.25, 0.0)
    """
    rows, columns = direction(angle)
    return rows / wavelength, columns / wavelength


def direction(angle: float) -> tuple[float, float]:
    """Return the step (row, column) of length 1 in a direction, exact at quarter turns."""
    turn = np.deg2rad(angle)
    return float(np.round(np.sin(turn), 15)), float(np.round(np.cos(turn), 15))


def rim(angle: float) -> float:
    """Return the largest frequency in a direction: up to √2 · 0.5 along a diagonal.

    Examples
    --------
    >>> rim(0.0), round(rim(45.0), 4)
    (0.5, 0.7071)
    """
    return NYQUIST / max(map(abs, direction(angle)))


def checked_plane(plane: ArrayLike) -> np.ndarray:
    """Return a plane as float64; raise ValueError unless it is a matrix of finite weights."""
    weights = np.asarray(plane, np.float64)
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"plane must have the shape (rows, columns); got {weights.shape}")
    if not np.isfinite(weights).all():
        raise ValueError("plane must hold finite weights; got NaN or infinity")
    return weights


@lru_cache(maxsize=16)  # a picture of a kernel asks for the same axes again with every edit
def _waves(size: int, axis: Axis) -> np.ndarray:
    """Return the waves of an axis over the cells of a kernel, (count, size)."""
    waves = _exponentials(size, axis.values)
    waves.flags.writeable = False
    return waves


def _exponentials(size: int, frequencies: np.ndarray) -> np.ndarray:
    places = np.arange(size) - centre(size)
    values: np.ndarray = np.exp(2j * np.pi * np.outer(frequencies, places))
    return values
