"""Changes of the size and number of a filter's planes, independent of a project."""

import numpy as np

Size = tuple[int, ...]


def centre(n: int) -> int:
    """Return the index of the centre cell of `n` cells; the first of the two middle cells if `n` is even.

    Padding "same" puts this cell on the output's own pixel (the surplus goes to the end), so a kernel that is resized
    around its centre does not move its map.
    """
    return (n - 1) // 2


def resized(planes: np.ndarray, size: Size) -> np.ndarray:
    """Resize planes around their centre cell, by adding zeros or cutting off rims.

    Growing and then shrinking back restores the planes, for odd and even sizes alike.

    Parameters
    ----------
    planes : (P, *size)
    size : cells along each axis.
    """
    result = np.zeros((planes.shape[0], *size), dtype=np.float64)
    target, source = zip(*(_overlap(old, new) for old, new in zip(planes.shape[1:], size, strict=True)), strict=True)
    result[:, *target] = planes[:, *source]
    return result


def is_lossless(planes: np.ndarray, size: Size) -> bool:
    """Return True if `resized(planes, size)` cuts off only zeros."""
    return same_numbers(resized(resized(planes, size), planes.shape[1:]), planes)


def trimmed(planes: np.ndarray) -> np.ndarray:
    """Return planes without the zeros around them that can be cut off and the centre cell stays; views of the same.

    Examples
    --------
    >>> trimmed(np.pad(np.ones((1, 1, 3)), [(0, 0), (2, 2), (3, 3)])).shape
    (1, 1, 3)
    """
    used = np.nonzero((planes != 0).any(axis=0))  # NaN is used, too
    if not used[0].size:
        return planes[:, *(slice(centre(n), centre(n) + 1) for n in planes.shape[1:])]
    spans = []
    for n, cells in zip(planes.shape[1:], used, strict=True):
        before, after = centre(n) - int(cells.min()), int(cells.max()) - centre(n)
        size = 2 * after if after > before else 2 * max(before, 0) + 1
        start = centre(n) - centre(size)
        spans.append(slice(start, start + size))
    return planes[:, *spans]


def common_size(*sizes: Size) -> Size:
    """Return the smallest size that contains all of these."""
    return tuple(max(along) for along in zip(*sizes, strict=True))


def split(planes: np.ndarray, count: int) -> np.ndarray:
    """Return `count` copies of one plane."""
    if planes.shape[0] != 1:
        raise ValueError(f"the filter has {planes.shape[0]} planes already; merge them before splitting anew")
    return np.repeat(planes, count, axis=0)


def merged(planes: np.ndarray) -> np.ndarray:
    """Return the mean of the planes, whose response to a grey picture equals that of the separate planes."""
    # The mean of equal numbers is not always that number in floating point; the plane itself is.
    if all(same_numbers(plane, planes[0]) for plane in planes):
        return planes[:1].copy()
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        mean: np.ndarray = planes.mean(axis=0, keepdims=True)
    return mean


def same_numbers(a: np.ndarray, b: np.ndarray) -> bool:
    """Return True if two arrays hold the same numbers; NaN equals NaN."""
    return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True))


def _overlap(old: int, new: int) -> tuple[slice, slice]:
    """Return the slices of the shared cells in the new and in the old axis."""
    shift = centre(new) - centre(old)
    start, stop = max(0, shift), min(new, old + shift)
    return slice(start, stop), slice(start - shift, stop - shift)
