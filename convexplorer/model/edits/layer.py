"""Edits of the project and of whole layers: source, display, strides, padding, size, pooling."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer.core.kinds import KINDS
from convexplorer.core.kinds.settings import per_axis
from convexplorer.core.operators.initializers import INITIALIZERS
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import Size, common_size, is_lossless, resized
from convexplorer.kernels.presets import preset_named
from convexplorer.model.edits.group import settled
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project, free_id
from convexplorer.sources.frame import Source
from convexplorer.words import times

_DISPLAY_FIELDS = ("palette", "scope", "coverage", "locked", "as_opencv_8bit", "has_checkerboard")


def set_source(project: Project, source: Source) -> Project:
    """Change the source; kernels and settings stay unchanged."""
    return project if source == project.source else replace(project, source=source)


def set_channels(project: Project, choice: str) -> Project:
    """Choose the channels of the first layer's input: a key of `CHANNELS`, or a channel's number as text."""
    return project if choice == project.channels else replace(project, channels=choice)


def set_numbers(project: Project, choice: str) -> Project:
    """Choose the numbers of the first layer's input: "unit" for 0…1, "stored" for those of the file."""
    return project if choice == project.numbers else replace(project, numbers=choice)


def set_display(project: Project, **changes: Any) -> Project:
    """Change how values become colours: any field of `Display`."""
    _check_fields(changes, _DISPLAY_FIELDS, "the display")
    display = replace(project.display, **changes)
    return project if display == project.display else replace(project, display=display)


def set_layer(project: Project, layer: int, **changes: Any) -> Project:
    """Change settings of a layer by name (`strides`, `padding`, `activation`, …), or its `is_enabled` or `kind`.

    A per-axis setting may be given as one number for all axes, and an activation by its name alone. A change of kind
    keeps the settings, filters and weights that both kinds have in common.
    """
    old = layer_at(project, layer)
    new = old
    if "kind" in changes:
        new = _of_kind(new, changes.pop("kind"))
    if "is_enabled" in changes:
        is_enabled = bool(changes.pop("is_enabled"))
        new = new if new.is_enabled == is_enabled else replace(new, is_enabled=is_enabled)
    new = new.with_settings(**changes)
    return project if new is old else with_layer(project, layer, new)


def set_weight_array(project: Project, layer: int, name: str, values: Any) -> Project:
    """Set a learned array of a layer other than its filters; None restores the initial values."""
    old = layer_at(project, layer)
    weights = {key: array for key, array in old.weights.items() if key != name}
    if values is None:
        return project if name not in old.weights else with_layer(project, layer, replace(old, weights=weights))
    new = replace(old, weights={**weights, name: values})
    known = old.weights.get(name)
    is_same = known is not None and np.array_equal(known, new.weights[name], equal_nan=True)
    return project if is_same else with_layer(project, layer, new)


def set_inputs(project: Project, layer: int, inputs: Sequence[str]) -> Project:
    """Set the ids of the layers that a layer reads; () means the layer before it."""
    old = layer_at(project, layer)
    return project if tuple(inputs) == old.inputs else with_layer(project, layer, replace(old, inputs=tuple(inputs)))


def initialize_layer(project: Project, layer: int, initializer: str, *, channels: int, seed: int = 0) -> Project:
    """Give all filters of a layer new weights from one of Keras's initializers, a plane for each channel.

    Parameters
    ----------
    initializer : key of `core.INITIALIZERS`.
    channels : of the layer's input.
    seed : of the random generator; the same seed yields the same weights.
    """
    old = conv_at(project, layer)
    if initializer not in INITIALIZERS:
        raise ValueError(f"initializer must be one of {', '.join(INITIALIZERS)}; got {initializer!r}")
    planes = old.row.planes(old.settings, channels)
    kernels = INITIALIZERS[initializer]((len(old.filters), planes, *old.kernel_size), seed=seed)
    from convexplorer.kernels.recipe import Recipe  # no start draws weights

    recipe = Recipe("initializer", {"name": initializer, "seed": seed})
    filters = tuple(
        replace(one, name=f"filter {i}", planes=values, bias=0.0, preset=None, parameters={}, recipe=recipe)
        for i, (one, values) in enumerate(zip(old.filters, kernels, strict=True), 1)
    )
    weights = carried_weights(old, filters, (None,) * len(filters))
    return with_layer(project, layer, replace(old, filters=filters, weights=weights))


def set_kernel_size(project: Project, layer: int, size: int | Size) -> Project:
    """Resize all filters of a layer around their centres.

    A filter from a parametric preset (a Gaussian) is recomputed if the preset can yield exactly the new size. Other
    filters are cropped or zero-padded; a filter that loses weights is no longer linked to its preset.
    """
    old = conv_at(project, layer)
    wanted = per_axis(size, old.rank, "kernel size")
    if wanted == old.kernel_size:
        return project
    filters = tuple(_remade(f, wanted) or fitted(f, wanted) for f in old.filters)
    return with_layer(project, layer, replace(old, filters=filters))


def add_layer(project: Project, new: Layer, at: int | None = None) -> Project:
    """Insert a layer, at the end by default; the layer behind it reads the new one if it names no inputs.

    The new layer gets a unique id. Layers that name their inputs keep these inputs.
    """
    place = len(project.layers) if at is None else at
    if not 0 <= place <= len(project.layers):
        raise ValueError(f"a layer can be inserted at 0…{len(project.layers)}; got {place}")
    named = replace(new, id=free_id(new.kind, {*project.ids, INPUT}))
    layers = (*project.layers[:place], named, *project.layers[place:])
    return replace(project, layers=settled(layers, place))


def duplicate_layer(project: Project, layer: int) -> Project:
    """Insert a copy behind a layer; the copy reads the original."""
    old = layer_at(project, layer)
    inputs = (old.id, *old.inputs[1:]) if old.inputs else ()
    return add_layer(project, replace(old, id="", inputs=inputs), layer + 1)


def remove_layer(project: Project, layer: int) -> Project:
    """Remove a layer; layers that name it as an input then read its inputs."""
    old = layer_at(project, layer)
    if len(project.layers) == 1:
        raise ValueError("the only layer cannot be removed; switch it off instead")
    (first, *_) = project.inputs_of(layer)
    source = INPUT if first < 0 else project.layers[first].id
    rest = []
    for i, each in enumerate(project.layers):
        if i == layer:
            continue
        # The removed layer may have begun a branch elsewhere: the next layer must not fall back to the one before.
        is_next = i == layer + 1 and not each.inputs and old.inputs != () and first != layer - 1
        if old.id in each.inputs:
            each = replace(each, inputs=tuple(source if name == old.id else name for name in each.inputs))
        elif is_next:
            each = replace(each, inputs=(source,))
        rest.append(each)
    return replace(project, layers=tuple(rest))


def move_layer(project: Project, layer: int, to: int) -> Project:
    """Move a layer; `to` is its index afterwards. ValueError if a named input would no longer precede its reader."""
    moved = layer_at(project, layer)
    layer_at(project, to)
    if to == layer:
        return project
    layers = [*project.layers[:layer], *project.layers[layer + 1 :]]
    layers.insert(to, moved)
    return replace(project, layers=settled(layers, to))


def layer_at(project: Project, layer: int) -> Layer:
    """Return a layer by its index; `ValueError` names the number of layers."""
    if not 0 <= layer < len(project.layers):
        raise ValueError(f"layer must lie in 0…{len(project.layers) - 1}; got {layer}")
    return project.layers[layer]


def conv_at(project: Project, layer: int) -> Layer:
    """Return a layer with filters by its index; `ValueError` if its kind has no filters."""
    found = layer_at(project, layer)
    if not found.has_filters:
        raise ValueError(f"layer {layer} is {found.row.keras_name(found.rank)} and has no filters")
    return found


def with_layer(project: Project, layer: int, new: Layer) -> Project:
    """Return the project with one layer replaced."""
    return replace(project, layers=(*project.layers[:layer], new, *project.layers[layer + 1 :]))


def with_filters(
    project: Project,
    layer: int,
    filters: tuple[Filter, ...],
    *,
    size: Size | None = None,
    before: Sequence[int | None] | None = None,
) -> Project:
    """Return the project with a layer's filters replaced, all resized to one size.

    Parameters
    ----------
    size : of the kernel; by default the smallest size that holds every filter.
    before : for each filter its index in the bank until now, None for a new one; by default all keep their places.
    """
    target = size or common_size(*(f.size for f in filters))
    new = tuple(fitted(f, target) for f in filters)
    old = conv_at(project, layer)
    weights = carried_weights(old, new, range(len(new)) if before is None else before)
    return with_layer(project, layer, replace(old, filters=new, weights=weights))


def carried_weights(old: Layer, filters: Sequence[Filter], before: Sequence[int | None]) -> Mapping[str, np.ndarray]:
    """Return the learned arrays of a layer with other filters: the biases of maps follow their filters.

    Parameters
    ----------
    before : as in `with_filters`. The maps of a new filter get its own bias.
    """
    if not old.has_map_biases or list(before) == list(range(len(old.filters))):
        return old.weights
    weights = {name: array for name, array in old.weights.items() if name != "bias"}
    biases = old.weights["bias"]
    if all(index is None for index in before):
        return weights
    if biases.ndim != 2 or biases.shape[1] != len(old.filters):
        return old.weights  # such as no layer can have: its error stays
    columns = [
        np.full(len(biases), one.bias) if index is None else biases[:, index]
        for one, index in zip(filters, before, strict=True)
    ]
    return {**weights, "bias": np.stack(columns, axis=1)}


def fitted(old: Filter, size: Size) -> Filter:
    """Return the filter resized around its centre; it is unlinked from its preset only if it loses weights."""
    if old.size == size:
        return old
    planes = resized(old.planes, size)
    if is_lossless(old.planes, size):
        return replace(old, planes=planes)
    from convexplorer.kernels.recipes import made_by  # no start loses weights

    made = made_by(old)
    recipe = None if made is None else made.then(f"cut to {times(size)}")
    return replace(old, planes=planes, preset=None, parameters={}, recipe=recipe)


def _remade(old: Filter, size: Size) -> Filter | None:
    """Return the filter recomputed from its preset at exactly this size; None if that is impossible."""
    preset = preset_named(old.preset or "")
    if preset is None or "size" not in old.parameters:
        return None
    parameters = dict(old.parameters) | {"size": float(max(size))}
    try:
        planes = preset.planes(**parameters)
    except ValueError:
        return None
    if planes.shape[1:] != size:
        return None
    return replace(old, planes=planes, parameters=parameters)


def _of_kind(old: Layer, kind: str) -> Layer:
    """Return the layer as another kind, keeping the settings, filters and weights that both kinds have."""
    if kind == old.kind:
        return old
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    row = KINDS[kind]
    if row.has_filters != old.has_filters:
        raise ValueError(f"{old.row.keras_name(old.rank)} can't become {row.keras_name(old.rank)}; add one instead")
    settings = {name: value for name, value in old.settings.items() if row.has(name)}
    names = {weight.name for weight in row.weights}
    weights = {name: array for name, array in old.weights.items() if name in names}
    return replace(old, kind=kind, settings=settings, weights=weights)


def _check_fields(changes: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in changes:
        if name not in known:
            raise ValueError(f"{what} has no {name!r}; it has {', '.join(known)}")
