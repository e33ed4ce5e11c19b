"""Typed numbers in the window: cells are typed and painted over the picture, and maps and explanation follow."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.sources.frame import Source
from tests.gui.conftest import newest_picture, picture_of_numbers

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def edge(window, qtbot) -> MainWindow:
    """Return a window that edits six rows of 10 10 10 0 0 0 with the kernel 1 0 −1."""
    window.actions_by_name["example-vertical-edge"].trigger()
    newest_picture(window, qtbot)
    window.actions_by_name["edit-numbers"].trigger()
    assert window.numbers_panel.editor.isVisible()
    return window


def center_of(window: MainWindow, row: int, column: int) -> QPoint:
    return window.numbers_panel.grid.layout_now.cell_rect(row, column).center().toPoint()


def type_number(window: MainWindow, text: str) -> None:
    """Type into the focused cell: the first character opens a field, which takes the others."""
    for character in text:
        QTest.keyClicks(window.focusWidget(), character)
    QTest.keyClick(window.focusWidget(), KEY.Key_Return)


def values_of(window: MainWindow) -> np.ndarray:
    return edits.grid_values(window.store.state)


def test_a_typed_number_is_computed_with_at_once_and_undone_in_one_step(edge, qtbot):
    grid = edge.numbers_panel.grid
    grid.set_focused_cell(2, 1)

    type_number(edge, "7")
    picture = picture_of_numbers(edge, qtbot)

    assert values_of(edge)[0, 2].tolist() == [10, 7, 10, 0, 0, 0]
    assert picture.tiles[0].values[1].tolist() == [0, 27, 30, 0]
    edge.store.undo()
    assert values_of(edge)[0, 2].tolist() == [10, 10, 10, 0, 0, 0]
    assert edge.numbers_panel.is_editing


def test_arrow_keys_walk_and_the_explanation_follows_the_cell(edge, qtbot):
    edge.show_explanation(True)
    grid = edge.numbers_panel.grid
    grid.set_focused_cell(1, 1)

    for key in (KEY.Key_Down, KEY.Key_Right):
        QTest.keyClick(grid, key)

    assert grid.focused_cell == (2, 2)
    assert edge.selection.cursor == (2.5, 2.5)
    qtbot.waitUntil(lambda: "row 1, column 1" in edge.explanation_panel.place_text)


def test_a_drag_paints_the_number_of_the_field_as_one_step(edge, qtbot):
    panel = edge.numbers_panel
    before = edge.store.state
    panel._value.setFocus()
    panel._value.selectAll()
    QTest.keyClicks(panel._value, "5")
    QTest.keyClick(panel._value, KEY.Key_Return)

    QTest.mousePress(panel.grid, LEFT, pos=center_of(edge, 0, 3))
    QTest.mouseMove(panel.grid, center_of(edge, 3, 3))
    QTest.mouseRelease(panel.grid, LEFT, pos=center_of(edge, 3, 3))

    assert values_of(edge)[0, :, 3].tolist() == [5, 5, 5, 5, 0, 0]
    edge.store.undo()
    assert edge.store.state is before


def test_size_and_channels_are_set_beside_the_grid(edge, qtbot):
    panel = edge.numbers_panel
    rows, columns = panel._size._spins

    rows.setValue(4)
    columns.setValue(7)
    panel._count._buttons["3"].click()
    picture = picture_of_numbers(edge, qtbot)

    assert values_of(edge).shape == (3, 4, 7)
    assert values_of(edge)[2, 0].tolist() == [10, 10, 10, 0, 0, 0, 0]
    assert picture.input.shape == (3, 4, 7)
    assert panel._edited.isVisible()


def test_one_channel_is_typed_alone(window, qtbot):
    window.actions_by_name["example-two-filters"].trigger()
    newest_picture(window, qtbot)
    window.actions_by_name["edit-numbers"].trigger()
    panel, before = window.numbers_panel, values_of(window)
    panel._edited._buttons["1"].click()
    panel.grid.set_focused_cell(0, 0)
    panel.grid.setFocus()

    type_number(window, "-2.5")

    assert np.argwhere(values_of(window) != before).tolist() == [[1, 0, 0]]
    assert values_of(window)[1, 0, 0] == -2.5


@pytest.mark.parametrize(
    ("action", "row"),
    [
        ("clear-numbers", [0, 0, 0, 0, 0, 0]),
        ("invert-numbers", [0, 0, 0, 10, 10, 10]),
        ("fill-numbers", [10, 10, 10, 10, 10, 10]),
    ],
)
def test_operations_on_all_numbers(edge, action, row):
    edge.actions_by_name[action].trigger()

    assert values_of(edge)[0].tolist() == [row] * 6


def test_a_new_grid_is_typed_into_and_undo_brings_the_picture_back(window, qtbot):
    before = window.store.state

    window.actions_by_name["numbers"].trigger()
    type_number(window, "3")

    assert values_of(window).shape == (1, 8, 8)
    assert values_of(window).sum() == 3
    window.store.undo()
    window.store.undo()
    assert window.store.state is before
    assert not window.numbers_panel.is_editing
    assert not window.numbers_panel.isVisible()


def test_a_small_picture_becomes_its_own_numbers(window, qtbot):
    shown = newest_picture(window, qtbot).input

    window.actions_by_name["edit-numbers"].trigger()
    picture = picture_of_numbers(window, qtbot)

    np.testing.assert_array_equal(picture.input, shown)
    assert window.numbers_panel.is_editing


def test_a_large_picture_cannot_be_edited_and_says_why(window, qtbot):
    window.store.commit(edits.set_source(window.store.state, Source("sample", "cat")))
    action = window.actions_by_name["edit-numbers"]

    qtbot.waitUntil(lambda: not action.isEnabled())  # the picture before may be computed once more
    assert "at most 4096" in action.toolTip()
    assert not window.actions_by_name["clear-numbers"].isEnabled()


def test_the_grid_has_the_colours_of_the_picture(edge, qtbot):
    tile = picture_of_numbers(edge, qtbot).input_tile

    assert edge.numbers_panel.grid._levels == (tile.levels.low, tile.levels.high) == (0, 10)


def test_the_grid_covers_the_picture_and_follows_its_size(edge):
    canvas = edge.numbers_panel.editor.parentWidget()

    edge.resize(1100, 700)

    assert edge.numbers_panel.editor.geometry() == canvas.rect()
