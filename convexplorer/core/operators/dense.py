"""Operators on vectors: flattening of maps, and dense sums."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float, as_float_like, as_maps


def flatten(x: ArrayLike, *, channels_last: bool = False) -> np.ndarray:
    """Return all values of the maps as a vector.

    Parameters
    ----------
    x : (channels, *spatial)
    channels_last : True orders values as Keras does, all channels of a cell together; False as PyTorch does, one map
        after the other. A dense kernel belongs to one of the two orders.

    Returns
    -------
    (values,), a new array

    Examples
    --------
    >>> flatten([[1, 2], [3, 4]]), flatten([[1, 2], [3, 4]], channels_last=True)
    (array([1., 2., 3., 4.], dtype=float32), array([1., 3., 2., 4.], dtype=float32))
    """
    x = as_maps(x)
    return (np.moveaxis(x, 0, -1) if channels_last else x).flatten()


def dense(x: ArrayLike, kernel: ArrayLike, bias: ArrayLike | None = None) -> np.ndarray:
    """Return the product of a matrix and a vector of inputs, plus bias.

    Parameters
    ----------
    x : (inputs,), or (inputs, *spatial) to treat every cell alike, as Keras does along its last axis
    kernel : (units, inputs), the transpose of Keras's
    bias : (units,), optional

    Returns
    -------
    (units,) or (units, *spatial), a new array

    Examples
    --------
    >>> dense([1, 2], [[1, 1], [0, 3], [1, -1]], [0, 0, 10])
    array([3., 6., 9.], dtype=float32)
    """
    x = as_float(x)
    kernel = as_float_like(kernel, x, "kernel")
    check_dense_shapes(x.shape, kernel.shape)
    offsets = None if bias is None else as_float_like(bias, x, "bias")
    if offsets is not None and offsets.shape != kernel.shape[:1]:
        raise ValueError(f"bias must have the shape ({len(kernel)},), one number a unit; got {offsets.shape}")
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        y: np.ndarray = (kernel @ x.reshape(len(x), -1)).reshape(len(kernel), *x.shape[1:])
        if offsets is not None:
            y += offsets.reshape(-1, *[1] * (x.ndim - 1))
    return y


def check_dense_shapes(x_shape: tuple[int, ...] | None, kernel_shape: tuple[int, ...]) -> None:
    """Raise ValueError if the shapes of kernel and input (None if unknown) do not fit each other."""
    if len(kernel_shape) != 2:
        raise ValueError(f"kernel must have the shape (units, inputs); got {kernel_shape}")
    if x_shape is not None and (not x_shape or x_shape[0] != kernel_shape[1]):
        raise ValueError(f"x must have {kernel_shape[1]} inputs along its first axis, as the kernel has; got {x_shape}")
