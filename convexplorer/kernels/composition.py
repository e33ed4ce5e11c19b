"""New kernels from kernels: in series, in parallel, mixed, differentiated, repeated.

Every composed kernel does in one pass what its parts do in several, on every picture, wherever their windows lie inside
it. Beyond the border a layer pads anew before each pass, so there the two may differ. An inverse is in `inverse`.
"""

import numpy as np

from convexplorer.kernels.filter import MAX_KERNEL_SIZE, KernelSizeError
from convexplorer.kernels.planes import common_size, resized
from convexplorer.words import times

Planes = np.ndarray
# Products up to which a convolution is summed term by term, exactly as written; above, it is computed by the FFT.
_MOST_PRODUCTS = 30_000_000
# The answer to brightness that rises by 1 a cell, of the neighbours on both sides: right minus left, below minus above.
_SLOPE = np.array([-0.5, 0.0, 0.5])


def series(first: Planes, second: Planes) -> Planes:
    """Return the kernel that does what two layers do, one behind the other.

    Parameters
    ----------
    first : (P, rows, columns), as applied (cross-correlation).
    second : of the layer behind, which reads the one map of the first: several planes count as their sum.

    Returns
    -------
    (P, rows + rows − 1, columns + columns − 1) float64
        Along an axis on which both sizes are even a cell of zeros is added, which puts the centre cell on the pixel
        that the two passes answer at.

    Raises
    ------
    KernelSizeError : the kernel would have more than `MAX_KERNEL_SIZE` cells along an axis.

    Examples
    --------
    >>> series(np.array([[[1.0, 2.0, 1.0]]]), np.array([[[1.0, 2.0, 1.0]]]))
    array([[[1., 4., 6., 4., 1.]]])
    >>> series(np.array([[[1.0, 1.0]]]), np.array([[[1.0, 1.0]]]))  # the pixel and its right neighbour, twice
    array([[[0., 1., 2., 1.]]])
    """
    one, other = _checked(first), _checked(second).sum(axis=0)
    size = series_size(one.shape[1:], other.shape)
    _check_size(size, f"a {times(one.shape[1:])} kernel with a {times(other.shape)} kernel behind it")
    composed = np.stack([_convolved(plane, other) for plane in one])
    extra = [now - before for now, before in zip(size, composed.shape[1:], strict=True)]
    return np.pad(composed, [(0, 0), *((n, 0) for n in extra)]) if any(extra) else composed


def series_size(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """Return the size of a kernel in series with another, (rows, columns)."""
    return tuple(a + b - 1 + ((a | b) % 2 == 0) for a, b in zip(first, second, strict=True))


def series_bias(first: float, second: Planes, bias: float) -> float:
    """Return the bias of two layers in series: that of the first passes through the second kernel."""
    with np.errstate(all="ignore"):
        return float(first * _checked(second).sum()) + bias if first else bias


def parallel(first: Planes, second: Planes, *, weights: tuple[float, float] = (1.0, 1.0)) -> Planes:
    """Return the kernel whose map is a weighted sum of the maps of two kernels on the same picture.

    The kernels lie on each other with their centre cells, as their maps do; one plane counts for every channel.

    Parameters
    ----------
    weights : of the two maps: (1, −1) subtracts the second. A kernel of weight 0 is left out, also if it is infinite.

    Examples
    --------
    >>> parallel(np.ones((1, 1, 1)), np.full((1, 3, 3), 1 / 9), weights=(2, -1))[0, 1].round(3)
    array([-0.111,  1.889, -0.111])
    """
    one, other = _checked(first), _checked(second)
    if len(one) != len(other) and 1 not in (len(one), len(other)):
        raise ValueError(f"kernels of {len(one)} and {len(other)} planes do not read the same channels")
    size = common_size(one.shape[1:], other.shape[1:])
    count = max(len(one), len(other))
    total = np.zeros((count, *size))
    with np.errstate(all="ignore"):  # infinity minus infinity
        for planes, weight in zip((one, other), weights, strict=True):
            if weight:
                total += weight * resized(planes, size)
    return total


def mixed(first: Planes, second: Planes, share: float) -> Planes:
    """Return a kernel between two: the first at a share of 0, the second at 1, in between their weighted mean.

    Shares beyond 0…1 go further in the same direction.
    """
    return parallel(first, second, weights=(1 - share, share))


def derivative(planes: Planes, angle: float, *, order: int = 1) -> Planes:
    """Return the kernel whose map is the slope of this kernel's map, in a direction.

    Parameters
    ----------
    angle : in degrees, where brightness rises: 0 to the right, 90 downwards.
    order : how often it is differentiated, 1 or more.

    Notes
    -----
    The slope is that of a central difference, half the right neighbour minus half the left one; of a direction, the
    slopes along columns and rows with its cosine and sine, so it turns as the gradient does.

    Examples
    --------
    >>> derivative(np.ones((1, 1, 1)), 0)
    array([[[-0.5,  0. ,  0.5]]])
    """
    if order < 1:
        raise ValueError(f"order must be ≥ 1; got {order}")
    across, down = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    rounding = np.finfo(float).eps * 4  # of the cosine of 90°
    slope = np.zeros((1, 3, 3))
    slope[0, 1] += 0.0 if abs(across) < rounding else across * _SLOPE
    slope[0, :, 1] += 0.0 if abs(down) < rounding else down * _SLOPE
    rows, columns = (np.flatnonzero(slope[0].any(axis=axis)) for axis in (1, 0))
    reach = [1 if len(found) > 1 else 0 for found in (rows, columns)]
    slope = slope[:, 1 - reach[0] : 2 + reach[0], 1 - reach[1] : 2 + reach[1]]
    for _ in range(order):
        planes = series(planes, slope)
    return planes


def repeated(planes: Planes, passes: int) -> Planes:
    """Return the kernel that does in one pass what this kernel does in several, each on the map of the one before.

    Parameters
    ----------
    passes : 0 gives the identity. From the second on, several planes count as their sum, as in `series`.

    Raises
    ------
    KernelSizeError : more than `most_passes` of the kernel's size; the text says how many fit.

    Examples
    --------
    >>> repeated(np.array([[[0.5, 0.0, 0.5]]]), 3)
    array([[[0.125, 0.   , 0.375, 0.   , 0.375, 0.   , 0.125]]])
    """
    one = _checked(planes)
    if passes < 0:
        raise ValueError(f"passes must be ≥ 0; got {passes}")
    most = most_passes(one.shape[1:])
    if most is not None and passes > most:
        raise KernelSizeError(
            f"{passes} passes of a {times(one.shape[1:])} kernel make one of more than "
            f"{times((MAX_KERNEL_SIZE,) * 2)} cells; {most} fit"
        )
    if passes == 0:
        return np.ones((1, 1, 1))
    composed, again = one, one.sum(axis=0, keepdims=True)
    for _ in range(passes - 1):
        composed = series(composed, again)
    return composed


def most_passes(size: tuple[int, ...]) -> int | None:
    """Return how many passes of a kernel fit into the largest one; None if there is no end, for a single cell.

    Examples
    --------
    >>> most_passes((3, 3)), most_passes((15, 3)), most_passes((1, 1))
    (127, 18, None)
    """
    if max(size) == 1:
        return None
    count, now = 1, size
    while max(longer := series_size(now, size)) <= MAX_KERNEL_SIZE:
        count, now = count + 1, longer
    return count


def _convolved(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the full convolution of two planes; infinity and NaN reach exactly the cells whose terms hold them."""
    large, small = (one, other) if one.size >= other.size else (other, one)
    size = tuple(a + b - 1 for a, b in zip(large.shape, small.shape, strict=True))
    is_finite = bool(np.isfinite(large).all() and np.isfinite(small).all())
    if is_finite and large.size * small.size > _MOST_PRODUCTS:
        product: np.ndarray = np.fft.irfft2(np.fft.rfft2(large, size) * np.fft.rfft2(small, size), size)
        return product
    total = np.zeros(size)
    rows, columns = large.shape
    with np.errstate(all="ignore"):
        for (row, column), weight in np.ndenumerate(small):
            if weight or not is_finite:
                total[row : row + rows, column : column + columns] += weight * large
    return total


def _checked(planes: Planes) -> Planes:
    array = np.asarray(planes, dtype=np.float64)
    if array.ndim != 3 or array.size == 0:
        raise ValueError(f"planes must have the shape (planes, rows, columns); got {array.shape}")
    return array


def _check_size(size: tuple[int, ...], what: str) -> None:
    if max(size) > MAX_KERNEL_SIZE:
        raise KernelSizeError(f"a kernel has at most {times((MAX_KERNEL_SIZE,) * 2)} cells; {what} makes {times(size)}")
