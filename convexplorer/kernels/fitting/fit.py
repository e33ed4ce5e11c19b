"""The kernel and bias that come nearest to a target picture, by least squares over windows of the source.

Only windows that lie in the picture count, so that no padding is assumed. Targets that are clipped are left out: they
do not tell what the kernel's value was, and a few of them spoil all weights.
"""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.fitting.moments import Moments, moments_of_all, moments_of_some
from convexplorer.kernels.planes import centre

MAX_FIT_SIZE = 31  # cells along an axis: more are too many to solve for
LIVE_WINDOWS = 20_000  # find a hidden kernel as exactly as all windows of a photograph do
_LEAST_EIGENVALUE = 1e-14  # relative to the largest: what is below cannot be told from rounding


@dataclass(frozen=True, eq=False)
class Fit:
    """A kernel fitted to a target.

    Attributes
    ----------
    plane : (rows, columns) float64, as applied.
    bias : added to the map.
    error : root mean square of target − map over the windows that were used, in units of the target.
    windows : how many were used.
    """

    plane: np.ndarray
    bias: float
    error: float
    windows: int


def fit(
    source: np.ndarray,
    target: np.ndarray,
    size: int | tuple[int, int],
    *,
    ridge: float = 0.0,
    limits: tuple[float, float] | None = None,
    most_windows: int | None = None,
    seed: int = 0,
) -> Fit:
    """Return the kernel and bias whose map of the source has the least square error from the target.

    Parameters
    ----------
    source, target : (rows, columns) of one size. Targets that are not finite are left out, as a mask.
    size : cells along each axis, 1…31.
    ridge : pulls the weights to 0: added to the diagonal of the normal equations, relative to its mean.
    limits : targets at or beyond these are clipped and left out, as (0, 255) of 8-bit pictures.
    most_windows : so many windows are drawn at random, as `LIVE_WINDOWS`; None takes all.
    seed : of the draw.

    Raises
    ------
    ValueError : sizes differ, the source is not finite, or no window is left.

    Notes
    -----
    Weights that the source does not determine, as all but their sum in a flat picture, are the least possible.

    Examples
    --------
    >>> source = np.random.default_rng(0).random((20, 30))
    >>> target = np.full(source.shape, np.nan)
    >>> target[:, 1:] = source[:, 1:] - source[:, :-1] + 2
    >>> found = fit(source, target, (1, 3))
    >>> np.allclose(found.plane, [[-1, 1, 0]]), round(found.bias, 6)
    (True, 2.0)
    """
    rows, columns = (size, size) if isinstance(size, int) else size
    source, target = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    _check(source, target, (rows, columns))
    inner = _targets_of_windows(target, (rows, columns))
    is_used = np.isfinite(inner)
    if limits is not None:
        is_used &= (inner > limits[0]) & (inner < limits[1])
    if not is_used.any():
        raise ValueError("no window is left: all targets are clipped or not finite")
    # Both are centred first: the squares of a mean would take digits from the differences that tell the weights.
    source_mean, target_mean = source.mean(), inner[is_used].mean()
    centred, wanted = source - source_mean, np.where(is_used, inner - target_mean, 0.0)
    if most_windows is not None and most_windows < np.count_nonzero(is_used):
        chosen = np.random.default_rng(seed).choice(np.flatnonzero(is_used), most_windows, replace=False)
        moments = moments_of_some(centred, wanted, chosen, (rows, columns))
    else:
        moments = moments_of_all(centred, wanted, is_used, (rows, columns))
    weights = _solve(moments, ridge)
    bias = moments.target_mean - weights @ moments.window_mean
    return Fit(
        plane=weights.reshape(rows, columns),
        bias=float(bias + target_mean - weights.sum() * source_mean),
        error=moments.error_of(weights, bias),
        windows=moments.count,
    )


def _check(source: np.ndarray, target: np.ndarray, size: tuple[int, int]) -> None:
    if source.ndim != 2 or source.shape != target.shape:
        raise ValueError(f"source and target must be (rows, columns) of one size; got {source.shape}, {target.shape}")
    if not all(1 <= n <= MAX_FIT_SIZE for n in size):
        raise ValueError(f"size must be 1…{MAX_FIT_SIZE} along each axis; got {size}")
    if any(n > m for n, m in zip(size, source.shape, strict=True)):
        raise ValueError(f"a kernel of {size} has no window in a picture of {source.shape}")
    if not np.isfinite(source).all():
        raise ValueError("the source must be finite")


def _targets_of_windows(target: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the target at the centre of each window that lies in the picture."""
    top, left = map(centre, size)
    rows, columns = (m - n + 1 for m, n in zip(target.shape, size, strict=True))
    return target[top : top + rows, left : left + columns]


def _solve(moments: Moments, ridge: float) -> np.ndarray:
    """Return the least weights among those that minimise the error."""
    values, vectors = np.linalg.eigh(moments.covariance)
    is_told = values > _LEAST_EIGENVALUE * max(values[-1], 0.0)
    told = vectors[:, is_told]
    weights: np.ndarray = told @ ((moments.product @ told) / (values[is_told] + ridge * values.mean()))
    return weights
