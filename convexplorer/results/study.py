"""A small crop of a layer's input, among its neighbours or on its own, whose numbers fit on a projector."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import luminance
from convexplorer.core.explain.rounding import without_rounding
from convexplorer.core.explain.trace import Trace
from convexplorer.core.geometry.places import Cell, Crop
from convexplorer.core.geometry.taps import AxisTaps, window_taps
from convexplorer.core.layers import Layer
from convexplorer.model.build import build_layer
from convexplorer.results.picture import Picture
from convexplorer.results.reading import read, roundings_of
from convexplorer.results.stage import names_read
from convexplorer.results.vectors import is_vector
from convexplorer.words import as_sentence

SMALLEST, LARGEST, FIRST = 5, 16, 8  # cells of a crop along an axis
ALL, LUMINANCE = "all", "luminance"
# No more numbers than these fit into one cell below each other.
MOST_STACKED = 4


@dataclass(frozen=True, eq=False)
class Study:
    """A crop and the layer's maps of it.

    Attributes
    ----------
    crop : where it lies in the layer's input.
    region : the crop with the neighbours that its outputs read, or the crop itself where it is computed alone.
    layer : what is computed: of a convolution the one filter, with the channels that were chosen, padded as the region.
    channel : which of its maps is shown.
    input : (n, *region.size), the region of the channels that take part.
    names : of these channels.
    output : (*spatial) of the map; None where the layer cannot be computed on the crop.
    sources : the channels of `input` that the shown map reads.
    error : a sentence on why there is no output, or "".
    first : the cell of the layer's map that output 0 is; None where the crop is computed alone.
    """

    crop: Crop
    region: Crop
    layer: Layer
    channel: int
    input: np.ndarray
    names: tuple[str, ...]
    maps: np.ndarray | None
    sources: tuple[int, ...] = ()
    error: str = ""
    first: Cell | None = None

    @property
    def output(self) -> np.ndarray | None:
        """The map that is shown, (*spatial)."""
        return None if self.maps is None else self.maps[self.channel]

    @property
    def shown(self) -> np.ndarray:
        """The channels that the map reads, (n, *region.size)."""
        return self.input[list(self.sources)]

    @property
    def axes(self) -> tuple[AxisTaps, ...]:
        """How the windows lie along each axis."""
        return self.layer.taps(self.input.shape[1:])

    @property
    def has_padding(self) -> bool:
        """True if the outputs read padding."""
        return any(axis.padded[0] < 0 or axis.padded[1] > axis.n for axis in self.axes)

    def output_near(self, cell: Cell) -> Cell:
        """Return the output whose window has its middle nearest to a cell of the layer's input."""
        found = []
        for axis, i, start in zip(self.axes, cell, self.region.start, strict=True):
            positions = np.sort(axis.positions(np.arange(axis.output)), axis=-1)
            found.append(int(np.abs(positions[:, (positions.shape[1] - 1) // 2] - (i - start)).argmin()))
        return tuple(found)

    @property
    def first_trace(self) -> Trace:
        """How the first output came about."""
        return self.trace((0,) * (self.input.ndim - 1))

    def trace(self, cell: Cell) -> Trace:
        """Return the trace of one output; the study must have an output."""
        return without_rounding(core.trace(self.layer, self.input, (self.channel, *cell), maps=self.maps))


def source_choices(picture: Picture, layer: int) -> tuple[tuple[str, str], ...]:
    """Return the (key, label) channel choices for a crop, single-channel choices first."""
    evaluation = picture.evaluation_of(layer)
    if evaluation is None:
        return ()
    if evaluation.layers[layer].pick([0]) is None:
        return ((ALL, "what the map reads"),)
    names = _names(picture, layer)
    choices = [(str(i), name) for i, name in enumerate(names)]
    if len(names) == 1:
        return ((ALL, names[0]),)
    if len(names) <= MOST_STACKED:
        choices.insert(0, (ALL, f"all {len(names)}: {' '.join(names)}"))
    if layer == 0 and len(names) == 3:
        choices.insert(0, (LUMINANCE, "luminance"))
    return tuple(choices)


def study(
    picture: Picture, layer: int, channel: int, crop: Crop | None, source: str, *, is_alone: bool = False
) -> Study | None:
    """Compute a layer on a crop of its input; None where that input has no places.

    The outputs are those of the map whose windows lie around the crop, as far as the layer's windows can be cut out of
    the map. Otherwise, and if wanted, padding is added to the crop, so that outputs at its border differ from those of
    the map.

    Parameters
    ----------
    is_alone : compute the crop without its neighbours.
    channel : the map that is shown.
    crop : moved into the input; its middle when not given, or given for another number of axes.
    source : a key of `source_choices`; the first of them for an unknown one.
    """
    evaluation = picture.evaluation_of(layer)
    if evaluation is None:
        return None
    below = evaluation.input_of(layer)
    if below is None or is_vector(below):
        return None
    spatial = below.shape[1:]
    wanted = crop
    if wanted is None or len(wanted.start) != len(spatial):
        wanted = Crop.around([n // 2 for n in spatial], (FIRST,) * len(spatial))
    part = wanted.within(spatial, SMALLEST, LARGEST)
    cut = None if is_alone else _among_neighbours(evaluation.layers[layer], spatial, part)
    region = part if cut is None else cut.region
    x = _read_of(evaluation, layer, below, region)
    keys = [key for key, _ in source_choices(picture, layer)]
    chosen, own, x, names = _prepared(picture, layer, channel, source if source in keys else keys[0], x)
    if cut is not None:
        try:
            chosen = chosen.padded_as(cut.padding)
        except ValueError:  # as for a pool that pads no further than its window
            return study(picture, layer, channel, crop, source, is_alone=True)
    found = Study(part, region, chosen, own, np.ascontiguousarray(x), names, None, tuple(range(len(names))))
    if chosen.input_count != 1:
        return replace(found, error="This layer joins several others; a part of one of them alone has no output.")
    if chosen.sees_all:
        return replace(found, error="Every output reads the whole map; a part of the map alone has another output.")
    try:
        maps = _read(chosen, found.input)
        start = None if cut is None else cut.first
        computed = replace(found, maps=maps, channel=min(own, len(maps) - 1), first=start)
        first = computed.first_trace
    except ValueError as failure:
        return replace(found, error=f"{as_sentence(str(failure))} A larger crop helps.")
    # What a separable layer combines are its own depthwise maps: it reads all channels.
    return computed if first.stages else replace(computed, sources=tuple(int(i) for i in first.channels))


@dataclass(frozen=True)
class _Cut:
    """Outputs of a map cut out of it: what they read of the layer's input, the padding there, and the first of them."""

    region: Crop
    padding: tuple[tuple[int, int], ...]
    first: Cell


def _among_neighbours(layer: Layer, spatial: Sequence[int], crop: Crop) -> _Cut | None:
    """Return the outputs whose windows lie around a crop; None for a layer without windows that can be cut out."""
    windows = None if layer.input_count != 1 or layer.sees_all else layer.windows(tuple(spatial))
    if windows is None:
        return None
    starts, stops, padding, firsts = [], [], [], []
    for axis, start, stop in zip(window_taps(windows), crop.start, crop.stop, strict=True):
        # All outputs whose windows have their middle in the crop, and one more where a stride leaves cells of it out.
        middle = (axis.size - 1) // 2 * axis.dilation - axis.before
        first, last = -((middle - start) // axis.stride), (stop - 1 - middle) // axis.stride
        first -= axis.covered(first, first + 1)[0] > start
        last += axis.covered(last, last + 1)[1] < stop
        first = min(max(first, 0), axis.output - 1)
        last = min(max(last, first), axis.output - 1)
        low, high = axis.covered(first, last + 1)
        starts.append(max(low, 0))
        stops.append(min(max(high, stop), axis.n))
        padding.append((max(-low, 0), max(high - axis.n, 0)))
        firsts.append(first)
    size = tuple(stop - start for start, stop in zip(starts, stops, strict=True))
    is_wrapped = windows.border == "wrap" and any(sum(amounts) for amounts in padding)
    return None if is_wrapped else _Cut(Crop(tuple(starts), size), tuple(padding), tuple(firsts))


def _read_of(evaluation: core.Evaluation, layer: int, below: np.ndarray, part: Crop) -> np.ndarray:
    """Return a crop of a layer's input as it reads: 0 for what is rounding of the layers below."""
    cells = np.arange(below.size).reshape(below.shape)[:, *part.slices]
    x = below[:, *part.slices]
    zeros = partial(roundings_of(evaluation).zeros, evaluation.graph.inputs[layer][0])
    return read(x.reshape(-1), cells.reshape(-1), zeros).reshape(x.shape)


def _read(layer: Layer, x: np.ndarray) -> np.ndarray:
    """Return the maps of a crop as they read: 0 for what is rounding."""
    evaluation = core.evaluate([layer], x)
    maps = evaluation[0]
    cells = np.arange(maps.size)
    return read(maps.reshape(-1), cells, partial(roundings_of(evaluation).zeros, 0)).reshape(maps.shape)


def _prepared(
    picture: Picture, layer: int, channel: int, source: str, x: np.ndarray
) -> tuple[Layer, int, np.ndarray, tuple[str, ...]]:
    """Return the layer applied to the crop, the index of its shown map, the crop, and the names of its channels."""
    assert picture.evaluation is not None
    chosen, names = picture.evaluation.layers[layer], _names(picture, layer)
    one = chosen.pick([min(channel, max(chosen.filters - 1, 0))])
    if one is None:
        return chosen, channel, x, names
    channel = min(channel, chosen.filters - 1)
    described = picture.project.layers[layer]
    if source == LUMINANCE and described.has_filters:
        # The same conversion as when the user chooses luminance for the whole picture.
        built, _ = build_layer(described, ((1, *x.shape[1:]),))
        single = built.pick([channel])
        assert single is not None  # the same kind as before
        return single, 0, luminance(x), ("Y",)
    alone = None if source == ALL else one.reading(int(source))
    if alone is None:
        return one, 0, x, names
    i = int(source)
    return alone, 0, x[i : i + 1], names[i : i + 1]


def _names(picture: Picture, layer: int) -> tuple[str, ...]:
    evaluation = picture.evaluation
    assert evaluation is not None
    project = picture.project
    return names_read(picture.input_names, project.layers, evaluation, layer, project.class_names)
