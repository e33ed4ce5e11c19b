"""A kernel from elsewhere put into a layer, with the border, the bias and the flip that its tool has."""

from dataclasses import replace

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.kernels.pasted.value import Pasted, turned
from convexplorer.kernels.recipe import Recipe
from convexplorer.model.edits.bank import add_filter, filter_at, set_bias
from convexplorer.model.edits.kernel import note_recipe
from convexplorer.model.edits.layer import conv_at, set_layer
from convexplorer.model.edits.planes import Target, paste
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project

PASTED = "pasted"  # the name of filters that come without one, and the kind of their recipe


def put_pasted(project: Project, target: Target, read: Pasted, white: float = 1.0) -> Project:
    """Return the project with a pasted kernel in place of the edited planes, computed as its tool does.

    A layer that turns kernels gets the weights turned; a border and a bias in the text become those of layer and filter
    where these can hold them, see `left_out`.

    Parameters
    ----------
    read : one kernel: its axes are "HW" or "IHW".
    white : the number of white pixels in the layer's input, to which biases in bytes are scaled.
    """
    layer = conv_at(project, target.layer)
    before = filter_at(project, target.layer, target.index)
    made = paste(project, target, applied_by(layer, read.array))
    is_whole = target.plane is None or read.array.ndim == 3
    if is_whole and filter_at(made, target.layer, target.index) is not before:
        made = note_recipe(made, target.layer, target.index, recipe_of(read))
    if read.biases and layer.settings.get("use_bias", True):
        made = set_bias(made, target.layer, target.index, read.bias_on_scale(white)[0])
    return _bordered(made, target.layer, read)


def add_pasted(project: Project, layer: int, read: Pasted, filters: tuple[Filter, ...], white: float = 1.0) -> Project:
    """Return the project with a pasted bank behind the filters of a layer.

    Parameters
    ----------
    filters : those of the text, see `export.weight_arrays.bank_of`; their biases are on the scale of the text.
    """
    kind = conv_at(project, layer)
    scale = replace(read, biases=(1.0,)).bias_on_scale(white)[0]
    for i, one in enumerate(filters):
        name = read.names[i] if i < len(read.names) else one.name
        planes = applied_by(kind, one.planes)
        new = replace(one, name=name or one.name, planes=planes, bias=one.bias * scale, recipe=recipe_of(read))
        project = add_filter(project, layer, new)
    return _bordered(project, layer, read)


def recipe_of(read: Pasted) -> Recipe:
    """Return how a pasted kernel was made: the form of the text, and what was done to its numbers."""
    return Recipe(PASTED, {"form": read.form, "is_flipped": read.is_flipped, "divisor": read.divisor})


def left_out(layer: Layer, read: Pasted) -> tuple[str, ...]:
    """Return sentences on what a pasted text says and the layer cannot hold."""
    found = []
    if read.border is not None and not _has_border(layer):
        found.append(f"This layer has no border; the text says {read.border}.")
    if any(read.biases) and not layer.settings.get("use_bias", True):
        found.append("This layer has no bias; that of the text is left out.")
    return tuple(found)


def applied_by(layer: Layer, planes: np.ndarray) -> np.ndarray:
    """Return the weights with which a layer computes the cross-correlation with `planes`."""
    return turned(planes, "IHW"[-planes.ndim :]) if layer.settings.get("is_flipped", False) else planes


def _bordered(project: Project, layer: int, read: Pasted) -> Project:
    has_border = read.border is not None and _has_border(conv_at(project, layer))
    return set_layer(project, layer, border=read.border) if has_border else project


def _has_border(layer: Layer) -> bool:
    return any(setting.name == "border" for setting in layer.row.settings)
