"""What changes a value: its gradient with respect to the picture or a layer's maps, as pictures with a sentence."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, Levels, choose_levels
from convexplorer.core.geometry.places import Cell, Grid
from convexplorer.results.gradient_subject import Subject
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.stage import map_names, place
from convexplorer.results.tiles import SIGNED, draw_tile
from convexplorer.results.vectors import as_maps, empty_cells, is_vector
from convexplorer.words import cell_words, number, percent

MOST_TILES = 24
_FEW = 0.005  # a share that nobody needs to know
# Of a box of cells that are not 0 at least so many are shown around; a box that is most of a map becomes all of it.
_LEAST_AROUND, _MOST_SHARE = 3, 0.6
Box = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class GradientMaps:
    """The gradient of a value as pictures.

    Attributes
    ----------
    tiles : the part of the picture that is shown, then one for each map with respect to which it is, or one of all; in
        one scale with 0 in its middle. Where only few cells change the value, all are cut to these and some around.
    extent : rows and columns of the picture that the tiles show; their grids begin there.
    strongest : index of the tile with the cell that changes the value most.
    left_out : how many maps are not shown, because others change the value more.
    sentence : what is seen, in words.
    """

    tiles: tuple[Tile, ...]
    extent: tuple[float, float]
    strongest: int
    left_out: int
    sentence: str


def gradient_maps(picture: Picture, subject: Subject, values: np.ndarray) -> GradientMaps:
    """Return the pictures of a gradient that has been computed."""
    project = picture.project
    names = map_names(project.layers, picture.input_names, subject.evaluation, project.class_names)
    shown = as_maps(values)
    joined = {"cam": "all maps", "occlusion": "covered"}.get(subject.wish.how)
    titles = (joined,) if joined else _titles(names[subject.by + 1], len(shown), is_vector(values))
    kept = _strongest(shown, MOST_TILES)
    palette = project.display.palette if PALETTES[project.display.palette].is_diverging else SIGNED
    levels = Levels(-1.0, 1.0)
    if np.nan_to_num(shown, posinf=0.0, neginf=0.0).any():
        levels = choose_levels([shown[i] for i in kept], palette=palette, coverage=project.display.coverage)
    empty = empty_cells(values.shape) if is_vector(values) else 0
    whole = _grid(picture, subject, values)
    box = ((0, shown.shape[1]), (0, shown.shape[2])) if is_vector(values) else _box(shown)
    extent, grid = _cut(whole, box)
    cells = tuple(slice(*span) for span in box)
    tiles = [draw_tile(titles[i], one := shown[i][cells], one, levels, palette, grid, 1, empty) for i in kept]
    seen = None if is_vector(values) else _seen(picture, whole, box)
    strongest = int(np.argmax([np.abs(np.nan_to_num(shown[i])).max() for i in kept]))
    return GradientMaps(
        tiles=(*((seen,) if seen is not None else ()), *tiles),
        extent=extent if not is_vector(values) else picture.look.extent,
        strongest=strongest + (seen is not None),
        left_out=len(shown) - len(kept),
        sentence=_sentence(subject, values, titles),
    )


def _box(shown: np.ndarray) -> Box:
    """Return the cells that are shown: those that are not 0 in some map with some around, or all if these are most."""
    whole = (0, int(shown.shape[1])), (0, int(shown.shape[2]))
    used = (shown != 0).any(axis=0)
    if not used.any():
        return whole
    spans = []
    for axis, n in enumerate(used.shape):
        found = np.flatnonzero(used.any(axis=1 - axis))
        first, stop = int(found[0]), int(found[-1]) + 1
        around = max(_LEAST_AROUND, (stop - first) // 2)
        spans.append((max(first - around, 0), min(stop + around, n)))
    is_most = all(stop - first > _MOST_SHARE * n for (first, stop), n in zip(spans, used.shape, strict=True))
    return whole if is_most else (spans[0], spans[1])


def _cut(grid: Grid, box: Box) -> tuple[tuple[float, float], Grid]:
    """Return how much of the picture some cells cover, and their grid there."""
    rows, columns = ((stop - first) * jump for (first, stop), jump in zip(box, grid.jump, strict=True))
    return (rows, columns), Grid((grid.jump[0] / 2, grid.jump[1] / 2), grid.jump, grid.window)


def _seen(picture: Picture, grid: Grid, box: Box) -> Tile | None:
    """Return the part of the picture over which some cells lie; None where that is none."""
    tile = picture.input_tile
    own, shape = tile.grid, tile.values.shape[-2:]
    corner = [
        center - jump / 2 + first * jump for center, jump, (first, _) in zip(grid.center, grid.jump, box, strict=True)
    ]
    ends = [at + (stop - first) * jump for at, jump, (first, stop) in zip(corner, grid.jump, box, strict=True)]
    first = [min(max(i, 0), n) for i, n in zip(own.cell_at(corner), shape, strict=True)]
    stop = [min(max(math.ceil(at / jump), 0), n) for at, jump, n in zip(ends, own.jump, shape, strict=True)]
    if any(a >= b for a, b in zip(first, stop, strict=True)) or tile.reduction > 1:
        return None
    rows, columns = (slice(a, b) for a, b in zip(first, stop, strict=True))
    row, column = (at - edge for at, edge in zip(own.place_of(first), corner, strict=True))
    return replace(
        tile,
        title="the picture" if (first, stop) == ([0, 0], list(shape)) else "the picture there",
        values=tile.values[..., rows, columns],
        indexed=np.ascontiguousarray(tile.indexed[rows, columns]),
        grid=Grid((row, column), own.jump, own.window),
        pixels=None,
    )


def _grid(picture: Picture, subject: Subject, values: np.ndarray) -> Grid:
    found = place(subject.evaluation, subject.by + 1, picture.factor, picture.look)
    return found if is_vector(values) else picture.look.seen_grid(found)


def _titles(names: Sequence[str], count: int, has_no_places: bool) -> tuple[str, ...]:
    if has_no_places and count == 1:
        return ("all values in order",)
    return tuple(names[i] if i < len(names) else f"map {i + 1}" for i in range(count))


def _strongest(shown: np.ndarray, most: int) -> list[int]:
    """Return the maps with the largest gradients, in their order."""
    if len(shown) <= most:
        return list(range(len(shown)))
    strengths = np.nan_to_num(np.abs(shown)).reshape(len(shown), -1).mean(axis=1)
    return sorted(np.argsort(-strengths, kind="stable")[:most].tolist())


def _sentence(subject: Subject, values: np.ndarray, titles: Sequence[str]) -> str:
    """Return where the value is changed most, or why nothing changes it."""
    if subject.wish.how == "cam":
        return "Bright: where the maps that raise the value are strong."
    finite = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    if not finite.any():
        if subject.wish.how == "occlusion":
            return "Covering changes nothing, wherever it is."
        return _why_nothing(subject)
    index = np.unravel_index(int(np.abs(finite).argmax()), finite.shape)
    largest, channel, cell = float(finite[index]), int(index[0]), tuple(int(i) for i in index[1:])
    where = _where(titles, channel, cell)
    zeros = float((finite == 0).mean())
    rest = f" {percent(zeros)} of the cells change nothing." if _FEW < zeros < 1 - _FEW else ""
    what = "the value" if subject.wish.of == "value" else "the mean of the map"
    if subject.wish.how == "occlusion":
        verb = "lowers" if largest > 0 else "raises"
        return f"Covering {cell_words(cell)} {verb} {what} most, by {number(abs(largest))}.{rest}"
    if subject.wish.how == "times":
        verb = "adds" if largest > 0 else "takes away"
        return f"{where} {verb} most: {number(abs(largest))}.{rest}"
    verb = "raises" if largest > 0 else "lowers"
    slope = f"by {number(abs(largest))} times as much"
    return f"{where} changes most: a small step up there {verb} {what} {slope}.{rest}"


def _where(titles: Sequence[str], channel: int, cell: Cell) -> str:
    name = titles[channel] if channel < len(titles) else f"value {channel}"
    return f"{name} at {cell_words(cell)}" if cell else name


def _why_nothing(subject: Subject) -> str:
    """Return why a gradient is 0 everywhere: most often because of an activation that is flat there."""
    result = subject.evaluation.results[subject.layer]
    activation = result.layer.activation
    linear = subject.evaluation.linear_of(subject.layer)
    if subject.wish.of == "value" and not activation.is_linear and linear is not None:
        before = float(linear[subject.place])
        if before < 0 and float(result.maps[subject.place] if result.maps is not None else 0.0) == 0:
            return (
                f"The gradient is 0 everywhere: the sum is {number(before)}, and the activation is flat there, so that "
                "a small change of any cell changes nothing."
            )
    return "The gradient is 0 everywhere: a small change of any cell changes nothing."
