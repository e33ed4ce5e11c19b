"""What is known of arrays that nobody may write to, as long as they live: the same question costs one look at them."""

import weakref

import numpy as np

from convexplorer._cv import cv2

_largest: dict[int, tuple["weakref.ref[np.ndarray]", float]] = {}


def largest_size(x: np.ndarray) -> float:
    """Return the largest absolute value of an array; of a read-only one it is remembered.

    Where values are NaN, it is that of the others, or NaN.

    Examples
    --------
    >>> largest_size(np.array([[1.0, -3.0]]))
    3.0
    """
    found = _largest.get(id(x))
    if found is not None and found[0]() is x:
        return found[1]
    parts = x if x.ndim > 1 else (x,)  # values without places are many, and lie in one row
    size = max((float(cv2.norm(part.reshape(1, -1), cv2.NORM_INF)) for part in parts), default=0.0)
    note_largest(x, size)
    return size


def note_largest(x: np.ndarray, size: float) -> None:
    """Remember the largest absolute value of a read-only array, if whoever made the array knows it already."""
    if x.flags.writeable:
        return
    key = id(x)
    _largest[key] = weakref.ref(x, lambda gone: _forget(key, gone)), size


def _forget(key: int, gone: "weakref.ref[np.ndarray]") -> None:
    # Another array may have taken the place already.
    if key in _largest and _largest[key][0] is gone:
        del _largest[key]
