"""What is recorded and sent of the newest picture or glance: input and maps, the selected map, or the input."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from convexplorer.core.display import coloring
from convexplorer.export.composition import LIVE_WIDTH_PX, reduction_of, sheet_of
from convexplorer.gui.commands.exporting import input_rgb, side_by_side
from convexplorer.gui.session.sending import Draw
from convexplorer.model.view import Screen
from convexplorer.results.glance import Glance, Sight
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.tile_words import tile_under
from convexplorer.results.tiles import colored

#: What is recorded and sent, by the name under which the choice is remembered.
CONTENTS = {"beside": "input and maps", "map": "the selected map", "input": "the input"}

MAX_RATE_HZ = 30.0  # of pictures drawn while frames flow: what is drawn more often is taken from the live view
_PERIOD_S = 1 / MAX_RATE_HZ
_EARLY_S = 0.1 * _PERIOD_S  # by which each frame may come too soon


class LiveDrawing:
    """Draws what leaves the window, in the one thread that writes or sends it.

    Of a picture its maps are drawn. A glance has only the pixels of the screen: its maps are computed once more, as the
    glance has computed them, but for the size at which they leave. So a recording needs no full pictures.

    Parameters
    ----------
    clock : seconds from any origin; a parameter, so that tests control the time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._glancer = Glancer()  # with a memory of its own: it belongs to another thread
        self._clock = clock
        self._due_s = float("-inf")

    def takes(self, shown: Picture | Glance) -> bool:
        """Return True if this is to be drawn: not if frames flow faster than videos have pictures."""
        now_s = self._clock()
        if isinstance(shown, Glance) and now_s < self._due_s - _EARLY_S:
            return False
        # The frame after a late one comes on time, and not too soon.
        is_late = now_s - self._due_s < _PERIOD_S
        self._due_s = (self._due_s if is_late else now_s) + _PERIOD_S
        return True

    def of(self, shown: Picture | Glance, content: str, filter_index: int, *, is_dark: bool) -> Draw:
        """Return the function that draws a key of `CONTENTS`, as (H, W, 3) uint8 RGB."""
        if isinstance(shown, Picture):
            return lambda: _of_picture(shown, content, filter_index, is_dark=is_dark)
        return lambda: self._of_glance(shown, content, filter_index, is_dark=is_dark)

    def _of_glance(self, shown: Glance, content: str, filter_index: int, *, is_dark: bool) -> np.ndarray:
        if content == "beside":
            job = _for_size(shown, _size_beside(shown), is_dark=is_dark)
        else:
            job = _for_one_map(shown, filter_index, is_dark=is_dark)
        glance = self._glancer.glance(job)
        if glance is None:  # a layer that only the exact road computes
            return _of_picture(render(job).picture, content, filter_index, is_dark=is_dark)
        maps = [sight for sight in glance.maps if sight is not None]
        source = _rgb(glance.input, is_dark=is_dark)
        if content == "beside" and maps:
            tiles = [(sight.title, _rgb(sight, is_dark=is_dark)) for sight in maps]
            return sheet_of(source, tiles, is_dark=is_dark, max_width=LIVE_WIDTH_PX)
        return _rgb(maps[0], is_dark=is_dark) if content == "map" and maps else source


def _of_picture(picture: Picture, content: str, filter_index: int, *, is_dark: bool) -> np.ndarray:
    tile = tile_under(picture, filter_index)
    if content == "map" and tile is not None:
        return np.ascontiguousarray(colored(tile, is_dark=is_dark))
    if content == "beside":
        return side_by_side(picture, is_dark=is_dark, max_width=LIVE_WIDTH_PX)
    return np.ascontiguousarray(input_rgb(picture, is_dark=is_dark))


def _size_beside(shown: Glance) -> tuple[int, int] | None:
    """Return the size of a map beside the input; None for its own."""
    seen = next((sight for sight in shown.maps if sight is not None), None)
    if seen is None:
        return None
    factor = reduction_of(shown.input.cells, seen.cells, len(shown.maps), max_width=LIVE_WIDTH_PX)
    rows, columns = (max(1, round(cells * factor)) for cells in seen.cells)
    return None if factor >= 1 else (rows, columns)


def _for_size(shown: Glance, size: tuple[int, int] | None, *, is_dark: bool) -> Job:
    """Return the job of a glance for all maps at a size, and the input as it is."""
    screen = Screen(wants_numbers=False, tile=size, is_dark=is_dark)
    return _of_bank(shown, screen)


def _for_one_map(shown: Glance, filter_index: int, *, is_dark: bool) -> Job:
    """Return the job of a glance for one map, cell by cell."""
    index = min(max(filter_index, 0), max(len(shown.maps) - 1, 0)) if shown.maps else max(filter_index, 0)
    screen = Screen(wants_numbers=False, visible=(index,), is_dark=is_dark)
    return _of_bank(shown, screen)


def _of_bank(shown: Glance, screen: Screen) -> Job:
    """Return the job of a glance for the maps of the selected layer, also where all layers are on screen."""
    return replace(shown.job, view=replace(shown.job.view, reduction=1, mode="bank"), screen=screen)


def _rgb(sight: Sight, *, is_dark: bool) -> np.ndarray:
    """Return the pixels of a sight, in whichever form they are, as (h, w, 3) uint8 RGB."""
    pixels = sight.pixels
    if pixels.ndim == 2:
        return np.ascontiguousarray(coloring.colorize(pixels, sight.palette, dark=is_dark))
    return np.ascontiguousarray(pixels[:, :, 2::-1] if pixels.shape[2] == 4 else pixels)
