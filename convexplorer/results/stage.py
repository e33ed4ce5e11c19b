"""The selected layer amid its computation: what goes in, what comes out, and where both lie."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer import core
from convexplorer.core.network import Evaluation, Result
from convexplorer.model.layer import Layer
from convexplorer.results.picture import Grid
from convexplorer.results.vectors import MOST_SEPARATE, as_maps, empty_cells, flat_name, vector_grid


@dataclass(frozen=True, eq=False)
class Stage:
    """A layer that has been computed.

    Attributes
    ----------
    input, input_names, input_grid : (C, H, W) that the layer gets, and the place of its cells.
    result, maps, names, grid : what the layer makes of it.
    is_picture : the layer's input is the source's picture itself.
    has_filters : each map is that of one filter, of this layer or of a convolution below it whose maps stay apart.
    magnitudes : how large the terms were that each map is a sum of; 0 where nothing was added.
    input_empty : how many cells at the end of the input's picture hold no value.
    input_values : how many values without places the layer gets; 0 where it gets maps.
    """

    input: np.ndarray
    input_names: tuple[str, ...]
    input_grid: Grid
    result: Result
    maps: np.ndarray
    names: tuple[str, ...]
    grid: Grid
    is_picture: bool
    has_filters: bool
    magnitudes: tuple[float, ...]
    input_empty: int = 0
    input_values: int = 0

    @property
    def has_places(self) -> bool:
        """Whether the maps have axes on the picture."""
        return len(self.result.shape or ()) > 1

    @property
    def empty(self) -> int:
        """How many cells at the end of a map hold no value."""
        return empty_cells(self.result.shape or ())


def find_stage(
    evaluation: Evaluation, layers: Sequence[Layer], names: tuple[str, ...], selected: int, factor: int
) -> Stage | None:
    """Return the stage of layer `selected`; None if it has no maps.

    Parameters
    ----------
    names : of the picture's channels.
    factor : by which the picture was reduced: grids are in coordinates of the full one.
    """
    maps = evaluation.maps_of(selected) if selected >= 0 else None
    if maps is None:
        return None
    below = evaluation.input_of(selected)
    assert below is not None  # what the selected layer reads is kept with its maps
    names_of = map_names(layers, names, evaluation)
    input_names = fitting(names_of[evaluation.graph.inputs[selected][0] + 1], len(below))
    shown = as_maps(maps)
    return Stage(
        input=as_maps(below),
        input_names=fitting(input_names, len(as_maps(below))),
        input_grid=input_place(evaluation, selected, factor),
        result=evaluation.results[selected],
        maps=shown,
        names=fitting(names_of[selected + 1], len(shown)),
        grid=place(evaluation, selected + 1, factor),
        is_picture=evaluation.graph.inputs[selected][0] < 0,
        has_filters=_has_filters(evaluation, layers, selected),
        magnitudes=_fitted(evaluation.magnitudes(selected), len(shown)),
        input_empty=empty_cells(below.shape),
        input_values=len(below) if below.ndim == 1 else 0,
    )


def _fitted(magnitudes: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Return a magnitude for each shown map; values that share a picture share the largest."""
    return magnitudes if len(magnitudes) == count else (max(magnitudes),) * count


def picture_grid(factor: int) -> Grid:
    """Return where the cells of a picture reduced by `factor` lie on the full one."""
    side = float(factor)
    return Grid((side / 2, side / 2), (side, side), (side, side))


def place(evaluation: Evaluation, depth: int, factor: int) -> Grid:
    """Return where the cells of layer `depth - 1` lie, or of the picture for 0, in coordinates of the full picture."""
    if depth == 0:
        return picture_grid(factor)
    shape = evaluation.shape_of(depth - 1)
    if shape is not None and len(shape) == 1:
        height, width = (n * factor for n in evaluation.image.shape[1:])
        return vector_grid(shape[0], height, width)
    field = core.receptive_field(evaluation.graph.leading_to(depth - 1), evaluation.image.shape)[-1]
    row, column = ((start + (size - 1) / 2 + 0.5) * factor for start, size in zip(field.start, field.size, strict=True))
    jump, window = ((float(one[0] * factor), float(one[1] * factor)) for one in (field.jump, field.size))
    return Grid((row, column), jump, window)


def input_place(evaluation: Evaluation, layer: int, factor: int) -> Grid:
    """Return where the cells of a layer's input lie, in coordinates of the full picture."""
    return place(evaluation, evaluation.graph.inputs[layer][0] + 1, factor)


def map_names(layers: Sequence[Layer], names: tuple[str, ...], evaluation: Evaluation) -> tuple[tuple[str, ...], ...]:
    """Return the names of the picture's channels, then of the maps of each layer that was evaluated."""
    found = [names]
    for layer, inputs in zip(layers, evaluation.graph.inputs, strict=False):
        own = layer.map_names(*(found[i + 1] for i in inputs))
        shape = evaluation.shape_of(inputs[0]) or ()
        if _is_flat(layer) and math.prod(shape) <= MOST_SEPARATE and len(shape) > 1:
            own = tuple(_flat_name(layer, own, shape, i) for i in range(math.prod(shape)))
        found.append(own)
    return tuple(found)


def value_name(
    layers: Sequence[Layer], names: Sequence[Sequence[str]], evaluation: Evaluation, depth: int, index: int
) -> str:
    """Return the name of a value without place: that of its unit, or the map and the cell it once had.

    Parameters
    ----------
    names : as `map_names` gives them.
    depth : the value is one of layer `depth - 1`.
    """
    own, shape = names[depth], evaluation.shape_of(depth - 1) or ()
    if shape and len(own) == shape[0]:
        return own[index]
    below = evaluation.graph.inputs[depth - 1][0] if depth else -1
    shape_below = evaluation.shape_of(below) or ()
    if depth and _is_flat(layers[depth - 1]) and len(shape_below) > 1:
        return _flat_name(layers[depth - 1], names[below + 1], shape_below, index)
    if depth and shape == shape_below:
        return value_name(layers, names, evaluation, below + 1, index)
    return f"value {index}"


def _is_flat(layer: Layer) -> bool:
    return layer.row.geometry == "flat" and layer.is_enabled


def _flat_name(layer: Layer, names: Sequence[str], shape: Sequence[int], index: int) -> str:
    return flat_name(names, shape, index, channels_last=layer["channels_last"])


def fitting(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return a name for each of so many maps: numbers where they are others than were named."""
    if len(names) == count:
        return names
    return ("values in order",) if count == 1 else tuple(f"map {i}" for i in range(1, count + 1))


def _has_filters(evaluation: Evaluation, layers: Sequence[Layer], selected: int) -> bool:
    """Return whether the maps belong to filters of the selected convolution, or of one below a pool."""
    is_off = layers[selected].has_filters and not layers[selected].is_enabled
    return not is_off and any(evaluation.layers[i].is_summing for i in evaluation.graph.ancestors(selected))
