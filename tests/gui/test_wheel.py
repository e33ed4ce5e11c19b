"""The wheel belongs to what scrolls: over a control without the focus it changes nothing, and the column goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLabel, QListView, QSlider, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from convexplorer.core.kinds import KINDS
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.panels.ribbon import Ribbon, action_name
from convexplorer.gui.widgets.note import Note
from convexplorer.gui.widgets.preset_picker import PresetPicker
from convexplorer.gui.widgets.steady_label import SteadyLabel
from convexplorer.gui.widgets.wheel import WheelGuard
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.table import FORMULAS
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow, newest_picture

LOW = 520  # of a window whose column of controls must scroll


def parts_without_focus(window: QWidget) -> list[QWidget]:
    """Return all that is seen in a window and is neither a picture nor the row of layers, which the wheel moves."""
    parts = [part for part in window.findChildren(QWidget) if part.isVisible() and part.window() is window]
    return [part for part in parts if not isinstance(part, PicturePane | Ribbon) and not is_in_ribbon(part)]


def is_in_ribbon(part: QWidget) -> bool:
    parent = part.parentWidget()
    return parent is not None and (isinstance(parent, Ribbon) or is_in_ribbon(parent))


def turn(part: QWidget, delta: int = -120) -> None:
    """Turn the wheel over the middle of a part, as the window system tells it: what is not taken goes to the parents.

    A synthetic event sent to the part would not.
    """
    window = part.window()
    place = part.mapTo(window, part.visibleRegion().boundingRect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(0, delta))
    QApplication.processEvents()


@pytest.mark.own_window
@pytest.mark.parametrize("page", PAGES)
def test_the_wheel_over_anything_without_focus_changes_nothing(window: MainWindow, qtbot: QtBot, page: str) -> None:
    window.show_explanation(True)
    window.explanation_panel.show_page(page)
    newest_picture(window, qtbot)
    window.maps_panel.take_focus()
    before = window.store.state, window.selection.view, control_values(window)

    for part in parts_without_focus(window):
        turn(part)
        turn(part, 120)
        assert (window.store.state, window.selection.view, control_values(window)) == before, part


def shown_leaves(content: QWidget) -> Iterator[QWidget]:
    """Yield all that has no parts; some of it may fold while the column scrolls."""
    for part in content.findChildren(QWidget):
        if isValid(part) and part.isVisible() and part.window() is content.window() and not part.findChildren(QWidget):
            yield part


def scrolls(window: MainWindow, part: QWidget) -> bool:
    """Return True if the column moves when the wheel turns over a part of it."""
    bar = window.controls.verticalScrollBar()
    bar.setValue(0)
    window.controls.ensureWidgetVisible(part)
    place = bar.value()
    turn(part, 120 if place else -120)
    return bar.value() != place


def shown_combo(window: MainWindow, name: str) -> QComboBox:
    """Return a combo box of the form that is shown."""
    combos = window.parameters_panel.findChildren(QComboBox)
    return next(one for one in combos if one.accessibleName() == name and one.isVisible())


def control_values(window: MainWindow) -> list[object]:
    """Return what all controls show."""
    shown = [one.currentIndex() for one in window.findChildren(QComboBox)]
    shown += [one.value() for one in window.findChildren(QSlider)]
    return shown + [one.text() for one in window.findChildren(QAbstractSpinBox)]


@pytest.mark.own_window
def test_the_column_scrolls_under_every_control_of_every_kind(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, LOW)
    bar, stuck = window.controls.verticalScrollBar(), []

    for kind in KINDS:
        window.actions_by_name[f"add-{action_name(kind)}"].trigger()
        newest_picture(window, qtbot)
        qtbot.waitUntil(lambda: bar.maximum() > 0)
        window.maps_panel.take_focus()
        state = window.store.state
        content = window.parameters_panel if kind != "conv" else window.controls.widget()
        stuck += [(kind, part) for part in shown_leaves(content) if not scrolls(window, part)]
        assert window.store.state == state, kind
        window.store.undo()

    assert stuck == []


@pytest.mark.own_window
def test_sliders_of_a_formula_leave_the_wheel_to_the_column(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, LOW)
    window.filter_panel.use_preset(next(name for name, row in FORMULAS.items() if row.parameters))
    newest_picture(window, qtbot)
    bar = window.controls.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    window.maps_panel.take_focus()
    state = window.store.state

    for slider in (one for one in window.filter_panel.findChildren(QSlider) if one.isVisible()):
        assert scrolls(window, slider)

    assert window.store.state == state


@pytest.mark.own_window
def test_a_focused_kernel_takes_the_wheel(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.filter_panel.findChild(KernelGrid)
    before = window.store.state.layers[0].filters[0].planes[0, 1, 1]
    grid.setFocus(Qt.FocusReason.MouseFocusReason)

    turn(grid, 120)

    assert window.store.state.layers[0].filters[0].planes[0, 1, 1] > before


@pytest.mark.own_window
def test_a_focused_combo_box_takes_the_wheel(window: MainWindow, qtbot: QtBot) -> None:
    combo = shown_combo(window, "Padding")
    combo.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(combo.hasFocus)
    before = combo.currentText()

    turn(combo)

    assert combo.currentText() != before


@pytest.mark.own_window
def test_a_list_that_has_opened_scrolls(window: MainWindow) -> None:
    window.actions_by_name["preset"].trigger()
    view = window.filter_panel.findChild(PresetPicker).findChild(QListView)

    turn(view.viewport())

    assert view.verticalScrollBar().value() > 0


@pytest.mark.own_window
def test_an_edit_asks_the_guard_nothing_about_what_leaves_the_wheel_to_its_parent(
    open_window: OpenWindow, photo: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: set[type[QObject]] = set()
    filter_of = WheelGuard.eventFilter

    def note(guard: WheelGuard, watched: QObject, event: QEvent) -> bool:
        asked.add(type(watched))
        return filter_of(guard, watched, event)

    monkeypatch.setattr(WheelGuard, "eventFilter", note)  # before the first guard: PySide looks methods up once
    window = open_window(default_project(parse(str(photo))))
    window.show_explanation(True)
    newest_picture(window, qtbot)
    asked.clear()

    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 0, 7.0))
    newest_picture(window, qtbot)
    QApplication.processEvents()

    assert KernelGrid in asked
    assert not {Note, SteadyLabel, QLabel, ComputationView} & asked


@pytest.mark.own_window
def test_a_change_of_theme_asks_the_guard_nothing_and_leaves_it_awake(
    open_window: OpenWindow, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QEvent.Type] = []
    filter_of = WheelGuard.eventFilter

    def count(guard: WheelGuard, watched: QObject, event: QEvent) -> bool:
        asked.append(event.type())
        return filter_of(guard, watched, event)

    monkeypatch.setattr(WheelGuard, "eventFilter", count)  # before the first guard: PySide looks methods up once
    window = open_window(default_project(parse(str(photo))))
    asked.clear()
    dressed = {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}

    window.actions_by_name["theme"].trigger()

    assert not dressed & set(asked)
    window.maps_panel.take_focus()
    combo = shown_combo(window, "Padding")
    before = combo.currentText()
    turn(combo)
    assert combo.currentText() == before
    assert QEvent.Type.Wheel in asked


def test_pictures_still_zoom(window: MainWindow, qtbot: QtBot) -> None:
    QApplication.focusWidget().clearFocus()
    pane = next(one for one in window.input_panel.findChildren(PicturePane) if one.isVisible())

    turn(pane, 120)

    assert window.viewport.zoom > 1
