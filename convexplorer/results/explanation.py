"""From a picture to the explanation of one of its values: the trace, and where all of it lies on the input."""

from dataclasses import dataclass, replace

import numpy as np

from convexplorer.core.display.coloring import Levels, largest_magnitude, nice_ceiling, to_indexed
from convexplorer.core.explain.trace import Trace, nearest_place, trace_in
from convexplorer.results.picture import Grid, Picture
from convexplorer.results.stage import map_names, place


@dataclass(frozen=True, eq=False)
class Explanation:
    """How one value of a picture's maps came about.

    Attributes
    ----------
    layer : index into the project's layers.
    title : of the map.
    channel_names : of the channels that take part, in the order of `trace.channels`.
    grid, input_grid : where the cells of the layer's maps and of its input lie on the picture.
    levels : of the layer's input, for colours.
    pixels : (*size, 3) uint8, the picture's own colours under the window, where the input is a colour picture.
    was_moved : the place asked for lies outside the maps, this is the nearest in them.
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

    @property
    def cell(self) -> tuple[int, int]:
        """(row, column) of the value in its map."""
        row, column = self.trace.place[1:]
        return row, column

    @property
    def is_picture(self) -> bool:
        """Whether the layer's input is the picture itself."""
        return self.layer == 0


def explain(picture: Picture, layer: int, channel: int, cell: tuple[int, int]) -> Explanation | None:
    """Return how a value came about; None where the layer has no maps, or maps that are no pictures.

    A cell outside the maps means the nearest one in them.
    """
    evaluation = picture.evaluation
    if evaluation is None or not 0 <= layer < len(evaluation.results):
        return None
    maps = evaluation.results[layer].maps
    if maps is None or maps.ndim != 3:
        return None
    asked = (channel, *cell)
    there = nearest_place(maps.shape, asked)
    trace = trace_in(evaluation, layer, there)
    mixing: tuple[str, ...] = ("",) * len(trace.channels)
    if trace.kind == "separable":
        trace, mixing = _unfolded(trace)
    names = map_names(picture.project.layers[:layer], picture.input_names)
    own = map_names(picture.project.layers[layer : layer + 1], names)
    levels = picture.input_tile.levels if layer == 0 else _levels(trace.values)
    return Explanation(
        trace=trace,
        layer=layer,
        title=own[there[0]] if there[0] < len(own) else f"map {there[0] + 1}",
        channel_names=tuple(
            f"{names[int(i)] if int(i) < len(names) else int(i) + 1}{mixed}"
            for i, mixed in zip(trace.channels, mixing, strict=True)
        ),
        grid=place(evaluation, layer + 1, picture.factor),
        input_grid=place(evaluation, layer, picture.factor),
        levels=levels,
        pixels=_pixels(trace.values, levels) if layer == 0 and len(trace.values) == len(picture.input) == 3 else None,
        was_moved=there[1:] != asked[1:],
    )


def cell_under(picture: Picture, layer: int, place_: tuple[float, float]) -> tuple[int, int] | None:
    """Return the cell of a layer's maps that covers a place of the picture, None outside or without maps."""
    evaluation = picture.evaluation
    if evaluation is None or not 0 <= layer < len(evaluation.results):
        return None
    maps = evaluation.results[layer].maps
    if maps is None or maps.ndim != 3:
        return None
    i, j = place(evaluation, layer + 1, picture.factor).cell_at(*place_)
    return (i, j) if 0 <= i < maps.shape[1] and 0 <= j < maps.shape[2] else None


def _unfolded(trace: Trace) -> tuple[Trace, tuple[str, ...]]:
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
    unfolded = replace(
        trace,
        window=stages[0].window,
        channels=np.concatenate([stage.channels for stage in stages]),
        values=np.concatenate([stage.values for stage in stages]),
        weights=np.concatenate([stage.weights for stage in stages if stage.weights is not None]),
        products=products,
        counted=np.concatenate([stage.counted for stage in stages]),
        sums=trace.products.reshape(-1)[used],
        running=np.cumsum(scaled.reshape(-1), dtype=scaled.dtype),
    )
    return unfolded, tuple("" if factor == 1 else f" × {factor:.4g}" for factor in factors[used])


def _levels(values: np.ndarray) -> Levels:
    largest = nice_ceiling(largest_magnitude(values))
    return Levels(-largest, largest)


def _pixels(values: np.ndarray, levels: Levels) -> np.ndarray:
    """Return (*size, 3) uint8 of three channels; what is not finite is white."""
    return np.stack([to_indexed(np.ascontiguousarray(channel), levels) for channel in values], axis=-1)
