"""Edits of groups: neighbouring layers under one name, as the blocks of a network."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from convexplorer.model.layer import GROUP_LIMIT, Layer
from convexplorer.model.project import Project
from convexplorer.words import plain

# What a name begins with if it is that of a layer in a block: up to the first number of its own, as "layer1.0" of
# "layer1.0.conv1" and "features.3" of "features.3.conv.0" (PyTorch), or up to a numbered block, as "conv2_block1" of
# "conv2_block1_1_conv" and "block_3" of "block_3_expand" (Keras).
_BLOCKS = (re.compile(r"^((?:[^.]+\.)*?\d+)\.."), re.compile(r"^(.*?block_?\d+[a-z]?)_."))


def group_layers(project: Project, first: int, last: int, name: str) -> Project:
    """Put the layers from `first` to `last` under one name; those that were in other groups leave them.

    A group that would be divided into two parts is refused.
    """
    given = _checked(name)
    if not 0 <= first <= last < len(project.layers):
        raise ValueError(
            f"a group has layers in 0…{len(project.layers) - 1}, the first one first; got {first} to {last}"
        )
    outside = [*project.layers[:first], *project.layers[last + 1 :]]
    if any(layer.group == given for layer in outside):
        raise ValueError(f"there is a group “{given}” already; another name keeps them apart")
    before, after = (project.layers[i].group if 0 <= i < len(project.layers) else "" for i in (first - 1, last + 1))
    if before and before == after:
        raise ValueError(f"the group “{before}” would fall into two parts; take all of it, or ungroup it first")
    return _named(project, range(first, last + 1), given)


def rename_group(project: Project, name: str, new: str) -> Project:
    """Give a group another name."""
    given, places = _checked(new), _places(project, name)
    if given != name and any(layer.group == given for layer in project.layers):
        raise ValueError(f"there is a group “{given}” already; another name keeps them apart")
    return _named(project, places, given)


def ungroup(project: Project, name: str) -> Project:
    """Let the layers of a group stand for themselves."""
    return _named(project, _places(project, name), "")


def free_group_name(project: Project) -> str:
    """Return a name that no group has: "group 1", "group 2", …."""
    taken, number = {layer.group for layer in project.layers}, 1
    while f"group {number}" in taken:
        number += 1
    return f"group {number}"


def group_by_names(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return layers whose names tell of blocks in groups: neighbours of one block, two or more."""
    found: list[Layer] = []
    taken: set[str] = set()
    for name, run in groupby(layers, key=_block_of):
        members = list(run)
        # A block to which the network comes back later would be two groups of one name.
        if name and len(members) > 1 and name not in taken:
            members = [replace(layer, group=name) for layer in members]
        taken.add(name)
        found += members
    return tuple(found)


def settled(layers: Sequence[Layer], at: int) -> tuple[Layer, ...]:
    """Return layers of which one has come to its place: within a group it joins it, away from its own it leaves it."""
    before, after = (layers[i].group if 0 <= i < len(layers) else "" for i in (at - 1, at + 1))
    own = layers[at].group
    group = before if before == after else own if own in (before, after) else ""
    if group == own:
        return tuple(layers)
    return (*layers[:at], replace(layers[at], group=group), *layers[at + 1 :])


def _block_of(layer: Layer) -> str:
    for pattern in _BLOCKS:
        met = pattern.match(layer.id)
        if met:
            return met.group(1)[:GROUP_LIMIT]
    return ""


def _checked(name: str) -> str:
    given = plain(name.strip(), GROUP_LIMIT)
    if not given:
        raise ValueError("a group needs a name; got none")
    return given


def _places(project: Project, name: str) -> Sequence[int]:
    places = [i for i, layer in enumerate(project.layers) if layer.group == name]
    if not name or not places:
        raise ValueError(f"there is no group “{plain(name)}”")
    return places


def _named(project: Project, places: Sequence[int], name: str) -> Project:
    if all(project.layers[i].group == name for i in places):
        return project
    layers = list(project.layers)
    for i in places:
        layers[i] = replace(layers[i], group=name)
    return replace(project, layers=tuple(layers))
