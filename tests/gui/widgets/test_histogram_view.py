"""The histogram and its two level handles."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.histogram_plot import HistogramPlot
from convexplorer.gui.widgets.histogram_view import Histogram


def make(qtbot) -> Histogram:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(240, 80)
    histogram.set_histogram([1, 5, 20, 5, 1], np.linspace(-1, 1, 6))
    histogram.set_levels(-0.5, 0.5)
    return histogram


def shown(qtbot) -> tuple[Histogram, HistogramPlot]:
    histogram = make(qtbot)
    histogram.show()
    return histogram, histogram._plot


def place_of(plot: HistogramPlot, value: float) -> QPoint:
    return QPoint(round(plot.x_of(value)), plot.height() // 2)


def test_set_levels_is_silent(qtbot) -> None:
    histogram = make(qtbot)

    with qtbot.assertNotEmitted(histogram.levels_dragged):
        histogram.set_levels(-0.2, 0.9)

    assert histogram.levels == (-0.2, 0.9)


def test_a_dragged_handle_tells_both_levels(qtbot) -> None:
    histogram = make(qtbot)

    with qtbot.waitSignal(histogram.levels_dragged) as signal:
        histogram._plot.handle_dragged.emit(True, 0.75)

    assert signal.args == [-0.5, 0.75]


@pytest.mark.parametrize(("taken", "to", "left"), [(0.5, 0.8, (-0.5, 0.8)), (-0.5, -0.1, (-0.1, 0.5))])
def test_the_mouse_drags_a_handle(qtbot, taken: float, to: float, left: tuple[float, float]) -> None:
    histogram, plot = shown(qtbot)

    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=place_of(plot, taken))
    qtbot.mouseMove(plot, place_of(plot, to))
    with qtbot.waitSignal(histogram.levels_drag_finished):
        qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=place_of(plot, to))

    assert histogram.levels == pytest.approx(left, abs=0.02)
    assert not plot.is_dragged


def test_a_handle_does_not_jump_to_the_mouse_that_takes_it(qtbot) -> None:
    histogram, plot = shown(qtbot)
    beside = place_of(plot, 0.5) + QPoint(3, 0)

    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=beside)
    qtbot.mouseMove(plot, beside)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=beside)

    assert histogram.levels == pytest.approx((-0.5, 0.5))


def test_a_click_away_from_the_handles_changes_nothing(qtbot) -> None:
    histogram, plot = shown(qtbot)

    with qtbot.assertNotEmitted(histogram.levels_dragged), qtbot.assertNotEmitted(histogram.levels_drag_finished):
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place_of(plot, 0.0))
        qtbot.mouseClick(plot, Qt.MouseButton.RightButton, pos=place_of(plot, 0.5))

    assert histogram.levels == (-0.5, 0.5)


def test_values_that_come_during_a_drag_move_neither_handle_nor_scale(qtbot) -> None:
    histogram, plot = shown(qtbot)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=place_of(plot, 0.5))
    before = plot.x_of(0.5)

    histogram.set_histogram([3, 4], [-1e12, 0.0, 1e12])
    histogram.set_levels(-7.0, 7.0)

    assert histogram.levels == (-0.5, 0.5)
    assert plot.x_of(0.5) == before
    assert not plot.grab().isNull()
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=place_of(plot, 0.5))


def test_the_cursor_tells_where_a_handle_can_be_taken(qtbot) -> None:
    _histogram, plot = shown(qtbot)

    qtbot.mouseMove(plot, place_of(plot, 0.5))
    over_handle = plot.cursor().shape()
    qtbot.mouseMove(plot, place_of(plot, 0.0))

    assert over_handle == Qt.CursorShape.SizeHorCursor
    assert plot.cursor().shape() != over_handle


def test_a_few_values_among_very_many_are_seen(qtbot) -> None:
    theme.apply_theme(QApplication.instance(), "light")
    histogram = make(qtbot)
    histogram.set_histogram([1_000_000, 500_000, 0, 0, 1], np.linspace(-1, 1, 6))
    plot = histogram._plot
    ground, bar = plot.grab().toImage(), place_of(plot, 0.8)

    colors = [ground.pixelColor(bar.x(), y).name() for y in (plot.height() - 1, plot.height() - 2)]

    assert colors[0] != colors[1]


def test_symmetric_levels_move_in_opposite_directions(qtbot) -> None:
    histogram = make(qtbot)
    histogram.set_levels(-0.5, 0.5, is_symmetric=True)

    histogram._plot.handle_dragged.emit(False, -0.25)

    assert histogram.levels == (-0.25, 0.25)


@pytest.mark.parametrize(("is_upper", "value"), [(True, -3.0), (False, 3.0)])
def test_one_handle_never_passes_the_other(qtbot, is_upper: bool, value: float) -> None:
    histogram = make(qtbot)

    histogram._plot.handle_dragged.emit(is_upper, value)

    assert histogram.levels[0] < histogram.levels[1]


def test_arrow_keys_move_the_upper_level_and_with_shift_the_lower_one(qtbot) -> None:
    histogram = make(qtbot)

    with qtbot.waitSignals([histogram.levels_dragged, histogram.levels_drag_finished]):
        qtbot.keyClick(histogram, Qt.Key.Key_Right)
    qtbot.keyClick(histogram, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)

    assert histogram.levels == pytest.approx((-0.52, 0.52))


def test_bars_are_painted_and_cleared(qtbot) -> None:
    histogram = make(qtbot)
    full = histogram.grab().toImage()

    histogram.clear()

    assert histogram.grab().toImage() != full


@pytest.mark.parametrize("counts", [[0, 0, 0], [7], [0, 9, 0]])
def test_empty_and_single_bars_are_drawn_without_complaint(qtbot, counts: list[int]) -> None:
    histogram = make(qtbot)

    histogram.set_histogram(counts, np.linspace(0, 0 if len(counts) == 1 else 1, len(counts) + 1))

    assert not histogram.grab().isNull()


def test_the_focus_is_seen(qtbot) -> None:
    histogram = make(qtbot)
    before = histogram.grab().toImage()

    histogram.show()
    histogram.activateWindow()
    histogram.setFocus()
    qtbot.waitUntil(histogram.hasFocus)

    assert histogram.grab().toImage().pixelColor(0, histogram.height() // 2) != before.pixelColor(
        0, histogram.height() // 2
    )
