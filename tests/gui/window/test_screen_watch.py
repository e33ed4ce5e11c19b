"""What the engine is told of the window's pixels: when numbers are read, and how large pictures are on screen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from convexplorer.core.geometry.places import Region
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.look import theme
from convexplorer.gui.session.recording import Recording
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.gui.window.screen_watch import ScreenWatch
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.view import Screen
from convexplorer.sources import parse
from tests.gui.canvas.helpers import move
from tests.gui.conftest import KERNELS, newest_picture


@pytest.fixture
def large(window, qtbot, tmp_path) -> MainWindow:
    """Return a window on a picture with more cells than the panes have pixels, of which nobody reads numbers."""
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (600, 900, 3), np.uint8)).save(path)
    window.store.commit(edits.set_source(window.store.state, parse(str(path))))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.spatial == (600, 900))
    rest(window)
    return window


def rest(window: MainWindow) -> Screen:
    """Let the time pass after which numbers are no longer wanted, and return what the engine is told then."""
    watch = window._screen_watch
    watch.refresh()
    if watch._lingering.isActive():
        watch._lingering.stop()
        watch._lingering.timeout.emit()
    return watch.screen


def test_numbers_are_not_wanted_while_nobody_looks_at_any(large):
    assert not rest(large).wants_numbers


def point(window: MainWindow) -> None:
    pane = window.maps_panel.pane
    move(pane, pane.picture_rect(0).center())


def point_at_the_input(window: MainWindow) -> None:
    pane = window.input_panel.pane
    move(pane, QPointF(pane.rect().center()))


def read_a_region(window: MainWindow) -> None:
    window.show_explanation(True)
    window.explanation_panel.show_page("profile")
    mark_a_region(window)


def open_the_lens(window: MainWindow) -> None:
    window.show_lens()


def compare(window: MainWindow) -> None:
    window.actions_by_name["compare"].trigger()


def look_at_channels(window: MainWindow) -> None:
    window.actions_by_name["channels"].trigger()


def zoom_to_cells(window: MainWindow) -> None:
    window.viewport.set_zoom(128.0)


def play_the_film(window: MainWindow) -> None:
    window.show_explanation(True)
    window.explanation_panel.film.toggle((0, 0))


READERS = (
    point, point_at_the_input, read_a_region, compare, look_at_channels, zoom_to_cells, open_the_lens, play_the_film,
)  # fmt: skip


@pytest.mark.parametrize("read", READERS)
def test_numbers_are_wanted_at_once_when_somebody_reads_them(large, read: Callable[[MainWindow], None]):
    read(large)

    assert large._screen_watch.screen.wants_numbers
    assert rest(large).wants_numbers


def mark_a_region(window: MainWindow) -> None:
    window.selection.set_region(Region((10, 10), (50, 60)))


def take_the_loupe(window: MainWindow) -> None:
    window.selection.toggle_overlay("loupe")


def pause_the_film(window: MainWindow) -> None:
    play_the_film(window)
    window.explanation_panel.toggle_film()


def end_the_film(window: MainWindow) -> None:
    film = window.explanation_panel.film
    play_the_film(window)
    film.set_loop(False)
    film.seek(film.film.last)
    film._on_tick()


def play_the_film_unseen(window: MainWindow) -> None:
    play_the_film(window)
    window.show_explanation(False)


def pause_the_film_of_a_study(window: MainWindow) -> None:
    window.show_explanation(True)
    window.explanation_panel.show_page("study")
    pause_the_film(window)


def read_a_region_and_turn_the_page(window: MainWindow) -> None:
    read_a_region(window)
    window.explanation_panel.show_page("arithmetic")


def close_the_lens(window: MainWindow) -> None:
    open_the_lens(window)
    window.lens.close()


LOOKERS = (
    mark_a_region, take_the_loupe, pause_the_film, end_the_film, play_the_film_unseen, pause_the_film_of_a_study,
    read_a_region_and_turn_the_page, close_the_lens,
)  # fmt: skip


@pytest.mark.parametrize("look", LOOKERS)
def test_what_shows_no_new_number_wants_none(large, look: Callable[[MainWindow], None]):
    look(large)

    assert not rest(large).wants_numbers


def test_a_film_that_is_shown_again_wants_numbers_again(large):
    play_the_film_unseen(large)
    assert not rest(large).wants_numbers

    large.show_explanation(True)

    assert large._screen_watch.screen.wants_numbers


def test_they_stay_for_a_moment_after_the_hand_has_left(large):
    point(large)
    watch: ScreenWatch = large._screen_watch

    QApplication.sendEvent(large.maps_panel.pane, QEvent(QEvent.Type.Leave))
    assert watch.screen.wants_numbers

    point(large)
    assert not watch._lingering.isActive()

    QApplication.sendEvent(large.maps_panel.pane, QEvent(QEvent.Type.Leave))
    assert not rest(large).wants_numbers


def test_a_recording_wants_no_numbers_because_it_is_drawn_from_glances(large):
    large.start_recording(Recording(Path(large.store.state.source.address).with_suffix(".mp4")))

    assert not rest(large).wants_numbers


def test_a_pin_alone_wants_no_numbers_of_every_frame(large):
    large.selection.hold((300.5, 450.5))

    assert not rest(large).wants_numbers


def test_sizes_are_those_of_the_pictures_on_screen(large):
    screen = rest(large)
    canvas: ImageCanvas = large.input_panel.pane
    grid = large.maps_panel.pane

    assert screen.input == canvas.picture_size
    assert abs(screen.input[1] / screen.input[0] - 1.5) < 0.02
    assert screen.tile == grid.picture_size
    assert screen.tile[0] in (grid.layout_now.picture_height, grid.layout_now.picture_height - 1)
    assert screen.visible is None


def test_a_part_of_a_picture_has_no_size_of_its_own(large):
    large.viewport.set_zoom(2.0)

    assert (rest(large).tile, rest(large).input) == (None, None)


def test_one_map_alone_is_the_only_one_in_sight(large):
    large.selection.select(filter=2)
    large.maps_panel.toggle_enlarged()

    assert rest(large).visible == (2,)
    assert rest(large).tile[0] > 300


@pytest.mark.own_window
def test_maps_out_of_sight_are_named_by_those_in_sight(window, qtbot):
    state = window.store.state
    for _ in range(40):
        state = edits.duplicate_filter(state, 0, 0)
    window.store.commit(state)
    qtbot.waitUntil(lambda: len(newest_picture(window, qtbot).tiles) == 43)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: rest(window).visible is not None)
    first, *_ = rest(window).visible
    assert first == 0

    window.maps_panel.pane._bar.setValue(10**6)

    assert rest(window).visible[-1] == 42
    assert rest(window).visible[0] > first


def test_the_theme_is_told(large, qapp):
    assert not rest(large).is_dark

    theme.apply_theme(qapp, "dark")

    assert large._screen_watch.screen.is_dark


def test_a_window_without_a_picture_names_no_size(open_window, photo):
    window = open_window(default_project(parse(str(photo)), KERNELS), waits=False)
    screen = window._screen_watch.screen

    assert window.bridge.picture is not None or (screen.tile, screen.input) == (None, None)
