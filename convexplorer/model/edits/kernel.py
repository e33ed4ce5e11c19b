"""Edits inside one filter: weights, planes, transforms, and a preset's parameters."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import merged, same_numbers, split
from convexplorer.kernels.presets import find_preset
from convexplorer.kernels.transforms import TRANSFORMS
from convexplorer.model.edits.bank import filter_at, with_filter
from convexplorer.model.edits.layer import conv_at, fitted
from convexplorer.model.project import Project

if TYPE_CHECKING:
    from convexplorer.kernels.recipe import Recipe


def set_planes(project: Project, layer: int, index: int, planes: Any, step: str = "edited by hand") -> Project:
    """Set all weights of a filter: (kh, kw), or (P, kh, kw) for one plane per channel.

    A different size works as in `replace_filter`: the layer adapts and no weight is lost.

    Parameters
    ----------
    step : what was done, in words that continue how the kernel was made.
    """
    old = filter_at(project, layer, index)
    new = _edited(old, planes, step)
    return project if same_numbers(new.planes, old.planes) else with_filter(project, layer, index, new)


def set_weight(
    project: Project, layer: int, index: int, plane: int | None, row: int, column: int, value: float
) -> Project:
    """Set one weight; `plane` None sets it in all planes."""
    old = filter_at(project, layer, index)
    for name, place, n in zip(("plane", "row", "column"), (plane or 0, row, column), old.planes.shape, strict=True):
        if not 0 <= place < n:
            raise ValueError(f"{name} must lie in 0…{n - 1}; got {place}")
    planes = old.planes.copy()
    planes[slice(None) if plane is None else plane, row, column] = value
    return set_planes(project, layer, index, planes, "painted")


def note_recipe(project: Project, layer: int, index: int, recipe: "Recipe") -> Project:
    """Note how the weights of a filter were made, which does not change them.

    A recipe of a preset, to which nothing was done, makes the filter one with that preset.
    """
    old = filter_at(project, layer, index)
    if recipe.kind == "preset" and not recipe.steps:
        preset = find_preset(recipe.settings["name"])
        parameters = preset.complete(recipe.settings.get("parameters", {}))
        new = replace(old, preset=preset.name, parameters=parameters, recipe=None)
    else:
        new = replace(old, preset=None, parameters={}, recipe=recipe)
    return with_filter(project, layer, index, new)


def split_planes(project: Project, layer: int, index: int, count: int) -> Project:
    """Give a filter one plane per input channel, each a copy of its single plane."""
    old = filter_at(project, layer, index)
    if count < 1:
        raise ValueError(f"a filter has 1 plane or more; got {count}")
    if count == old.planes.shape[0]:
        return project
    planes = split(old.planes, count)
    # One shared plane and equal planes per channel are the same kernel, so the preset still holds.
    new = replace(old, planes=planes) if len(old.planes) == 1 else _edited(old, planes, "given other planes")
    return with_filter(project, layer, index, new)


def merge_planes(project: Project, layer: int, index: int) -> Project:
    """Give a filter one shared plane, the mean of its planes; the map of a grey picture stays the same."""
    old = filter_at(project, layer, index)
    if old.planes.shape[0] == 1:
        return project
    planes = merged(old.planes)
    is_same = same_numbers(old.planes, np.broadcast_to(planes, old.planes.shape))
    return with_filter(
        project,
        layer,
        index,
        replace(old, planes=planes) if is_same else _edited(old, planes, "averaged over its planes"),
    )


def transform_filter(project: Project, layer: int, index: int, operation: str, plane: int | None = None) -> Project:
    """Apply an operation of `TRANSFORMS` to a filter, or to one of its planes."""
    planes = transformed_planes(project, layer, index, operation, plane)
    return set_planes(project, layer, index, planes, TRANSFORMS[operation].step)


def transformed_planes(
    project: Project, layer: int, index: int, operation: str, plane: int | None = None
) -> np.ndarray:
    """Return the planes of a filter after an operation of `TRANSFORMS`; ValueError says why it is impossible.

    Rotating a kernel that is not square swaps the layer's kernel size, which only a layer with one filter allows.
    """
    old = filter_at(project, layer, index)
    if operation not in TRANSFORMS:
        raise ValueError(f"operation must be one of {', '.join(TRANSFORMS)}; got {operation!r}")
    transform = TRANSFORMS[operation].function
    if plane is None:
        with np.errstate(all="ignore"):  # a kernel may hold infinity
            planes = transform(old.planes)
    else:
        planes = _with_plane_transformed(old, operation, plane)
    rows, columns = old.size
    if planes.shape[1:] != old.size and len(conv_at(project, layer).filters) > 1:
        raise ValueError(
            f"turning a {rows}×{columns} kernel makes it {columns}×{rows}, but all filters of a layer have one size; "
            f"make the kernels square first"
        )
    return planes


def set_preset_parameter(project: Project, layer: int, index: int, name: str, value: float) -> Project:
    """Change a parameter of a filter's preset and recompute its weights."""
    old = filter_at(project, layer, index)
    if old.preset is None:
        raise ValueError(f"{old.name!r} was edited by hand; only a preset has parameters")
    preset = find_preset(old.preset)
    parameters = preset.complete(dict(old.parameters) | {name: value})
    if parameters == dict(old.parameters):
        return project
    new = replace(old, planes=preset.planes(**parameters), parameters=parameters)
    # If only the weights change, zeros around the preset stay: the user asked for them.
    if new.size == preset.planes(**old.parameters).shape[1:]:
        new = fitted(new, old.size)
    return with_filter(project, layer, index, new)


def _edited(old: Filter, planes: Any, step: str) -> Filter:
    """Return the filter with new weights and what was done to them, without its preset and its preset's name."""
    from convexplorer.kernels.recipes import made_by  # no start edits a kernel

    made = made_by(old)
    recipe = None if made is None else made.then(step)
    name = f"{old.name} (edited)" if old.name == old.preset else old.name
    return replace(old, planes=planes, preset=None, parameters={}, name=name, recipe=recipe)


def _with_plane_transformed(old: Filter, operation: str, plane: int) -> np.ndarray:
    count, rows, columns = old.planes.shape
    if not 0 <= plane < count:
        raise ValueError(f"plane must lie in 0…{count - 1}; got {plane}")
    with np.errstate(all="ignore"):
        part = TRANSFORMS[operation].function(old.planes[plane : plane + 1])
    if part.shape[1:] != old.size and count > 1:
        raise ValueError(
            f"turning one plane of a {rows}×{columns} kernel makes it {columns}×{rows}; turn all planes together"
        )
    planes = old.planes.copy() if part.shape[1:] == old.size else np.empty((1, columns, rows))
    planes[plane : plane + 1] = part
    return planes
