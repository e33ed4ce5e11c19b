"""Maps of any layers that are kept in sight, small: of every frame, whichever layer is selected."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import partial

import numpy as np

from convexplorer import core
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.network import Evaluation
from convexplorer.model.build import white_of
from convexplorer.model.view import Favourite
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import thumbnail_size
from convexplorer.results.screen_pixels import block_for, magnified, means, painted
from convexplorer.results.stage import activated_magnitudes, as_pictures, magnitudes_for, map_names, place
from convexplorer.results.statistics import extremes
from convexplorer.results.steady_levels import SteadyLevels
from convexplorer.results.tiles import GRAY, Pen

_SAMPLES = 2000  # values of each map that choose its colours, while frames flow


class FavouriteArtist:
    """Draws favourites; remembers the levels of their colours from frame to frame.

    Parameters
    ----------
    clock : monotonic seconds, by which levels become narrower; None: levels are those of each frame alone.
    """

    def __init__(self, clock: Callable[[], float] | None = time.perf_counter) -> None:
        self._clock, self._steady = clock, SteadyLevels()

    def draw(
        self, job: Job, evaluation: Evaluation, names: tuple[str, ...], look: ResolvedLook, factor: int = 1
    ) -> tuple[FavouriteSight, ...]:
        """Draw the favourites of layers that the project has, in their order.

        Parameters
        ----------
        evaluation : of the project's layers, at least up to the last that has a favourite.
        names : of the picture's channels.
        factor : by which the picture was reduced before the computation.
        """
        project, edge = job.project, job.screen.favourite_edge
        wanted = [one for one in job.view.favourites if project.index_of(one.layer) is not None]
        if edge is None or not wanted:
            return ()
        called = map_names(project.layers, names, evaluation, project.class_names)
        levels = self._levels(job, evaluation, wanted, look, factor)
        found = []
        for number, one in enumerate(wanted):
            index = project.position(one.layer)
            own = called[index + 1] if index + 1 < len(called) else ()
            name = own[one.map] if one.map < len(own) else f"map {one.map + 1}"
            values = _values(evaluation, index, one.map, look, factor)
            pixels = None if values is None else _pixels(job, values, levels[number], edge)
            found.append(FavouriteSight(one, project.layers[index].title, name, pixels))
        return tuple(found)

    def _levels(
        self, job: Job, evaluation: Evaluation, wanted: list[Favourite], look: ResolvedLook, factor: int
    ) -> dict[int, Levels]:
        numbers = range(len(wanted))
        chosen = {i: partial(_levels_of, job, evaluation, one, look, factor) for i, one in enumerate(wanted)}
        if self._clock is None:
            return {i: chosen[i](is_sampled=False) for i in numbers}
        project = job.project
        subject: Hashable = (project.layers, project.display, project.source, tuple(wanted))
        now_s = self._clock()
        if self._steady.wanted(subject, numbers, now_s):
            self._steady.put({i: chosen[i](is_sampled=True) for i in numbers}, now_s)
        return {i: self._steady[i] for i in numbers}


def graph_to(graph: core.Graph, job: Job) -> core.Graph:
    """Return the layers up to the last that has a favourite."""
    found = (job.project.index_of(one.layer) for one in job.view.favourites)
    count = 1 + max((index for index in found if index is not None), default=-1)
    return core.Graph(graph.layers[:count], graph.inputs[:count])


def _values(evaluation: Evaluation, index: int, number: int, look: ResolvedLook, factor: int) -> np.ndarray | None:
    """Return what is looked at of a map, (rows, columns); None if there is no such map, or it has no places."""
    maps = evaluation.maps_of(index)
    if maps is None or maps.ndim < 2 or number >= len(maps):
        return None
    shown: np.ndarray = as_pictures(maps[number : number + 1], place(evaluation, index + 1, factor, look), look)[0]
    return shown


def _levels_of(
    job: Job, evaluation: Evaluation, one: Favourite, look: ResolvedLook, factor: int, *, is_sampled: bool
) -> Levels:
    """Return levels that suit one map, as the bank has them where each map has its own."""
    project, index = job.project, job.project.position(one.layer)
    values = _values(evaluation, index, one.map, look, factor)
    white = white_of(job.frame, project.numbers, project.preprocessing)
    if values is None or project.display.as_opencv_8bit:
        return Levels(0.0, white)
    layer, maps = evaluation.layers[index], evaluation.maps_of(index)
    assert maps is not None
    magnitude = activated_magnitudes(layer, magnitudes_for(evaluation, index, len(maps)))[one.map]
    pen = Pen(project.display, 1, white)
    if not is_sampled:
        return pen.levels([values], magnitude)
    step = max(1, values.size // _SAMPLES) | 1
    return pen.levels([values.reshape(-1)[::step]], magnitude, lambda: extremes(values)[:2])


def _pixels(job: Job, values: np.ndarray, levels: Levels, edge: int) -> np.ndarray:
    display = job.project.display
    if display.as_opencv_8bit:
        values = coloring.as_opencv_8bit(values, levels.high)
    size = thumbnail_size((1, *values.shape), edge)
    palette = GRAY if display.as_opencv_8bit else display.palette
    block = block_for((values.shape[0], values.shape[1]), size)
    if block is None:
        return magnified(values, size, levels, palette, is_dark=job.screen.is_dark)
    return painted(means(values, block), size, levels, palette, is_dark=job.screen.is_dark)
