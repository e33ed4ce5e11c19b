"""Edits of skip connections: a layer joined with an earlier one, by a merge that is there or by a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Shape
from convexplorer.model.build import build_layer
from convexplorer.model.edits.layer import add_layer, layer_at, remove_layer, set_inputs, with_layer
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT, Project

MERGES = tuple(name for name, row in KINDS.items() if row.group == "Merging" and row.input_count is None)


def is_merge(layer: Layer) -> bool:
    """Return True for a layer that joins any number of others."""
    return layer.kind in MERGES


def join(project: Project, layer: int, source: str) -> Project:
    """Let a merge read one layer more; ValueError says why it cannot."""
    target = layer_at(project, layer)
    if not is_merge(target):
        raise ValueError(f"{target.title} joins no further layer")
    _check_order(project, source, layer)
    if source in target.inputs:
        raise ValueError(f"{target.title} reads {_name(project, source)} already")
    return set_inputs(project, layer, (*target.inputs, source))


def merge_behind(project: Project, layer: int, source: str, kind: str) -> Project:
    """Insert a merge behind a layer, of this layer and an earlier one; what read the layer reads the merge.

    Layers that name the layer keep reading it, as other skip connections do, unless no layer would read the merge.
    """
    before = layer_at(project, layer)
    if kind not in MERGES:
        raise ValueError(f"kind must be one of {', '.join(MERGES)}; got {kind!r}")
    _check_order(project, source, layer)
    merged = add_layer(project, make_layer(kind, inputs=(before.id, source)), layer + 1)
    if layer + 2 < len(merged.layers) and not merged.layers[layer + 2].inputs:
        return merged
    new = merged.layers[layer + 1].id
    for i in range(layer + 2, len(merged.layers)):
        each = merged.layers[i]
        if before.id in each.inputs:
            inputs = tuple(new if name == before.id else name for name in each.inputs)
            merged = with_layer(merged, i, replace(each, inputs=inputs))
    return merged


def unlink(project: Project, layer: int, source: str) -> Project:
    """Take a connection away.

    A merge that has one input left goes with it; a layer that reads one other reads the layer before it again.
    """
    target = layer_at(project, layer)
    if source not in target.inputs:
        raise ValueError(f"{target.title} does not read {_name(project, source)} by a connection of its own")
    rest = tuple(name for name in target.inputs if name != source)
    if not is_merge(target):
        if target.row.input_count != 1:
            raise ValueError(f"{target.title} needs all of its inputs; remove it instead")
        return set_inputs(project, layer, ())
    if len(rest) > 1:
        return set_inputs(project, layer, rest)
    if not rest:
        raise ValueError(f"{target.title} reads nothing else; remove it instead")
    # Readers of a removed layer read its first input.
    return remove_layer(set_inputs(project, layer, (*rest, source)), layer)


def why_not_join(project: Project, layer: int, source: str, shapes: Mapping[str, Shape | None]) -> str:
    """Return the reason why a merge cannot read one layer more, or "".

    Parameters
    ----------
    shapes : of the maps of each layer by its id, and of "input", as far as they are known.
    """
    try:
        joined = join(project, layer, source).layers[layer]
    except ValueError as error:
        return str(error)
    return _misfit(joined, shapes)


def why_not_merge(project: Project, layer: int, source: str, kind: str, shapes: Mapping[str, Shape | None]) -> str:
    """Return the reason why no merge of a kind can be put behind a layer, or ""."""
    try:
        merged = merge_behind(project, layer, source, kind).layers[layer + 1]
    except ValueError as error:
        return str(error)
    return _misfit(merged, shapes)


def why_no_fit(kind: str, inputs: Sequence[str], shapes: Mapping[str, Shape | None]) -> str:
    """Return why a merge of a kind cannot join the maps of these layers, or ""; each stands before the merge."""
    return _misfit(make_layer(kind, inputs=inputs), shapes)


def _check_order(project: Project, source: str, layer: int) -> None:
    position = -1 if source == INPUT else project.index_of(source)
    if position is None:
        raise ValueError(f"there is no layer {source!r}")
    if position == layer:
        raise ValueError("a layer is not joined with itself")
    if position > layer:
        raise ValueError(
            f"{_name(project, source)} comes after {project.layers[layer].title}: what it gives would run in a circle"
        )


def _misfit(merge: Layer, shapes: Mapping[str, Shape | None]) -> str:
    """Return why maps of these shapes cannot be merged, or "", also where shapes are not known."""
    known = [shape for name in merge.inputs if (shape := shapes.get(name))]
    if len(known) < len(merge.inputs):
        return ""
    built, shape = build_layer(merge, tuple(known))
    if shape is not None:
        return ""
    try:
        built.output_shape(*known)
    except ValueError as error:
        return str(error)
    return ""


def _name(project: Project, source: str) -> str:
    index = None if source == INPUT else project.index_of(source)
    return "the picture" if index is None else f"layer {index + 1}, {project.layers[index].title},"
