"""Nearest filters in the window: tried live, put in place in one step of undo, with what becomes of the scores."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from safetensors.numpy import save_file

from convexplorer.gui.commands import ready
from convexplorer.gui.session.kernel_library import kernel_library
from convexplorer.gui.widgets.nearest_picker import NearestPicker
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.likeness import likeness
from convexplorer.kernels.presets import make_filter
from convexplorer.model import edits
from convexplorer.model.library.entry import Entry
from convexplorer.model.project import Project
from convexplorer.sources.pad import PAD
from tests.gui.conftest import message_of, newest_picture

DIGIT = ((0.3, 0.3), (0.18, 0.5), (0.32, 0.68), (0.5, 0.55), (0.78, 0.3), (0.8, 0.72))
LEFT = Qt.MouseButton.LeftButton


def open_picker(window: MainWindow, qtbot) -> NearestPicker:
    window.actions_by_name["nearest"].trigger()
    picker = next(one for one in window.findChildren(NearestPicker) if one.isVisible())
    qtbot.waitUntil(lambda: bool(picker.titles()), timeout=20_000)
    return picker


def point_at(picker: NearestPicker, row: int) -> QPoint:
    view = picker._list._list
    view.scrollToItem(view.item(row))
    at = view.visualItemRect(view.item(row)).center()
    QTest.mouseMove(view.viewport(), at + QPoint(1, 0))
    QTest.mouseMove(view.viewport(), at)
    return at


def click(picker: NearestPicker, row: int) -> None:
    QTest.mouseClick(picker._list._list.viewport(), LEFT, pos=point_at(picker, row))


def row_of(picker: NearestPicker, start: str) -> int:
    return next(i for i, title in enumerate(picker.titles()) if title.startswith(start))


def shown_project(window: MainWindow) -> Project:
    """Return the project whose pixels are on screen."""
    made = window.bridge.glance or window.bridge.picture
    return made.job.project if made is window.bridge.glance else made.project


def draw_digit(window: MainWindow, qtbot) -> None:
    ready.open_ready(window, "digits", has_own_source=True)
    PAD.begin(DIGIT[0], 0.1)
    for point in DIGIT[1:]:
        PAD.draw_to(point)
    qtbot.waitUntil(lambda: window.bridge.picture.frame.image.any(), timeout=20_000)
    window.selection.select(layer="conv1", filter=5)
    newest_picture(window, qtbot)


def test_a_copy_of_a_preset_is_found_first(window, qtbot):
    edited = edits.set_planes(window.store.state, 0, 0, -3 * make_filter("sobel-x").planes)
    window.store.commit(edited)

    picker = open_picker(window, qtbot)

    assert picker.titles()[0] == "Sobel x, negated"
    assert "1.00" in picker._list.rows()[0].detail


def test_kernels_of_the_library_and_of_the_learned_banks_are_compared_as_well(window, qtbot):
    own = np.random.default_rng(4).normal(size=(1, 3, 3))
    entry = Entry("my-corner", "My corner", (Filter("my corner", own),))
    bank = Entry("two", "Two", (Filter("a", own[:, ::-1]), Filter("b", own[:, :, ::-1])), is_bank=True)
    kernel_library().save(entry)
    kernel_library().save(bank)
    window.store.commit(edits.set_planes(window.store.state, 0, 0, -2 * own))

    picker = open_picker(window, qtbot)

    assert picker.titles()[0] == "My corner, negated"
    assert picker._list.rows()[0].detail.startswith("library")
    assert any(title.startswith("Two 2") for title in picker.titles())
    assert any(title.startswith("Learned by ") for title in picker.titles())
    click(picker, 0)
    assert abs(likeness(window.store.state.layers[0].filters[0].planes, own).cosine) == pytest.approx(1)


def test_a_row_under_the_mouse_is_seen_in_the_maps_and_changes_nothing(window, qtbot):
    before = window.store.state
    picker = open_picker(window, qtbot)
    row = row_of(picker, "Gaussian")

    point_at(picker, row)

    qtbot.waitUntil(lambda: shown_project(window) is not before, timeout=20_000)
    tried = shown_project(window).layers[0].filters[0]
    assert tried.name.startswith("Gaussian")
    assert window.store.state is before
    assert not window.store.can_undo

    picker.close()

    qtbot.waitUntil(lambda: shown_project(window) is before, timeout=20_000)
    assert not window.store.can_redo


def test_keys_try_one_row_after_the_other_and_escape_leaves_all_as_it_was(window, qtbot):
    before = window.store.state
    picker = open_picker(window, qtbot)

    QTest.keyClick(picker._list._field, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: shown_project(window) is not before, timeout=20_000)
    QTest.keyClick(picker._list._field, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: shown_project(window) is before, timeout=20_000)
    assert window.store.state is before


def test_a_click_puts_the_kernel_in_place_in_one_step(window, qtbot):
    before = window.store.state
    picker = open_picker(window, qtbot)

    click(picker, row_of(picker, "Binomial"))

    old, new = before.layers[0].filters[0], window.store.state.layers[0].filters[0]
    assert abs(likeness(new.planes, make_filter("binomial", size=3).planes).cosine) == pytest.approx(1)
    assert np.linalg.norm(new.planes) == pytest.approx(np.linalg.norm(old.planes))
    assert "in place of" in message_of(window)
    newest_picture(window, qtbot)
    window.actions_by_name["undo"].trigger()
    assert window.store.state is before
    assert not window.store.can_undo


def test_without_the_same_length_the_weights_are_those_of_the_preset(window, qtbot):
    window.store.commit(edits.set_planes(window.store.state, 0, 0, 5 * make_filter("sobel-x").planes))
    picker = open_picker(window, qtbot)

    picker._scale.click()
    click(picker, row_of(picker, "Sobel x"))

    new = window.store.state.layers[0].filters[0]
    assert new.preset == "sobel-x"
    assert np.array_equal(new.planes, make_filter("sobel-x").planes)


def test_two_filters_of_the_project_change_places(window, qtbot):
    before = window.store.state.layers[0].filters
    picker = open_picker(window, qtbot)

    picker._action._buttons["swap"].click()
    assert len(picker.titles()) == len(before) - 1
    other = next(i for i, one in enumerate(before) if picker.titles()[0].startswith(one.name))
    QTest.keyClick(picker._list._field, Qt.Key.Key_Return)

    after = window.store.state.layers[0].filters
    assert after[0] is before[other]
    assert after[other] is before[0]
    assert "have changed places" in message_of(window)


def test_turned_kernels_are_compared_if_wanted(window, qtbot):
    window.store.commit(edits.set_planes(window.store.state, 0, 0, np.array([[[0, 0, 0], [5, 0, -1], [0, 3, 0]]])))
    picker = open_picker(window, qtbot)
    plain = picker.titles()

    picker._turns.click()

    qtbot.waitUntil(lambda: any("turned" in title for title in picker.titles()), timeout=20_000)
    picker._turns.click()
    qtbot.waitUntil(lambda: picker.titles() == plain, timeout=20_000)


def test_typing_searches_names_and_origins(window, qtbot):
    picker = open_picker(window, qtbot)

    QTest.keyClicks(picker._list._field, "digit reader")

    assert picker.titles()
    assert all("Digit reader" in row.detail for row in picker._list.rows())


def test_a_learned_filter_of_digits_gives_way_to_a_sobel_and_the_scores_are_told(window, qtbot):
    draw_digit(window, qtbot)
    before = window.bridge.picture.evaluation.maps_of(8).copy()
    picker = open_picker(window, qtbot)
    QTest.keyClicks(picker._list._field, "sobel y")

    point_at(picker, 0)

    lines = picker._scores._cells
    qtbot.waitUntil(lambda: bool(lines[0][3].text()), timeout=20_000)
    told = {cells[0].text(): (cells[1].text(), cells[3].text()) for cells in lines}
    first = f"Scores: {lines[0][0].text()} {lines[0][1].text()} → {lines[0][3].text()}"
    QTest.keyClick(picker._list._field, Qt.Key.Key_Return)
    assert first in message_of(window)
    after = newest_picture(window, qtbot).evaluation.maps_of(8)
    assert not np.array_equal(after, before)
    best = str(int(np.argmax(after)))
    assert told[best][1] == f"{after.max() * 100:.1f} %"
    assert told[str(int(np.argmax(before)))][0] == f"{before.max() * 100:.1f} %"


def test_one_plane_of_several_is_compared_and_replaced_alone(window, qtbot):
    draw_digit(window, qtbot)
    window.selection.select(layer="conv2", filter=0)
    newest_picture(window, qtbot)
    window.filter_panel.choose_plane(3)
    before = window.store.state.layers[3].filters[0].planes
    picker = open_picker(window, qtbot)

    QTest.keyClick(picker._list._field, Qt.Key.Key_Return)

    after = window.store.state.layers[3].filters[0].planes
    assert np.array_equal(np.delete(after, 3, 0), np.delete(before, 3, 0))
    assert not np.array_equal(after[3], before[3])


def test_the_filters_of_a_file_are_compared_as_well(window, qtbot, tmp_path, monkeypatch):
    kernels = np.stack([make_filter("kirsch-n").planes, make_filter("box").planes]).astype(np.float32)
    path = tmp_path / "own.safetensors"
    save_file({"first.weight": kernels}, str(path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    picker = open_picker(window, qtbot)

    picker._file.click()

    def of_file() -> list[str]:
        shown = [one for one in window.findChildren(NearestPicker) if one.isVisible()]
        return [row.detail for one in shown for row in one._list.rows() if "own.safetensors" in row.detail]

    qtbot.waitUntil(lambda: len(of_file()) == 2, timeout=20_000)
    assert message_of(window) == "2 filters of own.safetensors are compared as well."


def test_a_file_that_is_none_is_one_sentence(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "none.safetensors"
    path.write_bytes(b"nothing")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    picker = open_picker(window, qtbot)

    picker._file.click()

    qtbot.waitUntil(lambda: "none.safetensors" in message_of(window) and "Reading" not in message_of(window))
    assert not window.kernel_files


def test_of_many_rows_under_a_quick_hand_only_the_newest_is_computed(window, qtbot, monkeypatch):
    draw_digit(window, qtbot)
    picker = open_picker(window, qtbot)
    work = []
    monkeypatch.setattr(window.errands, "run", lambda run, tell: work.append((run, tell)))

    for _ in range(5):
        QTest.keyClick(picker._list._field, Qt.Key.Key_Down)

    assert len(work) == 1
    run, tell = work.pop()
    run()
    tell(None)
    assert len(work) == 1  # the newest; those between are let go of
    run, tell = work.pop()
    run()
    tell(None)
    assert not work
    assert picker._scores._cells[0][3].text()


def test_an_edit_from_elsewhere_is_not_overwritten(window, qtbot):
    picker = open_picker(window, qtbot)
    edited = edits.set_bias(window.store.state, 0, 1, 0.5)
    window.store.commit(edited)

    QTest.keyClick(picker._list._field, Qt.Key.Key_Return)

    assert window.store.state is edited
    assert "meanwhile" in message_of(window)


def test_zeros_are_near_to_nothing(window, qtbot):
    window.store.commit(edits.set_planes(window.store.state, 0, 0, np.zeros((1, 3, 3))))
    newest_picture(window, qtbot)

    action = window.actions_by_name["nearest"]
    assert not action.isEnabled()
    assert "All weights are 0" in action.toolTip()


@pytest.mark.parametrize("menu", ["Filter", "Kernel", "Map"])
def test_the_command_is_where_a_filter_is(window, menu):
    asked = {
        "Filter": lambda: window.filter_panel._bar._on_menu_asked(QPoint(2, 2)),
        "Kernel": lambda: window.filter_panel._grid.menu_asked.emit(QPoint(2, 2)),
        "Map": lambda: window.maps_panel.pane.menu_asked.emit(QPoint(2, 2)),
    }
    asked[menu]()

    (opened,) = [one for one in window.findChildren(QMenu) if one.isVisible() and one.accessibleName() == menu]
    inner = [action.menu() for action in opened.actions() if action.menu() is not None]
    assert any(window.actions_by_name["nearest"] in one.actions() for one in (opened, *inner))
    opened.close()
