"""Maps become tiles: levels, 8 bits, and their place on the input; one function per view."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.arrays import read_only_view
from convexplorer.core.geometry.places import Grid
from convexplorer.core.operators.activations import describe
from convexplorer.model.project import Display
from convexplorer.results.angles import draw_angles, hues
from convexplorer.results.picture import Role, Tile
from convexplorer.results.reading import Zeros
from convexplorer.results.stage import Stage
from convexplorer.results.statistics import extremes
from convexplorer.results.vectors import MOST_SEPARATE, as_maps, is_vector

SIGNED = "signed"
GRAY = "gray"
_WORTH_THREADS = 500_000  # cells: fewer are drawn before another thread has begun
QUIET = np.errstate(over="ignore", invalid="ignore")  # pictures and maps may hold infinity; their sums are then NaN


@dataclass(frozen=True)
class Pen:
    """How values are drawn: the person's choices, by which factor smaller, and which value of the input is white."""

    display: Display
    reduction: int
    white: float = 1.0

    def draw(
        self,
        title: str,
        values: np.ndarray,
        grid: Grid,
        levels: Levels,
        *,
        role: Role = "map",
        filter_index: int = -1,
        empty: int = 0,
        zeros: Zeros | None = None,
        strengths: np.ndarray | None = None,
        magnitude: float = 0.0,
        ends: tuple[float, float, float] | None = None,
    ) -> Tile:
        """Draw exact values between levels; as 8-bit OpenCV would keep them, if that is wished.

        Angles, which are values with strengths, become hues as bright as they are strong. `ends` are the `extremes` of
        the values that are not empty, if they are known.
        """
        if self.display.as_opencv_8bit:
            shown = coloring.as_opencv_8bit(values, self.white)
            tile = draw_tile(title, values, shown, Levels(0.0, self.white), GRAY, grid, self.reduction, empty, ends)
            return replace(tile, is_8bit=True, role=role, filter=filter_index, zeros=zeros)
        if strengths is not None:
            return draw_angles(
                title,
                values,
                strengths,
                grid,
                self.reduction,
                magnitude=magnitude,
                role=role,
                filter_index=filter_index,
                empty=empty,
            )
        tile = draw_tile(title, values, values, levels, self.display.palette, grid, self.reduction, empty, ends)
        return replace(tile, role=role, filter=filter_index, zeros=zeros)

    def draw_light(self, title: str, values: np.ndarray, grid: Grid) -> Tile:
        """Draw what a picture holds as light, from 0 to white as any viewer does, or between levels of its own."""
        low, high, _ = extremes(values)
        is_usual = low >= 0 and high <= self.white
        levels = Levels(0.0, self.white) if is_usual else coloring.choose_levels([values], palette=GRAY, coverage=1.0)
        return draw_tile(title, values, values, levels, GRAY, grid, self.reduction)

    def levels(
        self,
        maps: Sequence[np.ndarray],
        magnitude: float = 0.0,
        ends: Callable[[], tuple[float, float]] | None = None,
    ) -> Levels:
        """Choose levels that suit all of these maps, unless they are locked.

        `magnitude` is how large the terms were that the values are sums of: it tells rounding from values. `ends` gives
        the extremes of maps of which only samples are at hand.
        """
        if self.display.scope == "locked":
            return Levels(*self.display.locked)
        return coloring.choose_levels(
            maps, palette=self.display.palette, coverage=self.display.coverage, magnitude=magnitude, ends=ends
        )


def is_of_lone_numbers(cells: Sequence[int]) -> bool:
    """Return True if maps of so many cells along each axis are one number each, as a global pooling makes them."""
    return all(count == 1 for count in cells)


def bank_tiles(stage: Stage, pen: Pen) -> tuple[Tile, ...]:
    """Draw every map of the layer."""
    return draw_maps(
        stage.maps,
        stage.names,
        stage.shown_magnitudes,
        stage.grid,
        pen,
        has_filters=stage.has_filters,
        has_places=stage.has_places,
        empty=stage.empty,
        zeros=stage.zeros,
        strengths=stage.strengths,
    )


def draw_maps(
    maps: np.ndarray,
    names: Sequence[str],
    magnitudes: Sequence[float],
    grid: Grid,
    pen: Pen,
    *,
    has_filters: bool = False,
    has_places: bool = True,
    empty: int = 0,
    zeros: Callable[[int], Zeros] | None = None,
    strengths: np.ndarray | None = None,
) -> tuple[Tile, ...]:
    """Draw maps side by side, with levels of their own, or shared, or locked, as the pen's display says.

    Values without places, as the scores of classes, and maps of one cell each are in one scale unless levels are
    locked: in a scale of its own every lone number has the same colour.

    Parameters
    ----------
    maps : (F, H, W) with a name each.
    magnitudes : how large the terms were that each map is a sum of.
    has_filters : map i is that of filter i.
    has_places : False for values without places.
    empty : how many cells at the end of each map hold no value.
    zeros : gives for each map what tells which of its cells are rounding.
    strengths : (F, H, W) if the values are angles, see `core.layers.Layer.strengths`.
    """
    is_shared = pen.display.scope == "shared" or not has_places or is_of_lone_numbers(maps.shape[1:])
    shared = pen.levels(list(maps), max(magnitudes)) if is_shared else None
    tiles: dict[int, Tile] = {}

    def draw(i: int) -> None:
        ends = extremes(_counted(maps[i], empty))  # first, in one sweep: then the map is in the processor's cache
        tiles[i] = pen.draw(
            names[i],
            maps[i],
            grid,
            shared or pen.levels([maps[i]], magnitudes[i]),
            filter_index=i if has_filters else -1,
            empty=empty,
            zeros=None if zeros is None else zeros(i),
            strengths=None if strengths is None else strengths[i],
            magnitude=magnitudes[i],
            ends=ends,
        )

    if maps.size >= _WORTH_THREADS:
        for_each(draw, range(len(maps)))
    else:
        for i in range(len(maps)):
            draw(i)
    return tuple(tiles[i] for i in range(len(maps)))


def colored(tile: Tile, *, is_dark: bool = False) -> np.ndarray:
    """Return a tile in the colours of the screen, cell by cell, (H, W, 3) uint8 RGB: what every export writes."""
    if tile.shade is not None:
        return hues(tile.values, tile.shade)
    if tile.indexed.ndim == 3 and tile.reduction == 1:
        return tile.indexed
    indexed = tile.indexed
    if tile.reduction > 1 or indexed.ndim == 3:
        shown = coloring.as_opencv_8bit(tile.values, tile.levels.high) if tile.is_8bit else tile.values
        indexed = coloring.to_indexed(shown, tile.levels)
    return coloring.colorize(indexed, tile.palette, dark=is_dark)


@QUIET
def channel_tiles(stage: Stage, pen: Pen, index: int) -> tuple[Tile, ...]:
    """Draw one filter as an equation: each channel's part, their sum, plus bias, activated; () if nothing is summed.

    All have the same levels, so that the eye can add; but where a dense layer has so many parts that they are one
    picture, the sums have levels of their own: in those of the parts, they would be clipped. "+ bias" and the
    activation are the arrays of the computation itself; the sum of the parts agrees with them within float32 rounding.
    """
    layer = stage.result.layer
    if has_too_many_parts(stage):
        return ()
    whole, sums_of_all = layer.parts(stage.given, index), stage.evaluation.linear_of(stage.index)
    if whole is None or sums_of_all is None:
        return ()
    # A dense layer's parts lie as its input, those of a convolution as its maps.
    parts, grid = (as_maps(whole), stage.input_grid) if is_vector(whole) else (stage.cut(whole), stage.grid)
    linear = stage.cut(sums_of_all[index : index + 1])[0]
    total = linear if layer.bias_of(index) == 0.0 else stage.cut(whole.sum(axis=0, keepdims=True))[0]
    terms: list[tuple[Role, str, np.ndarray]] = [
        *(("part", name, part) for name, part in zip(stage.input_names, parts, strict=True)),
        ("sum", "sum", total),
        ("bias", "+ bias", linear),
    ]
    if not layer.activation.is_linear:
        terms.append(("activation", describe(layer.activation.name).label, stage.maps[index]))
    magnitude = stage.magnitudes[index]
    if len(parts) < len(whole):
        sums = pen.levels([values for role, _, values in terms if role != "part"], magnitude)
        levels = pen.levels(list(parts), magnitude)
    else:
        sums = levels = pen.levels([values for _, _, values in terms], magnitude)
    zeros = _zeros_of_terms(stage, index, len(parts))
    return tuple(
        pen.draw(title, values, grid, levels, role=role, empty=stage.input_empty, zeros=zeros(role, i, values))
        if role == "part"
        else pen.draw(title, values, stage.grid, sums, role=role, zeros=zeros(role, i, values))
        for i, (role, title, values) in enumerate(terms)
    )


def _zeros_of_terms(stage: Stage, index: int, count: int) -> Callable[[Role, int, np.ndarray], Zeros | None]:
    """Return what gives for each term of an equation what tells where it is rounding.

    Parameters
    ----------
    count : of the parts, which come first.
    """
    found = stage.result.layer.alone(index)

    def zeros(role: Role, number: int, values: np.ndarray) -> Zeros | None:
        if role == "activation":
            return stage.zeros(index)
        if found is None or not isinstance(found[0], core.Conv) or not stage.has_places:
            return None
        one, read = replace(found[0], activation=core.Activation("linear")), found[1]
        given = stage.given[read.start : read.stop]
        if role == "bias":
            return stage.zeros_of_part(one, given, values, index)
        one = replace(one, bias=None)
        if role == "sum":
            return stage.zeros_of_part(one, given, values, index)
        if len(read) != count:
            return None
        return stage.zeros_of_part(one.reading(number) or one, given[number : number + 1], values, index)

    return zeros


def has_too_many_parts(stage: Stage) -> bool:
    """Return whether a layer makes so many values without places that they are shown in rows, as one picture."""
    return not stage.has_places and (stage.result.shape or (0,))[0] > MOST_SEPARATE


def draw_tile(
    title: str,
    values: np.ndarray,
    shown: np.ndarray,
    levels: Levels,
    palette: str,
    grid: Grid,
    reduction: int,
    empty: int = 0,
    ends: tuple[float, float, float] | None = None,
) -> Tile:
    """Draw values between levels, as `shown`, which are the same values or what 8 bits would keep of them."""
    counted = _counted(values, empty)
    if empty:
        shown = shown.copy()
        shown[-1, -empty:] = levels.low
    low, high, not_finite = ends or extremes(counted)
    reduced = coloring.reduce(shown, reduction) if reduction > 1 else shown
    return Tile(
        title=title,
        values=read_only_view(values),
        indexed=read_only_view(coloring.to_indexed(reduced, levels)),
        levels=levels,
        palette=palette,
        grid=grid,
        reduction=reduction,
        minimum=low,
        maximum=high,
        clipped=clipped_in(counted, levels, low, high, not_finite),
        not_finite=not_finite,
        empty=empty,
    )


def _counted(values: np.ndarray, empty: int) -> np.ndarray:
    return values.reshape(1, -1)[:, :-empty] if empty else values


def clipped_in(values: np.ndarray, levels: Levels, low: float, high: float, not_finite: float) -> float:
    """Return the share of values beyond the levels; the last three arguments are the values' `extremes`."""
    return coloring.clipped_share(values, levels) if not_finite else coloring.clipped_share(values, levels, low, high)
