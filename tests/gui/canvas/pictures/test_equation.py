"""The equation of pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from convexplorer.gui.canvas.pictures.equation import EquationView
from convexplorer.gui.canvas.pictures.equation_layout import arrange_equation
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.look import theme
from tests.gui.canvas import helpers


def arranged(operands: int, width: float, height: float, aspect: float = 1.0):
    return arrange_equation(
        operands + 3, operands, aspect, width, height, operator=40, header=22, footer=58, gap=10, margin=4
    )


@given(
    operands=st.integers(1, 8), width=st.integers(420, 2000), height=st.integers(420, 2000), aspect=st.floats(0.3, 3)
)
def test_all_terms_lie_in_the_widget_in_reading_order(operands, width, height, aspect):
    layout = arranged(operands, width, height, aspect)
    rects = [layout.picture_rect(i) for i in range(operands + 3)]

    assert [i for row in layout.rows for i in row] == list(range(operands + 3))
    assert all(r.left() >= 0 and r.right() <= width for r in rects)
    assert all(layout.operator_rect(i).left() >= 0 for i in range(1, operands + 3))
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])


def test_a_flat_pane_holds_the_equation_in_one_row():
    assert len(arranged(3, 1500, 300).rows) == 1


def test_a_square_pane_breaks_before_the_equals_sign():
    assert arranged(3, 600, 580).rows == ((0, 1, 2), (3, 4, 5))


def test_a_narrow_pane_stacks_the_terms():
    assert len(arranged(3, 200, 1500).rows) == 6


@pytest.fixture
def view(qtbot):
    viewport = Viewport()
    viewport.set_extent(40, 40)
    viewport.fit()
    view = EquationView(viewport)
    qtbot.addWidget(view)
    view.resize(900, 320)
    return view


def tiles(channels: int, **changes: object):
    names = [f"channel {i}" for i in range(channels)] + ["sum", "+ bias", "ReLU"]
    return [helpers.tile(40, 40, title=name, **changes) for name in names]


@pytest.mark.parametrize("channels", [1, 3, 8])
def test_every_term_shows_its_whole_picture(view, channels):
    view.set_tiles(tiles(channels), channels, bias="+0.25", activation="ReLU")

    shown, picture = helpers.pixels(view), helpers.numbered_image(40, 40)
    for index in range(channels + 3):
        rect = view.picture_rect(index).toRect()
        assert tuple(shown[rect.top() + 1, rect.left() + 1]) == pytest.approx(tuple(picture[0, 0]), abs=8)
        assert tuple(shown[rect.bottom() - 1, rect.right() - 1]) == pytest.approx(tuple(picture[39, 39]), abs=30)


def test_operators_stand_between_the_terms(view):
    view.set_tiles(tiles(3), 3, bias="+0.25", activation="ReLU")

    shown, panel = helpers.pixels(view), theme.colors().panel.getRgb()[:3]
    for index in range(1, 6):
        rect = view.layout_now.operator_rect(index).toRect()
        room = shown[rect.top() : rect.bottom(), rect.left() + 3 : rect.right() - 3]
        assert (room != panel).any(axis=2).sum() > 10


def test_one_channel_goes_on_to_its_sum_by_an_arrow(view):
    def operators(channels: int) -> list[np.ndarray]:
        view.set_tiles(tiles(channels)[:-1], channels)
        shown = helpers.pixels(view)
        rects = [view.layout_now.operator_rect(index).toRect() for index in (channels, channels + 1)]
        return [shown[r.center().y() - 20 : r.center().y() + 20, r.left() + 3 : r.right() - 3] for r in rects]

    to_sum, to_bias = operators(1)
    equals, _ = operators(3)

    assert np.array_equal(to_sum, to_bias)
    assert not np.array_equal(to_sum, equals)


def test_the_channel_s_kernel_stands_below_it(view):
    weights = to_qimage(np.full((3, 3, 3), (9, 200, 30), np.uint8))

    view.set_tiles(tiles(1, thumbnail=weights), 1)

    rect = view.layout_now.footer_rect(0).toRect()
    below = helpers.pixels(view)[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
    assert (below == (9, 200, 30)).all(axis=2).sum() > 100


def test_pointing_at_any_term_gives_the_place_on_the_input(view, qtbot):
    view.set_tiles(tiles(3), 3)

    with qtbot.waitSignal(view.pointed) as pointed:
        helpers.move(view, view.picture_rect(4).center())

    assert pointed.args[0] == pytest.approx((20, 20))
    assert view.projection_at(QPointF(0, 0)) is None


def test_the_terms_are_told_to_assistive_technology(view):
    view.set_tiles(tiles(1), 1)

    text = QAccessible.queryAccessibleInterface(view).text(QAccessible.Text.Description)

    assert "sum: −1 … 1" in text


@pytest.mark.parametrize("index", [0, 2, 5])
def test_a_double_click_shows_one_term_as_large_as_the_room_and_again_all(view, index):
    view.set_tiles(tiles(3), 3)
    before = view.picture_rect(index)

    helpers.double_click(view, before.center())

    alone = view.picture_rect(index)
    assert view.alone == index
    assert alone.width() * alone.height() > 4 * before.width() * before.height()
    assert helpers.pixels(view).shape == (320, 900, 3)
    assert view.projection_at(alone.center()) is not None

    helpers.double_click(view, alone.center())

    assert view.alone is None
    assert view.picture_rect(index) == before


def test_escape_goes_back_to_all_terms(view):
    view.set_tiles(tiles(3), 3)
    view.toggle_alone(1)

    QTest.keyClick(view, Qt.Key.Key_Escape)

    assert view.alone is None


def test_a_term_that_is_gone_is_not_shown_alone(view):
    view.set_tiles(tiles(3), 3)
    view.toggle_alone(5)

    view.set_tiles(tiles(1), 1)

    assert view.alone is None
    assert helpers.pixels(view).shape == (320, 900, 3)


def test_an_empty_equation_paints(view):
    assert helpers.pixels(view).shape == (320, 900, 3)
