"""Lines through the response of a kernel: along a direction, around an angle, over the length of the wave."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.kernels.planes import centre
from convexplorer.kernels.response.frequency import NYQUIST, checked_plane, direction, response_at, rim

LONGEST_WAVE = 64.0  # pixels, of an axis of wavelengths


@dataclass(frozen=True, eq=False)
class Line:
    """Values of the response along a line.

    Attributes
    ----------
    at : (n,) float64: frequencies in cycles per pixel, angles in degrees or lengths in pixels.
    values : (n,) complex128.
    """

    at: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Range:
    """Magnitudes over all directions, for each length of the wave.

    Attributes
    ----------
    wavelengths : (n,) float64 in pixels, growing.
    least, mean, most : (n,) float64, over the directions.
    """

    wavelengths: np.ndarray
    least: np.ndarray
    mean: np.ndarray
    most: np.ndarray


def cut(plane: ArrayLike, angle: float, count: int = 257) -> Line:
    """Return the response along a direction, from frequency 0 to the finest that pixels hold there.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    angle : degrees, clockwise from the right.

    Examples
    --------
    >>> line = cut([[1.0, 2.0, 1.0]], 0.0, count=3)
    >>> line.at, np.abs(line.values).round(12)
    (array([0.  , 0.25, 0.5 ]), array([4., 2., 0.]))
    """
    along = np.linspace(0, rim(angle), count)
    rows, columns = direction(angle)
    return Line(along, response_at(plane, rows * along, columns * along))


def over_angle(plane: ArrayLike, wavelength: float, count: int = 181) -> Line:
    """Return the response to waves of one length over their angles, 0…180° (the other half is conjugate).

    Waves shorter than two pixels exist along diagonals only: elsewhere the value is NaN.

    Examples
    --------
    >>> line = over_angle([[-1.0, 0.0, 1.0]], 4.0, count=3)
    >>> line.at, np.abs(line.values).round(12)
    (array([  0.,  90., 180.]), array([2., 0., 2.]))
    """
    angles = np.linspace(0, 180, count)
    turn = np.deg2rad(angles)
    rows, columns = np.sin(turn) / wavelength, np.cos(turn) / wavelength
    values = response_at(plane, rows, columns)
    values[np.maximum(np.abs(rows), np.abs(columns)) > NYQUIST * (1 + 1e-12)] = np.nan
    return Line(angles, values)


def over_wavelength(plane: ArrayLike, *, count: int = 96, angles: int = 60) -> Range:
    """Return the least, the mean and the largest magnitude over all directions, for waves of 2 to 64 pixels.

    Examples
    --------
    >>> found = over_wavelength([[1.0]])
    >>> float(found.wavelengths[0]), float(found.wavelengths[-1]), float(found.least.min()), float(found.most.max())
    (2.0, 64.0, 1.0, 1.0)
    """
    weights = checked_plane(plane)
    lengths = np.geomspace(1 / NYQUIST, LONGEST_WAVE, count)
    along_rows, along_columns = _ring_waves(weights.shape, count, angles)
    values = np.abs(((along_rows @ weights) * along_columns).sum(axis=1)).reshape(count, angles)
    return Range(lengths, values.min(axis=1), values.mean(axis=1), values.max(axis=1))


@lru_cache(maxsize=2)  # up to 50 MB for the largest kernels, 3 MB for one of 15 × 15
def _ring_waves(shape: tuple[int, int], count: int, angles: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the waves of all lengths and directions over the rows and over the columns of a kernel."""
    turn = np.deg2rad(np.arange(angles) * 180 / angles)
    sizes = 1 / np.geomspace(1 / NYQUIST, LONGEST_WAVE, count)
    parts = []
    for cells, along in zip(shape, (np.sin(turn), np.cos(turn)), strict=True):
        places = np.arange(cells) - centre(cells)
        parts.append(np.exp(2j * np.pi * np.outer(np.outer(sizes, along).ravel(), places)))
        parts[-1].flags.writeable = False
    return parts[0], parts[1]
