"""A filter of many channels: kernels side by side in place of unreadable stripes, and the way to one of them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.kernel.plane_sheet import SMALLEST_PX, PlaneSheet
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from tests.gui.conftest import newest_picture
from tests.model.examples import conv_layer


def many(count: int) -> np.ndarray:
    rng = np.random.default_rng(count)
    return rng.normal(size=(count, 3, 3)) * rng.permutation(np.arange(1, count + 1))[:, np.newaxis, np.newaxis]


def open_on(window: MainWindow, count: int, qtbot: QtBot) -> np.ndarray:
    """Show a filter that reads so many channels; return its planes."""
    planes = many(count)
    below = conv_layer(tuple(Filter(f"a{i}", np.eye(3)[np.newaxis]) for i in range(count)), id="below")
    above = conv_layer((Filter("one", planes), Filter("other", planes[::-1])), id="above")
    window.store.commit(replace(window.store.state, layers=(below, above)))
    window.selection.select(layer="above", filter=0)
    newest_picture(window, qtbot)
    return planes


def parts(window: MainWindow) -> tuple[KernelGrid, PlaneSheet]:
    (sheet,) = window.filter_panel.findChildren(PlaneSheet)
    (grid,) = window.filter_panel.findChildren(KernelGrid)
    return grid, sheet


def center(sheet: PlaneSheet, place: int) -> QPoint:
    layout = sheet.layout_now
    return layout.cell_rect(*divmod(place, layout.columns)).center().toPoint()


@pytest.mark.parametrize("count", [9, 64, 512])
def test_many_channels_are_shown_side_by_side_the_largest_norm_first(
    window: MainWindow, qtbot: QtBot, count: int
) -> None:
    planes = open_on(window, count, qtbot)
    grid, sheet = parts(window)

    norms = np.linalg.norm(planes.reshape(count, -1), axis=1)
    assert sheet.isVisible()
    assert not grid.isVisible()
    assert list(sheet.shown) == list(np.argsort(-norms)[: len(sheet.shown)])
    layout = sheet.layout_now
    assert layout.width - layout.gap >= theme.px(SMALLEST_PX)  # each can be seen
    last = layout.cell_rect(*divmod(len(sheet.shown) - 1, layout.columns))
    assert sheet.rect().contains(last.toAlignedRect())
    if len(sheet.shown) < count:
        share = (np.sort(norms)[::-1][: len(sheet.shown)] ** 2).sum() / (norms**2).sum()
        assert f"{len(sheet.shown)} of {count} channels: {100 * share:.3g} %" in sheet.foot()
    else:
        assert sheet.foot().startswith(f"{count} channels")


def test_few_channels_are_edited_together_as_before(window: MainWindow, qtbot: QtBot) -> None:
    open_on(window, 8, qtbot)
    grid, sheet = parts(window)

    assert grid.isVisible()
    assert not sheet.isVisible()


def test_a_click_shows_the_weights_of_one_channel_and_all_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    planes = open_on(window, 64, qtbot)
    grid, sheet = parts(window)
    chosen = sheet.shown[3]

    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=center(sheet, 3))

    assert grid.isVisible()
    assert not sheet.isVisible()
    np.testing.assert_array_equal(grid._shown(), planes[chosen : chosen + 1])
    assert window.filter_panel.target().plane == chosen

    window.filter_panel.choose_plane(None)
    assert sheet.isVisible()


def test_keys_walk_over_the_channels_and_enter_chooses(window: MainWindow, qtbot: QtBot) -> None:
    open_on(window, 64, qtbot)
    grid, sheet = parts(window)
    columns = sheet.layout_now.columns
    sheet.setFocus()

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(sheet, key)
    QTest.keyClick(sheet, Qt.Key.Key_Return)

    assert window.filter_panel.target().plane == sheet._ranked.order[columns - 1]
    assert grid.hasFocus()


def test_a_tip_says_channel_norm_and_sum(window: MainWindow, qtbot: QtBot) -> None:
    planes = open_on(window, 64, qtbot)
    _, sheet = parts(window)
    index = sheet.shown[0]

    at = center(sheet, 0)
    QApplication.sendEvent(sheet, QHelpEvent(QEvent.Type.ToolTip, at, sheet.mapToGlobal(at)))

    assert QToolTip.text().startswith(f"Channel {index}: |k| {np.linalg.norm(planes[index]):.4g}")
    QToolTip.hideText()


def test_another_filter_of_few_channels_brings_the_cells_back(window: MainWindow, qtbot: QtBot) -> None:
    open_on(window, 64, qtbot)
    grid, sheet = parts(window)

    window.selection.select(layer="below")
    newest_picture(window, qtbot)

    assert grid.isVisible()
    assert not sheet.isVisible()


def test_a_cell_of_hundreds_of_weights_says_their_range(window: MainWindow, qtbot: QtBot) -> None:
    planes = open_on(window, 64, qtbot)
    grid, _ = parts(window)

    grid.set_planes(planes)

    assert grid.describe_cell(1, 2).startswith("row 1, column 2: 64 weights in ")
    assert len(grid.accessibleName()) < 120
