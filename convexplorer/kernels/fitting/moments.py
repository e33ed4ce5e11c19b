"""Sums of products over the windows of a picture, all that least squares needs to know of them."""

from collections.abc import Callable, Iterator

import numpy as np

from convexplorer._dataclass import dataclass

_BLOCK = 4_000_000  # numbers held at a time


@dataclass(frozen=True, eq=False)
class Moments:
    """Means of windows and targets.

    Attributes
    ----------
    covariance : (cells, cells) of the windows' cells.
    product : (cells,) covariance of each cell and the target.
    window_mean, target_mean : (cells,), and a number.
    count : of the windows.
    error_of : returns the root mean square error of weights (cells,) and a bias.
    """

    covariance: np.ndarray
    product: np.ndarray
    window_mean: np.ndarray
    target_mean: float
    count: int
    error_of: Callable[[np.ndarray, float], float]


def moments_of_some(source: np.ndarray, target: np.ndarray, places: np.ndarray, size: tuple[int, int]) -> Moments:
    """Return the moments of the windows at some flat indices of `target`, which has a value for each window."""
    windows, y = _windows_at(source, places, size), target.ravel()[places]
    window_mean, target_mean = windows.mean(axis=0), float(y.mean())
    centred = windows - window_mean

    def error_of(weights: np.ndarray, bias: float) -> float:
        return float(np.sqrt(np.mean(np.square(y - windows @ weights - bias))))

    n = len(places)
    return Moments(centred.T @ centred / n, centred.T @ (y - target_mean) / n, window_mean, target_mean, n, error_of)


def moments_of_all(source: np.ndarray, target: np.ndarray, is_used: np.ndarray, size: tuple[int, int]) -> Moments:
    """Return the moments of all used windows.

    Parameters
    ----------
    target : a value for each window, 0 where it is not used.

    Notes
    -----
    With zeros around the picture, the products of two cells summed over all windows only depend on the distance of
    the cells: the autocorrelation, by FFT. The windows over the border, and those not used, are subtracted from it.
    """
    rows, columns = size
    padded = np.pad(source, ((rows - 1, rows - 1), (columns - 1, columns - 1)))
    is_left_out = np.ones([m - n + 1 for m, n in zip(padded.shape, size, strict=True)], dtype=bool)
    is_left_out[rows - 1 : source.shape[0], columns - 1 : source.shape[1]] = ~is_used
    others, used = np.flatnonzero(is_left_out), np.flatnonzero(~is_left_out)
    if len(others) < len(used):
        gram = _autocorrelation(padded, size) - _gram(padded, others, size)
    else:  # fewer windows, and none of the digits that a difference would cost
        gram = _gram(padded, used, size)
    n = len(used)
    spectrum = np.fft.rfft2(source)
    window_mean = _correlation(spectrum, is_used.astype(np.float64), source.shape, size) / n
    target_mean = float(target.sum() / n)
    product = _correlation(spectrum, target, source.shape, size) / n - target_mean * window_mean

    def error_of(weights: np.ndarray, bias: float) -> float:
        response = np.conj(np.fft.rfft2(weights.reshape(size), source.shape))
        # A circular correlation, whose part without wrapped windows is the map.
        mapped = np.fft.irfft2(spectrum * response, source.shape)[: target.shape[0], : target.shape[1]]
        return float(np.sqrt(np.mean(np.square((target - mapped - bias)[is_used]))))

    return Moments(gram / n - np.outer(window_mean, window_mean), product, window_mean, target_mean, n, error_of)


def _autocorrelation(padded: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the sums of products of each two cells over all windows of a picture with zeros around it."""
    power = np.fft.irfft2(np.square(np.abs(np.fft.rfft2(padded))), padded.shape)
    row, column = (index.ravel() for index in np.indices(size))
    sums: np.ndarray = power[row[:, np.newaxis] - row, column[:, np.newaxis] - column]
    return sums


def _gram(picture: np.ndarray, places: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the sums of products of each two cells over the windows at flat indices."""
    cells = size[0] * size[1]
    sums = np.zeros((cells, cells))
    for some in _blocks(places, cells):
        windows = _windows_at(picture, some, size)
        sums += windows.T @ windows
    return sums


def _correlation(spectrum: np.ndarray, values: np.ndarray, shape: tuple[int, ...], size: tuple[int, int]) -> np.ndarray:
    """Return the sums over all windows of each cell times the window's value, (cells,)."""
    sums = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(values, shape)), shape)
    return sums[: size[0], : size[1]].ravel()


def _windows_at(picture: np.ndarray, places: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return windows, (windows, cells), by the flat indices of their upper left corners among all of them."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, size)
    row, column = np.unravel_index(places, windows.shape[:2])
    return windows[row, column].reshape(len(places), -1)


def _blocks(places: np.ndarray, cells: int) -> Iterator[np.ndarray]:
    step = max(1, _BLOCK // cells)
    return (places[i : i + step] for i in range(0, len(places), step))
