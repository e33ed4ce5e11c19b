"""Edits of the network as a whole: another one in place of the layers, its classes, and what it makes of a picture."""

from collections.abc import Sequence
from dataclasses import replace

from convexplorer.model.edits.group import group_by_names
from convexplorer.model.layer import Layer
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.model.project import INPUT, Project
from convexplorer.words import plain


def replace_network(project: Project, opened: OpenedNetwork) -> Project:
    """Put a trained network in place of the layers, with its preprocessing and its classes; the source stays.

    Layers whose names tell of blocks come in groups.
    """
    layers = group_by_names(opened.layers)
    opening = replace(project, layers=layers, preprocessing=opened.preprocessing)
    return set_class_names(opening, opened.class_names)


def set_preprocessing(project: Project, preprocessing: Preprocessing | None) -> Project:
    """Set what becomes of a picture before the first layer; None leaves it as it is."""
    return project if preprocessing == project.preprocessing else replace(project, preprocessing=preprocessing)


def set_class_names(project: Project, names: Sequence[str]) -> Project:
    """Name the values of the last layer without spatial axes; () takes their names away."""
    given = tuple(plain(name.strip()) for name in names)
    if not all(given):
        raise ValueError(f"every class has a name; name {given.index('') + 1} of {len(given)} is empty")
    return project if given == project.class_names else replace(project, class_names=given)


def cut_behind(project: Project, layer_id: str) -> Project:
    """Return the project with one of its layers as the last, and of the others only those that it depends on."""
    names = [INPUT, *project.ids]
    reads = {layer.id: layer.inputs or (names[i],) for i, layer in enumerate(project.layers)}
    if layer_id not in reads:
        raise ValueError(f"there is no layer {layer_id!r}; there are {', '.join(reads) or 'none'}")
    needed = {layer_id}
    for layer in reversed(project.layers):
        if layer.id in needed:
            needed.update(reads[layer.id])
    kept: list[Layer] = []
    for layer in project.layers:
        if layer.id in needed:
            before = kept[-1].id if kept else INPUT
            is_next = bool(layer.inputs) or reads[layer.id] == (before,)
            kept.append(layer if is_next else replace(layer, inputs=reads[layer.id]))
    return replace(project, layers=tuple(kept))
