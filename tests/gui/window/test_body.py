"""What is shown and how large: chosen by hand and remembered, or following from the window's size."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.session.settings import Settings
from convexplorer.gui.widgets.grip import Grip
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow, newest_picture

pytestmark = pytest.mark.own_window
SMALL, LARGE = (1280, 800), (1440, 900)


def click_a_map(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.findChild(TileGrid)
    assert grid is not None
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.picture_rect(1).center().toPoint())


def drag(grip: Grip, by: QPoint, qtbot: QtBot) -> None:
    at = grip.rect().center()
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(grip, at + by)
    qtbot.mouseRelease(grip, Qt.MouseButton.LeftButton)


def written() -> set[str]:
    """Return the names of what is remembered."""
    return set(Settings()._file.allKeys())


# The first click


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1366, 768)], ids=str)
def test_the_first_click_on_a_map_explains_at_any_size(open_window: OpenWindow, photo, qtbot, size):
    window = open_window(default_project(parse(str(photo))), size=size)
    newest_picture(window, qtbot)
    assert window.explanation_panel.isHidden()

    click_a_map(window, qtbot)

    qtbot.waitUntil(window.explanation_panel.isVisible)
    assert "pinned" in window.explanation_panel.place_text


def test_the_panel_comes_only_after_a_double_click_has_met_its_map(open_window: OpenWindow, photo, qtbot):
    window = open_window(default_project(parse(str(photo))), size=SMALL)
    newest_picture(window, qtbot)
    grid = window.findChild(TileGrid)
    at = grid.picture_rect(2).center().toPoint()

    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=at)

    assert len(grid.tiles) == 1
    assert window.selection.view.filter == 2


def test_a_panel_closed_by_hand_stays_closed(open_window: OpenWindow, photo, qtbot):
    window = open_window(default_project(parse(str(photo))), size=LARGE)
    window.show_explanation(True)
    window.actions_by_name["explanation"].trigger()
    newest_picture(window, qtbot)

    click_a_map(window, qtbot)
    qtbot.wait(QApplication.doubleClickInterval() + 50)  # in which nothing may happen

    assert window.explanation_panel.isHidden()


# What is remembered


def test_what_follows_from_the_size_is_not_remembered(open_window: OpenWindow, photo, qtbot):
    small = open_window(default_project(parse(str(photo))), size=SMALL)
    newest_picture(small, qtbot)
    click_a_map(small, qtbot)
    qtbot.waitUntil(small.explanation_panel.isVisible)
    small.close()

    names = written()
    large = open_window(default_project(parse(str(photo))), size=LARGE)
    large.body.show_automatically()

    assert not names & {"explanation_chosen", "controls_chosen", "divider", "explanation_heights"}
    assert large.explanation_panel.isVisible()


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_choice_by_hand_holds_in_every_size(open_window: OpenWindow, photo, is_shown):
    first = open_window(default_project(parse(str(photo))), size=SMALL)
    if first.explanation_panel.isVisible() == is_shown:
        first.actions_by_name["explanation"].trigger()
    first.actions_by_name["explanation"].trigger()
    first.close()

    for size in (SMALL, LARGE):
        again = open_window(default_project(parse(str(photo))), size=size)
        again.body.show_automatically()

        assert again.explanation_panel.isVisible() == is_shown


def test_a_film_opens_the_panel_and_chooses_nothing(open_window: OpenWindow, photo, qtbot):
    window = open_window(default_project(parse(str(photo))), size=SMALL)
    newest_picture(window, qtbot)

    window.actions_by_name["film"].trigger()

    assert window.explanation_panel.isVisible()
    assert window.body.explanation_chosen is None


def test_what_an_older_version_has_written_by_itself_is_not_believed(open_window: OpenWindow, photo):
    Settings().write("explanation", False)
    window = open_window(default_project(parse(str(photo))), size=LARGE)
    window.body.show_automatically()

    assert window.explanation_panel.isVisible()


# The edge


def test_the_upper_edge_of_the_explanation_is_dragged_and_remembered(open_window: OpenWindow, photo, qtbot):
    first = open_window(default_project(parse(str(photo))), size=LARGE)
    first.show_explanation(True)
    before = first.explanation_panel.height()

    drag(first.body.grip, QPoint(0, -90), qtbot)
    higher = first.explanation_panel.height()
    first.close()
    second = open_window(default_project(parse(str(photo))), size=LARGE)
    second.show_explanation(True)

    assert higher == before + 90
    assert second.explanation_panel.height() == higher


def test_each_page_has_its_own_height_and_a_double_click_lets_it_go(open_window: OpenWindow, photo, qtbot):
    window = open_window(default_project(parse(str(photo))), size=LARGE)
    window.show_explanation(True)
    before = window.explanation_panel.height()
    drag(window.body.grip, QPoint(0, -60), qtbot)

    window.explanation_panel.show_page("shapes")
    shapes = window.explanation_panel.height()
    window.explanation_panel.show_page("arithmetic")
    arithmetic = window.explanation_panel.height()
    qtbot.mouseDClick(window.body.grip, Qt.MouseButton.LeftButton)

    assert shapes != arithmetic == before + 60
    assert window.explanation_panel.height() == before
    window.close()
    assert "explanation_heights" not in written()


def test_edges_move_by_keys_and_stop_where_the_panels_need_their_room(open_window: OpenWindow, photo, qtbot):
    window = open_window(default_project(parse(str(photo))), size=(1280, 800))
    window.show_explanation(True)
    grip, edge = window.body.grip, window.splitter.grip
    before = window.explanation_panel.height(), window.input_panel.width()

    qtbot.keyClick(grip, Qt.Key.Key_Up)
    qtbot.keyClick(edge, Qt.Key.Key_Left)
    assert window.explanation_panel.height() > before[0]
    assert window.input_panel.width() < before[1]

    for _ in range(100):
        qtbot.keyClick(grip, Qt.Key.Key_Up)
        qtbot.keyClick(edge, Qt.Key.Key_Right)
    QApplication.processEvents()
    for panel in (window.input_panel, window.maps_panel):
        assert panel.height() >= panel.minimumSizeHint().height()
        assert panel.width() >= panel.minimumSizeHint().width()
    assert window.rect().contains(QRect(window.status_panel.mapTo(window, QPoint()), window.status_panel.size()))

    qtbot.keyClick(grip, Qt.Key.Key_Home)
    qtbot.keyClick(edge, Qt.Key.Key_Home)
    assert (window.explanation_panel.height(), window.input_panel.width()) == before


def test_a_larger_kernel_gets_the_height_for_its_numbers(window: MainWindow, qtbot):
    window.show_explanation(True)
    newest_picture(window, qtbot)
    before = window.explanation_panel.height()

    window.store.commit(edits.set_kernel_size(window.store.state, 0, (5, 5)))
    newest_picture(window, qtbot)
    layout = window.explanation_panel.page.view.layout_now

    assert window.explanation_panel.height() > before
    assert layout.extract is None  # which would stand in for cells without numbers
