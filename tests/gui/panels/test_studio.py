"""The studio beside the pictures: entered and left, painted in, and always of the selected kernel."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.studio.memory import PastRow
from convexplorer.gui.panels.studio.panel import StudioPanel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by, sentence_of
from tests.gui.shared_window import is_up_to_date


def enter(window: MainWindow, qtbot: QtBot) -> StudioPanel:
    window.actions_by_name["studio"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    assert window.studio.panel is not None
    return window.studio.panel


def kernel(window: MainWindow) -> np.ndarray:
    choice = window.choice()
    assert choice is not None
    return choice.filter.planes


def test_it_stands_beside_the_picture_and_the_map_of_the_selected_filter(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    assert panel.isVisible()
    assert window.maps_panel.is_enlarged
    assert not window.controls.isVisible()
    studio, picture, maps = (one.geometry() for one in (window.studio, window.input_panel, window.maps_panel))
    assert studio.right() < min(picture.left(), maps.left())
    assert picture.bottom() < maps.top()
    window.actions_by_name["studio"].give()
    assert not panel.isVisible()
    assert not window.maps_panel.is_enlarged
    assert window.controls.isVisible()


def test_what_was_hidden_beside_the_pictures_is_hidden_again(window: MainWindow, qtbot: QtBot) -> None:
    window.show_controls(False, is_chosen=True)
    enter(window, qtbot)
    window.show_controls(True, is_chosen=True)  # here, where it is not remembered
    window.actions_by_name["studio"].give()
    assert not window.controls.isVisible()
    window.show_controls(True, is_chosen=True)


def test_a_stroke_is_one_step_and_is_noted(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    before = kernel(window).copy()
    points = [panel.stage.to_screen(0.5, column).toPoint() for column in (0.5, 1.5, 2.5)]
    qtbot.mousePress(panel.stage, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(panel.stage, point)
    qtbot.mouseRelease(panel.stage, Qt.MouseButton.LeftButton, pos=points[-1])
    assert (kernel(window)[:, 0] == kernel(window).max()).all()
    choice = window.choice()
    assert choice is not None
    made = made_by(choice.filter)
    assert made is not None
    assert made.steps == ("painted",)
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), before)


def test_it_follows_the_selection_and_undo(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    with qtbot.waitSignal(panel.work.changed):
        window.selection.select(filter=1)
    assert window.store.state.layers[0].filters[1] is panel.work.chosen
    assert panel.work.make(np.eye(5), Recipe("drawn"), name="mine")
    assert panel.work.chosen is not None
    assert (panel.work.chosen.name, panel.work.chosen.size) == ("mine", (5, 5))
    assert panel.stage.rows == 5
    window.store.undo()
    assert panel.stage.rows == kernel(window).shape[1] == 3


def test_drags_of_one_desk_are_one_step_until_they_settle(window: MainWindow, qtbot: QtBot) -> None:
    work = enter(window, qtbot).work
    before = kernel(window)
    for value in (1.0, 2.0, 3.0):
        work.make(np.full((3, 3), value), Recipe("drawn"), merge="slider")
    work.settle()
    window.store.undo()
    assert kernel(window) is before


def test_locks_hold_for_every_desk(window: MainWindow, qtbot: QtBot) -> None:
    work = enter(window, qtbot).work
    work.locks = frozenset({"sum-0"})
    work.make(np.arange(9.0).reshape(3, 3), Recipe("drawn"))
    assert abs(float(work.plane.sum())) < 1e-12


def test_a_layer_without_kernels_says_why(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    window.store.commit(window.store.state.__class__(window.store.state.source, ()))
    assert "add a convolution" in panel.work.why_not
    assert panel._why_not.isVisible()
    assert not panel.work.make(np.eye(3), None)
    window.store.undo()
    assert not panel._why_not.isVisible()


def test_a_map_under_the_studio_is_explained_as_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    enter(window, qtbot)
    window.show_explanation(True)
    pane = window.maps_panel.pane
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(pane.width() // 2, pane.height() // 2))
    assert window.selection.pin is not None
    assert window.explanation_panel.has_trace


def test_what_a_kernel_has_been_is_looked_at_and_gone_back_to(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    first = panel.work.chosen
    assert first is not None
    for value in (1.0, 2.0):
        for share in (0.5, 1.0):  # a drag of two moves
            panel.work.make(np.full((3, 3), value * share), Recipe("drawn"), merge="drag")
        panel.work.settle()
    row = panel.findChild(PastRow)
    assert row is not None
    assert len(row._chips) == 3  # one for each step
    newest = panel.work.chosen
    row.hovered.emit(0)
    np.testing.assert_array_equal(panel.stage._planes, first.planes)
    assert panel.work.chosen is newest  # only looked at
    row.hovered.emit(-1)
    np.testing.assert_array_equal(panel.stage._planes, np.full((1, 3, 3), 2.0))
    row.clicked.emit(0)
    assert panel.work.chosen is first
    window.store.undo()
    assert panel.work.chosen is newest
    assert len(row._chips) == 3  # what Undo brings back was there


def test_a_slot_is_filled_looked_at_by_its_key_and_taken(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    kept, layer = panel.work.chosen, window.store.state.layers[0]
    panel.stage.setFocus()
    qtbot.keyClick(panel.stage, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert panel.slots.kernels[1] is kept
    window.selection.select(filter=2)
    qtbot.keyPress(panel.stage, Qt.Key.Key_B)
    assert kept is not None
    np.testing.assert_array_equal(panel.stage._planes, kept.planes)
    told, made = panel._made.text(), made_by(kept)
    assert made is not None
    assert told == f"Made by: {sentence_of(made)}"
    qtbot.waitUntil(
        lambda: window.bridge.picture is not None and window.bridge.picture.project is not window.store.state
    )
    assert window.store.state.layers[0] is layer
    qtbot.keyRelease(panel.stage, Qt.Key.Key_B)
    np.testing.assert_array_equal(panel.stage._planes, layer.filters[2].planes)
    assert panel._made.text() not in ("", told)
    panel.slots.clicked.emit(1)
    assert panel.work.chosen is kept
    window.store.undo()
    assert panel.work.chosen is layer.filters[2]


def test_a_window_that_loses_the_keyboard_looks_away_from_a_slot(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = enter(window, qtbot)
    panel.slots.store(0)
    window.selection.select(filter=2)
    chosen = panel.work.chosen
    assert chosen is not None
    panel.slots.look_at(0)  # as while its key is down
    monkeypatch.setattr(panel, "isActiveWindow", lambda: False)

    QApplication.sendEvent(panel, QEvent(QEvent.Type.ActivationChange))

    np.testing.assert_array_equal(panel.stage._planes, chosen.planes)


def test_a_slot_is_compared_with_a_line_to_swipe(window: MainWindow, qtbot: QtBot) -> None:
    panel = enter(window, qtbot)
    panel.slots.store(0)
    window.selection.select(filter=1)
    qtbot.waitUntil(lambda: is_up_to_date(window))
    panel.work.compare_with(panel.slots.kernels[0])
    qtbot.waitUntil(lambda: is_up_to_date(window))
    picture = window.bridge.picture
    assert picture is not None
    assert [tile.role for tile in picture.tiles][:2] != []
    assert window.selection.view.mode == "compare"
    assert picture.project is window.store.state
