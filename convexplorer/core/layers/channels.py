"""What layers share that have one number for each channel."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.layers.fields import read_only
from convexplorer.core.layers.layer import Shape


def vector(values: ArrayLike, name: str) -> np.ndarray:
    """Return a read-only copy of one number for each channel; raise ValueError for another shape."""
    array = read_only(values, name)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} must have the shape (channels,); got {array.shape}")
    return array


def check_channels(shape: Shape, values: np.ndarray, name: str) -> None:
    """Raise ValueError unless maps have as many channels as there are values."""
    if not shape or shape[0] != len(values):
        raise ValueError(f"x must have {len(values)} channels, as {name} has; got {tuple(shape)}")


def along_channels(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return one number for each channel so that it meets maps (channels, *spatial), in their precision."""
    shaped: np.ndarray = values.astype(x.dtype, copy=False).reshape(-1, *(1,) * (x.ndim - 1))
    return shaped
