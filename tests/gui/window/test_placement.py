"""The window lies whole on a screen, wherever it was when it was closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect

from convexplorer.gui.session.settings import Settings
from convexplorer.gui.window.placement import on_screen
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow

rects = st.builds(
    QRect, st.integers(-6000, 6000), st.integers(-4000, 4000), st.integers(200, 4000), st.integers(200, 3000)
)
screens = st.lists(
    st.builds(
        QRect, st.integers(-4000, 4000), st.integers(-2000, 2000), st.integers(800, 3840), st.integers(600, 2160)
    ),
    min_size=1,
    max_size=3,
)


@given(wanted=rects, available=screens)
def test_a_window_lies_whole_on_one_screen(wanted, available):
    placed = on_screen(wanted, available)

    assert any(screen.contains(placed) for screen in available)


@given(wanted=rects, available=screens)
def test_a_window_that_lies_whole_on_a_screen_stays(wanted, available):
    placed = on_screen(wanted, available)

    assert on_screen(placed, available) == placed
    if any(screen.contains(wanted) for screen in available):
        assert placed == wanted


def test_a_window_of_a_screen_that_is_gone_comes_to_the_first_one():
    first = QRect(0, 0, 1920, 1080)

    assert first.contains(on_screen(QRect(2500, 300, 1440, 900), [first]))


@pytest.mark.own_window
def test_a_stored_place_off_the_screen_is_put_right_at_the_next_start(open_window: OpenWindow, photo, qtbot):
    project = default_project(parse(str(photo)))
    first = open_window(project, size=(1100, 700))
    first.move(QPoint(5000, 4000))
    first.close()
    assert Settings().read("geometry", "")

    second = open_window(project, size=(1100, 700))

    assert second.screen().availableGeometry().contains(second.pos())


@pytest.mark.own_window
def test_a_size_that_nobody_has_chosen_is_not_remembered(qapp, photo, qtbot):
    from convexplorer.gui.window.main_window import MainWindow

    window = MainWindow(default_project(parse(str(photo))))
    window.show()
    window.start()
    qtbot.waitUntil(lambda: window.bridge.picture is not None, timeout=20_000)
    window.close()
    window.deleteLater()

    assert not Settings().read("geometry", "")
