"""How the fields of a frozen layer are checked and set while it is made."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float

# Numbers of one output that a layer makes which may ask for any: 4 GB.
MAX_OUTPUT = 1 << 30


def check_output(shape: Sequence[int]) -> None:
    """Raise ValueError, before any memory is taken, if maps would have too many numbers."""
    count = math.prod(shape)
    if count > MAX_OUTPUT:
        raise ValueError(
            f"the output would have {count} numbers ({count * 4 / 1e9:.1f} GB); at most {MAX_OUTPUT} are made"
        )


def set_fields(layer: object, **fields: object) -> None:
    """Set fields of a frozen layer while it is made."""
    for name, value in fields.items():
        object.__setattr__(layer, name, value)


def read_only(values: ArrayLike, name: str) -> np.ndarray:
    """Return a read-only copy of numbers; float64 is kept, all else becomes float32."""
    array = as_float(values, name).copy()
    array.setflags(write=False)
    return array


def checked_bias(bias: ArrayLike | None, filters: int) -> np.ndarray | None:
    """Return a read-only copy of a bias; raise ValueError unless it has one number per filter."""
    offsets = None if bias is None else read_only(bias, "bias")
    if offsets is not None and offsets.shape != (filters,):
        raise ValueError(f"bias must have the shape ({filters},), one number a filter; got {offsets.shape}")
    return offsets
