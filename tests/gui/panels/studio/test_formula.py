"""The desk “Formula”: typing makes the kernel, names make sliders, and what is wrong is marked at its place."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.studio.formula.desk import FormulaDesk
from convexplorer.gui.panels.studio.naming import name_for
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.expression_names import EXAMPLES
from convexplorer.kernels.expression_recipe import expression_kernel
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.recipes import made_by, sentence_of
from tests.gui.panels.test_studio import enter, kernel


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> FormulaDesk:
    panel = enter(window, qtbot)
    panel.open_desk("formula")
    assert isinstance(panel.desk, FormulaDesk)
    return panel.desk


def write(desk: FormulaDesk, qtbot: QtBot, text: str) -> None:
    """Type a formula in place of the one that is there, and press Enter."""
    desk.field.setFocus()
    desk.field.selectAll()
    qtbot.keyClicks(desk.field, text)
    qtbot.keyClick(desk.field, Qt.Key.Key_Return)


def sentence(desk: FormulaDesk) -> str:
    chosen = desk.work.chosen
    assert chosen is not None
    made = made_by(chosen)
    return "" if made is None else sentence_of(made)


def test_a_typed_formula_becomes_the_kernel(window: MainWindow, desk: FormulaDesk, qtbot: QtBot) -> None:
    write(desk, qtbot, "x*y + 1")

    np.testing.assert_array_equal(kernel(window)[0], expression_kernel("x*y + 1", (3, 3)))
    assert sentence(desk) == "x*y + 1, 3 × 3"
    assert desk.work.chosen is not None
    assert desk.work.chosen.name == "formula"


def test_names_become_sliders_and_a_drag_is_one_step(window: MainWindow, desk: FormulaDesk, qtbot: QtBot) -> None:
    write(desk, qtbot, "gauss(r, sigma) * k")
    before = kernel(window)
    slider = desk.form.slider("sigma")

    for value in (1.0, 1.5, 3.0):
        slider.set_value(value)
        slider.changed.emit(value)
    slider.finished.emit()

    np.testing.assert_array_equal(kernel(window)[0], expression_kernel("gauss(r, sigma)", (3, 3), {"sigma": 3.0}))
    assert sentence(desk).startswith("gauss(r, sigma) * k, sigma = 3, k = 1")
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), before)
    assert desk.form.slider("sigma").value == 2.0


def test_what_is_wrong_is_marked_at_its_place_and_nothing_is_lost(
    window: MainWindow, desk: FormulaDesk, qtbot: QtBot
) -> None:
    before = kernel(window)

    write(desk, qtbot, "x + flor(y) * 2")

    assert desk.field.marked == "flor"
    assert desk.note.text() == "At character 5: there is no function called flor; did you mean floor?"
    assert kernel(window) is before
    write(desk, qtbot, "sin(r)/r")
    assert "no finite value at x = 0, y = 0" in desk.note.text()
    assert kernel(window) is before
    write(desk, qtbot, "sinc(r)")
    assert desk.field.marked == ""
    assert "other names become sliders" in desk.note.text()
    assert kernel(window) is not before


@pytest.mark.parametrize("text", ["", "(((", "x.__class__", "9**9**9**9", "x\t+ 'a'"])
def test_no_text_changes_the_kernel_or_breaks_the_window(
    window: MainWindow, desk: FormulaDesk, qtbot: QtBot, text: str
) -> None:
    before = kernel(window)

    desk.field.setFocus()
    desk.field.setPlainText(text)
    qtbot.keyClick(desk.field, Qt.Key.Key_Return)

    assert kernel(window) is before


def test_size_and_scaling_belong_to_the_formula(window: MainWindow, desk: FormulaDesk, qtbot: QtBot) -> None:
    window.store.commit(window.store.state.__class__(window.store.state.source, window.store.state.layers))
    write(desk, qtbot, "r")
    desk.size_pair.set_linked(False)
    desk.size_pair.set_value(5, 8)
    desk.size_pair.value_changed.emit(5, 8)
    desk.scaling.setCurrentIndex(desk.scaling.findData("zero-sum"))
    desk.scaling.activated.emit(desk.scaling.currentIndex())

    np.testing.assert_array_equal(kernel(window)[0], expression_kernel("r", (5, 8), {}, "zero-sum"))
    assert sentence(desk) == "r, 5 × 8, sum 0"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_click_away(window: MainWindow, desk: FormulaDesk, name: str) -> None:
    before = kernel(window)

    desk.use_example(name)

    assert desk.field.text == EXAMPLES[name]
    assert np.isfinite(kernel(window)).all()
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), before)


def test_a_name_from_the_menu_is_written_at_the_cursor(desk: FormulaDesk) -> None:
    desk.field.setPlainText("2 * ")
    desk.field.moveCursor(desk.field.textCursor().MoveOperation.End)

    desk.field.insert("gauss(u, sigma)")
    assert desk.field.text == "2 * gauss(u, sigma)"
    assert desk.field.textCursor().selectedText() == "u, sigma"


def test_a_formula_is_shown_again_when_its_kernel_is_selected(
    window: MainWindow, desk: FormulaDesk, qtbot: QtBot
) -> None:
    write(desk, qtbot, "x * a")
    window.selection.select(filter=1)
    write(desk, qtbot, "y * b")
    window.selection.select(filter=0)

    assert desk.field.text == "x * a"
    assert desk.form.count == 1


def test_names_that_the_user_gave_stay() -> None:
    def named(name: str) -> Filter:
        return Filter(name, np.eye(3))

    assert name_for(named("my own"), "formula") is None
    assert name_for(named("Gaussian of mine"), "formula") is None
    for given in ("sobel-x", "sobel-x (edited)", "Gabor 45°, phase 90°", "Gaussian", "Line at an angle"):
        assert name_for(named(given), "formula") == "formula"
    assert name_for(named("formula"), "formula") is None
