"""Functions that make or rearrange a matrix of numbers, as the libraries define them; pure, and of a limited size.

A row is called with the values of its arguments. Nothing else is ever called by a pasted text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from convexplorer.kernels.filter import MAX_KERNEL_SIZE

MAX_NUMBERS = 1 << 20  # in anything that a text makes

Arguments = Sequence[Any]
Named = Mapping[str, Any]
Maker = Callable[..., Any]


def check_lengths(lengths: Sequence[float]) -> tuple[int, ...]:
    """Return the lengths of axes as whole numbers; ValueError beyond a kernel."""
    whole = tuple(int(length) for length in lengths)
    if (
        len(whole) > 5
        or any(not 0 < n <= MAX_NUMBERS for n in whole)
        or np.prod([float(n) for n in whole]) > MAX_NUMBERS
    ):
        raise ValueError(f"a size has up to 4 lengths from 1 to {MAX_KERNEL_SIZE}; got {' × '.join(map(str, whole))}")
    return whole


def array_of(value: Any) -> np.ndarray:
    """Return a value as an array of numbers; ValueError for anything else."""
    if isinstance(value, bool | int | float | np.ndarray):
        return np.asarray(value, np.float64)
    raise ValueError("numbers are expected")


def number_of(value: Any, what: str = "a number") -> float:
    """Return a value as one number."""
    array = array_of(value)
    if array.size != 1:
        raise ValueError(f"{what} is expected where there are {array.size} numbers")
    return float(array.reshape(()))


def _shape(arguments: Arguments, named: Named, *, is_square: bool) -> tuple[int, ...]:
    """Return the shape in arguments: (3, 3), ((3, 3),), [3, 3] or 3, which MATLAB takes for a square."""
    given = named.get("shape", named.get("size", arguments))
    lengths = [
        float(n) for one in (given if isinstance(given, list | tuple) else (given,)) for n in array_of(one).ravel()
    ]
    if not lengths:
        raise ValueError("a size is expected")
    return check_lengths(lengths * 2 if len(lengths) == 1 and is_square else lengths)


def filled(value: float) -> Maker:
    """Return the maker of an array with one value; a number alone means a square to MATLAB and Julia."""

    def make(*arguments: Any, is_square: bool = False, **named: Any) -> np.ndarray:
        numbers = [
            one
            for one in arguments
            if (not isinstance(one, str | None) and hasattr(one, "__float__")) or isinstance(one, np.ndarray)
        ]
        return np.full(_shape(numbers, named, is_square=is_square), value)

    return make


def full(shape: Any, value: Any = 0.0, *_rest: Any, **named: Any) -> np.ndarray:
    """Make an array with a given value."""
    return np.full(_shape((shape,), {}, is_square=False), number_of(named.get("fill_value", value)))


def eye(rows: Any, columns: Any = None, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make the matrix with 1 in its diagonal."""
    has_columns = isinstance(columns, int | float) and not isinstance(columns, bool)
    lengths = [number_of(rows), number_of(columns)] if has_columns else array_of(rows).ravel()
    rows, columns, *_ = check_lengths([*lengths, *lengths][:2])
    return np.eye(rows, columns)


def outer(one: Any, other: Any) -> np.ndarray:
    """Make all products of two rows of numbers."""
    a, b = array_of(one).ravel(), array_of(other).ravel()
    check_lengths((len(a), len(b)))
    return np.outer(a, b)


def product(one: Any, other: Any) -> Any:
    """Multiply two matrices; a column times a row, also one without a second axis, is their outer product."""
    a, b = array_of(one), array_of(other)
    if a.ndim == 2 and a.shape[1] == 1 and b.ndim == 1:
        b = b[np.newaxis]
    if max(a.size, b.size) > MAX_KERNEL_SIZE**2 or not a.ndim or not b.ndim:
        raise ValueError("two matrices of numbers are expected")
    try:
        return np.asarray(a @ b)
    except ValueError as error:
        raise ValueError(f"{a.shape} and {b.shape} do not fit for a product of matrices") from error


def diagonal(values: Any) -> np.ndarray:
    """Make a matrix with these numbers in its diagonal."""
    numbers = array_of(values)
    check_lengths((numbers.size,) * 2 if numbers.ndim < 2 else numbers.shape)
    return np.diag(numbers)


def spaced(start: Any, stop: Any, count: Any = 50, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make numbers at equal distances."""
    (n,) = check_lengths([number_of(count)])
    return np.asarray(np.linspace(number_of(start), number_of(stop), n))


def counted(start: Any, stop: Any = None, step: Any = 1.0, *_rest: Any, **_named: Any) -> np.ndarray:
    """Make the numbers from start up to stop."""
    first, last = (0.0, number_of(start)) if stop is None else (number_of(start), number_of(stop))
    by = number_of(step)
    check_lengths([max((last - first) / by, 1)])
    return np.arange(first, last, by)


def kept(values: Any, *_rest: Any, **_named: Any) -> Any:
    """Return numbers as they are: a wrapper such as `np.array`, `Parameter` or `float32`."""
    if isinstance(values, str):
        return float(values)
    return values


def listed(*values: Any, **_named: Any) -> Any:
    """Return arguments as a list: R's `c`, Kotlin's `floatArrayOf`, a constructor of GLSL."""
    arrays = [array_of(one) for one in values]
    return (
        np.concatenate([one.ravel() for one in arrays])
        if any(one.ndim < 2 for one in arrays) or not arrays
        else np.stack(arrays)
    )


def rows_listed(*values: Any, **_named: Any) -> np.ndarray:
    """Return arguments as rows: `arrayOf(floatArrayOf(…), …)`."""
    return np.stack([array_of(one) for one in values])


def columns_listed(*values: Any, **_named: Any) -> np.ndarray:
    """Return the square matrix that GLSL reads from its arguments, column by column."""
    numbers = np.concatenate([array_of(one).ravel() for one in values])
    side = round(float(numbers.size) ** 0.5)
    if side * side != numbers.size or side not in (2, 3, 4):
        raise ValueError(f"mat3 has 9 numbers; got {numbers.size}")
    return numbers.reshape(side, side).T


def reshaped(values: Any, *lengths: Any, is_by_column: bool = False, order: Any = "C", **named: Any) -> np.ndarray:
    """Return numbers with other axes; -1 stands for the length that is left."""
    numbers = array_of(values)
    given = [
        float(n) for one in (lengths or (named.get("shape", named.get("newshape", 0)),)) for n in array_of(one).ravel()
    ]
    shape = [int(n) for n in given]
    if shape.count(-1) == 1:
        others = int(np.prod([n for n in shape if n != -1]))
        shape[shape.index(-1)] = numbers.size // others if others > 0 else 0
    if int(np.prod(check_lengths(shape))) != numbers.size:
        raise ValueError(f"{numbers.size} numbers do not make {' × '.join(map(str, shape))}")
    return numbers.reshape(shape, order="F" if is_by_column or order == "F" else "C")


def r_matrix(values: Any, *sizes: Any, byrow: Any = False, **named: Any) -> np.ndarray:
    """Make R's matrix, which is filled by column unless `byrow`."""
    numbers = array_of(values).ravel()
    rows, columns = [*sizes, None, None][:2]
    rows, columns = named.get("nrow", rows), named.get("ncol", columns)
    n = int(number_of(rows)) if rows is not None else -1
    m = int(number_of(columns)) if columns is not None else -1
    if n == m == -1:
        n, m = numbers.size, 1
    if numbers.size == 1 and n > 0 and m > 0:
        return np.full(check_lengths((n, m)), float(numbers[0]))
    return reshaped(numbers, np.array([n, m], np.float64), is_by_column=not byrow)


def turned_by_quarters(values: Any, count: Any = 1.0, *_rest: Any, **_named: Any) -> np.ndarray:
    """Turn a matrix by quarters, counter-clockwise."""
    return np.rot90(array_of(values), int(number_of(count)))


def mirrored(axes: Any = None) -> Maker:
    """Return the function that mirrors along axes."""
    return lambda values, axis=axes, *_rest, **_named: np.flip(
        array_of(values), None if axis is None else int(number_of(axis))
    )


def transposed(values: Any, *_rest: Any, **_named: Any) -> np.ndarray:
    """Exchange rows and columns; numbers without rows become a column in MATLAB."""
    return array_of(values).T


def total(values: Any, *_rest: Any, **_named: Any) -> float:
    """Return the sum of all numbers."""
    return float(array_of(values).sum())


def applied(function: Callable[[np.ndarray], Any]) -> Maker:
    """Return a function of NumPy as one on numbers, with NumPy's warnings switched off."""

    def apply(values: Any, *_rest: Any, **_named: Any) -> Any:
        with np.errstate(all="ignore"):
            found = function(array_of(values))
        return float(found) if np.ndim(found) == 0 else found

    return apply


def with_axis(values: Any, axis: Any = 0.0, *_rest: Any, **_named: Any) -> np.ndarray:
    """Add an axis of length 1: `unsqueeze`, `expand_dims`."""
    array = array_of(values)
    places = [int(one) for one in array_of(axis).ravel()]
    if array.ndim + len(places) > 5 or any(not -6 < place < 6 for place in places):
        raise ValueError("weights have at most 4 axes")
    try:
        return np.expand_dims(array, places)
    except ValueError as error:  # NumPy's, which is no sentence for the user
        raise ValueError(f"an axis cannot be added at {places}") from error


def times(values: Any, factor: Any) -> np.ndarray:
    """Multiply by a number."""
    return array_of(values) * number_of(factor)


def divided(values: Any, divisor: Any) -> np.ndarray:
    """Divide by a number."""
    by = number_of(divisor)
    if by == 0:
        raise ValueError("a number is divided by zero")
    return array_of(values) / by
