"""Edits of a layer's filter bank: add, copy, remove, rename, move, replace, bias."""

from dataclasses import replace

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import common_size
from convexplorer.model.edits.layer import conv_at, with_filters
from convexplorer.model.project import Project


def add_filter(project: Project, layer: int, new: Filter, at: int | None = None) -> Project:
    """Insert a filter, at the end by default; a larger one makes the layer's kernels larger."""
    filters = conv_at(project, layer).filters
    place = len(filters) if at is None else at
    if not 0 <= place <= len(filters):
        raise ValueError(f"a filter can be inserted at 0…{len(filters)}; got {place}")
    return with_filters(project, layer, (*filters[:place], new, *filters[place:]))


def duplicate_filter(project: Project, layer: int, index: int) -> Project:
    """Insert a copy behind a filter, with a name of its own."""
    old = filter_at(project, layer, index)
    taken = {f.name for f in conv_at(project, layer).filters}
    return add_filter(project, layer, replace(old, name=_free_name(old.name, taken)), at=index + 1)


def remove_filter(project: Project, layer: int, index: int) -> Project:
    """Take a filter out; the last one stays."""
    filter_at(project, layer, index)
    filters = conv_at(project, layer).filters
    if len(filters) == 1:
        raise ValueError("a layer needs at least one filter; this is the last one")
    # Kernels keep their size although the largest may be gone: removing one must not change another.
    rest = filters[:index] + filters[index + 1 :]
    return with_filters(project, layer, rest)


def rename_filter(project: Project, layer: int, index: int, name: str) -> Project:
    """Give a filter another name."""
    old = filter_at(project, layer, index)
    new = replace(old, name=name)
    return project if new.name == old.name else with_filter(project, layer, index, new)


def move_filter(project: Project, layer: int, index: int, to: int) -> Project:
    """Move a filter to another place in the bank; `to` is its index afterwards."""
    moved = filter_at(project, layer, index)
    filter_at(project, layer, to)
    if to == index:
        return project
    filters = list(conv_at(project, layer).filters)
    del filters[index]
    filters.insert(to, moved)
    return with_filters(project, layer, tuple(filters))


def replace_filter(project: Project, layer: int, index: int, new: Filter) -> Project:
    """Put another filter, with its name and bias, in a filter's place.

    One size holds for the whole layer: a larger filter makes the others grow (zeros around), a smaller one gets zeros
    around itself, unless it is the only filter: then the layer takes its size. Nobody loses a weight.
    """
    filter_at(project, layer, index)
    return with_filter(project, layer, index, new)


def set_bias(project: Project, layer: int, index: int, value: float) -> Project:
    """Set what is added to a filter's sum."""
    old = filter_at(project, layer, index)
    new = replace(old, bias=value)
    is_same = new.bias == old.bias or (new.bias != new.bias and old.bias != old.bias)  # NaN
    return project if is_same else with_filter(project, layer, index, new)


def filter_at(project: Project, layer: int, index: int) -> Filter:
    """Return a filter by its numbers; `ValueError` says how many there are."""
    filters = conv_at(project, layer).filters
    if not 0 <= index < len(filters):
        raise ValueError(f"filter must lie in 0…{len(filters) - 1}; got {index}")
    return filters[index]


def with_filter(project: Project, layer: int, index: int, new: Filter) -> Project:
    """Return the project with one filter exchanged, the layer's size adapted so that nothing is lost."""
    filters = conv_at(project, layer).filters
    others = [f.size for f in filters[:index] + filters[index + 1 :]]
    size = common_size(new.size, *others)
    return with_filters(project, layer, (*filters[:index], new, *filters[index + 1 :]), size=size)


def _free_name(name: str, taken: set[str]) -> str:
    """Return "name 2", "name 3", …: the first that is free."""
    stem, _, tail = name.rpartition(" ")
    base = stem if stem and tail.isdigit() else name
    number = 2
    while f"{base} {number}" in taken:
        number += 1
    return f"{base} {number}"
