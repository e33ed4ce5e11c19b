"""Comparing and combining in the real window: two maps, kept settings, another picture, one map of two."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.widgets.color_bar import ColorBar
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.view import BEFORE, SELECTED, Side
from convexplorer.results.picture import Picture
from convexplorer.sources.frame import Frame
from tests.gui.conftest import newest_picture
from tests.gui.hands import choose


def press(window: MainWindow, name: str) -> None:
    action = window.actions_by_name[name]
    assert action.isEnabled(), action.toolTip()
    action.trigger()


def view_of(window: MainWindow) -> CompareView:
    found: CompareView = window.maps_panel.findChild(CompareView)
    return found


def ctrl_click(window: MainWindow, index: int) -> None:
    grid: TileGrid = window.maps_panel.findChild(TileGrid)
    place = grid.picture_rect(index).center().toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, QPoint(place))


def said(window: MainWindow) -> str:
    return view_of(window).accessibleDescription()


def compared(window: MainWindow, qtbot: QtBot) -> Picture:
    picture = newest_picture(window, qtbot)
    assert picture.contrast is not None
    assert [tile.role for tile in picture.tiles] == ["before", "after", "difference"]
    return picture


def test_two_maps_clicked_in_the_bank_are_compared(window: MainWindow, qtbot: QtBot) -> None:
    bank = newest_picture(window, qtbot).tiles
    assert not window.actions_by_name["compare-two"].isEnabled()

    ctrl_click(window, 2)
    assert (window.selection.view.filter, window.selection.view.partner) == (0, 2)
    press(window, "compare-two")

    picture = compared(window, qtbot)
    np.testing.assert_array_equal(picture.tiles[2].values, bank[0].values - bank[2].values)
    assert view_of(window).isVisible()
    assert picture.contrast is not None
    assert picture.contrast.sentence in said(window)


def test_a_second_click_with_control_takes_the_mark_away(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)

    ctrl_click(window, 1)
    ctrl_click(window, 1)

    assert window.selection.view.partner is None
    assert not window.store.can_undo


def test_two_marked_maps_are_combined_into_a_layer(window: MainWindow, qtbot: QtBot) -> None:
    bank = newest_picture(window, qtbot).tiles
    ctrl_click(window, 2)

    press(window, "combine-two")

    picture = newest_picture(window, qtbot)
    layer = window.store.state.layers[-1]
    assert (layer.kind, layer["first"], layer["second"]) == ("combine_maps", 0, 2)
    np.testing.assert_allclose(picture.tiles[0].values, np.hypot(bank[0].values, bank[2].values), rtol=1e-6)
    combos = [window.parameters_panel.form.control(name) for name in ("first", "second")]
    assert [combo.currentText() for combo in combos] == [f"1  {bank[0].title}", f"3  {bank[2].title}"]
    press(window, "undo")
    assert len(window.store.state.layers) == 1


def test_without_a_mark_the_next_map_is_combined_and_one_map_is_not_enough(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    window.selection.select(filter=2)  # the last: it has no next one

    press(window, "combine-two")
    newest_picture(window, qtbot)

    assert (window.store.state.layers[-1]["first"], window.store.state.layers[-1]["second"]) == (1, 2)
    assert not window.actions_by_name["combine-two"].isEnabled()
    assert "no two maps" in window.actions_by_name["combine-two"].toolTip()


def test_before_and_after_an_edit_differ_live(window: MainWindow, qtbot: QtBot) -> None:
    before = newest_picture(window, qtbot).tiles[0].values

    press(window, "keep-reference")
    assert compared(window, qtbot).contrast.is_same
    assert "The same in every cell." in said(window)
    window.store.commit(edits.replace_filter(window.store.state, 0, 0, make_filter("scharr-x")))

    picture = compared(window, qtbot)
    np.testing.assert_array_equal(picture.tiles[0].values, before)
    np.testing.assert_array_equal(picture.tiles[2].values, picture.tiles[1].values - before)
    assert view_of(window)._kernels[2].any()
    press(window, "undo")
    assert compared(window, qtbot).contrast.is_same


def test_stride_1_and_2_are_put_on_common_cells_and_it_is_said(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    press(window, "keep-reference")

    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2), padding="valid"))

    picture = compared(window, qtbot)
    assert picture.tiles[2].values.shape == picture.tiles[1].values.shape
    assert picture.tiles[1].grid != picture.tiles[0].grid
    assert "different sizes" in said(window)


def test_what_was_kept_is_compared_with_another_frame(window: MainWindow, qtbot: QtBot) -> None:
    kept = newest_picture(window, qtbot).tiles[0].values
    press(window, "keep-reference")
    window.selection.select(sides=(Side("kept"), SELECTED))
    image = np.random.default_rng(5).random((3, *kept.shape), np.float32)

    window.bridge._inbox.put_frame(Frame(image, ("R", "G", "B")))
    qtbot.waitUntil(lambda: window.bridge.picture is not None and window.bridge.picture.frame.image is image)

    picture = window.bridge.picture
    assert picture is not None
    np.testing.assert_array_equal(picture.tiles[0].values, kept)
    np.testing.assert_array_equal(picture.tiles[2].values, picture.tiles[1].values - kept)


def test_letting_go_leads_back_to_what_goes_in(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    press(window, "keep-reference")
    compared(window, qtbot)

    press(window, "forget-reference")

    assert (window.selection.view.reference, window.selection.view.sides) == (None, (BEFORE, SELECTED))
    assert compared(window, qtbot).tiles[0].title == "luminance"
    assert not window.actions_by_name["forget-reference"].isEnabled()


def test_each_side_is_chosen_from_all_maps(window: MainWindow, qtbot: QtBot) -> None:
    bank = newest_picture(window, qtbot).tiles
    window.selection.select(mode="compare")
    compared(window, qtbot)
    first, second = view_of(window).choices

    choose(first, first.findText(f"{bank[1].title} · 1", Qt.MatchFlag.MatchStartsWith))
    choose(second, second.findText("picture"))

    picture = compared(window, qtbot)
    np.testing.assert_array_equal(picture.tiles[0].values, bank[1].values)
    assert picture.tiles[1].title == "luminance"
    assert first.currentText().startswith(bank[1].title)
    press(window, "swap-sides")
    assert compared(window, qtbot).tiles[1].title == bank[1].title


def test_the_selected_map_follows_the_selection(window: MainWindow, qtbot: QtBot) -> None:
    window.selection.select(mode="compare")
    compared(window, qtbot)

    window.selection.select(filter=1)

    assert compared(window, qtbot).tiles[1].title == window.store.state.layers[0].filters[1].name
    assert view_of(window).choices[1].currentText().startswith(window.store.state.layers[0].filters[1].name)


@pytest.mark.parametrize("name", ["blink", "swap-sides"])
def test_without_a_comparison_its_commands_say_so(window: MainWindow, qtbot: QtBot, name: str) -> None:
    newest_picture(window, qtbot)

    action = window.actions_by_name[name]

    assert not action.isEnabled()
    assert "No comparison is shown" in action.toolTip()
    window.selection.select(mode="compare")
    assert action.isEnabled()


def test_an_orientation_is_shown_in_hues_and_its_levels_cannot_be_set(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    press(window, "combine-two")
    newest_picture(window, qtbot)
    operation: QComboBox = window.parameters_panel.form.control("operation")

    choose(operation, operation.findData("orientation"))

    (tile,) = newest_picture(window, qtbot).tiles
    assert tile.shade is not None
    panel = window.statistics_panel
    qtbot.waitUntil(lambda: panel._palette.currentData() == "hue")
    assert not panel._palette.isEnabled()
    assert "−180° to 180°" in panel._palette.toolTip()
    bar = window.findChild(ColorBar)
    assert bar is not None
    assert "−180°" in bar.accessibleDescription()
    press(window, "undo")
    newest_picture(window, qtbot)
    qtbot.waitUntil(lambda: panel._palette.currentData() == "signed" and panel._palette.isEnabled())


def test_who_keeps_the_network_stays_with_all_layers(window: MainWindow, qtbot: QtBot) -> None:
    press(window, "network")
    newest_picture(window, qtbot)

    press(window, "keep-reference")

    assert window.selection.view.mode == "network"
    assert window.selection.view.reference is not None
    press(window, "bank")
    newest_picture(window, qtbot)
    press(window, "keep-reference")
    assert window.selection.view.mode == "compare"
