"""Weights as arrays of Python, for the targets that are Python."""

from textwrap import indent

import numpy as np

from convexplorer.export.kernel_code.leaving import Leaving
from convexplorer.kernels.matrix import CHANNELS_FIRST, FILTERS_FIRST
from convexplorer.kernels.numbers import number_text


def kernel_array(leaving: Leaving) -> tuple[np.ndarray, str]:
    """Return all weights as one array, and its axes in words: two of one plane, four of several filters.

    Raises
    ------
    ValueError : filters have different numbers of planes.
    """
    count = max(len(one.planes) for one in leaving.filters)
    if any(len(one.planes) not in (1, count) for one in leaving.filters):
        raise ValueError("filters with different numbers of planes do not fit into one array")
    array = np.stack([np.broadcast_to(one.planes, (count, *one.size)) for one in leaving.filters])
    if not leaving.is_one:
        return array, FILTERS_FIRST
    return (array[0, 0], "(rows, columns)") if count == 1 else (array[0], CHANNELS_FIRST)


def array_code(name: str, array: np.ndarray, *, call: str = "np.array", dtype: str = "np.float64") -> str:
    """Return an assignment of an array as code."""
    return f"{name} = {call}(\n{indent(nested(array), '    ')},\n    dtype={dtype},\n)\n"


def nested(array: np.ndarray, level: int = 0) -> str:
    """Return an array as nested lists, a row on a line."""
    if array.ndim == 1:
        return f"[{', '.join(map(python_number, array))}]"
    between = ",\n" + " " * (level + 1)
    return f"[{between.join(nested(part, level + 1) for part in array)}]"


def python_number(value: float) -> str:
    """Return a number as Python writes it."""
    return number_text(value) if np.isfinite(value) else f'float("{number_text(value)}")'


def bias_code(leaving: Leaving) -> str:
    """Return the biases as code: one number, or a list."""
    biases = [python_number(one.bias) for one in leaving.filters]
    return biases[0] if leaving.is_one else f"[{', '.join(biases)}]"


def names_code(leaving: Leaving) -> str:
    """Return the names of the filters as code."""
    return f"[{', '.join(repr(one.name) for one in leaving.filters)}]"
