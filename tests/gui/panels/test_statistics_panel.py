import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from convexplorer.core.display.coloring import PALETTES, round_levels
from convexplorer.gui.panels.statistics_panel import FIXED_BY_8BIT, StatisticsPanel
from convexplorer.words import compact_number
from tests.gui.panels.conftest import Bench


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> StatisticsPanel:
    found = StatisticsPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def test_numbers_are_those_of_the_selected_map(bench: Bench, panel: StatisticsPanel) -> None:
    bench.context.selection.select(filter=3)
    statistics = bench.compute().statistics

    assert statistics is not None
    for name in ("minimum", "maximum", "mean", "deviation"):
        assert panel._numbers[name].text() == compact_number(getattr(statistics, name))


def test_dragging_a_handle_locks_the_levels_as_one_undo_step(bench: Bench, panel: StatisticsPanel) -> None:
    for high in (1.0, 2.0, 3.0):
        panel._histogram.levels_dragged.emit(-high, high)
    panel._histogram.levels_drag_finished.emit()

    assert bench.state.display.scope == "locked"
    assert bench.state.display.locked == (-3, 3)
    assert panel._scope.value == "locked"
    assert bench.undo_steps() == 1


def test_dragged_levels_are_rounded_to_what_a_hand_can_mean(bench: Bench, panel: StatisticsPanel) -> None:
    panel._histogram.levels_dragged.emit(-4.07349, 4.07349)

    assert bench.state.display.locked == (-4.07, 4.07)


@pytest.mark.parametrize("levels", [(1000.1, 1000.4), (0.0, 0.0), (float("-inf"), 1.0)])
def test_levels_that_rounding_would_spoil_stay(levels: tuple[float, float]) -> None:
    assert round_levels(*levels) == levels


def test_the_8_bit_view_offers_no_colours_and_levels_and_says_why(bench: Bench, panel: StatisticsPanel) -> None:
    panel._as_8bit.click()

    controls = (panel._palette, panel._scope, panel._histogram)
    assert not any(control.isEnabled() for control in controls)
    assert panel._palette.toolTip() == FIXED_BY_8BIT
    assert {button.toolTip() for button in panel._scope.findChildren(QAbstractButton)} == {FIXED_BY_8BIT}

    panel._as_8bit.click()
    assert all(control.isEnabled() for control in controls)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.014482, "0.01448"),
        (0.59294, "0.5929"),
        (-7.6271, "−7.627"),
        (8.58043, "8.58"),
        (0, "0"),
        (-0.00051234, "−0.0005"),
        (-1.2345e-5, "−1.2e−5"),
        (65535.0, "65535"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_have_a_leading_zero_and_four_digits(value: float, text: str) -> None:
    assert compact_number(value) == text


def test_locking_keeps_the_levels_that_are_shown(bench: Bench, panel: StatisticsPanel) -> None:
    levels = bench.compute().tiles[0].levels

    panel._scope.chosen.emit("locked")

    assert bench.state.display.locked == (levels.low, levels.high)


def test_scope_and_palette_are_edits(bench: Bench, panel: StatisticsPanel) -> None:
    panel._scope.chosen.emit("shared")
    panel._palette.activated.emit(panel._palette.findData("viridis"))

    assert (bench.state.display.scope, bench.state.display.palette) == ("shared", "viridis")
    assert panel._palette.toolTip() == f"Colours: {PALETTES['viridis'].explanation}"


def test_the_8_bit_view_is_one_toggle(bench: Bench, panel: StatisticsPanel) -> None:
    panel._as_8bit.click()
    assert bench.state.display.as_opencv_8bit

    bench.context.store.undo()
    assert not panel._as_8bit.isChecked()


def test_no_result_is_left_out_as_captions_leave_none_out(bench: Bench, panel: StatisticsPanel) -> None:
    for chosen in (0, 1, 2):
        bench.context.selection.select(filter=chosen)
        statistics = bench.compute().statistics

        assert statistics is not None
        assert panel._numbers["mean"].text() == compact_number(statistics.mean)


def test_every_button_has_a_name_and_a_tip(panel: StatisticsPanel) -> None:
    for button in panel.findChildren(QAbstractButton):
        if button.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert button.accessibleName() or button.text()
            assert button.toolTip()
