"""A region: dragged with Shift in any picture, and what can be done with it."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from convexplorer.core.geometry.places import Region
from convexplorer.kernels.matrix import parse_matrix
from convexplorer.live.status import PlayerStatus
from convexplorer.model import edits
from convexplorer.results.tiles import colored
from convexplorer.sources import parse
from convexplorer.sources.frame import SourceInfo
from tests.gui.conftest import make_photo, message_of, newest_picture

REGION = Region((3, 5), (9, 14))


def drag(pane, first: tuple[float, float], last: tuple[float, float]) -> None:
    """Drag with Shift from one point of the input to another."""
    projection = pane.main_projection()
    start, stop = (projection.to_screen(*place).toPoint() for place in (first, last))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mousePress(pane, Qt.MouseButton.LeftButton, shift, start)
    for at in (start + QPoint(6, 6), stop):
        QTest.mouseMove(pane, at)
        QApplication.processEvents()
    QTest.mouseRelease(pane, Qt.MouseButton.LeftButton, shift, stop)


@pytest.mark.parametrize("name", ["input_panel", "maps_panel"])
def test_a_rectangle_is_marked_by_a_drag_with_shift_and_told(window, qtbot, name):
    picture = newest_picture(window, qtbot)

    drag(getattr(window, name).pane, (3.5, 5.5), (8.5, 13.5))

    assert window.selection.region == REGION
    part = picture.tiles[0].values[3:9, 5:14]
    assert "Rows 3…8, columns 5…13." in message_of(window)
    assert f"{part.size} values each." in message_of(window)
    assert window.selection.pin is None


def test_the_numbers_of_a_region_in_a_film_name_their_frame(window, qtbot, monkeypatch):
    picture = newest_picture(window, qtbot)
    film = PlayerStatus(info=SourceInfo("clip.mp4", 100, 30.0, is_seekable=True), state="playing")
    with monkeypatch.context() as held:
        held.setattr(type(window.bridge.player), "status", property(lambda _player: film))
        drag(window.maps_panel.pane, (3.5, 5.5), (8.5, 13.5))

    assert f"Rows 3…8, columns 5…13 of frame {picture.frame.index + 1}." in message_of(window)


def test_a_click_with_shift_is_a_click(window, qtbot):
    newest_picture(window, qtbot)
    pane = window.maps_panel.pane
    at = pane.main_projection().to_screen(3.5, 5.5).toPoint()

    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, at)

    assert window.selection.region is None
    assert window.selection.pin is not None


def test_a_region_is_zoomed_copied_exported_and_let_go(window, qtbot, tmp_path, monkeypatch):
    picture = newest_picture(window, qtbot)
    window.selection.set_region(REGION)
    expected = picture.tiles[0].values[3:9, 5:14]
    path = tmp_path / "region.npy"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), "")))

    for name in ("region-zoom", "region-copy", "region-export"):
        window.actions_by_name[name].trigger()

    assert window.viewport.zoom == pytest.approx(24 / 6)
    np.testing.assert_array_equal(parse_matrix(QGuiApplication.clipboard().text()).astype(np.float32), expected)
    np.testing.assert_array_equal(np.load(path), [*picture.input[:, 3:9, 5:14], expected])
    window.actions_by_name["region-forget"].trigger()
    assert window.selection.region is None
    assert not window.actions_by_name["region-zoom"].isEnabled()


def test_the_picture_of_a_region_is_that_part_of_the_map(window, qtbot, tmp_path, monkeypatch):
    picture = newest_picture(window, qtbot)
    window.selection.set_region(REGION)
    path = tmp_path / "region.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), "")))

    window.actions_by_name["region-picture"].trigger()

    shown = colored(picture.tiles[0], is_dark=False)[3:9, 5:14]
    np.testing.assert_array_equal(np.asarray(Image.open(path).convert("RGB")), shown)


def test_what_is_in_sight_is_marked_without_a_mouse_and_let_go_by_escape(window, qtbot):
    newest_picture(window, qtbot)
    window.input_panel.pane.setFocus()

    window.actions_by_name["region-sight"].trigger()
    assert window.selection.region == Region((0, 0), (24, 36))

    QTest.keyClick(window.input_panel.pane, Qt.Key.Key_Escape)  # the message
    QTest.keyClick(window.input_panel.pane, Qt.Key.Key_Escape)
    assert window.selection.region is None


def test_the_numbers_follow_every_edit_on_the_page_of_profiles(window, qtbot):
    newest_picture(window, qtbot)
    window.show_explanation(True)
    window.explanation_panel.show_page("profile")
    page = window.explanation_panel.page
    window.selection.set_region(REGION)
    before = page._note.text

    window.store.commit(edits.set_bias(window.store.state, 0, 0, 100.0))
    newest_picture(window, qtbot)

    assert before().startswith("rows 3…8, columns 5…13")
    assert "mean 100" in before()


def test_a_region_outside_of_another_picture_is_let_go(window, qtbot, tmp_path):
    newest_picture(window, qtbot)
    window.selection.set_region(Region((3, 30), (9, 36)))
    small = make_photo(tmp_path / "small.png", rows=12, columns=12)

    window.store.commit(edits.set_source(window.store.state, parse(str(small))))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.spatial == (12, 12))

    assert window.selection.region is None
