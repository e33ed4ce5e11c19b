"""The page of profiles: it follows the pin, the mouse and every edit, and the hand on it moves the cursor."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from convexplorer.gui.canvas.explanation.profile_view import ProfileView
from convexplorer.gui.panels.explanation_panel.profile_page import ProfilePage
from convexplorer.model import edits
from tests.gui.conftest import newest_picture


@pytest.fixture
def view(window, qtbot) -> ProfileView:
    newest_picture(window, qtbot)
    window.show_explanation(True)
    window.explanation_panel.show_page("profile")
    page = window.explanation_panel.page
    assert isinstance(page, ProfilePage)
    return page.view


def titles(view: ProfileView) -> list[str]:
    return [profile.title for profile in view.profiles]


def test_it_follows_the_mouse_and_the_pin(window, qtbot, view):
    window.selection.point_at((5.5, 8.5))
    assert titles(view) == ["row 5", "column 8"]

    window.selection.hold((10.5, 20.5))
    window.selection.point_at((1.5, 1.5))
    assert titles(view) == ["row 10", "column 20"]

    window.selection.hold(None)
    assert titles(view) == ["row 1", "column 1"]


def test_the_curve_of_the_map_follows_every_edit(window, qtbot, view):
    window.selection.hold((10.5, 20.5))
    before = view.profiles[0].curves[-1].values

    window.store.commit(edits.set_bias(window.store.state, 0, 0, 3.0))
    newest_picture(window, qtbot)

    # An edit is explained after its pixels are painted.
    qtbot.waitUntil(lambda: np.allclose(view.profiles[0].curves[-1].values, before + 3.0, atol=1e-5))


def test_it_shows_the_map_that_is_selected(window, qtbot, view):
    window.select_filter(1)
    picture = newest_picture(window, qtbot)

    assert [curve.name for curve in view.profiles[0].curves] == [*picture.input_names, picture.tiles[1].title]


def test_the_hand_on_a_curve_moves_the_cursor_along_its_line(window, qtbot, view):
    window.selection.point_at((10.5, 20.5))
    plot = view.plots[0]
    at = QPoint(round(plot.column_of(4.5)), round(plot.area.center().y()))

    qtbot.mouseMove(view, at)

    row, column = window.selection.cursor
    assert (row, int(column)) == (10.5, 4)
    assert titles(view) == ["row 10", "column 4"]


def test_it_prints_what_it_shows(window, qtbot, view):
    window.selection.hold((10.5, 20.5))
    image = QImage(600, 160, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)

    with QPainter(image) as painter:
        window.explanation_panel.page.paint_into(painter, 600, 160, is_dark=False)

    assert len({image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 160, 3)}) > 5
