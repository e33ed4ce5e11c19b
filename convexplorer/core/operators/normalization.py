"""Batch normalisation after training: each channel is shifted and scaled by constants."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float

# Keras's. PyTorch and ONNX take 1e-5.
EPSILON = 1e-3


def batch_norm(
    x: ArrayLike,
    gamma: ArrayLike | None,
    beta: ArrayLike | None,
    mean: ArrayLike,
    variance: ArrayLike,
    *,
    epsilon: float = EPSILON,
) -> np.ndarray:
    """Return `(x - mean) / √(variance + epsilon) * gamma + beta`, channel by channel.

    Parameters
    ----------
    x : (channels,) or (channels, *spatial)
    gamma, beta : (channels,), scale and shift; None means 1 and 0.
    mean, variance : (channels,), statistics of the training; variance ≥ 0.
    epsilon : added to the variance. The default is Keras's; PyTorch and ONNX use 1e-5.

    Returns
    -------
    array of the shape of `x`, new

    Examples
    --------
    >>> batch_norm([[1, 2, 3]], [2], [10], [2], [1], epsilon=0)
    array([[ 8., 10., 12.]], dtype=float32)
    """
    x = as_float(x)
    scale, shift = batch_norm_scale_and_shift(gamma, beta, mean, variance, epsilon, x.shape[0] if x.ndim else 0)
    center = np.asarray(mean, np.float64)
    ones = [1] * (x.ndim - 1)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # The mean goes first: what is left is small, and rounding is in proportion to it.
        y: np.ndarray = x - center.astype(x.dtype).reshape(-1, *ones)
        y *= scale.astype(x.dtype).reshape(-1, *ones)
        y += shift.astype(x.dtype).reshape(-1, *ones)
    return y


def batch_norm_scale_and_shift(
    gamma: ArrayLike | None,
    beta: ArrayLike | None,
    mean: ArrayLike,
    variance: ArrayLike,
    epsilon: float,
    channels: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return `gamma / √(variance + epsilon)` and beta in float64; raise ValueError for invalid shapes or values."""
    arrays = {"gamma": gamma, "beta": beta, "mean": mean, "variance": variance}
    for name, values in arrays.items():
        if values is not None and as_float(values, name).shape != (channels,):
            raise ValueError(f"{name} must have the shape ({channels},), one number a channel; got {np.shape(values)}")
    if not epsilon >= 0:
        raise ValueError(f"epsilon must be ≥ 0; got {epsilon}")
    spread = np.asarray(variance, np.float64)
    if (spread < 0).any():
        raise ValueError(f"variance must be ≥ 0; got {spread.min():g}")
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = (1.0 if gamma is None else np.asarray(gamma, np.float64)) / np.sqrt(spread + epsilon)
    return scale, np.zeros(channels) if beta is None else np.asarray(beta, np.float64)
