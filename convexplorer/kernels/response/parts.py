"""Kernels near a kernel: its even and odd part in any mix, and all strengths from the identity to beyond it."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.kernels.planes import centre
from convexplorer.kernels.response.frequency import checked_plane


def even_and_odd(plane: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of a kernel that half a turn leaves as it is, and whose sign it changes; they sum to the kernel.

    The response of the even part is the real part of the response, that of the odd part the imaginary one, if the size
    is odd. The even part answers to lines and spots, the odd one to edges.

    Examples
    --------
    >>> even_and_odd([[0.0, 2.0, 4.0]])
    (array([[2., 2., 2.]]), array([[-2.,  0.,  2.]]))
    """
    weights = checked_plane(plane)
    half, turned = weights / 2, weights[::-1, ::-1] / 2  # halved first: the sum of two large weights is infinite
    return half + turned, half - turned


def even_share(plane: ArrayLike) -> float:
    """Return the share of the even part in the sum of the squared weights, 0…1; NaN if all weights are 0.

    Examples
    --------
    >>> even_share([[-1.0, 0.0, 1.0]]), even_share([[1.0, 2.0, 1.0]])
    (0.0, 1.0)
    """
    weights = checked_plane(plane)
    largest = float(np.abs(weights).max())
    if largest == 0:
        return float("nan")
    even, odd = even_and_odd(weights / largest)
    sizes = float(np.square(even).sum()), float(np.square(odd).sum())
    return sizes[0] / sum(sizes)


def mixed(plane: ArrayLike, mix: float) -> np.ndarray:
    """Return a kernel with less of one of its parts.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    mix : −1 leaves the even part alone, 0 the kernel as it is, 1 the odd part alone.

    Examples
    --------
    >>> mixed([[0.0, 2.0, 4.0]], -1), mixed([[0.0, 2.0, 4.0]], 0.5)
    (array([[2., 2., 2.]]), array([[-1.,  1.,  3.]]))
    """
    weights = checked_plane(plane)
    if not -1 <= mix <= 1:
        raise ValueError(f"mix must be −1…1; got {mix:g}")
    if mix == 0:
        return weights.copy()
    even, odd = even_and_odd(weights)
    return even * (1 - max(mix, 0)) + odd * (1 + min(mix, 0))


def strengthened(plane: ArrayLike, strength: float) -> np.ndarray:
    """Return the identity plus `strength` times the kernel's difference to it.

    The map becomes `picture + strength · (map − picture)`, and the response `1 + strength · (H − 1)`.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    strength : 0 is the identity, 1 the kernel as it is, more exaggerates it.

    Examples
    --------
    >>> strengthened([[1.0, 1.0, 1.0]], 0.5), strengthened([[0.25, 0.5, 0.25]], 2.0)
    (array([[0.5, 1. , 0.5]]), array([[0.5, 0. , 0.5]]))
    """
    weights = checked_plane(plane)
    if not np.isfinite(strength):
        raise ValueError(f"strength must be a finite number; got {strength}")
    if strength == 1:
        return weights.copy()
    result = weights * strength
    result[centre(weights.shape[0]), centre(weights.shape[1])] += 1 - strength
    return result
