"""How the axes of a tensor in a file lie on the maps of a layer.

Files reshape and transpose tensors between their layers: rows of a picture before its channels, channels in groups, a
batch of one. Here such a step computes nothing. It changes only which part of which axis of the maps stands where, and
a layer is needed at the end alone, where the parts stand otherwise than in the maps that an operator expects.
"""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from convexplorer._dataclass import dataclass

Shape = tuple[int, ...]


class Part(NamedTuple):
    """A factor of one axis of the maps: 64 channels in 4 groups of 16 have the parts 4 and 16."""

    number: int
    size: int


Axis = tuple[Part, ...]


@dataclass(frozen=True)
class View:
    """A tensor that consists of the values of one layer.

    Attributes
    ----------
    layer : id of the layer.
    maps : for each axis of its maps, (channels, *spatial), the parts that it consists of; an axis of one has none.
    axes : the same parts by the axes of the tensor, among them the batch, which has none. A part that is in no axis of
        the maps says how often the values are repeated.
    """

    layer: str
    maps: tuple[Axis, ...]
    axes: tuple[Axis, ...]

    @property
    def shape(self) -> Shape:
        """Shape of the tensor; the batch is 1."""
        return _sizes(self.axes)

    @property
    def maps_shape(self) -> Shape:
        """(channels, *spatial) of the layer's maps."""
        return _sizes(self.maps)

    @property
    def layout(self) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
        """How the tensor lies on its maps, equal for tensors that can be joined value by value."""
        return self.maps, self.axes

    @property
    def is_plain(self) -> bool:
        """True if the tensor is (1, channels, *spatial), as the maps are."""
        return self.axes[:1] == ((),) and self.axes[1:] == self.maps

    def of_layer(self, layer: str) -> "View":
        """Return the same view of another layer, whose maps have the same shape."""
        return View(layer, self.maps, self.axes)

    def transposed(self, order: Sequence[int]) -> "View":
        """Return the view with its axes in another order; ValueError if that is no order of them."""
        if sorted(order) != list(range(len(self.axes))):
            raise ValueError(f"an order of {len(self.axes)} axes is expected; got {tuple(order)}")
        return _normal(self.layer, self.maps, [self.axes[i] for i in order])

    def reshaped(self, shape: Sequence[int]) -> "View | None":
        """Return the view with its values, in their order, in axes of other sizes; None if parts would be torn.

        Raises
        ------
        ValueError : the numbers of values differ.
        """
        if math.prod(shape) != math.prod(self.shape):
            raise ValueError(f"{self.shape} cannot be reshaped to {tuple(shape)}")
        parts = [part for axis in self.axes for part in axis]
        splits: dict[int, list[Part]] = {}
        fresh = max((part.number for part in parts), default=0) + 1
        axes: list[Axis] = []
        for size in shape:
            axis: list[Part] = []
            missing = size
            while missing > 1:
                part = parts.pop(0)
                if part.size > missing:
                    if part.size % missing:
                        return None
                    outer, inner = Part(fresh, missing), Part(fresh + 1, part.size // missing)
                    fresh += 2
                    splits[part.number] = [outer, inner]
                    parts.insert(0, inner)
                    part = outer
                elif missing % part.size:
                    return None
                axis.append(part)
                missing //= part.size
            axes.append(tuple(axis))
        return _normal(self.layer, [_split(axis, splits) for axis in self.maps], axes)

    def expanded(self, shape: Sequence[int]) -> "View":
        """Return the view with axes of one repeated to other sizes; ValueError if that is not possible."""
        axes = [()] * (len(shape) - len(self.axes)) + list(self.axes)
        fresh = 1 + max((part.number for axis in axes for part in axis), default=0)
        found = []
        for i, (size, axis) in enumerate(zip(shape, axes, strict=True)):
            if size != 1 and not axis:
                axis = (Part(fresh + i, size),)
            elif size not in (1, math.prod(part.size for part in axis)):
                raise ValueError(f"{self.shape} cannot be repeated to {tuple(shape)}")
            found.append(axis)
        return _normal(self.layer, self.maps, found)

    def without_repeats(self) -> "View":
        """Return the view with every value once: axes along which values are repeated become shorter."""
        own = {part for axis in self.maps for part in axis}
        return View(self.layer, self.maps, tuple(tuple(part for part in axis if part in own) for axis in self.axes))

    @property
    def has_repeats(self) -> bool:
        """True if values of the maps stand several times in the tensor."""
        return self.without_repeats() != self

    def repeats(self) -> tuple[Shape, Shape] | None:
        """Return, if the tensor is the maps with cells repeated, which axis of the maps each axis after the batch is.

        Returns
        -------
        (axes of the maps, how often the cells of each axis of the maps are repeated); None if it is something else.
        """
        if self.axes[:1] != ((),) or len(self.axes) != len(self.maps) + 1:
            return None
        once = self.without_repeats()
        found = [once.axis_of(i) for i in range(1, len(self.axes))]
        left = [i for i, parts in enumerate(self.maps) if not parts]
        factors = [1] * len(self.maps)
        for i, axis in enumerate(found):
            own, parts = once.axes[i + 1], self.axes[i + 1]
            if parts[: len(own)] != own or (axis is None and (own or not left)):
                return None
            found[i] = axis = left.pop(0) if axis is None else axis
            factors[axis] = math.prod(part.size for part in parts[len(own) :])
        return tuple(axis for axis in found if axis is not None), tuple(factors)

    def with_channels(self, count: int) -> "View | None":
        """Return the same view of maps with another number of channels; None if the channels are not one part of it."""
        if len(self.maps[0]) != 1:
            return None
        (old,) = self.maps[0]
        new = (old._replace(size=count),) if count > 1 else ()

        def changed(axes: tuple[Axis, ...]) -> list[Axis]:
            return [tuple(one for part in axis for one in (new if part == old else (part,))) for axis in axes]

        return _normal(self.layer, changed(self.maps), changed(self.axes))

    def channel_order(self) -> np.ndarray | None:
        """Return, if only the channels stand in another order than in the maps, which one each is; else None."""
        is_spatial_plain = len(self.axes) == len(self.maps) + 1 and self.axes[2:] == self.maps[1:]
        if self.axes[0] or not is_spatial_plain or sorted(self.axes[1]) != sorted(self.maps[0]):
            return None
        sizes = [part.size for part in self.maps[0]]
        order = [self.maps[0].index(part) for part in self.axes[1]]
        numbers: np.ndarray = np.arange(math.prod(sizes)).reshape(sizes).transpose(order).reshape(-1)
        return numbers

    def axis_of(self, axis: int) -> int | None:
        """Return which axis of the maps one of the tensor is, as a whole; None if it is none."""
        parts = self.axes[axis]
        if not parts:
            return None
        found = [i for i, each in enumerate(self.maps) if each == parts]
        return found[0] if found else None


def plain_view(layer: str, maps_shape: Sequence[int]) -> View:
    """Return the tensor (1, channels, *spatial) of a layer with such maps."""
    maps: list[Axis] = [(Part(i, size),) if size > 1 else () for i, size in enumerate(maps_shape)]
    return _normal(layer, maps, [(), *maps])


def _sizes(axes: Sequence[Axis]) -> Shape:
    return tuple(math.prod(part.size for part in axis) for axis in axes)


def _split(axis: Axis, splits: dict[int, list[Part]]) -> Axis:
    """Return an axis with parts replaced by those they were split into, which may have been split again."""
    found: list[Part] = []
    for part in axis:
        found.extend(_split(tuple(splits[part.number]), splits) if part.number in splits else [part])
    return tuple(found)


def _normal(layer: str, maps: Sequence[Axis], axes: Sequence[Axis]) -> View:
    """Return a view with neighbours joined that stand together in maps and tensor; numbers follow the maps."""
    following = {a: b for axis in axes for a, b in itertools.pairwise(axis)}
    joined: dict[Part, Part | None] = {}  # each part to the one that stands for it, None inside of another
    new_maps: list[Axis] = []
    number = 0
    for axis in maps:
        groups: list[list[Part]] = []
        for part in axis:
            if groups and following.get(groups[-1][-1]) == part:
                groups[-1].append(part)
            else:
                groups.append([part])
        kept = []
        for group in groups:
            one = Part(number, math.prod(part.size for part in group))
            number += 1
            kept.append(one)
            joined |= dict.fromkeys(group[1:]) | {group[0]: one}
        new_maps.append(tuple(kept))
    for axis in axes:
        for part in axis:
            if part not in joined:  # repeated values
                joined[part] = Part(number, part.size)
                number += 1
    new_axes = [tuple(each for part in axis if (each := joined[part]) is not None) for axis in axes]
    return View(layer, tuple(new_maps), tuple(new_axes))
