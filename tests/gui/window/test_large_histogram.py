"""The large histogram shows the selected map's values and lets the hand set the levels of its colours."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.core import Activation
from convexplorer.gui.widgets.distribution_plot import DistributionPlot
from convexplorer.gui.widgets.histogram_plot import HistogramPlot
from convexplorer.gui.window.large_histogram import LargeHistogram
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from tests.gui.conftest import newest_picture

pytestmark = pytest.mark.own_window


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> Iterator[LargeHistogram]:
    newest_picture(window, qtbot)
    window.actions_by_name["histogram"].give()
    yield (large := shown_in(window))
    large.close()


def shown_in(window: MainWindow) -> LargeHistogram:
    (large,) = window.findChildren(LargeHistogram)
    assert large.isVisible()
    return large


def drawn(plot: DistributionPlot) -> np.ndarray:
    return np.asarray(plot._bars.getData()[1])


def test_it_counts_every_cell_of_the_selected_map(opened: LargeHistogram, window: MainWindow) -> None:
    tile = window.selected_tile()
    assert tile is not None
    assert drawn(opened.plot).sum() == tile.values.size
    assert tile.title in opened._title.text()


def test_it_follows_another_filter(opened: LargeHistogram, window: MainWindow, qtbot: QtBot) -> None:
    before = opened._title.text()
    window.selection.select(filter=1)
    qtbot.waitUntil(lambda: opened._title.text() != before)
    tile = window.selected_tile()
    assert tile is not None
    assert tile.title in opened._title.text()


def test_a_dragged_level_is_that_of_the_colours(opened: LargeHistogram, window: MainWindow, qtbot: QtBot) -> None:
    plot = opened.plot
    upper = plot._region.lines[1]
    upper.setValue(upper.value() / 2)
    expected = plot._region.getRegion()
    display = window.store.state.display
    assert display.scope == "locked"
    assert display.locked == pytest.approx(expected, rel=0.01)
    assert display.locked[0] == -display.locked[1]  # colours of two directions stay symmetric
    qtbot.waitUntil(lambda: window.bridge.picture.tiles[0].levels.high == display.locked[1])


def test_a_logarithmic_axis_shows_single_cells(opened: LargeHistogram) -> None:
    counts = drawn(opened.plot)
    opened._counts.click()
    assert np.allclose(drawn(opened.plot), np.log10(np.maximum(counts, 0.5)))
    floor, top = opened.plot.viewRange()[1]
    assert floor < 0 < top


def test_the_bin_under_the_mouse_is_told(opened: LargeHistogram) -> None:
    plot = opened.plot
    middle = plot.getPlotItem().vb.mapViewToScene(QPointF(0.0, 1.0))
    plot._on_moved(middle)
    assert "of the cells hold" in opened._pointed.text()
    plot.leaveEvent(QEvent(QEvent.Type.Leave))
    assert "of the cells hold" not in opened._pointed.text()


def test_the_outline_tells_what_the_activation_changed(
    opened: LargeHistogram, window: MainWindow, qtbot: QtBot
) -> None:
    assert not opened.plot._before.isVisible()
    window.store.commit(edits.set_layer(window.store.state, 0, activation=Activation("relu")))
    qtbot.waitUntil(opened.plot._before.isVisible)
    assert "ReLU" in opened._legend.text()
    assert np.asarray(opened.plot._before.getData()[1]).sum() == drawn(opened.plot).sum()


def test_a_double_click_on_the_small_histogram_opens_it(window: MainWindow, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    plot = window.statistics_panel.findChild(HistogramPlot)
    assert plot is not None
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(plot.width() // 2, 5))
    large = shown_in(window)
    QTest.keyClick(large, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(LargeHistogram))
