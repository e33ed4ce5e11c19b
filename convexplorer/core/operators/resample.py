"""Upsampling by a whole factor: nearest neighbour or linear interpolation."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.line_taps import line_taps
from convexplorer.core.geometry.windows import PerAxis, per_axis

#: Interpolations of `upsample`.
INTERPOLATIONS = ("nearest", "bilinear")


def upsample(
    x: ArrayLike, size: PerAxis = 2, *, interpolation: str = "nearest", align_corners: bool = False
) -> np.ndarray:
    """Enlarge maps by a whole factor.

    Parameters
    ----------
    x : (channels, *spatial)
    size : factor, a number or one per spatial axis.
    interpolation : "nearest" repeats each value; "bilinear" is linear along every axis, for any rank.
    align_corners : alignment of "bilinear". False aligns the outer *edges* of the first and last cell, as in Keras and
        by default in PyTorch; positions beyond the outermost centres repeat the outermost values. True aligns the
        *centres* of the outermost cells; PyTorch has this option, Keras does not.

    Returns
    -------
    (channels, *spatial * size), a new array

    Examples
    --------
    >>> upsample([[0, 4]], interpolation="bilinear")
    array([[0., 1., 3., 4.]], dtype=float32)
    >>> upsample([[0, 3]], interpolation="bilinear", align_corners=True)
    array([[0., 1., 2., 3.]], dtype=float32)
    """
    x = as_maps(x)
    factors = per_axis(size, x.ndim - 1, "size")
    check_interpolation(interpolation, align_corners)
    if interpolation == "nearest":
        return _repeated(x, factors)
    shape = tuple(n * factor for n, factor in zip(x.shape[1:], factors, strict=True))
    y = np.empty((x.shape[0], *shape), x.dtype)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for channel, values in enumerate(x):
            for axis, factor in enumerate(factors):
                values = _lines(values, axis, factor, align_corners)
            y[channel] = values
    return y


def check_interpolation(interpolation: str, align_corners: bool) -> None:
    """Raise ValueError for an unknown interpolation, or for `align_corners` with one that has no such option."""
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"interpolation must be one of {', '.join(INTERPOLATIONS)}; got {interpolation!r}")
    if align_corners and interpolation == "nearest":
        raise ValueError('align_corners must be False with interpolation "nearest"; got True')


def _repeated(x: np.ndarray, factors: tuple[int, ...]) -> np.ndarray:
    spread, target = [x.shape[0]], [x.shape[0]]
    for n, factor in zip(x.shape[1:], factors, strict=True):
        spread += [n, factor]
        target.append(n * factor)
    cells = x[(slice(None), *(place for _ in factors for place in (slice(None), np.newaxis)))]
    y = np.empty(target, x.dtype)
    y.reshape(spread)[...] = cells
    return y


def _lines(values: np.ndarray, axis: int, factor: int, align_corners: bool) -> np.ndarray:
    """Return the values, interpolated linearly along one axis."""
    low, high, weight = line_taps(values.shape[axis], factor, align_corners)
    share = weight.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1 - axis))
    y: np.ndarray = values.take(low, axis) * (1 - share)
    y += values.take(high, axis) * share
    return y
