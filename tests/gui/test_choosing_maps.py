"""Whole numbers written by hand: the maps that a layer chooses, counted from 1 as everywhere on screen."""

import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.parameters_panel.ranges import ranges_of, ranges_text
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import newest_picture
from tests.gui.hands import write
from tests.gui.test_every_kind import add, report, selected


def test_maps_are_chosen_by_their_numbers_and_keep_their_names(window: MainWindow, qtbot: QtBot) -> None:
    before = newest_picture(window, qtbot)
    add(window, "select_maps", qtbot)
    field = window.parameters_panel.form.control("indices")
    assert field.text() == "1"

    write(field, "3, 1–2")

    picture = newest_picture(window, qtbot)
    assert selected(window)["indices"] == (2, 0, 1)
    titles = [tile.title for tile in before.tiles]
    assert [tile.title for tile in picture.tiles] == [titles[2], titles[0], titles[1]]
    assert field.text() == "3, 1, 2"


@pytest.mark.parametrize("text", ["", "one", "0", "2,,x", "-1"])
def test_what_is_no_list_of_maps_changes_nothing(window: MainWindow, qtbot: QtBot, text: str) -> None:
    add(window, "select_maps", qtbot)
    before, field = window.store.state, window.parameters_panel.form.control("indices")

    write(field, text)

    assert window.store.state is before
    assert field.text() == "1"


def test_a_map_that_is_not_there_is_told_at_the_layer(window: MainWindow, qtbot: QtBot) -> None:
    add(window, "select_maps", qtbot)

    write(window.parameters_panel.form.control("indices"), "99")

    assert "indices must be among the input's 3 maps" in report(newest_picture(window, qtbot), selected(window)).error


@pytest.mark.parametrize("numbers", [[0], [3, 2, 1], [0, 1, 2, 3], [5, 7, 8, 9, 9, 1], [-1, 4]])
def test_numbers_come_back_from_their_text(numbers: list[int]) -> None:
    assert ranges_of(ranges_text(numbers)) == numbers
