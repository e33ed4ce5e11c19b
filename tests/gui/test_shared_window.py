"""A window that is put back is as a new one: nothing of one test can be told in the next."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from convexplorer.core.geometry.places import Crop
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import KERNELS, make_photo, message_of
from tests.gui.shared_window import SharedWindow, end_all, put_back
from tests.gui.traces import differences, settled_traces, traces_of
from tests.model.examples import add_pool


def edit(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 1), padding="valid"))
    window.store.commit(edits.split_planes(window.store.state, 0, 1, 3))
    window.store.undo()
    window.select_filter(2)
    window.selection.select(layer=1, mode="compare")


def look_around(window, qtbot):
    window.viewport.zoom_at(4.0, (3.0, 4.0))
    window.show_explanation(True)
    window.show_controls(False)
    window.explanation_panel.show_page("study")
    window.selection.select(filter=1)
    window.selection.hold((3.5, 4.5))
    window.selection.set_crop(Crop((2, 3), (5, 6)))
    window.selection.toggle_overlay("field")
    window.selection.toggle_overlay("reads")
    window.selection.mark_tap((0, 1, 1))
    window.actions_by_name["enlarge"].trigger()


def point(window, qtbot):
    canvas = window.findChild(ImageCanvas)
    qtbot.mouseMove(canvas, QPoint(40, 50))
    window.selection.point_at((5.0, 6.0), pointed_filter=1)


def give_many_commands(window, qtbot):
    for name in ("palette", "about", "shortcuts", "lens", "full-screen", "loop", "opencv", "leave-out", "light-paper"):
        window.actions_by_name[name].trigger()
    window.say("Something went wrong.", kind="error")
    window.say("Shall it?", actions=(("Yes", lambda: None),))
    window.say("Something else went wrong.", kind="warning")


def remember(window, qtbot):
    window.settings.add_recent("somewhere.png")
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    window.store.mark_saved(path=Path("mine.json"))
    window.refresh_title()


@pytest.fixture
def project(photo):
    return default_project(parse(str(photo)), KERNELS)


@pytest.mark.own_window
@pytest.mark.parametrize("mess", [edit, look_around, point, give_many_commands, remember])
def test_a_window_that_is_put_back_is_as_it_was_when_it_was_opened(window, qtbot, project, mess):
    new = settled_traces(window, qtbot)
    mess(window, qtbot)
    assert traces_of(window) != new

    put_back(window, project, qtbot)

    assert differences(settled_traces(window, qtbot), new) == {}


def test_what_lies_over_a_window_goes_when_a_test_is_over(window, qtbot):
    give_many_commands(window, qtbot)

    end_all(window)

    assert window.large_view() is None
    assert message_of(window) == ""


@pytest.mark.own_window
def test_a_window_that_does_not_come_back_is_replaced(open_window, qtbot, project, tmp_path):
    open_window(project)  # for the hint and the theme of a start
    shared = SharedWindow()
    try:
        first = shared.lend(project, qtbot)
        shared.rest()
        assert shared.lend(project, qtbot) is first
        first.setProperty("role", "card")  # which nothing puts back

        second = shared.lend(project, qtbot)

        assert second is not first
        assert len(shared.given_up) == 1
        assert second.property("role") is None
    finally:
        shared.close()


def test_the_tests_of_a_file_get_a_window_without_what_was_done_to_it_before(shared_window, window, qtbot, tmp_path):
    look_around(window, qtbot)
    other = default_project(parse(str(make_photo(tmp_path / "other.png", seed=9))), KERNELS)

    again = shared_window.lend(other, qtbot)

    assert again.store.state is other
    assert again.selection.pin is None
    assert again.viewport.zoom == 1
    assert not again.store.can_undo
    assert again.controls.isVisible()
