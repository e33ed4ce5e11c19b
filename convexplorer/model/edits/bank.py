"""Edits of a layer's filter bank: add, copy, remove, rename, move, replace, bias."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import common_size
from convexplorer.model.edits.layer import conv_at, set_weight_array, with_filters
from convexplorer.model.project import Project
from convexplorer.words import times


def add_filter(project: Project, layer: int, new: Filter, at: int | None = None) -> Project:
    """Insert a filter, at the end by default; a larger filter enlarges all kernels of the layer."""
    filters = conv_at(project, layer).filters
    place = len(filters) if at is None else at
    if not 0 <= place <= len(filters):
        raise ValueError(f"a filter can be inserted at 0…{len(filters)}; got {place}")
    order = range(len(filters))
    return with_filters(
        project,
        layer,
        (*filters[:place], new, *filters[place:]),
        before=(*order[:place], None, *order[place:]),
    )


def duplicate_filter(project: Project, layer: int, index: int) -> Project:
    """Insert a copy of a filter behind the original, under a new name."""
    old = filter_at(project, layer, index)
    filters = conv_at(project, layer).filters
    copy = replace(old, name=_free_name(old.name, {f.name for f in filters}))
    order, place = range(len(filters)), index + 1
    return with_filters(
        project,
        layer,
        (*filters[:place], copy, *filters[place:]),
        before=(*order[:place], index, *order[place:]),
    )


def remove_filter(project: Project, layer: int, index: int) -> Project:
    """Remove a filter; the only filter of a bank cannot be removed."""
    filter_at(project, layer, index)
    filters = conv_at(project, layer).filters
    if len(filters) == 1:
        raise ValueError("a layer needs at least one filter; this is the last one")
    # Kernels keep their size even if the largest was removed: removing a filter must not change another one.
    rest = filters[:index] + filters[index + 1 :]
    before = [i for i in range(len(filters)) if i != index]
    return with_filters(project, layer, rest, before=before)


def rename_filter(project: Project, layer: int, index: int, name: str) -> Project:
    """Rename a filter."""
    old = filter_at(project, layer, index)
    new = replace(old, name=name)
    return project if new.name == old.name else with_filter(project, layer, index, new)


def move_filter(project: Project, layer: int, index: int, to: int) -> Project:
    """Move a filter within the bank; `to` is its index afterwards."""
    moved = filter_at(project, layer, index)
    filter_at(project, layer, to)
    if to == index:
        return project
    filters = list(conv_at(project, layer).filters)
    order = list(range(len(filters)))
    del filters[index], order[index]
    filters.insert(to, moved)
    order.insert(to, index)
    return with_filters(project, layer, tuple(filters), before=order)


def set_filters(project: Project, layer: int, filters: Sequence[Filter]) -> Project:
    """Put other filters in place of all filters of a layer; smaller ones are padded to the size of the largest."""
    return with_filters(project, layer, tuple(filters), before=(None,) * len(filters))


def replace_filter(project: Project, layer: int, index: int, new: Filter) -> Project:
    """Replace a filter by another one, including its name and bias.

    All filters of a layer have one size: a larger new filter zero-pads the others, and a smaller one is zero-padded
    itself. If it is the only filter, the layer takes its size. No weight is lost.
    """
    filter_at(project, layer, index)
    return with_filter(project, layer, index, new, is_new=True)


def set_bias(project: Project, layer: int, index: int, value: float) -> Project:
    """Set the bias of a filter, which all its maps then have."""
    old = filter_at(project, layer, index)
    new = replace(old, bias=value)
    is_same = new.bias == old.bias or (new.bias != new.bias and old.bias != old.bias)  # NaN
    if is_same and not conv_at(project, layer).has_map_biases:
        return project
    return with_filter(project, layer, index, new, is_new=True)


def set_map_bias(project: Project, layer: int, index: int, value: float) -> Project:
    """Set the bias of one map, `index` as in `Layer.bias_of`: its own one, or that of its filter."""
    old = conv_at(project, layer)
    if not old.has_map_biases:
        return set_bias(project, layer, old.filter_of(index), value)
    biases = old.weights["bias"].copy()
    if biases.ndim != 2 or biases.shape[1] != len(old.filters):
        raise ValueError(f"the layer has {len(old.filters)} filters; its biases are {times(biases.shape)}")
    channel, which = min(index // len(old.filters), len(biases) - 1), old.filter_of(index)
    with np.errstate(over="ignore"):  # a bias beyond the range of float32 becomes infinite, and the map shows it
        biases[channel, which] = value
    return set_weight_array(project, layer, "bias", biases)


def filter_at(project: Project, layer: int, index: int) -> Filter:
    """Return a filter by the indices of its layer and itself; `ValueError` names the number of filters."""
    filters = conv_at(project, layer).filters
    if not 0 <= index < len(filters):
        raise ValueError(f"filter must lie in 0…{len(filters) - 1}; got {index}")
    return filters[index]


def with_filter(project: Project, layer: int, index: int, new: Filter, *, is_new: bool = False) -> Project:
    """Return the project with one filter replaced; the layer's kernel size adapts so that no weight is lost.

    Parameters
    ----------
    is_new : the filter brings its own bias; else the biases that its maps have stay.
    """
    filters = conv_at(project, layer).filters
    others = [f.size for f in filters[:index] + filters[index + 1 :]]
    size = common_size(new.size, *others)
    before = [None if is_new and i == index else i for i in range(len(filters))]
    return with_filters(project, layer, (*filters[:index], new, *filters[index + 1 :]), size=size, before=before)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the first free name of "name 2", "name 3", …."""
    stem, _, tail = name.rpartition(" ")
    base = stem if stem and tail.isdigit() else name
    number = 2
    while f"{base} {number}" in taken:
        number += 1
    return f"{base} {number}"
