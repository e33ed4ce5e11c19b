"""The zoom in percent: shown, typed, one to one, and the region that fits into every pane."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QToolButton

from convexplorer.model.default import default_project
from convexplorer.sources.frame import Source
from tests.gui.conftest import message_of, newest_picture


@pytest.fixture
def typed(monkeypatch):
    """Return a function that lets the next question for a zoom be answered."""

    def answer(text: str) -> None:
        monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: (text, True)))

    return answer


def shown(window) -> str:
    """Return what the foot of the window says of the zoom."""
    return next(one.text() for one in window.status_panel.findChildren(QToolButton) if one.objectName() == "zoom-to")


@pytest.mark.parametrize("name", ["input", "maps"])
def test_one_to_one_is_one_pixel_of_the_screen_in_the_pane_with_the_focus(window, qtbot, name):
    newest_picture(window, qtbot)
    pane = window.input_panel.pane if name == "input" else window.maps_panel.pane
    pane.setFocus(Qt.FocusReason.OtherFocusReason)

    window.actions_by_name["zoom-actual"].trigger()

    ratio = pane.devicePixelRatioF()
    first, last = pane.main_projection().to_screen(0, 0), pane.main_projection().to_screen(24, 36)
    assert ((last.x() - first.x()) * ratio, (last.y() - first.y()) * ratio) == pytest.approx((36, 24))
    assert f"{name} 100 %" in shown(window)


def test_a_zoom_below_the_whole_picture_ends_at_the_whole_picture(window, qtbot):
    newest_picture(window, qtbot)
    window.input_panel.pane.setFocus()
    window.actions_by_name["zoom-actual"].trigger()
    assert window.viewport.zoom < 1

    window.actions_by_name["zoom-out"].trigger()
    small = window.viewport.zoom
    window.actions_by_name["zoom-fit"].trigger()

    assert small < 1
    assert window.viewport.zoom == 1


@pytest.mark.own_window
def test_no_zoom_is_told_of_an_empty_pane(open_window, tmp_path):
    window = open_window(default_project(Source("image", str(tmp_path / "gone.png"))), waits=False)
    window.resize(1000, 700)

    assert "%" not in shown(window)


@pytest.mark.parametrize(("text", "percent"), [("300", 300), ("250 %", 250), ("1/2", 50)])
def test_a_zoom_is_typed_in_percent(window, qtbot, typed, text, percent):
    newest_picture(window, qtbot)
    window.input_panel.pane.setFocus()
    typed(text if text != "1/2" else "100/2")

    window.actions_by_name["zoom-to"].trigger()

    assert 100 * window.input_panel.pane.magnification == pytest.approx(percent)
    assert f"input {percent} %" in shown(window)


@pytest.mark.parametrize("text", ["much", "-3", "0", ""])
def test_what_is_no_zoom_is_refused_in_words(window, qtbot, typed, text):
    newest_picture(window, qtbot)
    before = window.viewport.zoom
    typed(text)

    window.actions_by_name["zoom-to"].trigger()

    assert window.viewport.zoom == before
    assert message_of(window)


def test_the_percent_follows_the_wheel(window, qtbot):
    newest_picture(window, qtbot)
    before = shown(window)

    window.viewport.zoom_at(2.0, (5.0, 5.0))

    assert shown(window) != before
    assert f"input {round(100 * window.input_panel.pane.magnification)} %" in shown(window)


def test_a_part_is_shown_as_large_as_it_fits(window, qtbot):
    newest_picture(window, qtbot)

    window.viewport.show_part(4, 6, 10, 15)

    for pane in (window.input_panel.pane, window.maps_panel.pane):
        rect = pane.main_projection().rect_of(4, 6, 10, 15)
        assert pane.main_projection().pane.adjusted(-1, -1, 1, 1).contains(rect)
    assert window.viewport.zoom == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["input_panel", "maps_panel"])
def test_the_loupe_shows_the_cells_under_the_cursor_and_goes_again(window, qtbot, name):
    newest_picture(window, qtbot)
    pane = getattr(window, name).pane
    pane.magnify(2.0)  # cells that are large need no loupe
    window.selection.point_at((2.5, 2.5), is_on_input=True)
    before = pane.grab().toImage()

    window.actions_by_name["loupe"].trigger()
    newest_picture(window, qtbot)
    assert pane.grab().toImage() != before
    assert window.selection.view.reduction == 1

    window.actions_by_name["loupe"].trigger()
    newest_picture(window, qtbot)
    assert pane.grab().toImage() == before
