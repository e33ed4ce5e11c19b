"""The input pane: what it shows, and what the mouse and the keys do to it."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from tests.gui.canvas import helpers


@pytest.fixture
def canvas(qtbot):
    view = Viewport()
    view.set_extent(40, 60)
    view.fit()
    canvas = ImageCanvas(view)
    qtbot.addWidget(canvas)
    canvas.resize(602, 602)
    canvas.set_image(helpers.numbered_image(40, 60))
    canvas.show()
    return canvas


def test_the_whole_picture_is_shown_and_not_a_corner(canvas):
    picture = helpers.numbered_image(40, 60)
    projection = canvas.main_projection()

    for row, column in [(0, 0), (0, 59), (39, 0), (39, 59), (20, 30)]:
        assert helpers.rgb_at(canvas, projection.to_screen(row + 0.3, column + 0.3)) == tuple(picture[row, column])


def test_every_pixel_covers_exactly_its_square(canvas):
    shown = helpers.pixels(canvas)[101:501, 1:601]

    # At ten screen pixels a cell no grid is drawn yet.
    np.testing.assert_array_equal(shown, helpers.numbered_image(40, 60).repeat(10, axis=0).repeat(10, axis=1))


def test_the_rest_of_the_pane_has_the_panel_s_colour(canvas):
    panel = theme.colors().panel

    assert helpers.rgb_at(canvas, QPointF(300, 50)) == panel.getRgb()[:3]
    assert helpers.rgb_at(canvas, QPointF(300, 550)) == panel.getRgb()[:3]


def test_a_map_of_stride_two_is_drawn_in_large_cells_at_its_place(canvas):
    cells = np.array([[0, 255], [255, 0]], np.uint8)

    canvas.set_image(to_qimage(cells), grid=Grid((10.5, 10.5), (2, 2)))

    projection = canvas.main_projection()
    assert helpers.rgb_at(canvas, projection.to_screen(9.6, 9.6)) == (0, 0, 0)
    assert helpers.rgb_at(canvas, projection.to_screen(9.6, 13.3)) == (255, 255, 255)
    assert helpers.rgb_at(canvas, projection.to_screen(8, 8)) == theme.colors().panel.getRgb()[:3]


def test_pointing_gives_the_place_in_input_coordinates(canvas, qtbot):
    with qtbot.waitSignal(canvas.pointed) as pointed:
        helpers.move(canvas, QPointF(1 + 255, 101 + 125))

    assert pointed.args[0] == pytest.approx((12.5, 25.5))


def test_pointing_beside_the_picture_is_pointing_at_nothing(canvas, qtbot):
    helpers.move(canvas, QPointF(300, 300))

    with qtbot.waitSignal(canvas.pointed) as pointed:
        helpers.move(canvas, QPointF(300, 20))

    assert pointed.args == [None]


def test_leaving_points_at_nothing(canvas, qtbot):
    helpers.move(canvas, QPointF(300, 300))

    with qtbot.waitSignal(canvas.pointed) as pointed:
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))

    assert pointed.args == [None]


def test_the_wheel_zooms_at_the_mouse(canvas):
    position = QPointF(101, 201)
    before = canvas.main_projection().to_input(position)

    helpers.wheel(canvas, position, 120)

    assert canvas.viewport.zoom == pytest.approx(1.25)
    assert canvas.main_projection().to_input(position) == pytest.approx(before)


def test_dragging_moves_the_picture_with_the_mouse(canvas, qtbot):
    canvas.viewport.zoom_at(8, (20, 30))
    start = QPointF(300, 300)
    place = canvas.main_projection().to_input(start)

    with qtbot.assertNotEmitted(canvas.clicked):
        helpers.drag(canvas, [start, start + QPointF(20, 10), start + QPointF(60, -40)])

    assert canvas.main_projection().to_input(start + QPointF(60, -40)) == pytest.approx(place)


def test_the_middle_button_drags_too(canvas):
    canvas.viewport.zoom_at(8, (20, 30))
    before = canvas.viewport.center

    helpers.drag(canvas, [QPointF(300, 300), QPointF(340, 300)], Qt.MouseButton.MiddleButton)

    assert canvas.viewport.center[1] < before[1]


def test_a_click_tells_its_place(canvas, qtbot):
    with qtbot.waitSignal(canvas.clicked) as clicked:
        helpers.click(canvas, QPointF(1 + 55, 101 + 15))

    assert clicked.args == pytest.approx([1.5, 5.5])


def test_a_double_click_tells_its_place_once(canvas, qtbot):
    clicks = []
    canvas.clicked.connect(lambda *place: clicks.append(place))

    with qtbot.waitSignal(canvas.double_clicked) as double_clicked:
        helpers.double_click(canvas, QPointF(1 + 55, 101 + 15))

    assert double_clicked.args == pytest.approx([1.5, 5.5])
    assert len(clicks) == 1


def test_keys_zoom_and_fit(canvas, qtbot):
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.viewport.zoom == pytest.approx(1.25**2)

    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.viewport.zoom == pytest.approx(1.25)

    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.viewport.zoom == 1


def test_arrows_move_the_cursor_by_one_pixel_and_stop_at_the_border(canvas, qtbot):
    canvas.set_cursor((0.7, 58.2))
    places = []
    canvas.pointed.connect(places.append)

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(canvas, key)

    assert places == [(0.5, 59.5), (1.5, 59.5), (0.5, 59.5)]


def test_arrows_keep_the_cursor_in_sight(canvas, qtbot):
    canvas.viewport.zoom_at(10, (20, 30))
    canvas.set_cursor((20.5, 30.5))

    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)

    projection = canvas.main_projection()
    assert canvas.cursor_place == (20.5, 59.5)
    assert projection.pane.contains(projection.to_screen(20.5, 59.5))


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_the_cursor_shows_on_any_background(canvas, shade):
    canvas.set_image(np.full((40, 60, 3), shade, np.uint8))
    without = helpers.pixels(canvas)

    canvas.set_cursor((20.5, 30.5))

    changed = np.abs(helpers.pixels(canvas).astype(int) - without).max(axis=2)
    assert (changed > 60).sum() >= 30


def test_a_small_window_and_its_cursor_do_not_cover_each_other(canvas):
    canvas.set_window((15, 25, 11, 11))
    helpers.pixels(canvas)

    edge = canvas.main_projection().to_screen(15, 30) - QPointF(0, 1)
    assert helpers.rgb_at(canvas, edge) == theme.colors().cursor.getRgb()[:3]


def test_numbers_are_written_once_pixels_are_large(canvas):
    canvas.set_image(np.full((40, 60, 3), 250, np.uint8), values=np.full((40, 60), 0.5))
    canvas.viewport.zoom_at(3, (20, 30))
    assert len(np.unique(helpers.pixels(canvas)[200:400, 200:400])) < 5

    canvas.viewport.zoom_at(2, (20, 30))

    cell = canvas.main_projection().rect_of(20, 30, 21, 31).toRect()
    inside = helpers.pixels(canvas)[cell.top() + 3 : cell.bottom() - 3, cell.left() + 3 : cell.right() - 3]
    assert inside.min() < 100


def test_numbers_of_not_finite_values_are_written_too(canvas):
    canvas.set_image(
        np.full((40, 60, 3), 250, np.uint8), values=np.full((3, 40, 60), [[[np.nan]], [[np.inf]], [[-np.inf]]])
    )

    canvas.viewport.zoom_at(8, (20, 30))

    assert helpers.pixels(canvas).min() < 100


def test_zoom_and_cursor_survive_a_new_picture(canvas):
    canvas.viewport.zoom_at(5, (10, 10))
    canvas.set_cursor((10.5, 10.5))
    zoom, center = canvas.viewport.zoom, canvas.viewport.center

    canvas.set_image(helpers.numbered_image(40, 60)[::-1])

    assert (canvas.viewport.zoom, canvas.viewport.center) == (zoom, center)
    assert canvas.cursor_place == (10.5, 10.5)


def test_a_shared_viewport_links_two_panes(canvas, qtbot):
    other = ImageCanvas(canvas.viewport)
    qtbot.addWidget(other)
    other.resize(302, 302)

    helpers.wheel(canvas, QPointF(101, 201), 240)

    place = canvas.main_projection().center
    assert other.main_projection().center == place
    assert other.main_projection().scale == pytest.approx(canvas.main_projection().scale / 2)


def test_large_pictures_in_small_panes_may_be_reduced(canvas, qtbot):
    canvas.viewport.set_extent(4000, 6000)

    assert canvas.reduction == 8

    with qtbot.waitSignal(canvas.reduction_changed) as changed:
        canvas.viewport.zoom_at(4, (2000, 3000))
    assert changed.args == [2]


def test_an_empty_canvas_paints_and_answers(qtbot):
    canvas = ImageCanvas(Viewport())
    qtbot.addWidget(canvas)
    canvas.resize(70, 50)

    helpers.click(canvas, QPointF(30, 20))

    assert canvas.picture is None
    assert helpers.pixels(canvas).shape == (50, 70, 3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3000, 1)])
def test_extreme_shapes_are_shown(canvas, shape):
    canvas.viewport.set_extent(*shape)
    canvas.viewport.fit()

    canvas.set_image(np.full((*shape, 3), (200, 10, 10), np.uint8), values=np.zeros(shape))

    middle = canvas.main_projection().to_screen(shape[0] / 2, shape[1] / 2)
    around = QRectF(middle.x() - 2, middle.y() - 2, 4, 4).toRect()
    shown = helpers.pixels(canvas)[around.top() : around.bottom() + 1, around.left() : around.right() + 1]
    assert (shown == (200, 10, 10)).all(axis=2).any()


def test_a_cell_far_larger_than_the_pane_is_painted_where_it_is_seen(qtbot) -> None:
    viewport = Viewport()
    viewport.set_extent(30, 40)
    canvas = ImageCanvas(viewport)
    qtbot.addWidget(canvas)
    canvas.resize(200, 150)
    pixels = np.full((1, 1, 3), (10, 200, 30), np.uint8)

    canvas.set_image(pixels, grid=Grid((15.5, 20.5), (10240.0, 10240.0)))

    assert canvas.grab().toImage().pixelColor(100, 75).getRgb()[:3] == (10, 200, 30)
