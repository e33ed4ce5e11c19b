"""Two maps against each other: both as tiles, their difference on common cells, and what is to be said of it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels, noise_in
from convexplorer.core.geometry.places import Grid
from convexplorer.kernels.planes import common_size, resized
from convexplorer.model.project import Display
from convexplorer.model.view import View
from convexplorer.results.exhibit import Computed, Exhibit, exhibit
from convexplorer.results.picture import Contrast, KernelPair, Role, Tile
from convexplorer.results.reading import DifferenceReading
from convexplorer.results.stage import Stage
from convexplorer.results.tiles import SIGNED, Pen
from convexplorer.words import degrees, number, times

# A place that lies between two cells belongs to the one before; so much is rounding of the place.
_SLACK = 1e-6
_QUIET = np.errstate(over="ignore", invalid="ignore")


@dataclass(frozen=True, eq=False)
class Common:
    """Two maps on the same cells.

    Attributes
    ----------
    first, second : (1, *spatial); NaN where one of both has no cell.
    places : where these cells lie on the picture.
    note : what was done to bring them there, or "".
    """

    first: np.ndarray
    second: np.ndarray
    places: Grid
    note: str


@_QUIET
def contrast_tiles(now: Computed, stage: Stage, view: View, pen: Pen) -> tuple[tuple[Tile, ...], Contrast | None, str]:
    """Draw both sides of a comparison and their difference, second minus first; and what is to be said of them.

    The difference is taken cell by cell, never by resampling: where one map is coarser, each of its cells meets the
    cell of the other at its centre (left and above of it for even sizes, where "same" padding puts it).
    """
    found = [exhibit(side, now, stage, view) for side in view.sides]
    missing = next((side for side in found if isinstance(side, str)), "")
    sides = [side for side in found if isinstance(side, Exhibit)]
    if missing or len(sides) != 2:
        return tuple(_draw(side, pen, None, "after") for side in sides), None, missing
    first, second = sides
    tiles = _pair(first, second, pen)
    kernels = _kernels(first, second)
    common = _on_common_cells(first, second)
    if isinstance(common, str):
        return tiles, Contrast(common, note=common, kernels=kernels), common
    are_angles = first.strengths is not None and second.strengths is not None
    whole = _minus(common.second, common.first, are_angles=are_angles)
    is_flat = not second.has_places
    difference, one, other = (
        maps[0] if is_flat else second.look.cut(maps, common.places)[0] for maps in (whole, common.first, common.second)
    )
    grid = second.grid if is_flat else second.look.seen_grid(common.places)
    magnitude = max(first.magnitude, second.magnitude)
    signed = replace(pen, display=Display(palette=SIGNED, coverage=pen.display.coverage))
    empty = second.empty if is_flat else 0
    levels = signed.levels([difference], magnitude)
    zeros = None if are_angles else DifferenceReading(one, other)
    drawn = signed.draw("difference", difference, grid, levels, role="difference", empty=empty, zeros=zeros)
    noise = max(noise_in(maps, magnitude) for maps in (common.first, common.second))
    said = _measured(difference, noise, common.note, kernels, are_angles=are_angles)
    return (*tiles, drawn), said, common.note


def _pair(first: Exhibit, second: Exhibit, pen: Pen) -> tuple[Tile, ...]:
    """Draw both; two maps share their levels, so that brightness can be compared."""
    is_shared = pen.display.scope == "shared" or not (first.is_before or first.is_light or second.is_light)
    levels = None
    if is_shared and not (first.strengths is not None or second.strengths is not None):
        levels = pen.levels([first.values, second.values], max(first.magnitude, second.magnitude))
    return _draw(first, pen, levels, "before"), _draw(second, pen, levels, "after")


def _draw(one: Exhibit, pen: Pen, levels: Levels | None, role: Role) -> Tile:
    if one.is_light and levels is None:
        return replace(pen.draw_light(one.title, one.values, one.grid), role=role)
    return pen.draw(
        one.title,
        one.values,
        one.grid,
        levels or pen.levels([one.values], one.magnitude),
        role=role,
        filter_index=one.filter,
        empty=one.empty,
        strengths=one.shown_strengths,
        zeros=one.zeros,
        magnitude=one.magnitude,
    )


def _on_common_cells(first: Exhibit, second: Exhibit) -> Common | str:
    """Return both maps on the same cells, or the reason why there are none."""
    if not (first.has_places and second.has_places):
        if first.has_places == second.has_places and first.whole.shape == second.whole.shape:
            return Common(first.whole, second.whole, second.places, "")
        return "These values have no place on the input, so there is no difference."
    if (first.strengths is None) != (second.strengths is None):
        return "Angles and other values are not of one kind, so there is no difference."
    if first.reason or second.reason:
        return first.reason or second.reason
    if first.places.rank != second.places.rank:
        return "Data with different axes has no difference."
    shapes = first.whole.shape[1:], second.whole.shape[1:]
    axes = [_axis(first.places, second.places, *shapes, axis) for axis in range(first.places.rank)]
    inside = [(a >= 0) & (a < n) & (b >= 0) & (b < m) for (_, a, b), n, m in zip(axes, *shapes, strict=True)]
    is_before = first.is_before and not second.is_before
    if not all(axis.any() for axis in inside):
        where = "The map lies outside the input" if is_before else "The maps lie nowhere over each other"
        return f"{where}, so there is no difference."
    cells = [a for _, a, _ in axes], [b for _, _, b in axes]
    gathered = [_gathered(one.whole, at, inside) for one, at in zip((first, second), cells, strict=True)]
    places = _grid_of([source for source, _, _ in axes])
    note = _note(first, second, gathered[0].shape[1:], is_before=is_before, is_whole=all(one.all() for one in inside))
    return Common(gathered[0], gathered[1], places, note)


def _note(first: Exhibit, second: Exhibit, spatial: Sequence[int], *, is_before: bool, is_whole: bool) -> str:
    if not is_whole:
        who = "Where the map reaches beyond the input" if is_before else "Where one of both maps has no cell"
        return f"{who}, there is no difference."
    if np.allclose(first.places.jump, second.places.jump):
        return ""
    if is_before:
        return "The difference is taken at the centres of the windows."
    return f"The maps have different sizes: compared at the centres of the larger cells, {times(spatial)}."


def _axis(
    first: Grid, second: Grid, sizes: Sequence[int], other_sizes: Sequence[int], axis: int
) -> tuple[tuple[Grid, int], np.ndarray, np.ndarray]:
    """Return the grid whose cells are the larger ones along an axis, and the cells of both that meet there."""
    is_first = first.jump[axis] > second.jump[axis] * (1 + _SLACK)
    own, other, n = (first, second, sizes[axis]) if is_first else (second, first, other_sizes[axis])
    cells = np.arange(n)
    at = (own.center[axis] + own.jump[axis] * cells - other.center[axis]) / other.jump[axis]
    met = np.ceil(at - 0.5 - _SLACK).astype(int)
    return ((own, axis), cells, met) if is_first else ((own, axis), met, cells)


def _grid_of(sources: Sequence[tuple[Grid, int]]) -> Grid:
    rows = [(grid.center[axis], grid.jump[axis], grid.window[axis]) for grid, axis in sources]
    center, jump, window = zip(*rows, strict=True)
    return Grid(center, jump, window)


def _gathered(maps: np.ndarray, cells: Sequence[np.ndarray], inside: Sequence[np.ndarray]) -> np.ndarray:
    """Return the values at every combination of cells along the axes; NaN where one lies outside."""
    spatial = maps.shape[1:]
    is_whole = all(axis.all() for axis in inside)
    if is_whole and all(np.array_equal(axis, np.arange(n)) for axis, n in zip(cells, spatial, strict=True)):
        return maps
    limited = (np.clip(axis, 0, n - 1) for axis, n in zip(cells, spatial, strict=True))
    gathered: np.ndarray = maps[np.ix_(range(len(maps)), *limited)]
    for number_, is_there in enumerate(inside, start=1):
        gathered[(slice(None),) * number_ + (~is_there,)] = np.nan
    return gathered


def _minus(second: np.ndarray, first: np.ndarray, *, are_angles: bool) -> np.ndarray:
    """Return second − first; of angles the shorter way round."""
    difference: np.ndarray = second - first
    if are_angles:
        difference -= (2 * np.pi * np.rint(difference / (2 * np.pi))).astype(difference.dtype)
    return difference


def _measured(
    difference: np.ndarray, noise: float, note: str, kernels: KernelPair | None, *, are_angles: bool
) -> Contrast:
    """Return how far both maps differ, in numbers and in a sentence."""
    sizes = np.abs(difference[np.isfinite(difference)])
    if not sizes.size:
        return Contrast("Nowhere do both have a number.", note=note, kernels=kernels)
    largest, mean = float(sizes.max()), float(sizes.mean(dtype=np.float64))
    write = degrees if are_angles else number
    if largest == 0:
        sentence = "The same in every cell."
    elif largest <= noise:
        sentence = f"The same but for rounding, at most {write(largest)}."
    else:
        sentence = f"They differ by at most {write(largest)}, by {write(mean)} on average."
    return Contrast(sentence, largest, mean, is_same=largest <= noise, note=note, kernels=kernels)


def _kernels(first: Exhibit, second: Exhibit) -> KernelPair | None:
    """Return both kernels with zeros around the smaller one, and their difference; None unless both have one."""
    if first.kernel is None or second.kernel is None:
        return None
    size = common_size(first.kernel.shape, second.kernel.shape)
    planes = [resized(kernel[np.newaxis], size)[0] for kernel in (first.kernel, second.kernel)]
    with np.errstate(invalid="ignore"):
        return KernelPair(planes[0], planes[1], planes[1] - planes[0])
