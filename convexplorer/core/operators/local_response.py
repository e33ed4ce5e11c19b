"""Local response normalisation: each value damped by the values of the neighbouring channels in its place."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float, as_float_like


def local_response_norm(
    x: ArrayLike, depth_radius: int = 5, *, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5
) -> np.ndarray:
    """Return `x / (bias + alpha * Σ x²)^beta`, the sum over channels c − depth_radius … c + depth_radius.

    Names and defaults are those of `tf.nn.local_response_normalization`. PyTorch's `LocalResponseNorm(size, alpha,
    beta, k)` divides its alpha by the number of channels: with an odd size it is this function with
    `depth_radius=size // 2`, `bias=k` and `alpha=alpha / size`.

    Parameters
    ----------
    x : (channels,) or (channels, *spatial)
    depth_radius : number of neighbours on each side; those that do not exist count as 0.

    Returns
    -------
    array of the shape of `x`, new

    Examples
    --------
    >>> local_response_norm([[3], [4]], 1, bias=0)
    array([[0.6],
           [0.8]], dtype=float32)
    """
    x = as_float(x)
    check_local_response(depth_radius, bias, alpha, beta)
    with np.errstate(all="ignore"):
        y: np.ndarray = x * _damping(x, depth_radius, bias, alpha) ** x.dtype.type(-beta)
    return y


def local_response_norm_gradient(
    gradient: ArrayLike,
    x: ArrayLike,
    depth_radius: int = 5,
    *,
    bias: float = 1.0,
    alpha: float = 1.0,
    beta: float = 0.5,
) -> np.ndarray:
    """Return the gradient with respect to the input of `local_response_norm`.

    Parameters
    ----------
    gradient : with respect to the output, in the shape of `x`.
    x, depth_radius, bias, alpha, beta : those of `local_response_norm`

    Examples
    --------
    >>> local_response_norm_gradient([[1]], [[3]], 0, bias=16)
    array([[0.128]], dtype=float32)
    """
    x = as_float(x)
    given = as_float_like(gradient, x, "gradient")
    check_local_response(depth_radius, bias, alpha, beta)
    if given.shape != x.shape:
        raise ValueError(f"gradient must have the shape of x, {x.shape}; got {given.shape}")
    with np.errstate(all="ignore"):
        damping = _damping(x, depth_radius, bias, alpha)
        scale = damping ** x.dtype.type(-beta)
        shares = _neighbour_sums(given * x * scale / damping, depth_radius)
        y: np.ndarray = given * scale - x.dtype.type(2 * alpha * beta) * x * shares
    return y


def check_local_response(depth_radius: int, bias: float, alpha: float, beta: float) -> None:
    """Raise ValueError if an argument is out of range."""
    if depth_radius < 0 or depth_radius != int(depth_radius):
        raise ValueError(f"depth_radius must be a whole number ≥ 0; got {depth_radius}")
    for name, value in (("bias", bias), ("alpha", alpha), ("beta", beta)):
        if not value >= 0:
            raise ValueError(f"{name} must be ≥ 0; got {value}")


def _damping(x: np.ndarray, radius: int, bias: float, alpha: float) -> np.ndarray:
    """Return what is raised to a power, in the shape of `x`."""
    y: np.ndarray = x.dtype.type(bias) + x.dtype.type(alpha) * _neighbour_sums(np.square(x), radius)
    return y


def _neighbour_sums(values: np.ndarray, radius: int) -> np.ndarray:
    """Return for each channel the sum over it and its neighbours."""
    y = values.copy()
    for distance in range(1, min(radius, len(values) - 1) + 1):
        y[distance:] += values[:-distance]
        y[:-distance] += values[distance:]
    return y
