"""A filter as a value: its planes of weights, and their origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

MAX_FILTERS = 64
MAX_KERNEL_SIZE = 63
MAX_PLANES = 64
MAX_NAME_LENGTH = 200

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Filter:
    """One filter of a layer: its planes of weights, and their origin.

    Attributes
    ----------
    name : title of the filter's tile.
    planes : (P, kh, kw) float64, read-only. P = 1: the same plane for every input channel; otherwise one per channel.
        NaN and infinity are allowed, so that their effect can be explored.
    bias : added to the sum.
    preset : kebab-case name of the preset with these planes, up to zeros around them; None after an edit by hand.
    parameters : the preset's parameters, e.g. {"sigma": 1.4}; empty without preset.
    """

    name: str
    planes: np.ndarray
    bias: float = 0.0
    preset: str | None = None
    parameters: Mapping[str, float] = field(default_factory=lambda: NO_PARAMETERS)

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= MAX_NAME_LENGTH:
            raise ValueError(f"a filter's name must have 1 to {MAX_NAME_LENGTH} characters; got {len(name)}")
        _set(self, "name", name)
        _set(self, "planes", _frozen_planes(self.planes))
        _set(self, "bias", float(self.bias))
        _set(self, "parameters", MappingProxyType(dict(self.parameters)))

    @property
    def size(self) -> tuple[int, int]:
        """(rows, columns) of the kernel."""
        return self.planes.shape[-2], self.planes.shape[-1]


def _frozen_planes(planes: Any) -> np.ndarray:
    is_frozen = isinstance(planes, np.ndarray) and _is_frozen(planes)
    # Otherwise a copy, which no other code can write to.
    array = planes if is_frozen else np.array(planes, dtype=np.float64, order="C")
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim != 3:
        raise ValueError(f"planes must have two or three axes: ([planes,] rows, columns); got shape {array.shape}")
    count, rows, columns = array.shape
    if not (1 <= rows <= MAX_KERNEL_SIZE and 1 <= columns <= MAX_KERNEL_SIZE):
        raise ValueError(f"a kernel has 1 to {MAX_KERNEL_SIZE} rows and columns; got {rows}×{columns}")
    if not 1 <= count <= MAX_PLANES:
        raise ValueError(f"a filter has 1 to {MAX_PLANES} planes; got {count}")
    array.flags.writeable = False
    return array


def _is_frozen(array: np.ndarray) -> bool:
    """Return True for an array that is frozen already; it is shared, so that identity shows what has changed."""
    is_ours = array.base is None and not array.flags.writeable
    return is_ours and array.ndim == 3 and array.dtype == np.float64 and array.flags.c_contiguous


def _set(value: object, name: str, content: object) -> None:
    # The one place where a frozen value is written: while it is being made.
    object.__setattr__(value, name, content)
