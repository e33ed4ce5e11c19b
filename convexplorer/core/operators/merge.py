"""Maps of several layers joined: number by number, or one behind the other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float
from convexplorer.words import shape_text


def add(*xs: ArrayLike) -> np.ndarray:
    """Return the sum of arrays of one shape, or of 1 along an axis.

    Examples
    --------
    >>> add([1, 2], [10, 20], [100, 200])
    array([111., 222.], dtype=float32)
    """
    first, *others = checked_inputs(xs)
    y = first.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        for x in others:
            y += x
    return y


def subtract(x: ArrayLike, other: ArrayLike) -> np.ndarray:
    """Return the first array minus the second, of the same shape.

    Examples
    --------
    >>> subtract([5, 7], [1, 10])
    array([ 4., -3.], dtype=float32)
    """
    first, second = checked_inputs((x, other))
    with np.errstate(over="ignore", invalid="ignore"):
        difference: np.ndarray = first - second
    return difference


def multiply(*xs: ArrayLike) -> np.ndarray:
    """Return the product, number by number, of arrays of one shape, or of 1 along an axis.

    Examples
    --------
    >>> multiply([1, 2], [10, 20])
    array([10., 40.], dtype=float32)
    """
    first, *others = checked_inputs(xs)
    y = first.copy()
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for x in others:
            y *= x
    return y


def average(*xs: ArrayLike) -> np.ndarray:
    """Return the mean, number by number, of arrays of one shape, or of 1 along an axis.

    Examples
    --------
    >>> average([1, 2], [3, 6])
    array([2., 4.], dtype=float32)
    """
    y = add(*xs)
    y /= y.dtype.type(len(xs))
    return y


def maximum(*xs: ArrayLike) -> np.ndarray:
    """Return the largest number in each place of arrays of one shape, or of 1 along an axis; NaN where any is NaN.

    Examples
    --------
    >>> maximum([1, 5], [3, 2])
    array([3., 5.], dtype=float32)
    """
    y: np.ndarray = np.maximum.reduce(checked_inputs(xs))
    return y


def minimum(*xs: ArrayLike) -> np.ndarray:
    """Return the smallest number in each place of arrays of one shape, or of 1 along an axis; NaN where any is NaN.

    Examples
    --------
    >>> minimum([1, 5], [3, 2])
    array([1., 2.], dtype=float32)
    """
    y: np.ndarray = np.minimum.reduce(checked_inputs(xs))
    return y


def magnitude(x: ArrayLike, other: ArrayLike) -> np.ndarray:
    """Return the length √(a² + b²) of the vector that two numbers are, in each place of arrays of one shape.

    Of a horizontal and a vertical derivative, this is how strong an edge is, whatever its direction.

    Examples
    --------
    >>> magnitude([3, -5], [4, 0])
    array([5., 5.], dtype=float32)
    """
    y: np.ndarray = np.hypot(*checked_inputs((x, other)))
    return y


def orientation(x: ArrayLike, other: ArrayLike) -> np.ndarray:
    """Return the angle atan2(b, a) in −π…π of the vector (a, b), in each place of arrays of one shape; 0 for (0, 0).

    Of a horizontal derivative a and a vertical one b, this is the direction in which brightness grows: 0 to the right,
    π/2 downwards.

    Examples
    --------
    >>> orientation([1, 0, -2], [0, 1, 0])
    array([0.       , 1.5707964, 3.1415927], dtype=float32)
    """
    across, down = checked_inputs((x, other))
    zero = across.dtype.type(0)
    y: np.ndarray = np.arctan2(down + zero, across + zero)  # −0 + 0 is 0: the angle of (−0, −0) is 0, not −π
    return y


def concatenate(*xs: ArrayLike) -> np.ndarray:
    """Return the channels of all arrays, one array behind the other; their other axes must agree.

    Examples
    --------
    >>> concatenate([[1, 2]], [[3, 4], [5, 6]])
    array([[1., 2.],
           [3., 4.],
           [5., 6.]], dtype=float32)
    """
    arrays = _as_floats(xs)
    check_concatenated([array.shape for array in arrays])
    return np.concatenate(arrays)


def checked_inputs(xs: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Return float arrays of one shape and one precision; raise ValueError if the shapes cannot be joined.

    What has one cell along an axis is repeated along it, as a view.
    """
    arrays = _as_floats(xs)
    shape = joined_shape([array.shape for array in arrays])
    return [array if array.shape == shape else np.broadcast_to(array, shape) for array in arrays]


def joined_shape(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape of arrays that are joined number by number; an axis of 1 is repeated to the size of the others.

    Raises
    ------
    ValueError : there are fewer than two, or an axis has two sizes other than 1.

    Examples
    --------
    >>> joined_shape([(8, 1, 1), (8, 5, 7)])
    (8, 5, 7)
    """
    _check_count(shapes)
    for shape in shapes[1:]:
        pairs = zip(shape, shapes[0], strict=False)
        if len(shape) != len(shapes[0]) or any(n != m and 1 not in (n, m) for n, m in pairs):
            raise ValueError(f"inputs must have the same shape; got {_both(shapes[0], shape)}")
    found = tuple(map(max, zip(*shapes, strict=True)))
    for shape in shapes:
        if any(n not in (1, m) for n, m in zip(shape, found, strict=True)):
            raise ValueError(f"inputs must have the same shape; got {_both(found, shape)}")
    return found


def check_concatenated(shapes: Sequence[tuple[int, ...]]) -> None:
    """Raise ValueError unless there are two shapes or more, and they agree in all axes but the channels."""
    _check_count(shapes)
    for shape in shapes[1:]:
        if tuple(shape[1:]) != tuple(shapes[0][1:]):
            raise ValueError(f"inputs must agree in all axes but the channels; got {_both(shapes[0], shape)}")


def _both(one: tuple[int, ...], other: tuple[int, ...]) -> str:
    """Write two shapes in Keras's order, the channels last, as the user reads them of all maps."""
    return " and ".join(shape_text(tuple(shape)) if shape else "a number" for shape in (one, other))


def _check_count(shapes: Sequence[tuple[int, ...]]) -> None:
    if len(shapes) < 2:
        raise ValueError(f"inputs must be two or more; got {len(shapes)}")


def _as_floats(xs: Sequence[ArrayLike]) -> list[np.ndarray]:
    arrays = [as_float(x, f"input {i}") for i, x in enumerate(xs, start=1)]
    dtype = np.result_type(*arrays) if arrays else np.float32
    return [array.astype(dtype, copy=False) for array in arrays]
