"""Changing the size and the number of a filter's planes, without a project around them."""

import numpy as np

Size = tuple[int, int]


def centre(n: int) -> int:
    """Return the index of the centre cell of `n`: the middle one, the first of the two middle ones if n is even.

    It is the cell that lies on the output's own pixel under "same" padding (the surplus goes to the end), so a
    kernel whose size changes around it does not move its feature map.
    """
    return (n - 1) // 2


def resized(planes: np.ndarray, size: Size) -> np.ndarray:
    """Return planes of another size that keep the centre cell: zeros are added around, or rims cut off.

    Growing and then shrinking back gives the same planes, for odd and even sizes alike.

    Parameters
    ----------
    planes : (P, kh, kw)
    size : (rows, columns)
    """
    result = np.zeros((planes.shape[0], *size), dtype=np.float64)
    target, source = zip(*(_overlap(old, new) for old, new in zip(planes.shape[1:], size, strict=True)), strict=True)
    result[:, *target] = planes[:, *source]
    return result


def is_lossless(planes: np.ndarray, size: Size) -> bool:
    """Whether `resized(planes, size)` cuts off zeros only."""
    return same_numbers(resized(resized(planes, size), (planes.shape[1], planes.shape[2])), planes)


def common_size(*sizes: Size) -> Size:
    """Return the smallest size that holds all of these."""
    return max(rows for rows, _ in sizes), max(columns for _, columns in sizes)


def split(planes: np.ndarray, count: int) -> np.ndarray:
    """Return `count` equal planes from one."""
    if planes.shape[0] != 1:
        raise ValueError(f"the filter has {planes.shape[0]} planes already; merge them before splitting anew")
    return np.repeat(planes, count, axis=0)


def merged(planes: np.ndarray) -> np.ndarray:
    """Return one plane: the mean, which answers to a grey picture exactly as the separate planes did."""
    # The mean of equal numbers is not always that number in floating point; the plane itself is.
    if all(same_numbers(plane, planes[0]) for plane in planes):
        return planes[:1].copy()
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        mean: np.ndarray = planes.mean(axis=0, keepdims=True)
    return mean


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays hold the same numbers; NaN equals NaN."""
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True))


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    """Return where the shared cells lie in the new and in the old axis."""
    shift = centre(new) - centre(old)
    start, stop = max(0, shift), min(new, old + shift)
    return slice(start, stop), slice(start - shift, stop - shift)
