"""From a picture to the explanation of one of its values: the trace, and where all of it lies on the input."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels, largest_magnitude, nice_ceiling, to_indexed
from convexplorer.core.explain.middle import middle_read
from convexplorer.core.explain.rounding import running_rounding
from convexplorer.core.explain.trace import Trace, nearest_place
from convexplorer.core.geometry.places import Cell, Grid, Place, block_grid, is_inside
from convexplorer.core.network import Evaluation
from convexplorer.model.layer import Layer
from convexplorer.results.look import ResolvedLook
from convexplorer.results.picture import Picture
from convexplorer.results.reading import roundings_of
from convexplorer.results.stage import input_place, map_names, place, value_name
from convexplorer.results.value_words import value_sentence
from convexplorer.results.vectors import as_maps, as_planes, cell_of, is_vector, place_of

#: What is said of a value of which nothing but the number is known.
OPAQUE = "ONNX Runtime computes this layer: its maps are shown, and how a value came about is not known here."


@dataclass(frozen=True, eq=False)
class Explanation:
    """How one value of a picture's maps came about.

    Attributes
    ----------
    layer : index into the project's layers.
    title : of the map.
    channel_names : of the channels that take part, in the order of `trace.channels`.
    grid, input_grid : where the cells of the layer's maps and of its input lie on the picture, along all its axes; of
        values without places rows and columns of their picture.
    levels : of the layer's input, for colours.
    pixels : (*size, 3) uint8, the picture's own colours under the window, where the input is a colour picture.
    was_moved : the place asked for lies outside the maps, this is the nearest in them.
    cell : of the value in its map, along the axes of `grid`.
    middle : the cell of the picture (rows and columns of what was computed) in the middle of what the value reads, and
        that it really reads; None where there is none.
    is_picture : the layer reads the picture itself.
    reads_places : the layer reads maps, whose cells lie somewhere on the picture.
    cell_name : names a value that is read by its number, where these stand in rows because they have no places; else
        None.
    sentence : why the value is what it is, see `results.value_words`; "" where there is nothing to say.
    """

    trace: Trace
    layer: int
    title: str
    channel_names: tuple[str, ...]
    grid: Grid
    input_grid: Grid
    levels: Levels
    pixels: np.ndarray | None
    was_moved: bool
    cell: Cell
    middle: Cell | None
    is_picture: bool
    reads_places: bool = True
    cell_name: Callable[[int], str] | None = None
    sentence: str = ""


def why_not_explained(picture: Picture) -> str:
    """Return why the values of the selected layer are not explained although it has maps, or ""."""
    evaluation, layer = picture.evaluation_of(picture.position), picture.position
    if evaluation is None or evaluation.maps_of(layer) is None or not evaluation.layers[layer].is_opaque:
        return ""
    return OPAQUE


def explain(picture: Picture, layer: int, channel: int, cell: Cell) -> Explanation | None:
    """Return how a value came about; None where the layer has no maps, or nothing is known of it.

    A cell outside the maps means the nearest one in them, a cell with another number of axes the middle one.
    """
    evaluation = picture.evaluation_of(layer)
    maps = None if evaluation is None else evaluation.maps_of(layer)
    if evaluation is None or maps is None or evaluation.layers[layer].is_opaque:
        return None
    there, shown = _nearest(maps, channel, cell)
    trace = roundings_of(evaluation).traced(layer, there)
    project = picture.project
    names = map_names(project.layers, picture.input_names, evaluation, project.class_names)
    is_picture = set(evaluation.graph.inputs[layer]) == {-1}
    sentence = value_sentence(trace, names[evaluation.graph.inputs[layer][0] + 1], is_picture=is_picture)
    mixing: tuple[str, ...] = ("",) * len(trace.channels)
    if trace.kind == "separable":
        trace, mixing = unfolded(trace)
    layers, cell_name = project.layers, None
    if trace.values.ndim == 1:
        count, below = len(trace.values), evaluation.graph.inputs[layer][0] + 1
        trace = as_planes(trace, len(evaluation.given_to(layer)[0]))
        if len(trace.values) < count:
            cell_name = partial(value_name, layers, names, evaluation, below)
            mixing = ("",)
    sources = ("values in order",) if cell_name else names_of_channels(evaluation, layer, trace, names, layers)
    levels = picture.input_tile.levels if is_picture else _levels(trace.values)
    return Explanation(
        trace=trace,
        layer=layer,
        title=title_of(evaluation, layer, there, names, layers),
        channel_names=tuple(f"{name}{mixed}" for name, mixed in zip(sources, mixing, strict=True)),
        grid=place(evaluation, layer + 1, picture.factor, picture.look),
        input_grid=input_place(evaluation, layer, picture.factor, picture.look),
        levels=levels,
        pixels=_pixels(trace.values, levels) if _is_rgb(picture, trace, is_picture=is_picture) else None,
        was_moved=shown != cell,
        cell=shown,
        middle=middle_read(evaluation, layer, shown),
        is_picture=is_picture,
        reads_places=len(evaluation.shape_of(evaluation.graph.inputs[layer][0]) or ()) > 1,
        cell_name=cell_name,
        sentence=sentence,
    )


def _is_rgb(picture: Picture, trace: Trace, *, is_picture: bool) -> bool:
    """Whether the numbers that a value reads are the colours of pixels, in their order."""
    is_reversed = picture.input_names == ("B", "G", "R")
    return is_picture and len(trace.values) == len(picture.input) == 3 and not is_reversed


def cell_under(picture: Picture, layer: int, place_: Sequence[float]) -> Cell | None:
    """Return the cell of a layer's maps that covers a place of the picture, None outside or without maps.

    A place with another number of axes than the picture is outside. Of values without places the cell is (row, column)
    in their picture, which lies over what is looked at.
    """
    cell, size = cell_near(picture, layer, place_), shown_size(picture, layer)
    if cell is None or size is None or len(place_) != len(picture.look.axes):
        return None
    return cell if is_inside(cell, size) else None


def cell_near(picture: Picture, layer: int, place_: Sequence[float]) -> Cell | None:
    """Return the cell of a layer's maps at a place, which may lie outside the maps; None without maps.

    A place with another number of axes than the picture means the middle.
    """
    evaluation, maps = picture.evaluation_of(layer), _maps_of(picture, layer)
    if evaluation is None or maps is None:
        return None
    if len(place_) != len(picture.look.axes):
        return tuple(n // 2 for n in as_maps(maps).shape[1:])
    at = picture.look.seen(place_) if is_vector(maps) else place_
    return place(evaluation, layer + 1, picture.factor, picture.look).cell_at(at)


def place_of_cell(picture: Picture, layer: int, cell: Cell) -> Place:
    """Return the place of the picture by which a value is remembered; `cell_near` leads from it back to the cell.

    It is the middle of the pixel that the value reads in the middle of its window, so that a place stays where it is
    when the window changes. Where several values share that pixel, as after an upsampling, it is the value's own place.
    """
    evaluation = picture.evaluation_of(layer)
    assert evaluation is not None
    return place_in(evaluation, layer, cell, picture.factor, picture.look)


def place_in(evaluation: Evaluation, layer: int, cell: Cell, factor: int, look: ResolvedLook) -> Place:
    """Return what `place_of_cell` does, of maps that no picture of the window holds."""
    maps = evaluation.maps_of(layer)
    assert maps is not None
    grid = place(evaluation, layer + 1, factor, look)
    if is_vector(maps):
        return look.place_of(grid.place_of(cell))
    pixel = middle_read(evaluation, layer, cell)
    if pixel is not None:
        at = block_grid(factor, len(pixel)).place_of(pixel)
        if grid.cell_at(at) == tuple(cell):
            return at
    return grid.place_of(cell)


def pixel_under(picture: Picture, place_: Place) -> Place:
    """Return the middle of the picture's pixel under a place: all of a pixel means the same window."""
    grid = block_grid(picture.factor, len(place_))
    return grid.place_of(grid.cell_at(place_))


def middle_under(picture: Picture, layer: int, place_: Place) -> Place:
    """Return the middle of the pixel in the middle of what the value at a place of a map reads; else the place."""
    cell, evaluation = cell_under(picture, layer, place_), picture.evaluation_of(layer)
    pixel = None if cell is None or evaluation is None else middle_read(evaluation, layer, cell)
    return place_ if pixel is None else block_grid(picture.factor, len(pixel)).place_of(pixel)


def shown_size(picture: Picture, layer: int) -> Cell | None:
    """Return the size of a layer's maps, those of values without places as they are laid out; None without maps."""
    maps = _maps_of(picture, layer)
    return None if maps is None else as_maps(maps).shape[1:]


def _maps_of(picture: Picture, layer: int) -> np.ndarray | None:
    evaluation = picture.evaluation_of(layer)
    return None if evaluation is None else evaluation.maps_of(layer)


def _nearest(maps: np.ndarray, channel: int, cell: Cell) -> tuple[tuple[int, ...], Cell]:
    """Return the place in a layer's maps that is nearest to a cell, and the cell that shows it."""
    spatial = as_maps(maps).shape[1:]
    if len(cell) != len(spatial):
        cell = tuple(n // 2 for n in spatial)
    if is_vector(maps):
        row, column = cell
        place_ = place_of(len(maps), channel, (row, column))
        return place_, cell_of(len(maps), place_[0])
    there = nearest_place(maps.shape, (channel, *cell))
    return there, there[1:]


def title_of(
    evaluation: Evaluation,
    layer: int,
    there: tuple[int, ...],
    names: Sequence[tuple[str, ...]],
    layers: Sequence[Layer],
) -> str:
    """Return the name of the map of a place; of a value without place its own name."""
    if len(there) == 1:
        return value_name(layers, names, evaluation, layer + 1, there[0])
    own = names[layer + 1]
    return own[there[0]] if there[0] < len(own) else f"map {there[0] + 1}"


def names_of_channels(
    evaluation: Evaluation,
    layer: int,
    trace: Trace,
    names: Sequence[tuple[str, ...]],
    layers: Sequence[Layer],
) -> tuple[str, ...]:
    """Return the name of each channel that takes part; where several layers are joined, that of the layer as well."""
    found = []
    read = evaluation.graph.inputs[layer]
    of_input = trace.inputs or (0,) * len(trace.channels)
    for channel, which in zip(trace.channels, of_input, strict=True):
        own = names[read[which] + 1]
        if len(evaluation.shape_of(read[which]) or ()) == 1:
            name = value_name(layers, names, evaluation, read[which] + 1, int(channel))
        else:
            name = own[int(channel)] if int(channel) < len(own) else f"map {int(channel) + 1}"
        owner = "picture" if read[which] < 0 else f"layer {read[which] + 1}"
        found.append(f"{owner} · {name}" if len(read) > 1 else name)
    return tuple(found)


def unfolded(trace: Trace) -> tuple[Trace, tuple[str, ...]]:
    """Return a separable convolution's value as the sum of its depthwise steps on the input, and by which factors.

    Steps that the mixing multiplies by 0 are left out; all would be many, and add nothing.
    """
    assert trace.weights is not None
    assert trace.products is not None
    factors = trace.weights.reshape(-1)
    used = np.flatnonzero(factors)
    used = used if used.size else np.array([0])
    stages = [trace.stages[int(i)] for i in used]
    products = np.concatenate([stage.products for stage in stages if stage.products is not None])
    scaled = products * factors[used].reshape(-1, *(1,) * (products.ndim - 1))
    is_zero = running_rounding(scaled.reshape(-1).astype(np.float64), scaled.dtype)
    summed = replace(
        trace,
        window=stages[0].window,
        channels=np.concatenate([stage.channels for stage in stages]),
        values=np.concatenate([stage.values for stage in stages]),
        weights=np.concatenate([stage.weights for stage in stages if stage.weights is not None]),
        products=products,
        counted=np.concatenate([stage.counted for stage in stages]),
        sums=trace.products.reshape(-1)[used],
        running=np.where(is_zero, scaled.dtype.type(0), np.cumsum(scaled.reshape(-1), dtype=scaled.dtype)),
    )
    return summed, tuple("" if factor == 1 else f" × {factor:.4g}" for factor in factors[used])


def _levels(values: np.ndarray) -> Levels:
    largest = nice_ceiling(largest_magnitude(values))
    return Levels(-largest, largest)


def _pixels(values: np.ndarray, levels: Levels) -> np.ndarray:
    """Return (*size, 3) uint8 of three channels; what is not finite is white."""
    flat = (np.ascontiguousarray(channel).reshape(len(channel), -1) for channel in values)
    return np.stack([to_indexed(channel, levels).reshape(values.shape[1:]) for channel in flat], axis=-1)
