"""Scores while frames flow: the bars and the input are painted, and nothing is laid out or asked again."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convexplorer.gui.canvas.scores.score_bars import ScoreBars
from convexplorer.gui.panels.levels_panel import LevelsPanel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.results.glancer import Glancer
from convexplorer.results.render import render
from convexplorer.results.scores import scores_of
from tests.gui.test_scores import classify
from tests.gui.window.test_frames import (
    FRAMES,
    NoResults,
    Watcher,
    flush,
    glances,
    is_to_show_more,
    jobs,
    show,
    survey,
)


@pytest.fixture
def bars(window: MainWindow, qtbot, monkeypatch) -> Iterator[ScoreBars]:
    """Return the bars of a window that is told of the frames of a video."""
    pane = classify(window, qtbot, 10)
    window._screen_watch.refresh()
    with monkeypatch.context() as held:
        held.setattr(window.bridge, "_pictures", NoResults())
        held.setattr(window.bridge, "_surveys", NoResults())
        show(window, *(render(job).picture for job in jobs(window, 2)), *glances(window, 2))
        qtbot.waitUntil(lambda: not is_to_show_more(window), timeout=10_000)
        yield pane
    window.bridge._deliver_picture()
    window.bridge._deliver_survey()


def test_the_window_asks_for_bars_where_it_shows_them(window, bars):
    assert window._screen_watch.screen.wants_bars

    window.maps_panel.toggle_bars()

    assert not window._screen_watch.screen.wants_bars


def test_each_frame_paints_bars_and_input_and_nothing_else(window, bars):
    ready = glances(window, FRAMES)
    assert len(ready) == FRAMES
    show(window, *ready[:2])
    watcher = Watcher(window)
    QApplication.instance().installEventFilter(watcher)

    for glance in ready[2:]:
        show(window, glance)
        assert np.array_equal(bars.scores.values, glance.scores.values)

    QApplication.instance().removeEventFilter(watcher)
    assert watcher.painted["ScoreBars"] == FRAMES - 2
    panels = {type(panel).__name__ for panel in window.panels}
    assert not {name for name, count in watcher.painted.items() if count >= FRAMES - 2} & panels - {"MapsPanel"}
    assert watcher.upheavals == Counter()


def test_no_numbers_of_a_frame_reach_the_panels_but_by_surveys(window, bars, monkeypatch):
    told = []
    for panel in window.panels:
        monkeypatch.setattr(panel, "show_picture", told.append)

    show(window, *glances(window, FRAMES))

    assert not told


def test_an_older_survey_leaves_the_bars_of_the_newest_frame(window, bars):
    first, *_, last = jobs(window, 4)
    glancer = Glancer()
    show(window, glancer.glance(last))

    survey(window, render(first).picture)

    assert np.array_equal(bars.scores.values, scores_of(render(last).picture).values)
    assert window.maps_panel.has_scores


def test_a_key_selects_a_score_between_two_numbers(window, bars):
    show(window, *glances(window, 2))
    before = window.selection.view.filter

    QTest.keyClick(bars, Qt.Key.Key_Down)

    assert window.selection.view.filter != before
    assert bars.chosen == window.selection.view.filter


def test_cells_instead_of_bars_are_shown_with_the_next_numbers(window, bars):
    show(window, *glances(window, 2))

    window.maps_panel.toggle_bars()
    flush()
    show(window, render(jobs(window, 1)[0]).picture)

    assert window.maps_panel.pane is not bars
    window.maps_panel.toggle_bars()
    assert window.maps_panel.pane is bars


def test_cells_instead_of_bars_are_those_of_the_newest_survey_meanwhile(window, bars):
    job = jobs(window, 1)[0]
    show(window, *glances(window, 2))
    survey(window, render(job).picture)

    window.maps_panel.toggle_bars()

    assert window.maps_panel.pane is not bars
    window.maps_panel.toggle_bars()
    assert window.maps_panel.pane is bars


def test_the_colour_bar_stays_while_scores_flow(window, bars):
    colours = window.findChild(LevelsPanel)._bar
    before = colours.isHidden()

    show(window, *glances(window, 3))

    assert colours.isHidden() is before
