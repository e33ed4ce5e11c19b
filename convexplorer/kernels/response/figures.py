"""The figures of a kernel: what a designer of filters asks for, each a number with a unit.

Figures that do not depend on the scale of the weights are computed from weights in −1…1: large ones are no error.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.kernels.analysis import exact_sum, norm
from convexplorer.kernels.planes import centre
from convexplorer.kernels.response.frequency import (
    NYQUIST,
    Axis,
    checked_plane,
    direction,
    response,
    response_at,
    rim,
    wave,
)
from convexplorer.kernels.response.parts import even_share

ENERGY_SHARE = 0.9  # of the sum of the squared weights, within the radius
_FEWEST = 65  # frequencies along an axis in which a peak is looked for
_EQUAL = 1e-9  # magnitudes that differ by less of the peak are equal
# Of frequencies: nearer to a peak the magnitude no longer changes by more than rounding.
_FINEST = 1e-6


@dataclass(frozen=True)
class Peak:
    """The largest magnitude of a response, and the frequency (row, column) where it is."""

    magnitude: float
    frequency: tuple[float, float]


@dataclass(frozen=True)
class Band:
    """The frequencies along a direction at which the magnitude is at least half of its peak, around the peak.

    Attributes
    ----------
    low, high : cycles per pixel; `low` is 0 if flat areas pass, `high` the finest frequency if that passes.
    is_open : True if the finest frequency of this direction passes.
    """

    low: float
    high: float
    is_open: bool

    @property
    def octaves(self) -> float:
        """Width as the binary logarithm of high to low; infinite from frequency 0."""
        return float(np.log2(self.high / self.low)) if self.low > 0 else float("inf")


@dataclass(frozen=True)
class Figures:
    """The figures of a kernel.

    Attributes
    ----------
    gain : sum of the weights, what a flat area is multiplied by.
    noise_gain : Euclidean norm, what the deviation of independent noise is multiplied by.
    absolute_gain : sum of the absolute weights, the largest response to a picture in −1…1.
    centre : (rows, columns) from the centre cell to the mean place of the squared weights; (0, 0) if all are 0.
    radius : distance from that place, in pixels, within which 90 % of the squared weights lie.
    peak : largest magnitude of the response.
    peak_frequency : (row, column) in cycles per pixel, the row not negative; (0, 0) if nothing exceeds the gain.
    wavelength : of the peak in pixels, infinite for frequency 0.
    orientation : direction in degrees, 0…180 clockwise from the right, in which the wave of the peak runs; None if the
        kernel answers alike, to a half, in all directions.
    band : along that direction; None if all weights are 0.
    orientation_width : degrees over which the answer to waves of the peak's length is at least half of its largest;
        None like the orientation.
    even_share : share of the even part in the squared weights, 0…1; NaN if all are 0.
    """

    gain: float
    noise_gain: float
    absolute_gain: float
    centre: tuple[float, float]
    radius: float
    peak: float
    peak_frequency: tuple[float, float]
    wavelength: float
    orientation: float | None
    band: Band | None
    orientation_width: float | None
    even_share: float


def figures(plane: ArrayLike, peak: Peak | None = None) -> Figures:
    """Measure a kernel.

    Parameters
    ----------
    plane : (rows, columns) of finite weights, as applied.
    peak : what `peak_of` has found, if it was asked before.

    Raises
    ------
    ValueError : the plane is no finite matrix.

    Examples
    --------
    >>> sobel = figures([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> sobel.gain, round(sobel.peak, 6), round(sobel.wavelength, 6), sobel.orientation
    (0.0, 8.0, 4.0, 0.0)
    >>> round(sobel.band.octaves, 6), round(sobel.orientation_width)
    (2.321928, 110)
    """
    weights = checked_plane(plane)
    with np.errstate(over="ignore"):  # sums of finite weights may be infinite
        gain, absolute_gain = exact_sum(weights), float(np.abs(weights).sum())
    scale = float(np.abs(weights).max())
    if scale == 0:
        return Figures(0.0, 0.0, 0.0, (0.0, 0.0), 0.0, 0.0, (0.0, 0.0), float("inf"), None, None, None, float("nan"))
    unit = weights / scale
    found = peak_of(weights) if peak is None else peak
    at = found.frequency
    length, angle = wave(*at)
    width = None if at == (0.0, 0.0) else _orientation_width(unit, length, angle)
    return Figures(
        gain=gain,
        noise_gain=norm(unit) * scale,
        absolute_gain=absolute_gain,
        centre=(place := _centre(unit)),
        radius=_radius(unit, place),
        peak=found.magnitude,
        peak_frequency=at,
        wavelength=length,
        orientation=None if width is None else angle,
        band=_band(unit, found.magnitude / scale, float(np.hypot(*at)), angle),
        orientation_width=width,
        even_share=even_share(unit),
    )


def peak_of(plane: ArrayLike) -> Peak:
    """Return where the response is largest; what takes longest of `figures`.

    Examples
    --------
    >>> found = peak_of([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    >>> round(found.magnitude, 6), found.frequency
    (8.0, (0.0, 0.25))
    """
    weights = checked_plane(plane)
    scale = float(np.abs(weights).max())
    if scale == 0:
        return Peak(0.0, (0.0, 0.0))
    size, at = _peak(weights / scale)
    return Peak(size * scale, at)


def _centre(weights: np.ndarray) -> tuple[float, float]:
    energy = np.square(weights)
    total = float(energy.sum())
    rows, columns = (np.arange(n) - centre(n) for n in weights.shape)
    return float((energy.sum(axis=1) * rows).sum() / total), float((energy.sum(axis=0) * columns).sum() / total)


def _radius(weights: np.ndarray, place: tuple[float, float]) -> float:
    rows, columns = (np.arange(n) - centre(n) - at for n, at in zip(weights.shape, place, strict=True))
    distances = np.hypot(rows[:, None], columns).ravel()
    order = np.argsort(distances, kind="stable")
    held = np.cumsum(np.square(weights).ravel()[order])
    first = int(np.searchsorted(held, ENERGY_SHARE * held[-1] * (1 - 1e-12)))
    return float(distances[order[min(first, len(order) - 1)]])


def _peak(weights: np.ndarray) -> tuple[float, tuple[float, float]]:
    """Return the largest magnitude, and its frequency: on a grid first, then on finer ones around the best."""
    counts = tuple(max(_FEWEST, n + 1 + n % 2) for n in weights.shape)  # four samples within any lobe
    rows, columns = Axis(0, NYQUIST, counts[0]), Axis(-NYQUIST, NYQUIST, 2 * counts[1] - 1)
    found = np.abs(response(weights, rows, columns))
    middle = counts[1] - 1
    if found[0, middle] >= found.max() * (1 - _EQUAL):  # a tie with flat areas is told as theirs
        return float(found[0, middle]), (0.0, 0.0)
    i, j = np.unravel_index(int(np.argmax(found > found.max() * (1 - _EQUAL))), found.shape)
    at = float(rows.values[i]), float(columns.values[j])
    best, step = float(found[i, j]), 0.5 / (min(counts) - 1)
    around = np.linspace(-1, 1, 9)
    while step > _FINEST:
        near = [np.clip(place + step * around, -NYQUIST, NYQUIST) for place in at]
        values = np.abs(response_at(weights, near[0][:, None], near[1]))
        i, j = np.unravel_index(int(np.argmax(values)), values.shape)
        if values[i, j] > best * (1 + 1e-15):
            best, at = float(values[i, j]), (float(near[0][i]), float(near[1][j]))
        step /= 4
    return best, _upper(at)


def _upper(at: tuple[float, float]) -> tuple[float, float]:
    """Return the frequency or its negative, the one that points down or to the right; without noise near 0."""
    row, column = (0.0 if abs(place) < 1e-7 else place for place in at)
    return (0.0 - row, 0.0 - column) if row < 0 or (row == 0 and column < 0) else (row, column)


def _band(weights: np.ndarray, peak: float, size: float, angle: float) -> Band:
    rows, columns = direction(angle)
    last = rim(angle)

    def height(at: np.ndarray) -> np.ndarray:
        return np.asarray(np.abs(response_at(weights, rows * at, columns * at)) - peak / 2)

    high = _edge(height, size, last, max(weights.shape))
    low = _edge(height, size, 0.0, max(weights.shape))
    return Band(0.0 if low is None else low, last if high is None else high, is_open=high is None)


def _orientation_width(weights: np.ndarray, length: float, angle: float) -> float | None:
    """Return the angle over which the magnitude stays above half, None if it does all around."""
    size = min(1 / length, NYQUIST)  # beyond, waves exist along diagonals only
    start = float(np.deg2rad(angle))
    peak = float(np.abs(response_at(weights, size * np.sin(start), size * np.cos(start))))

    def height(at: np.ndarray) -> np.ndarray:
        return np.asarray(np.abs(response_at(weights, size * np.sin(at), size * np.cos(at))) - peak / 2)

    ends = [_edge(height, start, start + side * np.pi / 2, max(weights.shape)) for side in (-1, 1)]
    known = [abs(end - start) if end is not None else np.pi / 2 for end in ends]
    return None if all(end is None for end in ends) else float(np.degrees(sum(known)))


def _edge(height: Callable[[np.ndarray], np.ndarray], start: float, stop: float, size: int) -> float | None:
    """Return the first place between two at which something becomes negative, None if it never does."""
    if start == stop:
        return None
    count = max(_FEWEST, 2 * size + 1)
    for _ in range(3):
        places = np.linspace(start, stop, count)
        heights = height(places)
        fallen = np.flatnonzero(heights < 0)
        if len(fallen) == 0:
            return None
        first = int(fallen[0])
        if first == 0:
            return start
        start, stop, count = float(places[first - 1]), float(places[first]), _FEWEST
    # So near to each other that the curve between them is a line.
    above, below = float(heights[first - 1]), float(heights[first])
    return start + (stop - start) * above / (above - below)
