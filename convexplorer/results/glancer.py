"""What is seen of a frame, without any of the maps' numbers: for every frame of a film, and right after an edit."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer import core
from convexplorer._threads import for_each
from convexplorer.core.convolution.block_means import BlockMeans
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.network import Evaluation
from convexplorer.model.build import choose_input, white_of
from convexplorer.results.glance import Glance, Sight
from convexplorer.results.job import Job
from convexplorer.results.render import draw_input
from convexplorer.results.road import Road, plan_road
from convexplorer.results.screen_pixels import Size, block_for, means, painted, with_pixels
from convexplorer.results.stage import activated_magnitudes
from convexplorer.results.steady_levels import SteadyLevels
from convexplorer.results.tiles import GRAY, Pen

# Levels of a map are chosen from about so many of its values, of all maps together from no more than the second.
_SAMPLES, _ALL_SAMPLES, _FEWEST_SAMPLES = 30_000, 240_000, 8_000
_COLUMN_STEP = 3
_SHARED = range(1)  # all maps have the levels of one


@dataclass(frozen=True, eq=False)
class _Maps:
    """Maps, or what stands for them.

    Attributes
    ----------
    reduced : gives the means of blocks of a map.
    sample : gives an even sample of the values of the maps, (maps, n), and the magnitude of each.
    """

    reduced: Callable[[int], np.ndarray]
    sample: Callable[[range], tuple[Sequence[np.ndarray], Sequence[float]]]


class Glancer:
    """Draws glances; remembers the road to the maps and the levels of their colours from one to the next.

    Parameters
    ----------
    clock : monotonic seconds, by which levels become narrower; a parameter, so that tests control the time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._levels = SteadyLevels()
        self._key: tuple[object, ...] = ()
        self._road: Road | None = None

    def glance(self, job: Job, previous: Evaluation | None = None) -> Glance | None:
        """Draw what is seen of a frame; None where only the exact road is exact, or where a layer fails.

        Parameters
        ----------
        previous : of the same frame: what it has computed is used again.
        """
        start_s = time.perf_counter()
        image, names = choose_input(job.frame, job.project.channels, job.project.numbers)
        road = self._road_for(job, image.shape, names)
        if road is None:
            return None
        shown = _shown(job, len(road.names))
        block = block_for(road.cells, job.screen.tile)
        size = job.screen.tile if block is not None else None
        block = block or (max(1, job.view.reduction),) * 2
        maps = _compute(road, job, image, block, shown, previous)
        if maps is None:
            return None
        levels = self._levels_of(road, job, maps, shown)
        drawn: list[Sight | None] = [None] * len(road.names)
        tile: list[Sight] = []

        def draw(index: int) -> None:
            if index < 0:
                tile.append(_input(job, image, names, road))
            else:
                drawn[index] = _sight(road, job, index, maps.reduced(index), block, size, levels[index])

        for_each(draw, [-1, *shown])
        return Glance(job, road.look, tile[0], tuple(drawn), time.perf_counter() - start_s)

    def _road_for(self, job: Job, shape: tuple[int, ...], names: tuple[str, ...]) -> Road | None:
        view = job.view
        key = (job.project.layers, view.layer, view.mode, view.look, shape, names, job.frame.axes)
        if key != self._key:
            self._key, self._road = key, plan_road(job.project, view, shape, names, job.frame.axes)
        return self._road

    def _levels_of(self, road: Road, job: Job, maps: _Maps, shown: range) -> dict[int, Levels]:
        display, white = job.project.display, white_of(job.frame, job.project.numbers)
        if display.as_opencv_8bit:
            return dict.fromkeys(shown, Levels(0.0, white))
        if display.scope == "locked":
            return dict.fromkeys(shown, Levels(*display.locked))
        pen, is_shared = Pen(display, 1, white), display.scope == "shared"
        subject = (road.graph.layers, display, job.project.source, job.project.channels, job.project.numbers)
        now_s = self._clock()
        wanted = self._levels.wanted(subject, _SHARED if is_shared else shown, now_s)
        if is_shared and wanted:
            values, magnitudes = maps.sample(range(len(road.names)))
            self._levels.put({0: pen.levels(values, max(magnitudes))}, now_s)
        elif wanted:
            values, magnitudes = maps.sample(wanted)
            found: dict[int, Levels] = {}

            def choose(place: int) -> None:
                found[wanted[place]] = pen.levels([values[place]], magnitudes[place])

            for_each(choose, range(len(wanted)))
            self._levels.put(found, now_s)
        return {i: self._levels[0 if is_shared else i] for i in shown}


def _shown(job: Job, count: int) -> range:
    """Return the maps in sight."""
    first, last = job.screen.visible or (0, count - 1)
    return range(max(first, 0), min(last + 1, count))


def _input(job: Job, image: np.ndarray, names: tuple[str, ...], road: Road) -> Sight:
    tile = with_pixels(draw_input(job, image, names, 1, road.look), job.screen.input, is_dark=job.screen.is_dark)
    pixels = tile.indexed if tile.pixels is None else tile.pixels
    return Sight(tile.title, pixels, (image.shape[1], image.shape[2]), tile.grid, tile.levels, tile.palette)


def _sight(
    road: Road, job: Job, index: int, reduced: np.ndarray, block: Size, size: Size | None, levels: Levels
) -> Sight:
    display = job.project.display
    palette = GRAY if display.as_opencv_8bit else display.palette
    if size is None:
        pixels = coloring.to_indexed(reduced, levels)
    else:
        pixels = painted(reduced, size, levels, palette, is_dark=job.screen.is_dark)
    filter_index = index if road.has_filters else -1
    return Sight(road.names[index], pixels, road.cells, road.grid, levels, palette, block[0], filter_index)


def _compute(
    road: Road, job: Job, image: np.ndarray, block: Size, shown: range, previous: Evaluation | None
) -> _Maps | None:
    """Return the maps of the selected layer, or their means of blocks alone where these are computed without them."""
    display = job.project.display
    block_means = None if display.as_opencv_8bit else road.block_means(block, shown)
    if block_means is not None:
        below = _input_of(road, image, previous)
        if below is None:
            return None
        if not block_means.has_gaps or np.isfinite(below).all():
            return _means_of(road, block_means, below, shown)
    evaluation = core.evaluate(road.graph, image, previous)
    maps = evaluation.maps_of(len(road.graph) - 1)
    if maps is None:
        return None
    white = white_of(job.frame, job.project.numbers)

    def reduced(index: int) -> np.ndarray:
        values = coloring.as_opencv_8bit(maps[index], white) if display.as_opencv_8bit else maps[index]
        return means(values, block)

    def sample(wanted: range) -> tuple[Sequence[np.ndarray], Sequence[float]]:
        rows, columns = _steps(road.cells, len(wanted))
        magnitudes = activated_magnitudes(road.layer, evaluation.magnitudes(len(road.graph) - 1))
        return [maps[i, ::rows, ::columns] for i in wanted], [magnitudes[i] for i in wanted]

    return _Maps(reduced, sample)


def _input_of(road: Road, image: np.ndarray, previous: Evaluation | None) -> np.ndarray | None:
    """Return what the selected layer reads; None if a layer before it fails."""
    below = road.below
    if below is None:
        return image
    return core.evaluate(below, image, previous).maps_of(len(below) - 1)


def _means_of(road: Road, block_means: BlockMeans, below: np.ndarray, shown: range) -> _Maps:
    bank = road.bank
    assert bank is not None  # it has given the means
    layer, kernel, groups = bank
    found = block_means(below)
    first = shown.start if groups == 1 else 0

    def sample(wanted: range) -> tuple[Sequence[np.ndarray], Sequence[float]]:
        steps = _steps(road.cells, len(wanted))
        frame = layer.frame(below.shape[1:])
        part = slice(wanted.start, wanted.stop) if groups == 1 else slice(None)
        values = core.conv(
            below,
            kernel[part],
            None if layer.bias is None else layer.bias[part],
            strides=[stride * step for stride, step in zip(frame.strides, steps, strict=True)],
            padding=frame.amounts,
            dilation_rate=frame.dilation_rate,
            border=frame.border,
            groups=groups,
        )
        magnitudes = layer.magnitudes(below)
        return [values[i - (part.start or 0)] for i in wanted], [magnitudes[i] for i in wanted]

    return _Maps(lambda index: found[index - first], sample)


def _steps(cells: Size, count: int) -> Size:
    """Return how many rows and columns lie between two sampled values: odd numbers, which meet no pattern of a grid."""
    most = min(_SAMPLES, max(_ALL_SAMPLES // max(count, 1), _FEWEST_SAMPLES))
    if cells[0] * cells[1] <= most:
        return 1, 1
    return max(1, cells[0] * cells[1] // (most * _COLUMN_STEP)) | 1, _COLUMN_STEP
