"""Viewport and projection: the one coordinate system of all panes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.viewport import MIN_ZOOM, Viewport

share = st.floats(0.01, 0.99)


def viewport(height: float = 200, width: float = 300) -> Viewport:
    view = Viewport()
    view.set_extent(height, width)
    view.fit()
    return view


def near(place: tuple[float, float]) -> object:
    return pytest.approx(place, abs=1e-6)


def test_fitted_input_fills_the_pane_and_lies_in_its_middle():
    projection = Projection.of(viewport(200, 300), QRectF(10, 20, 600, 600))

    assert projection.scale == 2
    assert projection.to_screen(100, 150) == QPointF(310, 320)
    assert projection.rect_of(0, 0, 200, 300) == QRectF(10, 120, 600, 400)


@given(row=share, column=share, factor=st.floats(1.0, 50.0))
def test_screen_and_input_are_inverse(row, column, factor):
    view = viewport()
    view.zoom_at(factor, (200 * row, 300 * column))
    projection = Projection.of(view, QRectF(5, 7, 431, 277))

    assert projection.to_input(projection.to_screen(12.5, 99.25)) == near((12.5, 99.25))


@given(st.lists(st.tuples(share, share, st.floats(1.01, 3.0)), min_size=1, max_size=8))
def test_zooming_in_keeps_the_place_under_the_mouse(steps):
    view = viewport()
    pane = QRectF(0, 0, 300, 200)

    for row, column, factor in steps:
        place = (200 * row, 300 * column)
        before = Projection.of(view, pane).to_screen(*place)
        view.zoom_at(factor, place, fit_scale=1.0)
        after = Projection.of(view, pane).to_screen(*place)
        assert (after.x(), after.y()) == near((before.x(), before.y()))


def test_zooming_out_in_the_middle_keeps_the_place_too():
    view = viewport()
    view.zoom_at(16, (100, 150))
    pane = QRectF(0, 0, 300, 200)
    before = Projection.of(view, pane).to_screen(104, 160)

    view.zoom_at(0.5, (104, 160))

    after = Projection.of(view, pane).to_screen(104, 160)
    assert (after.x(), after.y()) == near((before.x(), before.y()))


def test_a_pixel_grows_to_128_screen_pixels_and_no_further():
    view = viewport()

    view.zoom_at(1e9, (100, 150), fit_scale=2.0)

    assert Projection.of(view, QRectF(0, 0, 600, 400)).scale == pytest.approx(128)


def test_a_picture_of_one_pixel_can_still_be_fitted():
    view = viewport(1, 1)

    view.zoom_at(4, (0.5, 0.5), fit_scale=500)

    assert view.zoom == 1


def test_a_zoom_reached_in_a_small_pane_does_not_jump_back_in_a_large_one():
    view = viewport()
    view.zoom_at(1e9, (100, 150), fit_scale=0.5)
    zoom = view.zoom

    view.zoom_at(1.1, (100, 150), fit_scale=4.0)

    assert view.zoom == zoom


def test_zooming_out_ends_at_the_whole_picture():
    view = viewport()
    view.zoom_at(20, (3, 3))

    view.zoom_at(1e-9, (3, 3))

    assert view.zoom == 1
    assert view.zoom == MIN_ZOOM
    assert view.center == near((100, 150))


@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(0.1, 100))
def test_panning_never_loses_the_picture(rows, columns, factor):
    view = viewport()
    view.zoom_at(factor, (100, 150))

    view.pan_by(rows, columns)

    assert 0 <= view.center[0] <= 200
    assert 0 <= view.center[1] <= 300


def test_a_fitted_picture_cannot_be_panned_away():
    view = viewport()

    view.pan_by(50, 50)

    assert view.center == (100, 150)


def test_in_and_out_by_the_same_steps_is_fitted_again():
    view = viewport()

    for factor in [1.25] * 7 + [1 / 1.25] * 7:
        view.zoom_at(factor, (20, 250))

    assert view.zoom == 1
    assert view.center == near((100, 150))


def test_a_new_extent_keeps_the_relative_view():
    view = viewport()
    view.zoom_at(4, (50, 75))
    zoom, (row, column) = view.zoom, view.center

    view.set_extent(400, 900)

    assert view.zoom == zoom
    assert view.center == near((2 * row, 3 * column))


def test_an_unchanged_extent_says_nothing(qtbot):
    view = viewport()

    with qtbot.assertNotEmitted(view.changed):
        view.set_extent(200, 300)


def test_an_empty_extent_is_refused():
    with pytest.raises(ValueError, match="extent must be positive"):
        viewport().set_extent(0, 10)


def test_reveal_moves_just_until_the_place_is_in_sight():
    view = viewport()
    view.zoom_at(10, (100, 150))

    view.reveal((100, 160))
    assert view.center == near((100, 150))

    view.reveal((100, 190))
    assert view.center == near((100, 175))


def test_an_unfitted_pane_of_no_size_does_not_divide_by_zero():
    assert Projection.of(viewport(), QRectF(0, 0, 0, 0)).scale > 0
