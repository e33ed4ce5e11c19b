"""What changes a value: its gradient with respect to the picture or a layer's maps, as pictures with a sentence."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, Levels, choose_levels
from convexplorer.core.explain.influence import is_followed
from convexplorer.core.geometry.places import Cell, Grid
from convexplorer.core.network import IMAGE, Evaluation
from convexplorer.model.build import white_of
from convexplorer.model.fitting import ends_of
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.stage import map_names, place
from convexplorer.results.tiles import SIGNED, draw_tile
from convexplorer.results.vectors import as_maps, empty_cells, is_vector
from convexplorer.words import cell_words, number, percent

OF = {
    "value": ("this value", "The value that is explained"),
    "map": ("its map's mean", "The mean of all values of its map: what changes the unit as a whole"),
}
HOW = {
    "gradient": ("gradient", "How much the value changes for each unit that a cell is raised: ∂ value / ∂ cell"),
    "times": ("gradient × cell", "What each cell adds to the value to first order: ∂ value / ∂ cell · cell"),
    "smooth": ("smoothed gradient", "The mean of the gradients of noisy copies of the picture (SmoothGrad, 2017)"),
    "occlusion": ("occlusion", "How much lower the value is when a part of the picture is covered (2014)"),
    "cam": ("Grad-CAM", "The maps added up, each by the mean of its gradient; what is below 0 is left out (2017)"),
}
MOST_TILES = 24
_FEW = 0.005  # a share that nobody needs to know
_QUICK_PRODUCTS = 20_000_000
# A value that sees so much of the picture costs less where whole maps are carried back, in single precision.
_WORTH_ALL = 0.5
# Of a box of cells that are not 0 at least so many are shown around; a box that is most of a map becomes all of it.
_LEAST_AROUND, _MOST_SHARE = 3, 0.6
Box = tuple[tuple[int, int], tuple[int, int]]


FILLS = {
    "mean": ("the mean", "The mean of each channel of the picture"),
    "grey": ("grey", "Halfway between black and white"),
    "zero": ("0", "The number 0 in each channel"),
}
SAMPLED = ("smooth", "occlusion")  # found by changing the picture many times


@dataclass(frozen=True)
class Sampling:
    """How the picture is changed many times.

    Attributes
    ----------
    patch, stride : side of the part that is covered, and the step to the next one, in cells; 0 to suit the value.
    fill : key of `FILLS`, with which a part is covered.
    samples : number of noisy copies.
    noise : deviation of their noise, as a share of what lies between black and white.
    seed : of the noise.
    """

    patch: int = 0
    stride: int = 0
    fill: str = "mean"
    samples: int = 25
    noise: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Wish:
    """What is to be shown.

    Attributes
    ----------
    of : key of `OF`.
    by : id of the layer with respect to whose maps; "" for the picture.
    how : key of `HOW`.
    sampling : of what is found by changing the picture many times.
    """

    of: str = "value"
    by: str = ""
    how: str = "gradient"
    sampling: Sampling = Sampling()


@dataclass(frozen=True, eq=False)
class Subject:
    """A value in its picture, and what is wished to know of it: all that the computation needs.

    Attributes
    ----------
    range : from black to white in the numbers of the picture.
    preprocessing : by which the picture got these numbers; None for a picture as it is.
    """

    evaluation: Evaluation
    layer: int
    place: tuple[int, ...]
    by: int
    wish: Wish
    range: float = 1.0
    preprocessing: Preprocessing | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What the result depends on beside the maps."""
        return self.layer, self.place, self.by, self.wish

    def is_of_same_maps(self, other: "Subject") -> bool:
        """Return True if picture and weights are those of another subject: the same arrays."""
        layer, own, their = self.layer, self.evaluation, other.evaluation
        return layer == other.layer and own.image is their.image and own.maps_of(layer) is their.maps_of(layer)

    @cached_property
    def seen_share(self) -> float:
        """The share of the picture that the value sees."""
        image = self.evaluation.image.shape
        box = core.field_of(self.evaluation.graph, image, self.layer, self.place[1:])
        return float(
            np.prod([min(max(stop - first, 1), n) / n for (first, stop), n in zip(box, image[1:], strict=True)])
        )


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


def subject_of(picture: Picture, explanation: Explanation, wish: Wish) -> Subject | None:
    """Return what is computed for an explained value; None where the layer asked for does not lead to it."""
    evaluation = picture.evaluation_of(explanation.layer)
    by = IMAGE if not wish.by else picture.project.index_of(wish.by)
    if evaluation is None or by is None or by not in choices(evaluation, explanation.layer):
        return None
    if wish.how == "cam" and by != IMAGE and len(evaluation.shape_of(by) or ()) != 3:
        return None
    if wish.how == "occlusion":
        by = IMAGE  # it is the picture that is covered
    prepared = picture.project.preprocessing
    low, high = (0.0, white_of(picture.frame, picture.project.numbers)) if prepared is None else ends_of(prepared)
    return Subject(evaluation, explanation.layer, explanation.trace.place, by, wish, abs(high - low), prepared)


def choices(evaluation: Evaluation, layer: int) -> tuple[int, ...]:
    """Return the layers on which a layer depends, the nearest first and without itself, then −1 for the picture.

    Behind a layer of which the gradient is not known only those up to it.
    """
    leading = [i for i in evaluation.graph.ancestors(layer) if i != layer and evaluation.maps_of(i) is not None]
    return tuple(i for i in (*reversed(leading), IMAGE) if is_followed(evaluation, layer, by=i))


def gradient_of(subject: Subject) -> np.ndarray:
    """Return the gradient in all cells of the maps, or what is made of it; float64, (channels, *spatial) or (values,).

    Grad-CAM is `max(0, Σ α_k A_k)` with the maps `A_k` and `α_k` the mean of the gradient over map k (Selvaraju and
    others, "Grad-CAM", 2017): one map.
    """
    evaluation, by = subject.evaluation, subject.by
    maps = evaluation.image if by == IMAGE else evaluation[by]
    gradient = raw_gradient(subject)
    with np.errstate(all="ignore"):
        if subject.wish.how == "times":
            return np.asarray(gradient * maps)
        if subject.wish.how == "cam":
            weights = gradient.reshape(len(gradient), -1).mean(axis=1)
            joined: np.ndarray = np.maximum(np.tensordot(weights, maps.astype(np.float64), axes=1), 0)
            return joined[np.newaxis]
    return gradient


@np.errstate(all="ignore")
def raw_gradient(subject: Subject) -> np.ndarray:
    """Return the gradient in all cells of the maps, whatever is to be made of it; float64."""
    evaluation, layer, by = subject.evaluation, subject.layer, subject.by
    maps = evaluation.image if by == IMAGE else evaluation[by]
    if subject.wish.of == "value" and subject.seen_share < _WORTH_ALL:
        part = core.value_gradient(evaluation, layer, subject.place, by=by)
        whole = np.zeros(maps.shape)
        whole[part.places] = part.gradient
        return whole
    made = evaluation[layer]
    start = np.zeros_like(made)
    if subject.wish.of == "value":
        start[subject.place] = 1
    else:
        start[subject.place[0]] = 1 / max(1, math.prod(made.shape[1:]))
    return core.input_gradient(evaluation, start, layer, by=by).astype(np.float64)


def is_quick(subject: Subject) -> bool:
    """Return True if the gradient is there within a move of the mouse: few products, by their number."""
    if subject.wish.how in SAMPLED:
        return False
    evaluation, graph = subject.evaluation, subject.evaluation.graph
    between = [i for i in graph.ancestors(subject.layer) if i > subject.by]
    products = 0
    for i in between:
        shape = evaluation.shape_of(graph.inputs[i][0])
        products += 0 if shape is None else graph.layers[i].multiply_adds(shape)
    share = subject.seen_share if subject.wish.of == "value" else 1.0  # only what the value sees is computed
    return products * share <= _QUICK_PRODUCTS


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
