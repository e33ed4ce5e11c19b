"""The selected layer with its input, its maps, and the grids of both."""

import math
from collections.abc import Sequence
from functools import cached_property, partial
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import rounding_noise
from convexplorer.core.geometry.places import Grid, block_grid
from convexplorer.core.layers.tracing.trace import Activates, activated
from convexplorer.core.network import Evaluation, Result
from convexplorer.model.layer import Layer
from convexplorer.model.view import Look
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.reading import Cells, PartReading, Reading, Zeros, suspect
from convexplorer.results.vectors import MOST_SEPARATE, as_maps, empty_cells, flat_name, is_vector, vector_grid

# Of noise that an activation makes smaller than this share of it, the values are no longer told from others.
_SATURATED = 1 / 8
# By depth and factor: a move of the mouse asks for the same places many times, of marks, labels and words.
_PLACES: "WeakKeyDictionary[Evaluation, dict[tuple[int, int], Grid]]" = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Stage:
    """A layer that has been computed, and the part of it that is looked at.

    Attributes
    ----------
    given, made : (channels, *spatial), or (channels,): all that the layer gets, and makes of it. Neither is drawn as
        it is.
    input, maps : (channels, rows, columns), what is looked at of both; values without places laid out as a picture.
    names, input_names : of their channels.
    places, input_places : where the cells of `made` and `given` lie on the picture, along all its axes; of values
        without places rows and columns of their picture.
    look : what is looked at.
    is_picture : the layer's input is the source's picture itself.
    has_filters : each map is that of one filter, of this layer or of a convolution below it whose maps stay apart.
    magnitudes : how large the terms were that each map is a sum of; 0 where nothing was added.
    evaluation, index : whose maps these are: those of layer `index`.
    input_empty : how many cells at the end of the input's picture hold no value.
    input_values : how many values without places the layer gets; 0 where it gets maps.
    """

    given: np.ndarray
    input: np.ndarray
    input_names: tuple[str, ...]
    input_places: Grid
    result: Result
    made: np.ndarray
    maps: np.ndarray
    names: tuple[str, ...]
    places: Grid
    look: ResolvedLook
    is_picture: bool
    has_filters: bool
    magnitudes: tuple[float, ...]
    evaluation: Evaluation
    index: int
    input_empty: int = 0
    input_values: int = 0

    @cached_property
    def shown_magnitudes(self) -> tuple[float, ...]:
        """The same for the maps after the activation, which may make rounding of large terms small, as tanh does."""
        return activated_magnitudes(self.result.layer, self.magnitudes)

    @property
    def has_places(self) -> bool:
        """Whether the maps have axes on the picture."""
        return len(self.result.shape or ()) > 1

    @property
    def empty(self) -> int:
        """How many cells at the end of a map hold no value."""
        return empty_cells(self.result.shape or ())

    @property
    def grid(self) -> Grid:
        """Where rows and columns of `maps` lie on the two axes that are looked at."""
        return self.places if is_vector(self.made) else self.look.seen_grid(self.places)

    @property
    def input_grid(self) -> Grid:
        """Where rows and columns of `input` lie on the two axes that are looked at."""
        return self.input_places if is_vector(self.given) else self.look.seen_grid(self.input_places)

    def zeros(self, channel: int) -> Zeros:
        """Return what tells which cells of one of `maps` are nothing but rounding."""
        return Reading(self.evaluation, self.index, shown_cells(self.made, channel, self.places, self.look))

    def zeros_of_all(self, channel: int) -> Zeros:
        """Return what tells which cells of all of a map are rounding, whatever is looked at."""
        return Reading(self.evaluation, self.index, channel * as_maps(self.made)[channel].size)

    def zeros_of_input(self, channel: int | None) -> Zeros | None:
        """Return what tells which cells of one channel of `input` are rounding; None: it is the picture."""
        below = self.evaluation.graph.inputs[self.index][0]
        if below < 0 or channel is None:
            return None
        return Reading(self.evaluation, below, shown_cells(self.given, channel, self.input_places, self.look))

    def zeros_of_part(self, layer: core.Layer, given: np.ndarray, values: np.ndarray, channel: int) -> Zeros:
        """Return what tells which cells of a map that is computed of the input apart are rounding.

        Parameters
        ----------
        layer, given : what computes the map, its only one, and of which input.
        values : of the map, (rows, columns).
        channel : the map of this layer that it is a part of.
        """
        cells = shown_cells(self.made[:1], 0, self.places, self.look)
        return PartReading(layer, given, cells, suspect(self.magnitudes[channel]), values)

    @property
    def strengths(self) -> np.ndarray | None:
        """How strong the value in each cell of `maps` is, if values are angles; else None."""
        found = self.result.layer.strengths(self.given)
        return None if found is None else self.cut(found)

    def cut(self, maps: np.ndarray) -> np.ndarray:
        """Return what is looked at of maps whose cells lie as those of `made`."""
        return as_pictures(maps, self.places, self.look)

    def cut_input(self, maps: np.ndarray) -> np.ndarray:
        """Return what is looked at of maps whose cells lie as those of `given`."""
        return as_pictures(maps, self.input_places, self.look)


def find_stage(
    evaluation: Evaluation,
    layers: Sequence[Layer],
    names: tuple[str, ...],
    selected: int,
    factor: int,
    look: ResolvedLook,
    class_names: Sequence[str] = (),
) -> Stage | None:
    """Return the stage of layer `selected`; None if it has no maps.

    Parameters
    ----------
    names : of the picture's channels.
    factor : by which the picture was reduced: grids are in coordinates of the full one.
    look : what is looked at of the full picture.
    class_names : of the project.
    """
    maps = evaluation.maps_of(selected) if selected >= 0 else None
    if maps is None:
        return None
    below = evaluation.input_of(selected)
    assert below is not None  # an evaluation keeps the selected layer's input along with its maps
    names_of = map_names(layers, names, evaluation, class_names)
    input_names = fitting(names_of[evaluation.graph.inputs[selected][0] + 1], len(below))
    places = place(evaluation, selected + 1, factor, look)
    input_places = input_place(evaluation, selected, factor, look)
    shown, read = as_pictures(maps, places, look), as_pictures(below, input_places, look)
    return Stage(
        given=below,
        input=read,
        input_names=fitting(input_names, len(read)),
        input_places=input_places,
        result=evaluation.results[selected],
        made=maps,
        maps=shown,
        names=fitting(names_of[selected + 1], len(shown)),
        places=places,
        look=look,
        is_picture=evaluation.graph.inputs[selected][0] < 0,
        has_filters=are_of_filters(evaluation, layers, selected),
        magnitudes=magnitudes_for(evaluation, selected, len(shown)),
        evaluation=evaluation,
        index=selected,
        input_empty=empty_cells(below.shape),
        input_values=len(below) if below.ndim == 1 else 0,
    )


def activated_magnitudes(layer: core.Layer, magnitudes: tuple[float, ...]) -> tuple[float, ...]:
    """Return the magnitudes of a layer's maps after its activation, given those before."""
    activation = layer.activation
    if activation.is_linear or activation.is_over_channels:
        return magnitudes
    return tuple(_activated_magnitude(activation, magnitude) for magnitude in magnitudes)


def _activated_magnitude(activation: Activates, magnitude: float) -> float:
    """Return a magnitude whose rounding is what an activation makes of that of another; 0 where it saturates."""
    noise = rounding_noise(magnitude)
    if not noise or not math.isfinite(noise):
        return magnitude
    zero = activated(activation, 0.0)
    left = max(abs(activated(activation, end) - zero) for end in (noise, -noise))
    if not math.isfinite(left):
        return magnitude
    return magnitude * min(left / noise, 1.0) if left > _SATURATED * noise else 0.0


def shown_cells(maps: np.ndarray, channel: int, places: Grid, look: ResolvedLook) -> Cells:
    """Return where the cells of one map on screen are in the flattened maps.

    A map of rows and columns is shown as it is. So no array as large as the map is made for each frame of a video.
    """
    size = math.prod(maps.shape[1:])
    if not is_vector(maps) and look.visible == (0, 1) and not look.hidden:
        return channel * size
    return partial(_shown_cells, maps, channel, places, look)


def _shown_cells(maps: np.ndarray, channel: int, places: Grid, look: ResolvedLook) -> np.ndarray:
    if is_vector(maps):
        every: np.ndarray = as_maps(np.arange(len(maps), dtype=np.float64))[channel]
        return np.asarray(np.nan_to_num(every).astype(int))
    size = math.prod(maps.shape[1:])
    cells: np.ndarray = look.cut(np.arange(size).reshape(1, *maps.shape[1:]), places)[0] + channel * size
    return cells


def as_pictures(maps: np.ndarray, places: Grid, look: ResolvedLook) -> np.ndarray:
    """Return (channels, rows, columns): what is looked at of maps, or values without places as a picture."""
    return as_maps(maps) if is_vector(maps) else look.cut(maps, places)


def fitting_magnitudes(magnitudes: tuple[float, ...], count: int) -> tuple[float, ...]:
    """Return a magnitude for each shown map; values that share a picture share the largest."""
    return magnitudes if len(magnitudes) == count else (max(magnitudes),) * count


def magnitudes_for(evaluation: Evaluation, layer: int, count: int) -> tuple[float, ...]:
    """Return a magnitude for each shown map of a layer."""
    if count == 1:
        # Behind a Flatten there may be millions, each with that of the map it comes from: ask for the maps' own.
        while layer >= 0 and len(evaluation.shape_of(layer) or ()) == 1 and not evaluation.layers[layer].is_summing:
            layer = evaluation.graph.inputs[layer][0]
    return fitting_magnitudes(evaluation.magnitudes(layer) if layer >= 0 else (0.0,), count)


def place(evaluation: Evaluation, depth: int, factor: int, look: ResolvedLook | None = None) -> Grid:
    """Return where the cells of layer `depth - 1` lie, or of the picture for 0, in coordinates of the full picture.

    Parameters
    ----------
    look : decides over which axes the picture of values without places is laid; by default over the last two.
    """
    spatial = evaluation.image.shape[1:]
    if depth == 0:
        return block_grid(factor, len(spatial))
    shape = evaluation.shape_of(depth - 1)
    if shape is not None and len(shape) == 1:
        known = look or resolve(Look(), spatial)
        return vector_grid(shape[0], *known.extent_of([n * factor for n in spatial]))
    known_places = _PLACES.setdefault(evaluation, {})
    found = known_places.get((depth, factor))
    if found is None:
        found = known_places[depth, factor] = _place_of(evaluation, depth, factor)
    return found


def _place_of(evaluation: Evaluation, depth: int, factor: int) -> Grid:
    spatial, shape = evaluation.image.shape[1:], evaluation.shape_of(depth - 1)
    field = core.receptive_field(evaluation.graph.leading_to(depth - 1), evaluation.image.shape)[-1]
    assert shape is not None  # a layer that has a place has maps
    places = [
        _axis_place(float(start), float(size), float(jump), extent / count, factor)
        for start, size, jump, extent, count in zip(
            field.start, field.size, field.jump, spatial, shape[1:], strict=True
        )
    ]
    return Grid(
        tuple(center for center, _ in places),
        tuple(jump for _, jump in places),
        tuple(float(size * factor) for size in field.size),
    )


def _axis_place(start: float, size: float, jump: float, share: float, factor: int) -> tuple[float, float]:
    """Return the centre of the first cell along an axis, and the distance of two cells.

    Cells that all see everything have no places of their own: they lie side by side over the whole picture, and each
    has its share of it.
    """
    if jump == 0:
        return share / 2 * factor, share * factor
    return (start + (size - 1) / 2 + 0.5) * factor, jump * factor


def input_place(evaluation: Evaluation, layer: int, factor: int, look: ResolvedLook | None = None) -> Grid:
    """Return where the cells of a layer's input lie, in coordinates of the full picture; of several the largest's."""
    read = evaluation.graph.inputs[layer]
    sizes = [math.prod((evaluation.shape_of(j) or (0,))[1:]) for j in read]
    return place(evaluation, read[sizes.index(max(sizes))] + 1, factor, look)


def map_names(
    layers: Sequence[Layer], names: tuple[str, ...], evaluation: Evaluation, class_names: Sequence[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the channel names of the picture, then the map names of each evaluated layer.

    Parameters
    ----------
    class_names : of the values that are the scores of classes.
    """
    found = [names]
    scoring = scoring_layers(evaluation, len(class_names))
    for i, (layer, inputs) in enumerate(zip(layers, evaluation.graph.inputs, strict=False)):
        if i in scoring:
            found.append(tuple(class_names))
            continue
        own = layer.map_names(*(found[source + 1] for source in inputs))
        shape = evaluation.shape_of(inputs[0]) or ()
        if _is_flat(layer) and math.prod(shape) <= MOST_SEPARATE and len(shape) > 1:
            own = tuple(_flat_name(layer, own, shape, cell) for cell in range(math.prod(shape)))
        elif not own:  # numbers of several maps
            own = tuple(f"map {n}" for n in range(1, (evaluation.shape_of(i) or (0,))[0] + 1))
        found.append(own)
    return tuple(found)


def scoring_layers(evaluation: Evaluation, count: int) -> frozenset[int]:
    """Return the layers whose values are the scores of `count` classes.

    These are the last layer with as many values without places, and the layers before it up to the one that adds them
    up: logits and their softmax have the same names.
    """
    layer = next((i for i in reversed(range(len(evaluation))) if count and evaluation.shape_of(i) == (count,)), -1)
    found = set()
    while layer >= 0 and evaluation.shape_of(layer) == (count,):
        found.add(layer)
        if evaluation.layers[layer].is_summing:
            break
        layer = evaluation.graph.inputs[layer][0]
    return frozenset(found)


def names_read(
    picture_names: tuple[str, ...],
    layers: Sequence[Layer],
    evaluation: Evaluation,
    layer: int,
    class_names: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return a name for each map that a layer reads of its first input; of maps without names, their numbers."""
    names = map_names(layers, picture_names, evaluation, class_names)[evaluation.graph.inputs[layer][0] + 1]
    below = evaluation.shape_of(evaluation.graph.inputs[layer][0])
    count = len(names) if below is None else below[0]
    return tuple(names[i] if i < len(names) else str(i + 1) for i in range(count))


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


def value_names(
    layers: Sequence[Layer],
    names: tuple[str, ...],
    evaluation: Evaluation,
    layer: int,
    class_names: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the name of each value of a layer whose values have no places."""
    names_of = map_names(layers, names, evaluation, class_names)
    (count,) = evaluation.shape_of(layer) or (0,)
    return tuple(value_name(layers, names_of, evaluation, layer + 1, i) for i in range(count))


def _is_flat(layer: Layer) -> bool:
    return layer.row.geometry == "flat" and layer.is_enabled


def _flat_name(layer: Layer, names: Sequence[str], shape: Sequence[int], index: int) -> str:
    return flat_name(names, shape, index, channels_last=layer["channels_last"])


def fitting(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return one name per map: the given names if their number matches, else numbers."""
    if len(names) == count:
        return names
    return ("values in order",) if count == 1 else tuple(f"map {i}" for i in range(1, count + 1))


def are_of_filters(evaluation: Evaluation, layers: Sequence[Layer], selected: int) -> bool:
    """Return True if the maps belong to filters of the selected convolution, or of one before a pool."""
    is_off = layers[selected].has_filters and not layers[selected].is_enabled
    return not is_off and any(evaluation.layers[i].is_summing for i in evaluation.graph.ancestors(selected))
