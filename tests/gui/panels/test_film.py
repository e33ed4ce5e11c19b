"""The film of the sliding window in the window: it moves what is explained until a hand takes over."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from convexplorer.core.geometry.places import Region
from convexplorer.gui.film.player import FilmPlayer
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.sources import parse
from tests.gui.conftest import newest_picture


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(clock, qapp) -> FilmPlayer:
    player = FilmPlayer(clock=clock)
    player.set_region(Region((0, 0), (4, 5)))
    yield player
    player.let_go()


def advance(window: MainWindow, clock: Clock, seconds: float) -> None:
    """Let some time go by, and the film hear of it."""
    clock.now += seconds
    window.explanation_panel.film._on_tick()


@pytest.fixture
def film(window, clock) -> FilmPlayer:
    """Return the film of a window, by a clock that a test moves on."""
    window.explanation_panel.film._clock = clock
    window.explanation_panel.set_span("map")
    return window.explanation_panel.film


# The player alone


def test_a_timer_runs_only_while_something_runs(player):
    assert not player.is_timed

    player.toggle()
    assert player.is_timed
    player.toggle()
    assert not player.is_timed
    player.set_drifting(True)
    assert player.is_timed
    player.set_drifting(False)
    assert not player.is_timed


def test_it_tells_each_place_once(player, clock):
    told = []
    player.moved.connect(told.append)

    player.set_rate(10)
    player.toggle()
    for _ in range(6):
        clock.now += 0.05
        player._on_tick()

    assert told == [(0, 0), (0, 1), (0, 2), (0, 3)]


def test_it_stops_at_the_end_if_it_does_not_loop(player, clock):
    player.set_loop(False)
    player.toggle()

    clock.now += 10
    player._on_tick()

    assert player.cell == (3, 4)
    assert not player.is_playing
    assert not player.is_timed


def test_rates_go_up_and_down_and_end(player):
    for _ in range(20):
        player.change_rate(1)
    fastest = player.film.rate_hz
    for _ in range(20):
        player.change_rate(-1)

    assert (fastest, player.film.rate_hz) == (1000, 1)


# In the window


def test_the_film_moves_what_is_explained(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    film.set_rate(10)

    window.explanation_panel.toggle_film()
    advance(window, clock, 3.8)

    assert window.selection.pin == (1.5, 2.5)
    assert window.explanation_panel.explanation.cell == (1, 2)


def test_the_map_fills_as_the_film_goes(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    film.set_rate(10)
    window.explanation_panel.toggle_film()

    advance(window, clock, 3.8)
    covers = window.maps_panel._marks[0].marks[:2]
    film.seek(24 * 36 - 1)

    assert [cover.rect.getRect() for cover in covers] == [(3, 1, 33, 1), (0, 2, 36, 22)]
    assert len(window.maps_panel._marks[0].marks) == 1
    assert 1 not in window.maps_panel._marks


def test_the_film_begins_at_the_pinned_output(window, film, qtbot):
    newest_picture(window, qtbot)
    window.selection.select(filter=1)
    window.selection.hold((7.5, 8.5))

    window.explanation_panel.toggle_film()

    assert window.selection.pin == (7.5, 8.5)
    assert film.cell == (7, 8)


def test_a_hand_on_the_mouse_takes_over_and_the_film_goes_on_from_there(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    film.set_rate(10)
    window.explanation_panel.toggle_film()
    advance(window, clock, 3.8)
    grid = window.maps_panel._grid

    QTest.mouseMove(grid, grid.picture_rect(1).center().toPoint() + QPoint(1, 1))
    pointed = window.explanation_panel.explanation.trace.place
    clock.now += 50

    assert not film.is_playing
    assert window.selection.pin is None
    assert pointed[0] == 1
    assert window.maps_panel._marks == {}
    window.explanation_panel.toggle_film()
    assert film.cell == (1, 2)


def test_arrow_keys_move_the_window_by_one_output(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    film.set_rate(10)
    window.explanation_panel.toggle_film()
    advance(window, clock, 3.8)

    QTest.keyClick(window.maps_panel._grid, Qt.Key.Key_Down)
    QTest.keyClick(window.maps_panel._grid, Qt.Key.Key_Left)

    assert not film.is_playing
    assert film.is_shown
    assert window.selection.pin == (2.5, 1.5)


def test_keys_play_step_and_pause(window, film, qtbot):
    newest_picture(window, qtbot)
    grid = window.maps_panel._grid

    QTest.keyClick(grid, Qt.Key.Key_F7)
    QTest.keyClick(grid, Qt.Key.Key_F7)
    QTest.keyClick(grid, Qt.Key.Key_F7)
    QTest.keyClick(grid, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    stepped = film.cell
    QTest.keyClick(grid, Qt.Key.Key_F6)
    was_playing = film.is_playing
    QTest.keyClick(grid, Qt.Key.Key_F6)

    assert stepped == (0, 1)
    assert was_playing
    assert not film.is_playing


def test_escape_ends_the_film(window, film, qtbot):
    newest_picture(window, qtbot)
    window.explanation_panel.toggle_film()

    QTest.keyClick(window.maps_panel._grid, Qt.Key.Key_Escape)

    assert not film.is_shown
    assert window.selection.pin is None


def test_the_film_can_go_over_what_is_in_sight(window, film, qtbot):
    newest_picture(window, qtbot)
    window.explanation_panel.set_span("sight")

    window.viewport.zoom_at(4.0, (12.0, 18.0))

    assert film.film.region == Region((9, 13), (15, 23))


def test_a_new_setting_keeps_the_film_in_the_map(window, film, qtbot):
    newest_picture(window, qtbot)
    film.stand_at((23, 35))

    window.store.commit(edits.set_layer(window.store.state, 0, strides=(4, 4)))
    newest_picture(window, qtbot)

    assert film.film.region == Region((0, 0), (6, 9))
    assert film.cell == (5, 8)
    assert window.explanation_panel.explanation.cell == (5, 8)


def test_the_ghost_sweeps_only_while_nobody_points(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    window.selection.point_at(None)

    window.actions_by_name["ghost"].trigger()
    assert film.is_timed
    advance(window, clock, 2.0)
    marked = window.maps_panel._marks[0].marks
    window.selection.point_at((3.5, 3.5))
    assert not film.is_timed
    window.selection.point_at(None)
    assert film.is_timed
    window.actions_by_name["ghost"].trigger()

    assert len(marked) == 1
    assert not film.is_timed


def test_a_page_that_is_left_keeps_no_picture(window, film, qtbot):
    newest_picture(window, qtbot)
    panel = window.explanation_panel
    panel.show_page("study")
    page = panel.page

    panel.show_page("arithmetic")
    forgotten = page.study
    panel.show_page("study")

    assert forgotten is None
    assert page.study is not None


def test_nothing_moves_after_the_window_was_closed(window, film, qtbot):
    newest_picture(window, qtbot)
    window.explanation_panel.toggle_film()

    window.store.mark_saved()
    window.close()

    assert not film.is_timed


def test_the_film_that_is_exported_is_of_the_map_that_is_shown(window, film, qtbot):
    newest_picture(window, qtbot)
    window.selection.select(filter=2)
    window.selection.hold((7.5, 8.5))

    scene = window.explanation_panel.scene("map", is_dark=False)

    assert scene.title((7, 8)) == "sharpen at row 7, column 8"


def test_the_ghost_sweeps_over_the_map_also_beside_a_study(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    window.explanation_panel.show_page("study")
    window.selection.point_at(None)
    window.actions_by_name["ghost"].trigger()

    advance(window, clock, 3.9)

    assert window.explanation_panel.explanation.cell[1] > 30


def test_the_film_that_is_offered_first_takes_a_minute_and_says_so(window, qtbot):
    window.store.commit(edits.set_source(window.store.state, parse("pattern:zone-plate?size=512")))
    qtbot.waitUntil(lambda: window.bridge.picture.frame.spatial == (512, 512), timeout=20_000)
    newest_picture(window, qtbot)
    window.selection.hold((500.5, 20.5))
    panel = window.explanation_panel

    film = panel.film.film
    labels = [panel._film_bar._span.itemText(i) for i in range(3)]

    assert film.region == Region((488, 8), (512, 33))
    assert film.region.count / film.rate_hz <= 60
    assert labels == ["nearby · 60 s", "whole map · 7 h", "in sight · 7 h"]
    assert "600 outputs, one after the other, in 60 s" in window.actions_by_name["film"].toolTip()


def test_the_film_nearby_stays_where_it_began(window, film, clock, qtbot):
    newest_picture(window, qtbot)
    window.explanation_panel.set_span("near")
    window.selection.hold((20.5, 30.5))
    window.explanation_panel.toggle_film()
    region = film.film.region

    advance(window, clock, 20.0)

    assert film.is_playing
    assert window.selection.pin != (20.5, 30.5)
    assert film.film.region == region


def test_a_faster_film_says_a_shorter_time(window, film, qtbot):
    newest_picture(window, qtbot)

    film.set_rate(100)

    assert window.explanation_panel._film_bar._span.currentText() == "whole map · 9 s"
