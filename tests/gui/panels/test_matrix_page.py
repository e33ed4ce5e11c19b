"""The page of matrices: the row of the kernel and the column of the patch make the value that is explained."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convexplorer.gui.canvas.explanation.matrix_painter import MatrixPainter
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.matrix_page import MatrixPage
from convexplorer.gui.panels.ribbon import action_name
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.results.matrix_product import sentences
from tests.gui.conftest import COLUMNS, ROWS, newest_picture
from tests.model.examples import CONV_KINDS


@pytest.fixture
def page(window: MainWindow, qtbot) -> MatrixPage:
    window.show_explanation(True)
    window.explanation_panel.show_page("matrix")
    newest_picture(window, qtbot)
    found = window.explanation_panel.page
    assert isinstance(found, MatrixPage)
    return found


def edit(window: MainWindow, qtbot, **settings: object) -> None:
    window.store.commit(edits.set_layer(window.store.state, 0, **settings))
    newest_picture(window, qtbot)


def test_the_marked_row_and_column_make_the_explained_value(window, page):
    product, trace = page.view.product, window.explanation_panel.trace
    whole = product.part(*product.sizes[:2], 5)
    row = whole.kernel[product.filter]
    column = whole.patches[:, list(whole.outputs).index(product.output)]

    assert product.sizes == (3, 27, ROWS * COLUMNS)
    np.testing.assert_array_equal(row, trace.weights.reshape(-1))
    np.testing.assert_array_equal(column, trace.values.reshape(-1))
    assert float(row @ column) + trace.bias == pytest.approx(trace.linear, abs=1e-5)
    assert product.linear == trace.linear


def test_what_is_shown_and_the_rest_are_the_sum(window, page):
    product = page.view.product
    part = product.part(2, 4, 3)

    bias = product.unrolled.bias
    total = part.shown + part.rest + (0 if bias is None else bias[product.filter])
    assert total == pytest.approx(product.linear, abs=1e-5)
    assert product.filter in part.filters
    assert product.output in part.outputs


@pytest.mark.parametrize("cell", [(3, 5), (10, 20), (15, 9), (20, 30)])
def test_the_numbers_that_are_told_of_a_sum_make_the_sum(window, page, qtbot, cell):
    window.store.commit(edits.set_bias(window.store.state, 0, 0, 0.1234))
    window.selection.hold((cell[0] + 0.5, cell[1] + 0.5))
    newest_picture(window, qtbot)
    product = page.view.product
    layout = page.view._arranged(product, 420, 110)
    assert layout.is_cut[1]

    words = MatrixPainter(product, product.part(*layout.counts), layout, theme.colors()).value_words()
    number = r"[\d.]+"
    told = re.search(
        rf"= (−?{number}) of the shown taps ([+−]) ({number}) of .* ([+−]) ({number}) bias = (−?{number})\.$", words
    )
    assert told is not None
    shown, rest, bias, total = (
        float(text.replace("−", "-")) for text in (told[1], told[2] + told[3], told[4] + told[5], told[6])
    )
    assert shown + rest + bias == pytest.approx(total, abs=1.5e-3)


def test_sizes_and_repeats_are_told(window, page, qtbot):
    edit(window, qtbot, padding="valid")

    text = " ".join(sentences(page.view.product))

    columns = (ROWS - 2) * (COLUMNS - 2)
    assert f"3 × 27 times 27 × {columns} gives 3 × {columns}." in text
    assert "at most 9 times, at least once" in text
    assert "padded zeros" not in text


def test_a_click_on_a_column_pins_its_output_and_on_a_row_selects_its_filter(window, page, qtbot):
    layout, product = page.view.layout_now, page.view.product
    part = product.part(*layout.counts)
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, pos=layout.maps.cell_rect(2, 0).center().toPoint())
    newest_picture(window, qtbot)

    assert window.selection.view.filter == 2
    assert window.explanation_panel.explanation.cell == product.patches.cell_of(int(part.outputs[0]))
    assert page.view.product.filter == 2


def test_a_tap_under_the_mouse_is_marked_on_the_pictures(window, page):
    layout = page.view.layout_now
    QTest.mouseMove(page.view, layout.patches.cell_rect(4, 0).center().toPoint())

    assert window.selection.tap == (0, 1, 1)

    QTest.mouseMove(page.view, layout.words.center().toPoint())
    assert window.selection.tap is None


@pytest.mark.parametrize("name", [*CONV_KINDS, "dense", "max_pool", "add"])
def test_a_layer_has_its_matrices_or_says_why_not(window, page, qtbot, name):
    window.actions_by_name[f"add-{action_name(name)}"].trigger()
    newest_picture(window, qtbot)
    product, view = window.explanation_panel.page.product, page.view

    if product is None:
        assert view.hint.endswith(".")
        return
    trace = window.explanation_panel.trace
    sums = product.unrolled.sums(np.array([product.filter]), np.array([product.output]))
    assert float(sums[0, 0]) == pytest.approx(trace.linear, rel=1e-4, abs=1e-4)


@pytest.fixture
def dense(page: MatrixPage) -> MatrixPage:
    page.show_form("dense")
    return page


def test_the_dense_layer_has_a_weight_between_any_two_values(window, dense):
    numbers = dense.sheet.numbers

    assert numbers.weights == 3 * 27
    assert numbers.dense_weights == (3 * ROWS * COLUMNS) ** 2
    assert numbers.uses == ((ROWS - 1) * (COLUMNS - 1), ROWS * COLUMNS)
    assert "81 weights again and again" in dense.sheet.sentences[0]


def test_the_comparison_is_made_again_for_another_setting_and_not_for_another_frame(window, dense, qtbot):
    before = dense.sheet
    newest_picture(window, qtbot)
    assert dense.sheet is before

    edit(window, qtbot, strides=(2, 2))

    assert dense.sheet.numbers.outputs == 3 * -(-ROWS // 2) * -(-COLUMNS // 2)
    assert dense.sheet.example.output == (3, 3)


@pytest.mark.parametrize("name", [*CONV_KINDS, "dense", "max_pool"])
def test_a_layer_is_compared_or_says_why_not(window, dense, qtbot, name):
    window.actions_by_name[f"add-{action_name(name)}"].trigger()
    newest_picture(window, qtbot)
    sheet = window.explanation_panel.page.sheet

    if name == "max_pool":
        assert sheet is None
        assert "no weights" in dense.dense_view.hint
    else:
        assert len(sheet.sentences) == 2
