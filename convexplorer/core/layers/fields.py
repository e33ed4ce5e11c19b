"""How the fields of a frozen layer are checked and set while it is made."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.geometry.arrays import as_float


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
