"""What is seen of a frame, without any of the maps' numbers: for every frame of a film, and right after an edit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from convexplorer import core
from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import block_grid
from convexplorer.core.network import Evaluation
from convexplorer.model.build import build, white_of
from convexplorer.model.project import Display, Project
from convexplorer.model.view import View
from convexplorer.results.bank import Bank, Chosen
from convexplorer.results.exhibit import Computed
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.given import Given
from convexplorer.results.glance import Glance, Sight, input_settings
from convexplorer.results.job import Job
from convexplorer.results.kept_maps import kept_maps
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import Overview
from convexplorer.results.render import draw_input, shows_checkerboard
from convexplorer.results.road import Road, WholeRoad, plan_road, plan_whole_road
from convexplorer.results.screen_pixels import Size, block_for, means, painted, painted_rgb, with_pixels
from convexplorer.results.stage import activated_magnitudes
from convexplorer.results.statistics import extremes
from convexplorer.results.steady_levels import SteadyLevels
from convexplorer.results.tiles import GRAY, Pen, is_of_lone_numbers
from convexplorer.sources.frame import Frame

if TYPE_CHECKING:
    from convexplorer.core.geometry.axes import Axis
    from convexplorer.core.layers import Shape
    from convexplorer.results.favourites import FavouriteArtist
    from convexplorer.results.overview_artist import OverviewArtist
    from convexplorer.results.score_road import ScoreRoad

    AnyRoad = Road | WholeRoad | ScoreRoad

_CACHED_CELLS = 1 << 16
_SHARED = (0,)  # all maps have the levels of one


@dataclass(frozen=True, eq=False)
class _Maps:
    """Maps, or what stands for them.

    Attributes
    ----------
    reduced : gives the means of blocks of a map.
    sample : gives every so many-th value of some maps, (maps, n), and the magnitude of each map.
    ends : gives the smallest and the largest finite value of some maps.
    """

    reduced: Callable[[int], np.ndarray]
    sample: Callable[[Chosen, int], tuple[Sequence[np.ndarray], Sequence[float]]]
    ends: Callable[[Chosen], tuple[float, float]]


_Newest = tuple[tuple[Project, View], Size, Size | None, Sequence[Sight | None]]


class _Seen:
    """What the glances of a frame have in common, once it is made; nothing here holds the frame.

    Attributes
    ----------
    key : the settings that it depends on.
    sum : of the channels of the layers' input, as `Given` has it.
    input : the picture of the input.
    overview : of all layers, where these are looked at.
    newest : the maps of the newest glance in levels of this frame alone, and what they were drawn for.
    """

    def __init__(self, key: tuple[object, ...]) -> None:
        self.key = key
        self.sum: np.ndarray | None = None
        self.input: Sight | None = None
        self.overview: Overview | None = None
        self.newest: _Newest | None = None


class Glancer:
    """Draws glances; remembers the road to the maps and the levels of their colours from one to the next.

    Parameters
    ----------
    clock : monotonic seconds, by which levels become narrower; a parameter, so that tests control the time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._levels = SteadyLevels()
        self._key: tuple[Any, ...] = ()
        self._road: AnyRoad | None = None
        self._artist: OverviewArtist | None = None  # until all layers are looked at
        self._keeper: FavouriteArtist | None = None  # until a map is kept in sight
        # What all glances of one frame have in common: edits of a still need it again and again.
        self._seen: WeakKeyDictionary[Frame, _Seen] = WeakKeyDictionary()

    def glance(self, job: Job, previous: Evaluation | None = None) -> Glance | None:
        """Draw what is seen of a frame; None where only the exact road is exact, or where a layer fails.

        Parameters
        ----------
        previous : of the same frame: what it has computed is used again.
        """
        made = self._glance_of(job, previous)
        if made is None or not job.view.favourites or job.screen.favourite_edge is None:
            return made
        return replace(made, favourites=self._favourites(job, made.look, previous))

    def _favourites(self, job: Job, look: ResolvedLook, previous: Evaluation | None) -> tuple[FavouriteSight, ...]:
        """Draw the maps that are kept in sight, whose layers are computed for them."""
        from convexplorer.results.favourites import FavouriteArtist, graph_to  # no start shows one

        given = Given(job)
        graph = graph_to(build(job.project.layers, given.shape).graph, job)
        if not len(graph):
            return ()
        self._keeper = self._keeper or FavouriteArtist(self._clock)
        return self._keeper.draw(job, core.evaluate(graph, given.image, previous), given.names, look)

    def _glance_of(self, job: Job, previous: Evaluation | None) -> Glance | None:
        start_s = time.perf_counter()
        given = Given(job)
        seen = self._seen_of(job)
        road = self._road_for(job, given)
        if road is None:
            return None
        if isinstance(road, WholeRoad):
            return self._network(road, job, given, seen, previous, start_s)
        if not isinstance(road, Road):
            return _of_scores(road, job, given, seen, previous, start_s)
        shown = _shown(job, len(road.names))
        block = block_for(road.cells, job.screen.tile)
        size = job.screen.tile if block is not None else None
        block = block or (max(1, job.view.reduction),) * 2
        drawn = _kept(job, seen, len(road.names), block, size)
        changed = [index for index in shown if drawn[index] is None]
        draws: list[Callable[[], None]] = [partial(_draw_input, seen, job, given, road.look)]
        if changed:
            # Levels that all maps share suit those out of sight, too, and an edit of one changes all.
            is_shared = _has_shared_levels(job.project.display, road)
            shown = shown if is_shared else tuple(changed)
            every = tuple(range(len(road.names)))
            maps = _compute(road, job, given, seen, block, every if is_shared else shown, previous)
            if maps is None:
                return None
            levels = self._levels_of(road, job, maps, shown)

            def draw(index: int) -> None:
                drawn[index] = _sight(road, job, index, maps.reduced(index), block, size, levels[index])

            draws += [partial(draw, index) for index in shown]
        for_each(lambda step: step(), draws)
        assert seen.input is not None
        if changed:  # levels that frames before have made wider are not those of this one
            is_of_frame = self._levels.has_begun or _has_fixed_levels(job.project.display)
            seen.newest = ((job.project, job.view), block, size, drawn) if is_of_frame else None
        return Glance(job, road.look, seen.input, tuple(drawn), time.perf_counter() - start_s)

    def _network(
        self, road: WholeRoad, job: Job, given: Given, seen: _Seen, previous: Evaluation | None, start_s: float
    ) -> Glance:
        """Draw all layers of a frame, which are all computed for it; a layer that fails says why."""
        _draw_input(seen, job, given, road.look)
        assert seen.input is not None
        if job.screen.thumbnails is not None:
            from convexplorer.results.overview_artist import OverviewArtist  # no start shows it

            self._artist = self._artist or OverviewArtist(self._clock)
            evaluation = core.evaluate(road.graph, given.image, previous)
            if job.view.shown != "own" and job.view.reference is not None:
                seen.overview = self._beside_reference(job, evaluation, given, road.look, seen.overview)
            else:
                seen.overview = self._artist.draw(job, evaluation, given.names, road.look, previous=seen.overview)
        return Glance(job, road.look, seen.input, (), time.perf_counter() - start_s, seen.overview)

    def _beside_reference(
        self, job: Job, evaluation: Evaluation, given: Given, look: ResolvedLook, previous: Overview | None
    ) -> Overview:
        """Draw all layers of the reference for the same frame, or how far they differ from it."""
        from convexplorer.results.difference_overview import draw_shown
        from convexplorer.results.seen_difference import seen_difference

        assert self._artist is not None  # the caller has made it
        now = Computed(job.project, job.frame, evaluation, given.names, 1, look)
        return draw_shown(self._artist, job, seen_difference(now, job.view), look, previous=previous)

    def _seen_of(self, job: Job) -> _Seen:
        key = (*input_settings(job), job.screen.input, job.screen.is_dark)
        seen = self._seen.get(job.frame)
        if seen is None or seen.key != key:
            self._seen.clear()
            seen = self._seen[job.frame] = _Seen(key)
        return seen

    def _road_for(self, job: Job, given: Given) -> AnyRoad | None:
        view, project, axes = job.view, job.project, job.frame.axes
        layers, shown = project.layers, (given.shape, given.names, axes)
        settings = project.class_names, project.display.as_opencv_8bit, job.screen.wants_bars
        key = (layers, view.layer, view.mode, view.look, *shown, *settings)
        if key != self._key:
            before, self._key = self._key, key
            road, self._road = self._road, None
            if isinstance(road, Road) and key[1:] == before[1:]:
                self._road = road.after_edit(before[0], layers, given.shape)
            if self._road is None:
                self._road = _planned(job, *shown)
        return self._road

    def _levels_of(self, road: Road, job: Job, maps: _Maps, shown: Chosen) -> dict[int, Levels]:
        display, white = job.project.display, white_of(job.frame, job.project.numbers, job.project.preprocessing)
        if display.as_opencv_8bit:
            return dict.fromkeys(shown, Levels(0.0, white))
        if display.scope == "locked":
            return dict.fromkeys(shown, Levels(*display.locked))
        pen, is_shared = Pen(display, 1, white), _has_shared_levels(display, road)
        project = job.project
        chosen = project.source, project.channels, project.numbers, project.preprocessing
        subject = (road.graph.layers, display, *chosen)
        now_s = self._clock()
        wanted = tuple(self._levels.wanted(subject, _SHARED if is_shared else shown, now_s))
        count = len(road.names) if is_shared else 1
        step = coloring.sample_step(road.cells[0] * road.cells[1], count)
        if is_shared and wanted:
            whole = tuple(range(count))
            values, magnitudes = maps.sample(whole, step)
            self._levels.put({0: pen.levels(values, max(magnitudes), partial(maps.ends, whole))}, now_s)
        elif wanted:
            values, magnitudes = maps.sample(wanted, step)
            # In one thread: two of them would wait for the interpreter more than they would compute.
            self._levels.put(
                {
                    i: pen.levels([values[place]], magnitudes[place], partial(maps.ends, (i,)))
                    for place, i in enumerate(wanted)
                },
                now_s,
            )
        return {i: self._levels[0 if is_shared else i] for i in shown}


def _planned(job: Job, shape: Shape, names: tuple[str, ...], axes: tuple[Axis, ...]) -> AnyRoad | None:
    """Return the road to what is looked at."""
    if job.view.mode == "network":
        return plan_whole_road(job.project, job.view, shape, names, axes)
    road = plan_road(job.project, job.view, shape, names, axes)
    if road is None and job.screen.wants_bars:
        from convexplorer.results.score_road import plan_score_road  # no start shows scores

        return plan_score_road(job.project, job.view, shape, names, axes)
    return road


def _of_scores(
    road: ScoreRoad, job: Job, given: Given, seen: _Seen, previous: Evaluation | None, start_s: float
) -> Glance | None:
    """Return the scores of a frame, which are all numbers that it has; None if a layer fails."""
    _draw_input(seen, job, given, road.look)
    assert seen.input is not None
    scores = road.scores(job.project, core.evaluate(road.graph, given.image, previous))
    if scores is None:
        return None
    return Glance(job, road.look, seen.input, (), time.perf_counter() - start_s, scores=scores)


def _has_shared_levels(display: Display, road: Road) -> bool:
    return display.scope == "shared" or is_of_lone_numbers(road.cells)


def _has_fixed_levels(display: Display) -> bool:
    return display.as_opencv_8bit or display.scope == "locked"


def _kept(job: Job, seen: _Seen, count: int, block: Size, size: Size | None) -> list[Sight | None]:
    """Return for each map its picture in the newest glance of the frame, if an edit since then has not changed it."""
    if seen.newest is None or seen.newest[1:3] != (block, size) or len(seen.newest[3]) != count:
        return [None] * count
    before, _, _, sights = seen.newest
    kept = kept_maps(before, (job.project, job.view))
    return [sight if i in kept else None for i, sight in enumerate(sights)]


def _shown(job: Job, count: int) -> Chosen:
    """Return the maps in sight; all of them where those that were are gone, until the window has looked again."""
    every = tuple(range(count))
    return every if job.screen.visible is None else tuple(i for i in job.screen.visible if i < count) or every


def _draw_input(seen: _Seen, job: Job, given: Given, look: ResolvedLook) -> None:
    """Draw the input, unless a glance of the frame has."""
    seen.input = seen.input or _input(job, given, look)


def _input(job: Job, given: Given, look: ResolvedLook) -> Sight:
    """Return the picture of the input."""
    cells, size = (given.shape[1], given.shape[2]), job.screen.input
    if given.pixels is None or shows_checkerboard(job):
        tile = with_pixels(draw_input(job, given.image, given.names, 1, look), size, is_dark=job.screen.is_dark)
        pixels = tile.indexed if tile.pixels is None else tile.pixels
        return Sight(tile.title, pixels, cells, tile.grid, tile.levels, tile.palette)
    if size is None or block_for(cells, size) is None:
        pixels = cv2.cvtColor(given.pixels, cv2.COLOR_BGR2RGB)
    else:
        pixels = painted_rgb(given.pixels, size, is_bgr=True)
    levels, grid = Levels(0.0, given.white), look.seen_grid(block_grid(1, 2))
    return Sight(" ".join(given.names), pixels, cells, grid, levels, GRAY)


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
    road: Road, job: Job, given: Given, seen: _Seen, block: Size, wanted: Chosen, previous: Evaluation | None
) -> _Maps | None:
    """Return some maps of the selected layer, or their means of blocks alone where these are computed without them."""
    # What is known of this frame already is known of the channels, not of their sum.
    is_new = previous is None or road.below is None
    on_sum = road.on_sum(given.unit) if is_new else None
    if on_sum is None:
        image = given.image
    else:
        road, previous = on_sum, None
        image = seen.sum = given.sum if seen.sum is None else seen.sum
    bank = None if job.project.display.as_opencv_8bit else road.bank(wanted)
    found = None if bank is None else _means_of(road, bank, image, block, previous)
    return found or _maps_of(road, job, image, block, wanted, previous)


def _means_of(road: Road, bank: Bank, image: np.ndarray, block: Size, previous: Evaluation | None) -> _Maps | None:
    """Return the means of blocks of sums, computed without these; None if that is not exact or no gain."""
    block_means = bank.block_means(block)
    if block_means is None:
        return None
    below = image if road.below is None else _last(core.evaluate(road.below, image, previous))
    if below is None or (block_means.has_gaps and not np.isfinite(below).all()):
        return None
    reduced = block_means(below)

    def sample(wanted: Chosen, step: int) -> tuple[Sequence[np.ndarray], Sequence[float]]:
        magnitudes = road.layer.magnitudes(below)
        assert magnitudes is not None  # of a layer that sums
        return list(bank.sample(below, wanted, step)), [magnitudes[i] for i in wanted]

    def ends(wanted: Chosen) -> tuple[float, float]:
        making = road.making(wanted)
        maps = _last(core.evaluate(making.graph, image, previous))
        assert maps is not None  # of a layer whose means are there
        return _ends([maps[making.place_of(i)] for i in wanted])

    return _Maps(lambda index: reduced[bank.place_of(index)], sample, ends)


def _maps_of(
    road: Road, job: Job, image: np.ndarray, block: Size, wanted: Chosen, previous: Evaluation | None
) -> _Maps | None:
    """Return the whole maps; None if a layer fails."""
    making, is_8bit = road.making(wanted), job.project.display.as_opencv_8bit
    evaluation = core.evaluate(making.graph, image, previous)
    maps, place_of = _last(evaluation), making.place_of
    white = white_of(job.frame, job.project.numbers, job.project.preprocessing)
    if maps is None:
        return None

    def finished(values: np.ndarray) -> np.ndarray:
        values = values if making.activation is None else making.activation(values)
        return coloring.as_opencv_8bit(values, white) if is_8bit else values

    def reduced(index: int) -> np.ndarray:
        values = maps[place_of(index)]
        if making.activation is None and not is_8bit:
            return means(values, block)
        # So many rows at a time stay in the cache from the sum to the mean.
        step = max(1, _CACHED_CELLS // (values.shape[1] * block[0])) * block[0]
        return np.concatenate([means(finished(values[i : i + step]), block) for i in range(0, len(values), step)])

    def sample(wanted: Chosen, step: int) -> tuple[Sequence[np.ndarray], Sequence[float]]:
        magnitudes = activated_magnitudes(road.layer, evaluation.magnitudes(len(evaluation) - 1))
        values = np.stack([maps[place_of(i)].reshape(-1)[::step] for i in wanted])
        values = values if making.activation is None else making.activation(values)
        return list(values), [magnitudes[place_of(i)] for i in wanted]

    def ends(wanted: Chosen) -> tuple[float, float]:
        return _ends([finished(maps[place_of(i)]) for i in wanted])

    return _Maps(reduced, sample, ends)


def _ends(maps: Iterable[np.ndarray]) -> tuple[float, float]:
    """Return the smallest and the largest finite value of some maps."""
    found = [extremes(values) for values in maps]
    finite = [(low, high) for low, high, not_finite in found if not_finite < 1] or [(0.0, 0.0)]
    return min(low for low, _ in finite), max(high for _, high in finite)


def _last(evaluation: Evaluation) -> np.ndarray | None:
    return evaluation.maps_of(len(evaluation) - 1)
