"""Edits that put a kernel like another one in its place, or let two filters change places."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from convexplorer.kernels.filter import NO_PARAMETERS, Filter
from convexplorer.kernels.likeness import Likeness, laid, scaled_like
from convexplorer.kernels.planes import common_size, is_lossless, resized, same_numbers
from convexplorer.model.edits.bank import filter_at, with_filter
from convexplorer.model.edits.layer import with_filters
from convexplorer.model.edits.planes import Target, split_for
from convexplorer.model.project import Project


def put_in_place(
    project: Project,
    target: Target,
    planes: np.ndarray,
    found: Likeness,
    *,
    name: str,
    is_scaled: bool = True,
    preset: str | None = None,
    parameters: Mapping[str, float] = NO_PARAMETERS,
) -> Project:
    """Put a kernel in place of the weights to which it is alike, laid over them as it is most alike; the bias stays.

    Parameters
    ----------
    target : the filter, or one of its planes.
    planes : (P, rows, columns). Planes that do not fit the channels are summed, as a grey picture sees them.
    found : how the kernel must be turned, moved and negated.
    name : of the filter, if all of it is replaced.
    is_scaled : give it the norm of the weights before.
    preset, parameters : of the planes; they stay only if the planes do.
    """
    changed = split_for(project, target)
    old = filter_at(changed, target.layer, target.index)
    before = old.planes if target.plane is None else old.planes[target.plane : target.plane + 1]
    fits = len(planes) in ((1, len(before), target.channel_count) if target.plane is None else (1,))
    new = laid(planes if fits else planes.sum(axis=0, keepdims=True), found, old.size)
    if is_lossless(new, old.size):
        new = resized(new, old.size)
    if is_scaled:
        new = scaled_like(new, before)
    if target.plane is None:
        is_kept = is_lossless(planes, new.shape[1:]) and same_numbers(new, resized(planes, new.shape[1:]))
        made = replace(old, name=name, planes=new, preset=None, parameters=NO_PARAMETERS, recipe=None)
        made = replace(made, preset=preset, parameters=parameters) if is_kept else made
    else:
        whole = resized(old.planes, common_size(old.size, new.shape[1:]))
        whole[target.plane] = new[0]
        made = replace(old, planes=whole, preset=None, parameters=NO_PARAMETERS, recipe=None)
    is_same = same_numbers(made.planes, old.planes) and made.name == old.name
    return project if is_same else with_filter(changed, target.layer, target.index, made)


def exchange(project: Project, one: tuple[int, int], other: tuple[int, int]) -> Project:
    """Let two filters change places, each given by the indices of its layer and itself, with their biases and names.

    In layers of different sizes both get the larger one, among zeros, so that no weight is lost.
    """
    first, second = filter_at(project, *one), filter_at(project, *other)
    if one == other:
        return project
    if len(first.planes) != len(second.planes) and 1 not in (len(first.planes), len(second.planes)):
        raise ValueError(
            f"“{first.name}” has {_planes(first)} and “{second.name}” {_planes(second)}: "
            "filters on different channels cannot change places"
        )
    if one[0] == other[0]:
        order: list[int | None] = list(range(len(project.layers[one[0]].filters)))
        order[one[1]], order[other[1]] = other[1], one[1]
        filters = project.layers[one[0]].filters
        return with_filters(project, one[0], tuple(filters[i] for i in order if i is not None), before=order)
    for (layer, _index), each in ((one, first), (other, second)):
        if project.layers[layer].has_map_biases:
            raise ValueError(f"“{each.name}” has a bias for each channel: it cannot change places with another layer's")
    return with_filter(with_filter(project, *one, second), *other, first)


def _planes(one: Filter) -> str:
    return f"{len(one.planes)} plane{'s' if len(one.planes) > 1 else ''}"
