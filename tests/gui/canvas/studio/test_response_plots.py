"""The planes of frequencies, the curves and the bench: where the hand is, and what is read there."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from convexplorer.gui.canvas.studio.bench_strip import BenchStrip
from convexplorer.gui.canvas.studio.frequency_units import UNITS, placed_marks
from convexplorer.gui.canvas.studio.line_plot import LinePlot, y_marks
from convexplorer.gui.canvas.studio.polar_plot import PolarPlot
from convexplorer.gui.canvas.studio.product_bars import ProductBars
from convexplorer.gui.canvas.studio.response_plot import ResponsePlot, SpectrumPlot
from convexplorer.gui.look import theme
from convexplorer.results.bench import SIDE, Wave
from convexplorer.results.effects import Effects
from convexplorer.results.spectrum import spectrum

EDGE = np.array([[-0.5, 0.0, 0.5]])


def shown(qtbot, widget, width=300, height=260):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.grab()
    return widget


def turn_wheel(widget, at, clicks):
    position = QPointF(at)
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), QPoint(0, 120 * clicks),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


@pytest.fixture
def plot(qtbot):
    plot = shown(qtbot, ResponsePlot())
    plot.set_effects(Effects(EDGE))
    return plot


def test_a_click_marks_the_wave_under_it(plot, qtbot):
    with qtbot.waitSignal(plot.wave_set) as found:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.to_screen(0.0, 0.25).toPoint())

    assert found.args == [pytest.approx(4, rel=0.02), pytest.approx(0, abs=1)]
    assert plot.wave == tuple(found.args)


def test_the_arrow_keys_move_the_wave(plot, qtbot):
    plot.set_wave(4.0, 0.0)

    with qtbot.waitSignal(plot.wave_set) as found:
        qtbot.keyClick(plot, Qt.Key.Key_Right)

    assert found.args[0] == pytest.approx(1 / 0.26)


def test_what_is_under_the_mouse_is_read(plot, qtbot):
    with qtbot.waitSignal(plot.pointed) as found:
        qtbot.mouseMove(plot, plot.to_screen(0.0, 0.25).toPoint())

    assert "px at 0°: |H| 1, 0 dB, phase 90°" in found.args[0].replace("180°:", "0°:")


def test_frequencies_are_written_in_the_chosen_unit(plot):
    plot.set_unit("cycles")
    assert plot.sentence_at(0.25, 0.0).startswith("0.25 cycles/px at 90°")
    plot.set_unit("nyquist")
    assert plot.sentence_at(0.25, 0.0).startswith("0.5 of Nyquist at 90°")


def test_the_wheel_zooms_about_the_mouse_and_a_zoomed_response_is_computed_finer(plot, qtbot):
    at = plot.to_screen(0.1, 0.2)
    before = plot.to_frequency(at)
    step = plot.axes[0].values[1] - plot.axes[0].values[0]

    turn_wheel(plot, at, 4)

    assert plot.to_frequency(at) == pytest.approx(before)
    assert plot.axes[0].values[1] - plot.axes[0].values[0] < step / 2
    qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton)
    assert (plot.axes[0].low, plot.axes[0].high) == (-0.5, 0.5)


def test_with_nothing_to_zoom_out_of_the_wheel_is_left_to_the_area_around(plot):
    assert not turn_wheel(plot, plot.area.center(), -1).isAccepted()


def test_the_middle_button_moves_what_is_zoomed(plot, qtbot):
    turn_wheel(plot, plot.area.center(), 8)
    before = plot.axes[1].low

    start = plot.area.center().toPoint()
    qtbot.mousePress(plot, Qt.MouseButton.MiddleButton, pos=start)
    QApplication.sendEvent(plot, _move(plot, start + QPoint(-20, 0), Qt.MouseButton.MiddleButton))

    assert plot.axes[1].low > before
    qtbot.mouseRelease(plot, Qt.MouseButton.MiddleButton, pos=start)


def _move(widget, point, button):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    position = QPointF(point)
    return QMouseEvent(
        QEvent.Type.MouseMove, position, widget.mapToGlobal(position), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["magnitude", "decibels", "phase"])
def test_the_picture_is_brightest_where_the_response_is_largest(plot, kind):
    plot.set_kind(kind)
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    def light(row, column):
        at = plot.to_screen(row, column).toPoint()
        return image.pixelColor(at).lightnessF()

    assert light(0.3, 0.25) > light(0.3, 0.01)


@pytest.mark.parametrize(
    "plane", [[[np.nan]], [[np.inf, 1.0]], [[1e200]], np.zeros((3, 3)), [[2.0]], np.ones((2, 255))]
)
def test_kernels_of_any_weights_and_sizes_are_painted_or_refused_in_words(qtbot, plane):
    effects = Effects(np.array(plane, np.float64))
    for widget in (ResponsePlot(), PolarPlot(), BenchStrip()):
        shown(qtbot, widget)
        widget.set_effects(effects)
        widget.grab()

    assert bool(effects.why_not) == (not np.isfinite(plane).all() or np.max(plane) > 1e150)


def test_a_spectrum_says_why_it_is_missing(qtbot):
    plot = shown(qtbot, SpectrumPlot("picture"))
    plot.set_spectrum(None, "It holds NaN.")
    assert plot.hint == "It holds NaN."

    plot.set_spectrum(spectrum(np.random.default_rng(1).random((200, 200))))

    assert plot.hint == ""
    assert plot.reading_of(0.1, 0.1).endswith("dB")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("span", [(-0.5, 0.5), (0.0, 0.7), (0.21, 0.22), (-0.01, 0.01)])
def test_marks_lie_within_the_axis_and_do_not_touch(unit, span):
    marks = UNITS[unit].marks(*span)

    assert all(span[0] - 1e-6 <= at <= span[1] + 1e-6 for at, _ in marks)
    placed = sorted(placed_marks(marks, lambda at: 400 * at, lambda text: 6 * len(text), 2))
    assert all(b - a >= 3 * (len(x) + len(y)) for (a, x), (b, y) in pairwise(placed))
    if span != (0.21, 0.22):
        assert placed


def test_marks_of_values_are_few_and_round():
    for low, high in ((0, 1), (-80, 4), (-1e-9, 3e-9), (0, 12345), (-0.37, 0.21)):
        marks = y_marks(low, high)
        assert 2 <= len(marks) <= 6
        assert all(low - 1e-9 * abs(low) <= mark <= high * (1 + 1e-9) for mark in marks)


def test_a_drag_in_the_polar_plot_turns_the_wave(qtbot):
    plot = shown(qtbot, PolarPlot())
    plot.set_effects(Effects(EDGE))
    plot.set_wave(4.0, 0.0)
    middle, radius = plot._circle()

    with qtbot.waitSignal(plot.turned) as found:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=(middle + QPointF(0, radius)).toPoint())

    assert found.args == [90.0]
    assert plot.peak == pytest.approx(1.0)


def test_the_line_plot_gives_x_under_the_mouse_and_asks_only_when_it_is_painted(qtbot):
    from convexplorer.gui.panels.studio.effects.curves import cut_content

    asked = []
    plot = shown(qtbot, LinePlot("cut"))

    def make():
        asked.append(1)
        return cut_content(Effects(EDGE), None, (8.0, 0.0), unit="wavelength", in_decibels=False)

    plot.hide()
    for _ in range(5):
        plot.set_maker(make)
    assert not asked
    plot.show()
    plot.grab()
    assert len(asked) == 1

    with qtbot.waitSignal(plot.dragged) as found:
        point = QPoint(round(plot.x_of(0.25)), round(plot.area.center().y()))
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=point)
    assert found.args[0] == pytest.approx(0.25, abs=0.005)


def test_a_drag_over_the_edge_of_the_bench_turns_it(qtbot):
    strip = shown(qtbot, BenchStrip(), 520, 240)
    strip.set_effects(Effects(EDGE))
    rect = strip.rect_of("edge", is_answer=False)

    with qtbot.waitSignal(strip.wave_set) as found:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=rect.center() + QPoint(0, rect.height() // 3))

    assert found.args == [8.0, pytest.approx(90, abs=3)]


def test_the_wheel_over_the_grating_changes_its_length_and_is_left_alone_elsewhere(qtbot):
    strip = shown(qtbot, BenchStrip(), 520, 240)
    strip.set_effects(Effects(EDGE))

    with qtbot.waitSignal(strip.wave_set) as found:
        assert turn_wheel(strip, strip.rect_of("grating", is_answer=True).center(), 1).isAccepted()

    assert found.args == [8.8, 0.0]
    assert not turn_wheel(strip, strip.rect_of("noise", is_answer=True).center(), 1).isAccepted()


def test_the_bench_reads_pattern_and_answer_under_the_mouse(qtbot):
    strip = shown(qtbot, BenchStrip(), 520, 240)
    strip.set_effects(Effects(np.array([[3.0]])))
    strip.set_wave(Wave(8.0, 0.0))
    rect = strip.rect_of("edge", is_answer=True)

    with qtbot.waitSignal(strip.pointed) as found:
        qtbot.mouseMove(strip, QPoint(rect.right() - 3, rect.center().y()))

    assert found.args == ["Edge: 1 becomes 3"]
    with qtbot.waitSignal(strip.pointed) as found:
        qtbot.mouseMove(strip, strip.rect_of("impulse", is_answer=False).center())
    assert found.args == ["Impulse: 1 becomes 3"]


def test_only_the_patterns_that_follow_the_wave_are_answered_anew(qtbot):
    strip = shown(qtbot, BenchStrip(), 520, 240)
    strip.set_effects(Effects(EDGE))
    kept = {key: strip.answer_of(key) for key in ("impulse", "edge", "grating", "noise")}

    strip.set_wave(Wave(5.0, 40.0))

    assert strip.answer_of("noise") is kept["noise"]
    assert strip.answer_of("edge") is not kept["edge"]
    assert strip.answer_of("grating").shape == (SIDE, SIDE)


def test_bars_are_chosen_by_mouse_and_keys(qtbot):
    bars = shown(qtbot, ProductBars(), 200, 46)
    bars.set_sizes(np.array([4.0, 2.0, 1.0]), 3)

    with qtbot.waitSignals([bars.chosen, bars.finished]):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=bars.bar(0).center().toPoint())
    assert bars.count == 1
    with qtbot.waitSignal(bars.chosen) as found:
        qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert found.args == [2]
    assert "Singular value 2: 2, 19 % of the squared weights" in bars.sentence_at(bars.bar(1).center())


def test_colours_follow_the_theme(plot, qapp):
    before = plot.grab().toImage().pixelColor(1, 1)
    is_dark = theme.is_dark()
    try:
        theme.apply_theme(qapp, "light" if is_dark else "dark")
        assert plot.grab().toImage().pixelColor(1, 1) != before
    finally:
        theme.apply_theme(qapp, "dark" if is_dark else "light")


def test_the_arrow_keys_turn_the_wave_of_the_bench_and_change_its_length(qtbot):
    strip = shown(qtbot, BenchStrip(), 520, 240)
    strip.set_effects(Effects(EDGE))

    with qtbot.waitSignal(strip.wave_set) as found:
        qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert found.args == [8.0, 10.0]
    with qtbot.waitSignal(strip.wave_set) as found:
        qtbot.keyClick(strip, Qt.Key.Key_Up)
    assert found.args == [8.8, 0.0]


def test_another_kernel_is_painted_without_the_axes(plot, monkeypatch, qtbot):
    plot.grab()
    painted = []
    paint_axes = ResponsePlot._paint_axes
    monkeypatch.setattr(ResponsePlot, "_paint_axes", lambda *args: painted.append(1) or paint_axes(*args))

    plot.set_effects(Effects(np.eye(5)))
    plot.set_wave(5.0, 30.0)
    with qtbot.waitExposed(plot):
        plot.repaint(plot._inside())
    assert not painted

    plot.set_effects(Effects(np.array([[np.nan]])))
    plot.set_effects(Effects(EDGE))
    plot.grab()
    assert painted
