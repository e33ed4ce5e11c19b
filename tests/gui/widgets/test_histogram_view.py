"""The histogram and its two level handles."""

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt

from convexplorer.gui.widgets.histogram_view import Histogram


def make(qtbot) -> Histogram:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(240, 80)
    histogram.load()
    histogram.set_histogram([1, 5, 20, 5, 1], np.linspace(-1, 1, 6))
    histogram.set_levels(-0.5, 0.5)
    return histogram


def test_the_plotting_library_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, convexplorer.gui.widgets.histogram_view; sys.exit('pyqtgraph' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_the_plot_appears_by_itself_when_the_widget_is_shown(qtbot) -> None:
    histogram = Histogram()
    qtbot.addWidget(histogram)

    histogram.show()

    qtbot.waitUntil(lambda: histogram.layout().count() == 1)


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
