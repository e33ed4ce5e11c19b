"""Maps made larger by a rim of zeros, or smaller by cutting a rim off."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import Padding, normal_padding, pad


def zero_pad(x: ArrayLike, padding: Padding = 1) -> np.ndarray:
    """Return maps with zeros around them.

    Parameters
    ----------
    x : (channels, *spatial)
    padding : number of zeros at every end of every axis, one number per axis, or a (before, after) pair per axis.

    Returns
    -------
    (channels, *spatial + before + after), a new array

    Examples
    --------
    >>> zero_pad([[1, 2]], ((1, 2),))
    array([[0., 1., 2., 0., 0.]], dtype=float32)
    """
    x = as_maps(x)
    return pad(x, rim_amounts(padding, x.ndim - 1, "padding"))


def crop(x: ArrayLike, cropping: Padding = 1) -> np.ndarray:
    """Return maps without a rim.

    Parameters
    ----------
    x : (channels, *spatial)
    cropping : number of cells cut off at every end of every axis, one number per axis, or a (before, after) pair per
        axis. At least one cell must stay along each axis.

    Returns
    -------
    (channels, *spatial − before − after), a new array

    Examples
    --------
    >>> crop([[1, 2, 3, 4]], ((1, 2),))
    array([[2.]], dtype=float32)
    """
    x = as_maps(x)
    amounts = rim_amounts(cropping, x.ndim - 1, "cropping")
    cropped_sizes(x.shape[1:], amounts)
    own = (slice(before, n - after) for n, (before, after) in zip(x.shape[1:], amounts, strict=True))
    return x[(slice(None), *own)].copy()


def rim_amounts(amounts: Padding, rank: int, name: str) -> Amounts:
    """Return a (before, after) pair per axis; raise ValueError naming the argument if there is none."""
    if isinstance(amounts, str):
        raise ValueError(f"{name} must be numbers; got {amounts!r}")
    try:
        pairs = normal_padding(amounts, rank)
    except ValueError:
        raise ValueError(
            f"{name} must be a number ≥ 0, one per axis ({rank}), or a (before, after) pair per axis; got {amounts!r}"
        ) from None
    assert not isinstance(pairs, str)
    return pairs


def cropped_sizes(spatial: tuple[int, ...], amounts: Amounts) -> tuple[int, ...]:
    """Return the sizes that are left; raise ValueError if nothing is left of an axis."""
    sizes = tuple(n - before - after for n, (before, after) in zip(spatial, amounts, strict=True))
    if min(sizes) < 1:
        raise ValueError(f"cropping must leave a cell along each axis; got {amounts} for an input of {spatial}")
    return sizes
