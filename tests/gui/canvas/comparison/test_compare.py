"""Before and after, and the divider between them."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible

from convexplorer.gui.canvas.comparison.compare import CompareView
from convexplorer.gui.canvas.pictures.tile import TileView, to_qimage
from convexplorer.gui.canvas.pictures.viewport import Viewport
from tests.gui.canvas import helpers

RED, GREEN, BLUE = (200, 10, 10), (10, 200, 10), (10, 10, 200)


def plain(color: tuple[int, int, int], title: str) -> TileView:
    return TileView(image=to_qimage(np.full((40, 60, 3), color, np.uint8)), title=title, subtitle="0 … 1")


@pytest.fixture
def view(qtbot):
    viewport = Viewport()
    viewport.set_extent(40, 60)
    viewport.fit()
    view = CompareView(viewport)
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.set_tiles(plain(RED, "before"), plain(GREEN, "after"), plain(BLUE, "difference"))
    return view


def spot(view, share: float) -> QPointF:
    rect = view.picture_rects()[0]
    return QPointF(rect.left() + share * rect.width(), rect.top() + 10)


def test_before_is_left_of_the_divider_and_after_right_of_it(view):
    assert helpers.rgb_at(view, spot(view, 0.05)) == RED
    assert helpers.rgb_at(view, spot(view, 0.45)) == RED
    assert helpers.rgb_at(view, spot(view, 0.55)) == GREEN
    assert helpers.rgb_at(view, spot(view, 0.95)) == GREEN


def test_the_difference_has_a_picture_of_its_own(view):
    assert helpers.rgb_at(view, view.picture_rects()[1].center()) == BLUE


def test_dragging_the_divider_uncovers(view, qtbot):
    with qtbot.waitSignal(view.divider_moved):
        helpers.drag(view, [spot(view, 0.5), spot(view, 0.6), spot(view, 0.8)])

    assert view.divider == pytest.approx(0.8, abs=0.01)
    assert helpers.rgb_at(view, spot(view, 0.75)) == RED
    assert helpers.rgb_at(view, spot(view, 0.85)) == GREEN


def test_dragging_elsewhere_leaves_the_divider(view):
    helpers.drag(view, [spot(view, 0.2), spot(view, 0.4)])

    assert view.divider == 0.5


def test_the_divider_stops_at_the_edges(view):
    helpers.drag(view, [spot(view, 0.5), spot(view, 3)])
    assert view.divider == 1

    helpers.drag(view, [spot(view, 1.0), spot(view, -3)])
    assert view.divider == 0


def test_keys_move_the_divider(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.divider == pytest.approx(0.52)

    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.divider == pytest.approx(0.42)

    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.divider == 1


def test_a_double_click_centres_the_divider(view):
    view.set_divider(0.3)

    helpers.double_click(view, spot(view, 0.3))

    assert view.divider == 0.5


def test_the_mouse_shape_tells_of_the_divider(view):
    helpers.move(view, spot(view, 0.5))
    assert view.cursor().shape() == Qt.CursorShape.SplitHCursor

    helpers.move(view, spot(view, 0.2))
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize("extent", [(40, 60), (60, 40), (50, 50), (9, 80)])
@pytest.mark.parametrize("size", [(800, 400), (400, 800), (600, 580), (1050, 900), (200, 140)])
def test_before_and_after_get_most_of_the_room(view, size, extent):
    view.viewport.set_extent(*extent)
    view.resize(*size)

    first, second = view.picture_rects()

    assert not first.intersects(second)
    assert all(view.rect().contains(rect.toRect()) for rect in (first, second))
    assert second.width() <= first.width()
    fits_whole = min(size[0], size[1] * extent[1] / extent[0])
    assert first.width() >= (0.58 if min(size) > 300 else 0.2) * fits_whole


def test_room_left_over_goes_to_the_difference(view):
    view.resize(1400, 300)

    first, second = view.picture_rects()

    assert second.size() == first.size()


def test_new_pictures_keep_the_divider(view):
    view.set_divider(0.3)

    view.set_tiles(plain(BLUE, "before"), plain(GREEN, "after"), plain(RED, "difference"))

    assert view.divider == 0.3


def test_both_pictures_give_the_same_place(view, qtbot):
    places = []
    view.pointed.connect(places.append)
    first, second = view.picture_rects()

    helpers.move(view, first.center())
    helpers.move(view, second.center() + QPointF(5, 0))
    helpers.move(view, second.center())

    assert places[0] == pytest.approx((20, 30))
    assert places[-1] == pytest.approx((20, 30))


def test_the_divider_is_told_to_assistive_technology(view):
    view.set_divider(0.25)

    text = QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Description)

    assert text.endswith("divider at 25%")


SAID = "They differ by at most 27.41, by 1.147 on average. The maps have different sizes: compared at the larger cells."
KERNELS = [np.eye(3), np.ones((3, 3)), np.ones((3, 3)) - np.eye(3)]


def show_all(view: CompareView) -> None:
    view.set_choices([("one", 1), ("two", 2)], (1, 2))
    tiles = plain(RED, "before"), plain(GREEN, "after"), plain(BLUE, "difference")
    view.set_tiles(*tiles, sentence=SAID, kernels=KERNELS)


@pytest.mark.parametrize("extent", [(40, 60), (60, 40), (50, 50)])
@pytest.mark.parametrize("size", [(800, 400), (500, 680), (1050, 900), (1400, 500), (520, 420)])
@pytest.mark.parametrize("has_difference", [True, False])
def test_pictures_sentence_and_kernels_do_not_cover_each_other(view, size, extent, has_difference):
    view.viewport.set_extent(*extent)
    view.resize(*size)
    show_all(view)
    if not has_difference:
        view.set_tiles(plain(RED, "before"), plain(GREEN, "after"), None, sentence=SAID, kernels=KERNELS)

    found = view.arrangement
    rects = [found.first, found.second, found.sentence, found.kernels]
    shown = [rect for rect in rects if not rect.isEmpty()]

    for i, rect in enumerate(shown):
        assert view.rect().contains(rect.toRect())
        assert not any(rect.intersects(other) for other in shown[i + 1 :])
    assert found.first.width() * found.first.height() >= 0.25 * size[0] * size[1] or min(size) < 600


@pytest.mark.parametrize(("key", "color"), [(Qt.Key.Key_A, RED), (Qt.Key.Key_B, GREEN)])
def test_a_side_fills_the_picture_while_its_key_is_held(view, qtbot, key, color):
    qtbot.keyPress(view, key)
    assert [helpers.rgb_at(view, spot(view, share)) for share in (0.05, 0.95)] == [color, color]

    qtbot.keyRelease(view, key)
    assert [helpers.rgb_at(view, spot(view, share)) for share in (0.05, 0.95)] == [RED, GREEN]
    assert view.divider == 0.5


def test_both_sides_blink_in_turn(view):
    shown = []
    for _ in range(4):
        view.blink()
        shown.append(helpers.rgb_at(view, spot(view, 0.5)))

    assert shown == [RED, GREEN, RED, GREEN]


def test_without_a_difference_its_reason_stands_in_its_place(view):
    view.set_tiles(plain(RED, "before"), plain(GREEN, "after"), None, sentence="There is no difference.")

    assert view.picture_rects()[1].isEmpty()
    assert not view.arrangement.sentence.isEmpty()
    assert "There is no difference." in QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Description)


def test_each_side_is_chosen_from_a_list_above_it(view, qtbot):
    show_all(view)
    view.show()
    first, second = view.choices

    assert [first.currentText(), second.currentText()] == ["one", "two"]
    assert first.geometry().right() <= second.geometry().left()
    assert second.geometry().bottom() <= view.picture_rects()[0].top()
    with qtbot.waitSignal(view.side_chosen) as chosen:
        second.activated.emit(0)
    assert chosen.args == [1, 1]


def test_kernels_are_painted_with_their_numbers_where_there_is_room(view):
    view.resize(1200, 500)
    show_all(view)
    room = view.arrangement.kernels.toRect()

    image = view.grab(room).toImage()

    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 8
