"""Levels that do not flicker: a clock that the test moves, and values that change with it."""

import numpy as np
import pytest

from convexplorer.core.display.coloring import Levels
from convexplorer.model.project import Display
from convexplorer.model.view import View
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.steady_levels import FALLS_AFTER_S, FORGOTTEN_S, RENEWED_S, SteadyLevels
from convexplorer.sources.frame import Frame
from tests.model.examples import conv_layer
from tests.results.test_glancer import SEEN, photo, project_with, random_filters

MAPS = range(2)


def signed(high: float) -> Levels:
    return Levels(-high, high)


def test_levels_are_looked_at_a_few_times_a_second_and_at_once_for_another_subject_or_map():
    steady = SteadyLevels()

    assert steady.wanted("edges", MAPS, 0.0) == MAPS
    steady.put({0: signed(1), 1: signed(2)}, 0.0)
    assert not steady.wanted("edges", MAPS, RENEWED_S / 2)
    assert steady.wanted("edges", MAPS, RENEWED_S) == MAPS
    steady.put({0: signed(1), 1: signed(2)}, RENEWED_S)
    assert steady.wanted("edges", range(1, 3), RENEWED_S) == range(1, 3)
    assert steady.wanted("blur", MAPS, RENEWED_S) == MAPS


def test_levels_widen_at_once_and_narrow_only_when_the_values_have_stayed_small():
    steady = SteadyLevels()
    steady.wanted("edges", MAPS, 0.0)
    seen = []
    values = [4, 8, 4, 4, 4, 8, *[2] * 9, 5, *[2] * 15]
    for i, high in enumerate(values):
        steady.put({0: signed(high)}, i * RENEWED_S)
        seen.append(steady[0].high)

    assert seen[:6] == [4, 8, 8, 8, 8, 8]
    # Ten times a second for one second; the largest of that second is what is needed.
    falls = next(i for i, high in enumerate(seen) if i > 5 and high < 8)
    assert (falls - 6) * RENEWED_S == pytest.approx(FALLS_AFTER_S)
    assert seen[falls] == 5
    assert seen[-1] == 2


def test_a_pause_begins_anew():
    steady = SteadyLevels()
    steady.wanted("edges", MAPS, 0.0)
    steady.put({0: signed(8), 1: signed(8)}, 0.0)

    assert steady.wanted("edges", MAPS, FORGOTTEN_S + 0.01) == MAPS
    steady.put({0: signed(1), 1: signed(1)}, FORGOTTEN_S + 0.01)

    assert steady[0] == signed(1)


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize("scope", ["per-map", "shared"])
def test_the_colours_of_glances_are_steady_until_an_edit(activation: str, scope: str):
    now_s = 0.0
    glancer = Glancer(lambda: now_s)
    layer = conv_layer(random_filters(2), padding="same", activation=activation)
    project, edited = (
        project_with(layer, display=Display(scope=scope, coverage=coverage)) for coverage in (0.98, 0.97)
    )
    bright = photo()
    dark = Frame((bright.image / 8).astype(np.float32), bright.channels)

    def level(frame: Frame, of: object = project) -> float:
        glance = glancer.glance(Job(frame, of, View(), screen=SEEN))
        assert glance is not None
        assert glance.maps[0] is not None
        return glance.maps[0].levels.high

    first = level(bright)
    now_s = 0.2
    assert level(dark) == first
    assert level(dark, edited) < first / 4
    now_s = 0.4
    level(dark)
    assert level(bright) < first
    now_s = 0.6
    assert level(bright) == first
