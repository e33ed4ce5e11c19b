"""The maps pane: the three ways of looking, selecting, enlarging, reading values."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.layers import Activation
from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.model import edits
from convexplorer.model.default import new_layer
from convexplorer.words import number
from tests.gui.panels.conftest import Bench
from tests.model.examples import add_pool


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> MapsPanel:
    viewport = Viewport()
    viewport.set_extent(*bench.frame.image.shape[-2:])
    found = MapsPanel(bench.context, viewport)
    qtbot.addWidget(found)
    found.resize(700, 600)
    bench.put(found)
    found.show()
    bench.compute()
    return found


def pane_of(panel: MapsPanel) -> PicturePane:
    return panel.findChild(QStackedWidget).currentWidget()


def grid_of(panel: MapsPanel) -> TileGrid:
    return panel.findChild(TileGrid)


def center_of(grid: TileGrid, index: int):
    return grid.picture_rect(index).center().toPoint()


def look(bench: Bench, mode: str) -> None:
    bench.context.selection.select(mode=mode)
    bench.compute()


def test_the_bank_shows_one_tile_a_filter(panel, bench):
    assert isinstance(pane_of(panel), TileGrid)
    assert [tile.title for tile in grid_of(panel).tiles] == [one.name for one in bench.layer().filters]
    assert all(tile.thumbnail is not None for tile in grid_of(panel).tiles)


@pytest.mark.parametrize(("activation", "count"), [("linear", 5), ("relu", 6)])
def test_per_channel_shows_an_equation(panel, bench, activation, count):
    bench.context.store.commit(edits.set_layer(bench.state, 0, activation=Activation(activation)))
    look(bench, "channels")

    assert isinstance(pane_of(panel), EquationView)
    said = pane_of(panel).accessibleDescription().split("; ")
    assert len(said) == count
    assert [part.split(":")[0] for part in said[:4]] == ["R", "G", "B", "sum"]


def test_enlarging_shows_one_channel_of_the_equation_and_again_all(panel, bench):
    look(bench, "channels")
    QCursor.setPos(panel.mapToGlobal(QPoint(-50, -50)))

    panel.toggle_enlarged()
    alone = pane_of(panel).alone
    bench.compute()  # a live source goes on

    assert alone == pane_of(panel).alone == 4  # the result, where the mouse is over none

    panel.toggle_enlarged()

    assert pane_of(panel).alone is None


def test_compare_shows_before_and_after(panel, bench):
    look(bench, "compare")

    assert isinstance(pane_of(panel), CompareView)


def test_a_pooled_layer_has_no_equation_and_shows_tiles(panel, bench):
    bench.context.store.commit(add_pool(bench.state, 0))
    bench.context.selection.select(layer="max_pool")
    look(bench, "channels")

    assert isinstance(pane_of(panel), TileGrid)
    assert grid_of(panel).tiles


def test_a_result_for_another_way_of_looking_is_not_shown(panel, bench):
    for_the_bank = bench.compute()
    look(bench, "compare")

    panel.show_picture(for_the_bank)

    assert isinstance(pane_of(panel), CompareView)


def test_the_choice_at_the_top_follows_and_leads(panel, bench, qtbot):
    choice = panel.findChild(Segmented)

    qtbot.keyClick(choice, Qt.Key.Key_Right)
    assert bench.context.selection.view.mode == "channels"

    bench.context.selection.select(mode="compare")
    assert choice.value == "compare"


def test_a_click_selects_and_no_edit_is_made(panel, bench, qtbot):
    qtbot.mouseClick(grid_of(panel), Qt.MouseButton.LeftButton, pos=center_of(grid_of(panel), 4))

    assert bench.context.selection.view.filter == 4
    assert not bench.context.store.can_undo


def test_a_double_click_enlarges_one_map_and_another_one_leads_back(panel, qtbot, bench):
    grid = grid_of(panel)

    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=center_of(grid, 5))
    assert [tile.title for tile in grid.tiles] == [bench.filter(5).name]

    qtbot.mouseDClick(grid, Qt.MouseButton.LeftButton, pos=center_of(grid, 0))
    assert len(grid.tiles) == 8
    assert bench.context.selection.view.filter == 5


def test_escape_leads_back_from_one_map_to_all(panel, qtbot):
    panel.toggle_enlarged()
    assert len(grid_of(panel).tiles) == 1

    qtbot.keyClick(grid_of(panel), Qt.Key.Key_Escape)

    assert len(grid_of(panel).tiles) == 8


def test_an_enlarged_map_follows_the_selection(panel, bench):
    panel.toggle_enlarged()

    bench.context.selection.select(filter=3)

    assert [tile.title for tile in grid_of(panel).tiles] == [bench.filter(3).name]


def test_every_tile_reads_its_value_under_the_one_cursor(panel, bench):
    bench.context.store.commit(edits.set_layer(bench.state, 0, strides=(2, 2), padding="valid"))
    picture = bench.compute()

    bench.context.selection.point_at((9.5, 7.5))

    i, j = picture.tiles[0].grid.cell_at((9.5, 7.5))
    assert (i, j) == (4, 3)
    assert [view.subtitle for view in grid_of(panel).tiles] == [
        f"= {number(float(tile.values[i, j]))}" for tile in picture.tiles
    ]
    bench.context.selection.point_at(None)
    assert all("…" in view.subtitle for view in grid_of(panel).tiles)


def test_the_mouse_over_a_map_points_at_the_same_place_of_the_input(panel, bench, qtbot):
    grid = grid_of(panel)
    bench.context.store.commit(edits.set_layer(bench.state, 0, strides=(2, 2)))
    bench.compute()
    projection = grid.projection_at(QPointF(center_of(grid, 2)))

    qtbot.mouseMove(grid, projection.to_screen(5.5, 13.5).toPoint())

    assert bench.context.selection.cursor == pytest.approx((5.5, 13.5), abs=0.5)


def test_the_cursor_is_marked_in_a_pane_that_comes_later(panel, bench):
    bench.context.selection.point_at((3.5, 4.5))

    look(bench, "compare")

    assert pane_of(panel).cursor_place == (3.5, 4.5)


def test_a_layer_that_cannot_be_computed_says_why_beside_the_maps(panel, bench):
    picture = bench.compute()
    broken = replace(picture.layers[0], error="Kernel 7 with dilation 3 spans 19, the input has 16 rows.")

    panel.show_picture(replace(picture, layers=(broken,)))
    said = [label.text() for label in panel.findChildren(QLabel)]
    assert "Kernel 7 with dilation 3 spans 19, the input has 16 rows." in said

    panel.show_picture(picture)
    assert not any("spans 19" in label.text() for label in panel.findChildren(QLabel))


def test_a_sentence_about_the_picture_does_not_make_the_pane_wider(panel, bench):
    picture = bench.compute()

    panel.show_picture(replace(picture, note="preview at 1/4 size: " + "the picture is very large, " * 20))

    assert panel.minimumSizeHint().width() <= 700


def test_a_sentence_about_the_picture_takes_the_place_of_the_title(panel, bench):
    title = next(label for label in panel.findChildren(QLabel) if label.text() == "Feature maps")
    picture = bench.compute()
    assert title.isVisible()

    panel.show_picture(replace(picture, note="preview at 1/4 size"))
    assert not title.isVisible()

    panel.show_picture(picture)
    assert title.isVisible()


def test_small_tiles_ask_for_reduced_maps_and_large_ones_for_whole_ones(bench, qtbot):
    viewport = Viewport()
    viewport.set_extent(2000, 2000)
    panel = MapsPanel(bench.context, viewport)
    qtbot.addWidget(panel)
    panel.resize(600, 600)
    bench.put(panel)
    panel.show()
    bench.compute()
    small = bench.context.selection.view.reduction
    assert small >= 4

    viewport.zoom_at(50.0, (1000.0, 1000.0))

    assert bench.context.selection.view.reduction == 1


def add_dense(panel: MapsPanel, bench: Bench, units: int) -> None:
    """Add a global pool and a dense layer, and look at the cells of its scores."""
    panel.toggle_bars()
    for kind in ("global_average_pool", "dense"):
        state = bench.state
        layer = new_layer(kind, state, len(state.layers))
        layer = layer.with_settings(units=units) if kind == "dense" else layer
        bench.context.store.commit(edits.add_layer(state, layer, len(state.layers)))
    bench.context.selection.select(layer="dense")
    bench.compute()


def test_of_the_scores_of_classes_the_largest_is_named(panel, bench):
    add_dense(panel, bench, 5)
    tiles = grid_of(panel).tiles

    named = [tile.title for tile in tiles if tile.subtitle.endswith("the largest")]

    largest = max(tiles, key=lambda tile: float(tile.values.max()))
    assert named == [largest.title]
    assert largest.subtitle == f"{number(float(largest.values.max()))} · the largest"


def test_cells_that_hold_no_value_are_not_drawn(panel, bench):
    add_dense(panel, bench, 67)  # a prime: nine columns, and five cells left over
    (tile,) = grid_of(panel).tiles
    nothing = theme.colors().panel.rgb()

    drawn = [[tile.image.pixel(column, row) for column in range(9)] for row in range(8)]

    assert [color == nothing for color in drawn[7]] == [False] * 4 + [True] * 5
    assert "not finite" not in tile.loss
