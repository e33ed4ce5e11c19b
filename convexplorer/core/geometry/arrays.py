"""Array arguments: the one place that decides about accepted types and precision."""

import numpy as np
from numpy.typing import ArrayLike

_BLOCK = 1 << 20  # numbers; of weights by the million a copy would be as large as they are
# The two that need no work, in the form NumPy gives almost always: the same objects.
_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


def as_float(x: ArrayLike, name: str = "x") -> np.ndarray:
    """Return `x` as a float array: float64 stays, every other real type becomes float32.

    Float arrays are not copied. Integers above 2²⁴ lose digits, because float32 holds 24 bits.

    Raises
    ------
    ValueError : `x` is empty, ragged, or not made of real numbers; `name` is its name in the message.

    Examples
    --------
    >>> as_float([1, 2]).dtype, as_float(np.zeros(3)).dtype
    (dtype('float32'), dtype('float64'))
    """
    if type(x) is np.ndarray and x.size and (x.dtype is _FLOAT32 or x.dtype is _FLOAT64):
        return x
    try:
        array = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name} must be an array of numbers; got rows of different lengths") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers; got an array of {array.dtype}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {array.shape}")
    is_double = array.dtype.kind == "f" and array.dtype.itemsize >= 8
    with np.errstate(over="ignore", under="ignore"):
        return array.astype(np.float64 if is_double else np.float32, copy=False)


def as_float_like(values: ArrayLike, x: np.ndarray, name: str) -> np.ndarray:
    """Return `values` as a float array in the precision of `x`; values beyond float32's range become infinite.

    Examples
    --------
    >>> as_float_like([1e300], np.ones(3, np.float32), "kernel")
    array([inf], dtype=float32)
    """
    with np.errstate(over="ignore", under="ignore"):
        return as_float(values, name).astype(x.dtype, copy=False)


def as_maps(x: ArrayLike, rank: int | None = None, name: str = "x") -> np.ndarray:
    """Return `x` as float maps (channels, *spatial); raise ValueError if it has not `rank` spatial axes."""
    maps = as_float(x, name)
    if maps.ndim < 2 or (rank is not None and maps.ndim != rank + 1):
        axes = (
            "*spatial"
            if rank is None
            else ", ".join(("length", "rows, columns", "depth, rows, columns")[rank - 1 : rank])
        )
        raise ValueError(f"{name} must have the shape (channels, {axes}); got {maps.shape}")
    return maps


def absolute_sums(rows: np.ndarray) -> np.ndarray:
    """Return the sum of the absolute numbers in each part of the first axis, float64; no copy of all of them is made.

    Examples
    --------
    >>> absolute_sums(np.array([[1.0, -3.0], [0.5, 0.0]]))
    array([4. , 0.5])
    """
    flat = rows.reshape(len(rows), -1)
    sums = np.empty(len(flat))
    step = max(1, _BLOCK // max(flat.shape[1], 1))
    for i in range(0, len(flat), step):
        np.abs(flat[i : i + step]).sum(axis=1, dtype=np.float64, out=sums[i : i + step])
    return sums


def read_only_view(array: np.ndarray) -> np.ndarray:
    """Return the same numbers, not to be written through this view.

    Examples
    --------
    >>> read_only_view(np.zeros(2)).flags.writeable
    False
    """
    view = array.view()
    view.flags.writeable = False
    return view
