"""Maps in order: what is shown, selected, marked and drawn on frames follows the map, wherever it lies."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.export.video import Recorder
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.panels.maps_panel.sort_button import ORDERS, SortButton
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.results.standing import MEASURES
from convexplorer.sources import Source
from tests.gui.conftest import OpenWindow, newest_picture
from tests.model.examples import conv_layer

PATIENCE_MS = 20_000


def grid(window: MainWindow) -> TileGrid:
    pane = window.maps_panel.pane
    assert isinstance(pane, TileGrid)
    return pane


def titles(window: MainWindow) -> list[str]:
    return [tile.title for tile in grid(window).tiles]


def center(window: MainWindow, place: int) -> QPoint:
    return grid(window).picture_rect(place).center().toPoint()


def give(window: MainWindow, qtbot: QtBot, *names: str) -> None:
    """Give commands, each when the one before is done."""
    for name in names:
        window.actions_by_name[name].trigger()
        newest_picture(window, qtbot)


def by_numbers(window: MainWindow) -> list[str]:
    """Return the names of all maps as their numbers of now order them."""
    picture = window.bridge.picture
    assert picture is not None
    assert picture.standing is not None
    return [picture.tiles[i].title for i in picture.standing.order]


@pytest.mark.parametrize("measure", [one for one in MEASURES if one != "change"])
def test_a_command_puts_the_maps_in_order_and_tiles_say_by_what(window: MainWindow, qtbot: QtBot, measure: str) -> None:
    before = titles(window)

    give(window, qtbot, f"sort-{measure}")

    assert sorted(titles(window)) == sorted(before)
    assert titles(window) == by_numbers(window)
    standing = window.bridge.picture.standing
    assert [tile.standing for tile in grid(window).tiles] == [standing.text(i) for i in standing.order]
    assert all(tile.tip for tile in grid(window).tiles)

    give(window, qtbot, "sort-number")

    assert titles(window) == before
    assert not any(tile.standing or tile.tip for tile in grid(window).tiles)


def test_the_order_stays_while_weights_change_until_maps_are_sorted_again(window: MainWindow, qtbot: QtBot) -> None:
    give(window, qtbot, "sort-maximum")
    before = window.maps_panel.shown_maps

    window.store.commit(edits.set_planes(window.store.state, 0, before[0], np.zeros((3, 3))))
    newest_picture(window, qtbot)

    assert window.maps_panel.shown_maps == before
    assert grid(window).tiles[0].standing == "max 0"
    give(window, qtbot, "sort-again")
    assert window.maps_panel.shown_maps[-1] == before[0]
    assert titles(window) == by_numbers(window)


def test_a_click_and_the_keys_choose_the_map_that_lies_there(window: MainWindow, qtbot: QtBot) -> None:
    give(window, qtbot, "sort-deviation")
    order = window.bridge.picture.standing.order

    QTest.mouseClick(grid(window), Qt.MouseButton.LeftButton, pos=center(window, 1))
    assert window.selection.view.filter == order[1]
    window.selection.hold(None)  # so that arrows move the selection

    QTest.keyClick(grid(window), Qt.Key.Key_Home)
    assert window.selection.view.filter == order[0]
    QTest.keyClick(grid(window), Qt.Key.Key_End)
    assert window.selection.view.filter == order[-1]
    QTest.keyClick(grid(window), Qt.Key.Key_Left)
    assert window.selection.view.filter == order[-2]

    QTest.mouseClick(
        grid(window), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=center(window, 0)
    )
    assert window.selection.view.partner == order[0]
    assert grid(window)._partner == 0


def test_the_selected_map_stays_selected_where_it_comes_to_lie(window: MainWindow, qtbot: QtBot) -> None:
    window.selection.select(filter=1)
    name = titles(window)[1]

    give(window, qtbot, "sort-mean")

    assert window.selection.view.filter == 1
    assert titles(window)[grid(window)._selected] == name


def test_marks_lie_on_the_map_that_they_are_of(window: MainWindow, qtbot: QtBot) -> None:
    give(window, qtbot, "sort-maximum")
    order = window.bridge.picture.standing.order

    QTest.mouseClick(grid(window), Qt.MouseButton.LeftButton, pos=center(window, 2))
    newest_picture(window, qtbot)

    marked = [place for place in range(len(order)) if grid(window).marks_of(place).marks]
    assert marked == [2]
    assert window.explanation_panel.has_trace


def test_one_map_is_enlarged_and_comes_back_to_its_place(window: MainWindow, qtbot: QtBot) -> None:
    give(window, qtbot, "sort-zeros")
    before = titles(window)

    QTest.mouseDClick(grid(window), Qt.MouseButton.LeftButton, pos=center(window, 2))
    newest_picture(window, qtbot)
    assert titles(window) == [before[2]]

    QTest.mouseDClick(grid(window), Qt.MouseButton.LeftButton, pos=center(window, 0))
    qtbot.waitUntil(lambda: titles(window) == before, timeout=20_000)


def test_similarity_is_to_the_map_that_was_selected_and_that_one_is_first(window: MainWindow, qtbot: QtBot) -> None:
    window.selection.select(filter=2)
    name = titles(window)[2]

    give(window, qtbot, "sort-similarity")
    assert titles(window)[0] == name
    assert name in grid(window).tiles[1].tip

    window.selection.select(filter=0)
    newest_picture(window, qtbot)
    assert titles(window)[0] == name  # no click puts the maps in another order

    give(window, qtbot, "sort-again")
    assert titles(window)[0] == window.bridge.picture.tiles[0].title


def test_change_names_the_map_that_was_edited(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.actions_by_name["sort-change"].isEnabled()
    window.store.commit(edits.set_planes(window.store.state, 0, 1, np.eye(3)))
    newest_picture(window, qtbot)
    assert window.actions_by_name["sort-change"].isEnabled()
    edited = titles(window)[1]

    give(window, qtbot, "sort-change")

    assert titles(window)[0] == edited
    assert [tile.standing for tile in grid(window).tiles][1:] == ["changed 0"] * (len(titles(window)) - 1)


def test_another_layer_is_put_in_order_too(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(edits.add_layer(window.store.state, make_layer("max_pool")))
    give(window, qtbot, "sort-maximum")

    window.selection.select(layer=window.store.state.layers[-1].id)
    newest_picture(window, qtbot)

    assert titles(window) == by_numbers(window)


def test_the_button_in_the_head_offers_every_order_and_says_which_is_in_force(window: MainWindow, qtbot: QtBot) -> None:
    (button,) = window.maps_panel.findChildren(SortButton)
    assert button.isVisible()
    assert not button.isChecked()
    actions = [action for action in button.menu().actions() if not action.isSeparator()]
    assert actions == [window.actions_by_name[name] for name in ORDERS if name]

    give(window, qtbot, "sort-mean")

    assert button.isChecked()
    assert "mean" in button.toolTip()
    assert window.actions_by_name["sort-mean"].isChecked()
    assert not window.actions_by_name["sort-number"].isChecked()


def many_maps(path: Path, count: int = 512) -> Project:
    rng = np.random.default_rng(0)
    filters = tuple(Filter(f"m{i}", rng.normal(size=(1, 3, 3)) * (1 + (37 * i) % count)) for i in range(count))
    return Project(Source("video", str(path)), (conv_layer(filters, id="conv"),))


@pytest.mark.own_window
def test_a_film_draws_the_maps_in_sight_of_the_order_and_no_others(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "film.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    with Recorder(path, 30.0) as recorder:
        for i in range(150):
            recorder.write(np.roll(noise, 8 * i, axis=1))
    window = open_window(many_maps(path))
    window.bridge.player.set_loop(True)
    window.bridge.player.play()  # from the beginning, if it was over before the window was there
    window._screen_watch._lingering.stop()
    window._screen_watch._lingering.timeout.emit()
    qtbot.waitUntil(lambda: window.bridge.glance is not None, timeout=PATIENCE_MS)

    window.actions_by_name["sort-maximum"].trigger()
    qtbot.waitUntil(lambda: titles(window)[0] != "m0", timeout=PATIENCE_MS)
    placed = list(window.maps_panel.shown_maps)
    seen = {placed[place] for place in grid(window).visible}
    qtbot.waitUntil(lambda: drawn(window) == seen, timeout=PATIENCE_MS)

    assert 0 < len(seen) < 200
    assert sorted(placed) == list(range(512))
    assert titles(window)[0] == f"m{placed[0]}"
    assert max(seen) - min(seen) > len(seen)  # they are from anywhere

    # Frames and surveys come, and the order stays.
    for _ in range(2):
        with qtbot.waitSignal(window.bridge.survey_ready, timeout=PATIENCE_MS):
            pass
    assert list(window.maps_panel.shown_maps) == placed


def drawn(window: MainWindow) -> set[int]:
    glance = window.bridge.glance
    return set() if glance is None else {i for i, sight in enumerate(glance.maps) if sight is not None}
