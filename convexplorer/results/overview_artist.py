"""Draws the network at a glance: the maps of all layers, small, in the colours of the maps pane.

Only of the layers in sight. What shows the very same maps with the same settings as the last time is the same object as
then, so that the window exchanges what has changed and nothing else.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from convexplorer._threads import for_each
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.layers import Shape
from convexplorer.core.network import Evaluation
from convexplorer.model.build import white_of
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project, positions_of_inputs
from convexplorer.model.view import Thumbnails
from convexplorer.results.angles import hues
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import LayerSight, Overview, Size, cells_of, picture_count, thumbnail_size
from convexplorer.results.scores import has_shares
from convexplorer.results.screen_pixels import block_for, magnified, means, painted
from convexplorer.results.stage import activated_magnitudes, as_pictures, magnitudes_for, map_names, place
from convexplorer.results.statistics import extremes
from convexplorer.results.steady_levels import SteadyLevels
from convexplorer.results.tiles import GRAY, Pen, is_of_lone_numbers

Chosen = Callable[[], tuple[Levels, ...]]

_SAMPLES = 2000  # values of each scale, while frames flow


class OverviewArtist:
    """Draws the network at a glance; remembers the levels of colours from frame to frame.

    Parameters
    ----------
    clock : monotonic seconds, by which levels become narrower; None: levels are those of each evaluation alone.
    """

    def __init__(self, clock: Callable[[], float] | None = time.perf_counter) -> None:
        self._clock = clock
        self._levels: dict[str, SteadyLevels] = {}
        self._named: tuple[tuple[object, ...], tuple[tuple[str, ...], ...]] = ((), ())

    def draw(
        self,
        job: Job,
        evaluation: Evaluation,
        names: tuple[str, ...],
        look: ResolvedLook,
        factor: int = 1,
        previous: Overview | None = None,
        failure: str = "",
    ) -> Overview:
        """Draw the layers in sight.

        Parameters
        ----------
        names : of the picture's channels.
        look : which axes of the maps are drawn.
        factor : by which the picture was reduced before the computation.
        previous : where its arrays come again, its pictures do.
        failure : why the layers behind those of the evaluation were not computed, or "".
        """
        wish, project = job.screen.thumbnails, job.project
        assert wish is not None  # the caller has asked
        is_sampled = self._clock is not None
        sheet = _Sheet(job, evaluation, look, factor, wish, self._names(project, names, evaluation), is_sampled)
        known = _known(previous)
        count = len(project.layers)
        drawn: list[LayerSight] = [LayerSight("")] * (count + 1)
        keys: list[tuple[object, ...]] = [()] * (count + 1)
        stale = []
        for index in range(-1, count):
            keys[index + 1] = key = sheet.key(index)
            found = known.get(key)
            if found is not None and key:
                drawn[index + 1] = found
            elif sheet.is_seen(index):
                stale.append(index)
            else:
                drawn[index + 1] = sheet.blank(index, failure)

        def fill(index: int) -> None:
            drawn[index + 1] = sheet.drawn(index, self._steady(sheet, index))

        for_each(fill, stale)
        if len(self._levels) > 2 * (count + 1):
            self._levels = {one.id: self._levels[one.id] for one in drawn if one.id in self._levels}
        return Overview(project, tuple(drawn), _inputs(project), tuple(keys))

    def _names(self, project: Project, names: tuple[str, ...], evaluation: Evaluation) -> tuple[tuple[str, ...], ...]:
        shapes = tuple(evaluation.shape_of(i) for i in range(-1, len(evaluation)))
        key = (project.layers, names, shapes, project.class_names)
        if key[1:] != self._named[0][1:] or self._named[0][0] is not project.layers:
            self._named = key, map_names(project.layers, names, evaluation, project.class_names)
        return self._named[1]

    def _steady(self, sheet: "_Sheet", index: int) -> Callable[[Chosen], tuple[Levels, ...]]:
        """Return what gives the levels of one layer; those of frames that flow change slowly."""
        if self._clock is None or index < 0:
            return lambda choose: choose()
        clock, layer_id = self._clock, sheet.layers[index].id
        steady = self._levels.setdefault(layer_id, SteadyLevels())

        def levels(choose: Chosen) -> tuple[Levels, ...]:
            now_s, maps = clock(), range(max(1, sheet.pictures(index)))
            if steady.wanted(sheet.subject, maps, now_s):
                steady.put(dict(enumerate(choose())), now_s)
            return tuple(steady[i] for i in maps)

        return levels


class _Sheet:
    """What all layers of one drawing have in common."""

    def __init__(
        self,
        job: Job,
        evaluation: Evaluation,
        look: ResolvedLook,
        factor: int,
        wish: Thumbnails,
        names: tuple[tuple[str, ...], ...],
        is_sampled: bool,
    ) -> None:
        project = job.project
        self.layers = project.layers
        self.subject = (project.layers, project.display, project.source, project.channels, project.numbers)
        self._evaluation, self._look, self._factor, self._wish, self._names = evaluation, look, factor, wish, names
        self._is_sampled, self._folded = is_sampled, frozenset(wish.folded)
        self._white = white_of(job.frame, project.numbers, project.preprocessing)
        self._pen, self._is_dark = Pen(project.display, 1, self._white), job.screen.is_dark
        self._common = (project.display, look, wish.edge, wish.most, self._is_dark, factor, self._white)

    def key(self, index: int) -> tuple[object, ...]:
        """Return all that the pictures of a layer depend on; () if it has no maps, or is out of sight."""
        maps = self._evaluation.maps_of(index)
        if maps is None or not self.is_seen(index):
            return ()
        return (_Same(maps), self._id(index), self._own_names(index), *self._common)

    def is_seen(self, index: int) -> bool:
        """Return True if a layer is in sight and has maps."""
        is_near = self._wish.first <= index <= self._wish.last and index not in self._folded
        return is_near and self._evaluation.maps_of(index) is not None

    def blank(self, index: int, failure: str) -> LayerSight:
        """Return a layer without pictures: out of sight, or failed."""
        if index >= len(self._evaluation):
            error = failure if index == len(self._evaluation) and failure else "not computed"
            return LayerSight(self._id(index), error=error)
        error = "" if index < 0 else self._evaluation.results[index].error
        shape = self._shape(index)
        return LayerSight(
            self._id(index), shape, self._own_names(index), thumbnail_size(shape, self._wish.edge), error=error
        )

    def pictures(self, index: int) -> int:
        """Return how many pictures are drawn of a layer."""
        return picture_count(self._shape(index), self._wish.most)

    def drawn(self, index: int, steady: Callable[[Chosen], tuple[Levels, ...]]) -> LayerSight:
        """Draw the maps of a layer."""
        maps, shape = self._evaluation.maps_of(index), self._shape(index)
        assert maps is not None  # the layer is in sight
        assert shape is not None
        size, names = thumbnail_size(shape, self._wish.edge), self._own_names(index)
        if cells_of(shape) is None:
            levels = steady(partial(self._levels, index, maps.reshape(1, 1, -1)))
            shares = index >= 0 and has_shares(self._evaluation, index)
            return LayerSight(self._id(index), shape, names, values=maps, levels=levels, are_shares=shares)
        count = self.pictures(index)
        shown = self._shown(index, maps, count)
        strengths = None if index < 0 else self._strengths(index, count)
        if strengths is not None:
            pixels = np.stack([_of_angles(one, strong, size) for one, strong in zip(shown, strengths, strict=True)])
            return LayerSight(self._id(index), shape, names, size, pixels)
        levels = steady(partial(self._levels, index, shown))
        pixels = np.empty((count, *size, 4), np.uint8)
        for i, values in enumerate(shown):
            pixels[i] = self._painted(values, size, levels[i], index)
        return LayerSight(self._id(index), shape, names, size, pixels, levels=levels)

    def _painted(self, values: np.ndarray, size: Size, levels: Levels, index: int) -> np.ndarray:
        is_8bit = self._pen.display.as_opencv_8bit and index >= 0
        palette = GRAY if is_8bit or index < 0 else self._pen.display.palette
        if is_8bit:
            values = coloring.as_opencv_8bit(values, self._white)
        height, width = values.shape
        block = block_for((height, width), size)
        if block is None:
            return magnified(values, size, levels, palette, is_dark=self._is_dark)
        return painted(means(values, block), size, levels, palette, is_dark=self._is_dark)

    def _levels(self, index: int, shown: np.ndarray) -> tuple[Levels, ...]:
        """Return levels for the pictures of a layer, as the maps pane has them."""
        display, count = self._pen.display, len(shown)
        if index < 0:
            return (self._levels_of_light(shown),) * count
        if display.as_opencv_8bit:
            return (Levels(0.0, self._white),) * count
        if display.scope == "locked":
            return (Levels(*display.locked),) * count
        evaluation, layer = self._evaluation, self._evaluation.layers[index]
        whole = self._shape(index) or (0,)
        separate = 1 if len(whole) == 1 else whole[0]
        magnitudes = activated_magnitudes(layer, magnitudes_for(evaluation, index, separate))
        if display.scope == "shared" or is_of_lone_numbers(whole[1:]):  # also where there are no places
            maps = evaluation[index] if len(whole) > 1 else shown
            return (self._suiting(list(maps), max(magnitudes, default=0.0)),) * count
        return tuple(self._suiting([shown[i]], magnitudes[i]) for i in range(count))

    def _suiting(self, maps: Sequence[np.ndarray], magnitude: float) -> Levels:
        """Return levels that suit these maps; of frames that flow a sample decides, for the sake of time."""
        if not self._is_sampled:
            return self._pen.levels(maps, magnitude)
        step = max(1, maps[0].size * len(maps) // _SAMPLES) | 1
        return self._pen.levels([values.reshape(-1)[::step] for values in maps], magnitude, partial(_ends, maps))

    def _levels_of_light(self, shown: np.ndarray) -> Levels:
        """Return the levels in which a picture is drawn: from black to white, unless its values leave them."""
        low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
        if low >= 0 and high <= self._white:
            return Levels(0.0, self._white)
        return coloring.choose_levels(list(shown), palette=GRAY, coverage=1.0)

    def _shown(self, index: int, maps: np.ndarray, count: int) -> np.ndarray:
        """Return the part of the maps that is drawn, (pictures, rows, columns); many values as rows of one picture."""
        if maps.ndim == 1:
            rows, columns = cells_of(maps.shape) or (1, 1)
            filled = np.full(rows * columns, np.nan, maps.dtype)
            filled[: len(maps)] = maps
            return filled.reshape(1, rows, columns)
        return self._cut(index, maps[:count])

    def _cut(self, index: int, maps: np.ndarray) -> np.ndarray:
        if self._look.visible == (0, 1) and not self._look.hidden:
            return maps
        return as_pictures(maps, place(self._evaluation, index + 1, self._factor, self._look), self._look)

    def _strengths(self, index: int, count: int) -> np.ndarray | None:
        below = self._evaluation.input_of(index)
        found = None if below is None else self._evaluation.layers[index].strengths(below)
        return None if found is None else self._cut(index, found[:count])

    def _shape(self, index: int) -> Shape | None:
        """Return (channels, rows, columns) as drawn, or (values,); None if it is not known."""
        shape = self._evaluation.shape_of(index) if index < len(self._evaluation) else None
        if shape is None or len(shape) < 2:
            return shape
        visible = (1, *(shape[1 + axis] for axis in self._look.visible if 1 + axis < len(shape)))[-2:]
        return (shape[0], *visible)

    def _id(self, index: int) -> str:
        return INPUT if index < 0 else self.layers[index].id

    def _own_names(self, index: int) -> tuple[str, ...]:
        names = self._names[index + 1] if index + 1 < len(self._names) else ()
        shape = self._shape(index) or (0,)
        if len(names) != shape[0]:
            names = () if len(shape) == 1 else tuple(f"map {i}" for i in range(1, min(shape[0], self._wish.most) + 1))
        return names if len(shape) == 1 else names[: self._wish.most]


def _ends(maps: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the smallest and the largest finite value."""
    found = [extremes(values) for values in maps]
    finite = [(low, high) for low, high, not_finite in found if not_finite < 1] or [(0.0, 0.0)]
    return min(low for low, _ in finite), max(high for _, high in finite)


class _Same:
    """Equal only to what wraps the same array; the array lives as long."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._array is self._array

    def __hash__(self) -> int:
        return id(self._array)


def _of_angles(angles: np.ndarray, strengths: np.ndarray, size: Size) -> np.ndarray:
    """Return angles as hues, (height, width, 4) uint8: single cells, because a mean of two angles is none of both."""
    high = coloring.choose_levels([strengths], palette=GRAY, coverage=0.98).high
    rows, columns = (
        ((np.arange(n) + 0.5) * whole / n).astype(int) for n, whole in zip(size, angles.shape, strict=True)
    )
    seen = np.ix_(rows, columns)
    with np.errstate(invalid="ignore"):
        shade = np.clip(strengths[seen] / max(high, np.finfo(np.float32).tiny), 0, 1).astype(np.float32)
    rgb = hues(angles[seen], shade)
    pixels = np.full((*size, 4), 255, np.uint8)
    pixels[..., :3] = rgb[..., ::-1]
    return pixels


def _known(previous: Overview | None) -> dict[tuple[object, ...], LayerSight]:
    if previous is None:
        return {}
    return {key: sight for key, sight in zip(previous.made, previous.layers, strict=True) if key}


def structure_of(project: Project) -> Overview:
    """Return all layers without maps, as they are before the source has shown anything."""
    return Overview(project, (LayerSight(INPUT), *(LayerSight(layer.id) for layer in project.layers)), _inputs(project))


def _inputs(project: Project) -> tuple[tuple[int, ...], ...]:
    return ((), *(tuple(one + 1 for one in read) for read in read_by(project.layers)))


def read_by(layers: Sequence[Layer]) -> tuple[tuple[int, ...], ...]:
    """Return the positions of what each layer reads, −1 for the picture; of one that is switched off, the first."""
    found = positions_of_inputs(layers)
    return tuple(read if layer.is_enabled else read[:1] for layer, read in zip(layers, found, strict=True))
