"""Favourites in the window: a row below the maps that stays while layers change, and leads to each of them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.favourite_strip import FavouriteStrip
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.view import Favourite
from tests.gui.conftest import newest_picture


def strip(window: MainWindow) -> FavouriteStrip:
    (found,) = window.maps_panel.findChildren(FavouriteStrip)
    return found


def ids(window: MainWindow) -> list[str]:
    return [layer.id for layer in window.store.state.layers]


def keep(window: MainWindow, qtbot: QtBot, layer: str, number: int) -> Favourite:
    """Select a map and make it a favourite."""
    window.selection.select(layer=layer, filter=number)
    newest_picture(window, qtbot)
    window.actions_by_name["favourite"].trigger()
    shown = Favourite(layer, number)
    qtbot.waitUntil(lambda: shown in [one.favourite for one in strip(window).sights])
    return shown


def with_pool(window: MainWindow, qtbot: QtBot) -> tuple[str, str]:
    window.store.commit(edits.add_layer(window.store.state, make_layer("max_pool")))
    newest_picture(window, qtbot)
    first, *_, last = ids(window)
    return first, last


def test_maps_of_several_layers_stand_in_a_row_with_their_names(window: MainWindow, qtbot: QtBot) -> None:
    assert strip(window).isHidden()
    first, last = with_pool(window, qtbot)

    kept = [keep(window, qtbot, first, 1), keep(window, qtbot, last, 2)]

    assert strip(window).isVisible()
    assert [one.favourite for one in strip(window).sights] == kept
    assert all(one.pixels is not None for one in strip(window).sights)
    titles = [tile.title for tile in newest_picture(window, qtbot).tiles]
    assert strip(window).sights[1].name == titles[2]
    assert strip(window).sights[1].layer == window.store.state.layers[-1].title


def test_a_click_goes_to_the_map_and_its_layer(window: MainWindow, qtbot: QtBot) -> None:
    first, last = with_pool(window, qtbot)
    kept = keep(window, qtbot, first, 1)
    keep(window, qtbot, last, 0)

    QTest.mouseClick(strip(window), Qt.MouseButton.LeftButton, pos=strip(window).rect_of(0).center().toPoint())

    view = window.selection.view
    assert (view.layer, view.filter) == (kept.layer, kept.map)
    assert window.actions_by_name["favourite"].isChecked()
    QTest.keyClick(strip(window), Qt.Key.Key_Right)
    assert (window.selection.view.layer, window.selection.view.filter) == (last, 0)


def test_an_edit_of_the_first_layer_is_seen_in_the_favourite_of_the_last(window: MainWindow, qtbot: QtBot) -> None:
    first, last = with_pool(window, qtbot)
    keep(window, qtbot, last, 1)
    window.selection.select(layer=first)
    newest_picture(window, qtbot)
    before = strip(window).sights[0].pixels.copy()

    window.store.commit(edits.set_weight(window.store.state, 0, 1, None, 0, 0, 5.0))
    newest_picture(window, qtbot)

    assert (strip(window).sights[0].pixels != before).any()


def test_the_command_lets_a_map_go_and_the_row_with_the_last(window: MainWindow, qtbot: QtBot) -> None:
    height = window.maps_panel.pane.height()
    keep(window, qtbot, ids(window)[0], 1)
    assert window.maps_panel.pane.height() < height

    window.actions_by_name["favourite"].trigger()
    newest_picture(window, qtbot)

    assert window.selection.view.favourites == ()
    assert strip(window).isHidden()
    qtbot.waitUntil(lambda: window.maps_panel.pane.height() == height)


def test_a_layer_that_goes_takes_its_favourites_and_brings_them_back(window: MainWindow, qtbot: QtBot) -> None:
    _, last = with_pool(window, qtbot)
    kept = keep(window, qtbot, last, 1)

    window.store.commit(edits.remove_layer(window.store.state, len(ids(window)) - 1))
    newest_picture(window, qtbot)
    assert strip(window).isHidden()
    assert strip(window).sights == ()

    window.store.undo()
    newest_picture(window, qtbot)
    qtbot.waitUntil(lambda: [one.favourite for one in strip(window).sights] == [kept])
    assert strip(window).isVisible()


def test_the_maps_keep_clear_of_what_lies_over_their_corner(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.maps_panel.pane
    assert isinstance(grid, TileGrid)

    keep(window, qtbot, ids(window)[0], 0)
    window.splitter.divide()

    pane = window.input_panel
    corner = pane.rect().translated(pane.mapTo(window, pane.rect().topLeft()))
    for number in range(len(grid.tiles)):
        tile = grid.picture_rect(number).toAlignedRect()
        assert not corner.intersects(tile.translated(grid.mapTo(window, grid.rect().topLeft())))
