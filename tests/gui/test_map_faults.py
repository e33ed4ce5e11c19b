"""Maps that say nothing of their own: their tiles tell it, the head counts them, and a command steps to them."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.panels.maps_panel.fault_button import FaultButton
from convexplorer.gui.panels.maps_panel.sort_button import SortButton
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from tests.gui.conftest import newest_picture

SOBEL = np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
BANK = (
    Filter("one", SOBEL),
    Filter("dead", SOBEL * 0),
    Filter("other", np.swapaxes(SOBEL, 1, 2)),
    Filter("twin", SOBEL * 2),
    Filter("again", SOBEL),
)


@pytest.fixture
def faulty(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return a window on a bank of five maps, of which one is dead and two are others again."""
    window.store.commit(edits.set_filters(window.store.state, 0, BANK))
    newest_picture(window, qtbot)
    return window


def grid(window: MainWindow) -> TileGrid:
    pane = window.maps_panel.pane
    assert isinstance(pane, TileGrid)
    return pane


def sort_button(window: MainWindow) -> SortButton:
    (found,) = window.maps_panel.findChildren(SortButton)
    return found


def button(window: MainWindow) -> FaultButton:
    (found,) = window.maps_panel.findChildren(FaultButton)
    return found


def test_tiles_tell_what_is_the_matter_and_how_it_was_judged(faulty: MainWindow) -> None:
    tiles = grid(faulty).tiles

    assert [tile.badges[:1] for tile in tiles] == [(), ("dead",), (), ("∝ one",), ("= one",)]
    tip = grid(faulty).tip_at(QPointF(grid(faulty).picture_rect(3).center()))
    assert "Duplicate: it is 2 times “one” in every cell, but for rounding. Judged on this picture alone." in tip
    assert grid(faulty).tip_at(QPointF(grid(faulty).picture_rect(0).center())) == ""


def test_the_head_counts_them_and_a_click_steps_to_each(faulty: MainWindow) -> None:
    button(faulty).set_room(2000)
    assert button(faulty).isVisible()
    assert button(faulty).text() == "1 dead, 2 duplicates"

    stepped = []
    for _ in range(4):
        QTest.mouseClick(button(faulty), Qt.MouseButton.LeftButton)
        stepped.append(faulty.selection.view.filter)
    assert stepped == [1, 3, 4, 1]


def test_steps_follow_the_order_in_which_maps_lie(faulty: MainWindow, qtbot: QtBot) -> None:
    faulty.actions_by_name["sort-maximum"].trigger()
    picture = newest_picture(faulty, qtbot)
    assert picture.standing is not None
    order = picture.standing.order
    faulty.selection.select(filter=order[0])
    expected = [i for i in order if picture.faults[i] is not None]
    expected = expected[1:] + expected[:1] if expected[0] == order[0] else expected

    stepped = []
    for _ in expected:
        faulty.actions_by_name["next-fault"].trigger()
        stepped.append(faulty.selection.view.filter)

    assert stepped == expected
    assert sum(bool(tile.badges and tile.standing) for tile in grid(faulty).tiles) == 3


def test_where_nothing_is_the_matter_nothing_is_said(faulty: MainWindow, qtbot: QtBot) -> None:
    faulty.store.commit(edits.set_filters(faulty.store.state, 0, BANK[:1] + BANK[2:3]))
    newest_picture(faulty, qtbot)

    button(faulty).set_room(2000)
    assert not button(faulty).isVisible()
    assert "dead" not in sort_button(faulty).toolTip()
    assert not any(tile.badges or tile.tip for tile in grid(faulty).tiles)
    assert not faulty.actions_by_name["next-fault"].isEnabled()

    faulty.store.undo()
    newest_picture(faulty, qtbot)
    button(faulty).set_room(2000)
    assert button(faulty).isVisible()
    assert faulty.actions_by_name["next-fault"].isEnabled()


def test_a_narrow_head_says_it_without_taking_room(faulty: MainWindow, qtbot: QtBot) -> None:
    button(faulty).set_room(300)

    assert not button(faulty).isVisible()
    assert "1 dead, 2 duplicates" in sort_button(faulty).toolTip()
    assert faulty.actions_by_name["next-fault"] in sort_button(faulty).menu().actions()
    narrow = faulty.maps_panel.minimumSizeHint().width()
    faulty.store.undo()
    newest_picture(faulty, qtbot)
    assert faulty.maps_panel.minimumSizeHint().width() == narrow
