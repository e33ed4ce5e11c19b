"""A filter as a value: its planes of weights, and their origin."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import checked_rank
from convexplorer.words import plain, times

if TYPE_CHECKING:
    import convexplorer.kernels.recipe

MAX_NAME_LENGTH = 200
# Numbers of one filter: half a gigabyte. A layer as a whole is limited by `model.layer.MAX_WEIGHTS`.
MAX_NUMBERS = 1 << 26
# Cells along an axis. Checked when a filter is made: a table of 20000 rows is no kernel, wherever it comes from.
MAX_KERNEL_SIZE = 255

NO_PARAMETERS: Mapping[str, float] = MappingProxyType({})


class KernelSizeError(ValueError):
    """A kernel has more than `MAX_KERNEL_SIZE` cells along an axis; the text is a sentence for the user."""


@dataclass(frozen=True, eq=False)
class Filter:
    """One filter of a layer: its planes of weights, and their origin.

    Attributes
    ----------
    name : title of the filter's tile; what would not be shown as a letter is replaced, see `words.plain`.
    planes : (P, *size) float64, read-only. P = 1: the same plane for every input channel; otherwise one per channel.
        NaN and infinity are allowed, so that their effect can be explored. One plane may be given without its first
        axis. An axis has at most `MAX_KERNEL_SIZE` cells.
    bias : added to the sum.
    preset : kebab-case name of the preset with these planes, up to zeros around them; None after an edit by hand.
    parameters : the preset's parameters, e.g. {"sigma": 1.4}; empty without preset.
    rank : number of spatial axes: 1 for signals, 2 for pictures, 3 for volumes.
    recipe : how the planes were made, beyond a preset with its parameters; None if that is not known, or is the preset.
    """

    name: str
    planes: np.ndarray
    bias: float = 0.0
    preset: str | None = None
    parameters: Mapping[str, float] = field(default_factory=lambda: NO_PARAMETERS)
    rank: int = 2
    recipe: "convexplorer.kernels.recipe.Recipe | None" = None

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= MAX_NAME_LENGTH:
            raise ValueError(f"a filter's name must have 1 to {MAX_NAME_LENGTH} characters; got {len(name)}")
        _set(self, "name", plain(name, MAX_NAME_LENGTH))
        _set(self, "planes", _frozen_planes(self.planes, self.rank))
        _set(self, "bias", float(self.bias))
        _set(self, "parameters", MappingProxyType(dict(self.parameters)))

    @property
    def size(self) -> tuple[int, ...]:
        """Cells of the kernel along each spatial axis: (rows, columns) for pictures."""
        return self.planes.shape[1:]


def check_kernel_size(size: Sequence[int], what: str) -> None:
    """Raise KernelSizeError if a size, one number for each spatial axis, is beyond a kernel; `what` names its owner."""
    if max(size) > MAX_KERNEL_SIZE:
        most = times((MAX_KERNEL_SIZE,) * len(size))
        raise KernelSizeError(f"a kernel has at most {most} cells; {what} has {times(size)}")


def _frozen_planes(planes: Any, rank: int) -> np.ndarray:
    checked_rank(rank)
    is_frozen = isinstance(planes, np.ndarray) and _is_frozen(planes, rank)
    # Otherwise a copy: nobody else can write to it.
    array = planes if is_frozen else np.array(planes, dtype=np.float64, order="C")
    if array.ndim == rank:
        array = array[np.newaxis]
    if array.ndim != rank + 1:
        axes = {1: "cells", 2: "rows, columns", 3: "depth, rows, columns"}[rank]
        raise ValueError(f"planes must have {rank} or {rank + 1} axes: ([planes,] {axes}); got shape {array.shape}")
    check_kernel_size(array.shape[1:], "this one")
    if not 1 <= array.size <= MAX_NUMBERS:
        size = "×".join(map(str, array.shape))
        raise ValueError(f"a filter has 1 to {MAX_NUMBERS} weights; got {size}, that is {array.size}")
    array.flags.writeable = False
    return array


def _is_frozen(array: np.ndarray, rank: int) -> bool:
    """Return True for an array that is frozen already; it is shared, so that identity shows what has changed."""
    is_ours = array.base is None and not array.flags.writeable
    return is_ours and array.ndim == rank + 1 and array.dtype == np.float64 and array.flags.c_contiguous


def _set(value: object, name: str, content: object) -> None:
    # The one place where a frozen value is written: while it is being made.
    object.__setattr__(value, name, content)
