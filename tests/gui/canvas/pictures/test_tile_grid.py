"""The bank of maps: selecting, opening, walking, scrolling, and what is painted."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from tests.gui.canvas import helpers


@pytest.fixture
def grid(qtbot):
    view = Viewport()
    view.set_extent(40, 60)
    view.fit()
    grid = TileGrid(view)
    qtbot.addWidget(grid)
    grid.resize(640, 560)
    grid.set_tiles([helpers.tile(title=f"map {i}") for i in range(8)])
    grid.show()
    return grid


def test_every_tile_shows_its_whole_picture(grid):
    grid.set_tiles([replace(helpers.tile(title=""), subtitle="") for _ in range(8)])  # no label over it
    shown, picture = helpers.pixels(grid), helpers.numbered_image(40, 60).astype(int)

    for index in range(8):
        rect = grid.picture_rect(index).toRect()
        found = shown[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1].astype(int)
        rows = ((np.arange(found.shape[0]) + 0.5) * 40 / found.shape[0]).astype(int)
        columns = ((np.arange(found.shape[1]) + 0.5) * 60 / found.shape[1]).astype(int)
        is_equal = (found == picture[rows][:, columns]).all(axis=2)
        assert is_equal.mean() > 0.95
        assert is_equal[2, 2]
        assert is_equal[-3, -3]


def test_a_click_selects(grid, qtbot):
    with qtbot.waitSignal(grid.selected) as selected:
        helpers.click(grid, grid.picture_rect(4).center())

    assert selected.args == [4]
    edge = grid.picture_rect(4).center()
    edge.setX(grid.picture_rect(4).left() - 1)
    assert helpers.rgb_at(grid, edge) == theme.colors().accent.getRgb()[:3]


def test_a_click_on_a_caption_selects_too(grid, qtbot):
    assert not grid.layout_now.is_overlaid

    with qtbot.waitSignal(grid.selected) as selected:
        helpers.click(grid, grid.picture_rect(3).topLeft() + QPointF(20, -15))

    assert selected.args == [3]


def test_a_double_click_opens(grid, qtbot):
    with qtbot.waitSignal(grid.opened) as opened:
        helpers.double_click(grid, grid.picture_rect(5).center())

    assert opened.args == [5]


def test_panning_does_not_select(grid, qtbot):
    grid.viewport.zoom_at(8, (20, 30))
    start = grid.picture_rect(4).center()

    with qtbot.assertNotEmitted(grid.selected):
        helpers.drag(grid, [start, start + QPointF(15, 0), start + QPointF(30, 10)])


def test_keys_walk_over_the_tiles(grid, qtbot):
    columns = grid.layout_now.columns
    seen = []
    grid.selected.connect(seen.append)

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(grid, key)

    assert seen == [1, 1 + columns, columns, 0, 7, 0]


def test_keys_stop_at_the_first_and_the_last_tile(grid, qtbot):
    with qtbot.assertNotEmitted(grid.selected):
        qtbot.keyClick(grid, Qt.Key.Key_Left)
        qtbot.keyClick(grid, Qt.Key.Key_Up)
        qtbot.keyClick(grid, Qt.Key.Key_Home)


def test_enter_opens_the_selected_tile(grid, qtbot):
    grid.set_selected(6)

    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.keyClick(grid, Qt.Key.Key_Return)

    assert opened.args == [6]


def test_control_and_arrows_move_the_cursor(grid, qtbot):
    grid.set_cursor((5.5, 5.5))

    with qtbot.waitSignal(grid.pointed) as pointed:
        qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)

    assert pointed.args == [(5.5, 6.5)]


def test_hovering_one_tile_marks_the_same_place_in_all(grid, qtbot):
    before = helpers.pixels(grid).astype(int)
    rect = grid.picture_rect(2)
    position = rect.topLeft() + QPointF(rect.width() / 4, rect.height() / 2)

    with qtbot.waitSignal(grid.pointed) as pointed:
        helpers.move(grid, position)

    assert pointed.args[0] == pytest.approx((20, 15), abs=0.2)
    changed = np.abs(helpers.pixels(grid) - before).max(axis=2) > 0
    offset = position - rect.topLeft()
    for index in range(8):
        spot = (grid.picture_rect(index).topLeft() + offset).toPoint()
        assert changed[spot.y() - 12 : spot.y() + 12, spot.x() - 12 : spot.x() + 12].any()


def test_between_the_tiles_nothing_is_pointed_at(grid):
    assert grid.projection_at(QPointF(1, 1)) is None


def test_the_wheel_zooms_all_tiles_at_the_mouse(grid):
    position = grid.picture_rect(4).center() + QPointF(10, 5)
    before = grid.projection_at(position).to_input(position)

    helpers.wheel(grid, position, 120)

    assert grid.viewport.zoom == pytest.approx(1.25)
    assert grid.projection_at(position).to_input(position) == pytest.approx(before)


@pytest.fixture
def many(grid):
    grid.set_tiles([helpers.tile(title=f"map {i}") for i in range(64)])
    return grid


def test_walking_scrolls_the_selected_tile_into_sight(many, qtbot):
    assert not many.rect().contains(many.picture_rect(63).toRect())

    qtbot.keyClick(many, Qt.Key.Key_End)

    assert many.rect().contains(many.picture_rect(63).toRect())


def test_page_down_goes_a_page(many, qtbot):
    qtbot.keyClick(many, Qt.Key.Key_PageDown)
    first = many.picture_rect(0)

    qtbot.keyClick(many, Qt.Key.Key_PageDown)

    assert many.picture_rect(0).top() < first.top()


def test_the_wheel_with_shift_scrolls(many):
    zoom, top = many.viewport.zoom, many.picture_rect(0).top()

    helpers.wheel(many, many.picture_rect(0).center(), -120, Qt.KeyboardModifier.ShiftModifier)

    assert many.picture_rect(0).top() < top
    assert many.viewport.zoom == zoom


def test_new_pictures_keep_scroll_selection_zoom_and_cursor(many, qtbot):
    many.viewport.zoom_at(3, (20, 30))
    many.set_cursor((20.5, 30.5))
    qtbot.keyClick(many, Qt.Key.Key_End)
    top = many.picture_rect(63).top()

    many.set_tiles([helpers.tile(title=f"map {i}", loss="0.4 % clipped", short_loss="0.4 %") for i in range(64)])

    assert many.picture_rect(63).top() == top
    assert many.viewport.zoom == 3
    assert many.cursor_place == (20.5, 30.5)


def test_labels_keep_still_while_ranges_change(qtbot):
    view = Viewport()
    view.set_extent(50, 50)
    view.fit()
    grid = TileGrid(view)
    qtbot.addWidget(grid)
    grid.resize(400, 400)
    tiles = [helpers.tile(50, 50) for _ in range(9)]
    grid.set_tiles([replace(tile, subtitle="−1.25 … 1.25") for tile in tiles])
    assert grid.layout_now.is_overlaid
    rect = grid.picture_rect(4).toRect()
    before = helpers.pixels(grid)

    grid.set_tiles([replace(tile, subtitle="−1 … 1") for tile in tiles])

    changed = np.abs(helpers.pixels(grid).astype(int) - before).max(axis=2) > 0
    inside = changed[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
    assert inside[-18:].any()
    assert not inside[:-18].any()
    assert grid.picture_rect(4).toRect() == rect


def test_a_name_that_had_to_be_cut_is_told_by_a_tip(grid):
    long = "a-name-that-is-much-longer-than-any-tile-could-ever-be-wide"
    grid.set_tiles([helpers.tile(title=long)] + [helpers.tile() for _ in range(7)])

    position = grid.picture_rect(0).center().toPoint()
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, position, grid.mapToGlobal(position)))

    assert QToolTip.text() == grid.tip_at(position.toPointF())
    assert QToolTip.text().startswith(long)
    QToolTip.hideText()


def test_a_name_that_fits_needs_no_tip(grid):
    assert grid.tip_at(grid.picture_rect(0).center()) == ""


def test_the_kernel_is_painted_beside_the_name(grid):
    weights = to_qimage(np.array([[[9, 200, 30], [200, 9, 90]]], np.uint8))

    grid.set_tiles([helpers.tile(thumbnail=weights)])

    shown = helpers.pixels(grid)
    assert (shown == (9, 200, 30)).all(axis=2).sum() > 100
    assert (shown == (200, 9, 90)).all(axis=2).sum() > 100


def test_clipping_is_said_on_the_tile(grid):
    without = helpers.pixels(grid)

    grid.set_tiles(
        [
            helpers.tile(title=f"map {i}", loss="0.4 % clipped" if i == 2 else "", short_loss="0.4 %" if i == 2 else "")
            for i in range(8)
        ]
    )

    changed = np.abs(helpers.pixels(grid).astype(int) - without).max(axis=2) > 0
    columns = np.flatnonzero(changed.any(axis=0))
    rect = grid.picture_rect(2)
    assert changed.any()
    assert columns.min() >= rect.left()
    assert columns.max() <= rect.right()


def test_the_selected_map_is_told_to_assistive_technology(grid):
    grid.set_selected(2)

    name = QAccessible.queryAccessibleInterface(grid).text(QAccessible.Text.Name)

    assert name == "Feature maps: map 2, 3 of 8"


@pytest.mark.parametrize(
    ("reason", "color"), [(Qt.FocusReason.TabFocusReason, "accent"), (Qt.FocusReason.MouseFocusReason, "panel")]
)
def test_the_focus_is_shown_when_it_came_by_a_key(grid, reason, color):
    QApplication.sendEvent(grid, QFocusEvent(QEvent.Type.FocusIn, reason))

    assert helpers.rgb_at(grid, QPointF(0, 280)) == getattr(theme.colors(), color).getRgb()[:3]


def test_a_theme_switch_repaints(grid, qtbot):
    theme.apply_theme(QApplication.instance(), "dark")
    try:
        assert helpers.rgb_at(grid, QPointF(1, 1)) == theme.colors(True).panel.getRgb()[:3]
    finally:
        theme.apply_theme(QApplication.instance(), "light")


def test_a_grid_without_tiles_paints_and_answers(grid, qtbot):
    grid.set_tiles([])

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_End):
        qtbot.keyClick(grid, key)
    helpers.click(grid, QPointF(100, 100))

    assert grid.index_at(QPointF(100, 100)) is None
    assert helpers.rgb_at(grid, QPointF(300, 200)) == theme.colors().panel.getRgb()[:3]


def test_fewer_tiles_than_the_selection_are_fine(grid):
    grid.set_selected(7)

    grid.set_tiles([helpers.tile()])

    assert helpers.pixels(grid).any()
    assert grid.main_projection().scale > 0


def test_the_reduction_counts_the_map_s_own_cells(grid):
    grid.viewport.set_extent(4000, 6000)
    fine = grid.reduction

    grid.set_tiles([helpers.tile(grid=Grid(jump=(4, 4))) for _ in range(8)])

    assert fine >= 8
    assert grid.reduction == fine // 4


def test_nothing_is_lost_when_the_widget_is_tiny(grid):
    grid.resize(20, 20)

    assert helpers.pixels(grid).size
