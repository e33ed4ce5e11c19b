"""What the help sheet promises of the mouse and of keys that are no commands, happens in the window."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from convexplorer.core.kinds import KINDS
from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.commands.shortcuts import MOUSE
from convexplorer.gui.panels.parameters_panel.rows import RowLabel
from convexplorer.gui.panels.ribbon import action_name
from convexplorer.gui.widgets.color_bar import ColorBar
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.table import FORMULAS
from tests.gui.canvas.helpers import double_click as double_click_at
from tests.gui.canvas.helpers import drag, mouse, move
from tests.gui.conftest import newest_picture
from tests.gui.hands import change

Act = Callable[[MainWindow, QtBot], None]
LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def kernel(window: MainWindow) -> KernelGrid:
    return window.filter_panel.findChild(KernelGrid)


def weight(window: MainWindow, row: int, column: int) -> float:
    return float(window.store.state.layers[0].filters[0].planes[0, row, column])


def center(window: MainWindow, row: int, column: int) -> QPointF:
    return kernel(window).layout_now.cell_rect(row, column).center()


def maps(window: MainWindow) -> TileGrid:
    return window.maps_panel.findChild(TileGrid)


def canvas(window: MainWindow) -> ImageCanvas:
    return next(one for one in window.input_panel.findChildren(ImageCanvas) if one.isVisible())


def middle(canvas: ImageCanvas) -> QPointF:
    return QPointF(canvas.rect().center())


def pointing_marks_the_place_everywhere(window: MainWindow, _qtbot: QtBot) -> None:
    move(canvas(window), middle(canvas(window)))

    assert window.selection.cursor is not None
    assert maps(window).cursor_place is not None


def dragging_moves_all_pictures(window: MainWindow, _qtbot: QtBot) -> None:
    pane = canvas(window)
    window.viewport.zoom_at(4, window.viewport.center)
    before = window.viewport.center

    drag(pane, [middle(pane), middle(pane) + QPointF(30, 20), middle(pane) + QPointF(60, 40)])

    assert window.viewport.center != before


def a_double_click_enlarges_and_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    grid = maps(window)
    count = len(grid.tiles)

    double_click_at(grid, grid.picture_rect(1).center())
    qtbot.waitUntil(lambda: len(grid.tiles) == 1)
    if window.lens is not None:
        window.lens.close()
    double_click_at(grid, grid.picture_rect(0).center())

    qtbot.waitUntil(lambda: len(grid.tiles) == count)


def a_drag_paints(window: MainWindow, _qtbot: QtBot) -> None:
    drag(kernel(window), [center(window, 0, 0), center(window, 0, 2)])

    assert [weight(window, 0, column) > 0 for column in range(3)] == [True] * 3


def a_drag_with_control_paints_negative(window: MainWindow, _qtbot: QtBot) -> None:
    drag(kernel(window), [center(window, 0, 0), center(window, 0, 2)], modifiers=CONTROL)

    assert [weight(window, 0, column) < 0 for column in range(3)] == [True] * 3


def a_drag_with_shift_erases(window: MainWindow, _qtbot: QtBot) -> None:
    drag(kernel(window), [center(window, 0, 0), center(window, 2, 0)], modifiers=SHIFT)

    assert [weight(window, row, 0) for row in range(3)] == [0.0] * 3


def typing_sets_a_weight(window: MainWindow, _qtbot: QtBot) -> None:
    grid = kernel(window)
    mouse(grid, QEvent.Type.MouseMove, center(window, 1, 1))
    QTest.keyClicks(grid, "1")
    editor = grid.findChild(QLineEdit)
    QTest.keyClicks(editor, "/9")
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert weight(window, 1, 1) == pytest.approx(1 / 9)


def delete_sets_a_weight_to_zero(window: MainWindow, _qtbot: QtBot) -> None:
    grid = kernel(window)
    grid.set_focused_cell(1, 2)
    QTest.keyClick(grid, Qt.Key.Key_Delete)

    assert weight(window, 1, 2) == 0


def arrows_step_a_number(window: MainWindow, _qtbot: QtBot) -> None:
    field = window.parameters_panel.form.bias
    QTest.keyClick(field, Qt.Key.Key_Up)

    assert window.store.state.layers[0].filters[0].bias > 0


def the_label_of_a_setting_restores_its_default(window: MainWindow, qtbot: QtBot) -> None:
    window.filter_panel.use_preset(next(name for name, row in FORMULAS.items() if row.parameters))
    newest_picture(window, qtbot)
    slider = window.filter_panel.findChildren(ParameterSlider)[0]
    default = slider._field.value
    QTest.keyClick(slider._slider, Qt.Key.Key_Right)
    assert slider._field.value != default

    QTest.mouseDClick(slider._label, LEFT)

    assert slider._field.value == default


def the_colours_open_the_levels(window: MainWindow, _qtbot: QtBot) -> None:
    bar = next(one for one in window.findChildren(ColorBar) if one.isVisible() and one.isEnabled())
    QTest.mouseDClick(bar, LEFT)

    assert bar.findChild(QLineEdit).isVisible()


def a_drag_with_control_shifts_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    pane, before = canvas(window), window.input_panel.pane.viewport.center
    start = middle(pane)
    scale = pane.projection_at(start).scale
    drag(pane, [start, start + QPointF(30, 30), start + QPointF(3 * scale, 2 * scale)], modifiers=CONTROL)
    newest_picture(window, qtbot)

    page = window.explanation_panel.page
    assert window.explanation_panel.page_name == "shift"
    assert page.shift.amounts == (2, 3)
    assert window.input_panel.pane.viewport.center == before  # nothing is panned

    drag(pane, [start, start + QPointF(30, 30), start + QPointF(0, scale)], modifiers=CONTROL)
    assert page.shift.amounts == (3, 3)


PROMISES: dict[tuple[str, str], Act] = {
    ("Pictures and maps", "Point"): pointing_marks_the_place_everywhere,
    ("Pictures and maps", "Drag"): dragging_moves_all_pictures,
    ("Pictures and maps", "Double click"): a_double_click_enlarges_and_goes_back,
    ("Pictures and maps", "Ctrl+drag"): a_drag_with_control_shifts_the_picture,
    ("Kernel", "Drag"): a_drag_paints,
    ("Kernel", "Right drag, Ctrl+drag"): a_drag_with_control_paints_negative,
    ("Kernel", "Shift+drag"): a_drag_with_shift_erases,
    ("Kernel", "Type, Enter, Tab"): typing_sets_a_weight,
    ("Kernel", "Delete"): delete_sets_a_weight_to_zero,
    ("Numbers", "↑, ↓, or scroll after a click"): arrows_step_a_number,  # the wheel: see test_wheel
    ("Numbers", "Double click the label of a setting"): the_label_of_a_setting_restores_its_default,
    ("Numbers", "Double click the colours"): the_colours_open_the_levels,
}


@pytest.mark.parametrize("promise", PROMISES, ids=" ".join)
def test_the_help_sheet_keeps_its_promise(window: MainWindow, qtbot: QtBot, promise: tuple[str, str]) -> None:
    group, gesture = promise
    assert gesture in dict(MOUSE[group])

    PROMISES[promise](window, qtbot)


@pytest.mark.parametrize("kind", KINDS)
def test_every_label_of_every_form_restores_the_default_of_its_setting(
    window: MainWindow, qtbot: QtBot, kind: str
) -> None:
    window.actions_by_name[f"add-{action_name(kind)}"].trigger()
    newest_picture(window, qtbot)
    form, defaults = window.parameters_panel.form, KINDS[kind].complete({}, 2)
    place = window.store.state.position(window.selection.view.layer)

    for label in form.findChildren(RowLabel):
        row = next((one for one in KINDS[kind].settings if one.label == label.text()), None)
        if row is None:
            continue
        change(row, form.control(row.name))
        newest_picture(window, qtbot)
        QTest.mouseDClick(label, LEFT)
        newest_picture(window, qtbot)
        assert window.store.state.layers[place].settings[row.name] == defaults[row.name], row.name
