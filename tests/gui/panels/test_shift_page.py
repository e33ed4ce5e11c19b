"""The page on shifts: the picture follows the hand, and what is said of the map is true of it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from convexplorer.gui.panels.explanation_panel.shift_page import ShiftPage
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.results.shifting import Shift
from tests.gui.conftest import COLUMNS, ROWS, newest_picture
from tests.model.examples import add_pool


@pytest.fixture
def page(window: MainWindow, qtbot) -> ShiftPage:
    window.show_explanation(True)
    window.explanation_panel.show_page("shift")
    newest_picture(window, qtbot)
    found = window.explanation_panel.page
    assert isinstance(found, ShiftPage)
    qtbot.waitUntil(lambda: found.outcome is not None)
    return found


def shift(page: ShiftPage, qtbot, *amounts: int, fill: str = "edge") -> None:
    page.set_shift(Shift(*amounts, fill))
    qtbot.waitUntil(lambda: page.outcome is not None)


def test_the_map_of_the_shifted_picture_is_computed_by_the_layers_themselves(window, page, qtbot):
    shift(page, qtbot, 2, -3)

    picture, found = window.bridge.picture, page.outcome
    layer = picture.evaluation.layers[0]
    np.testing.assert_array_equal(found.moved, layer(Shift(2, -3).of(picture.input))[0])
    assert found.expected.shape == (ROWS, COLUMNS)
    assert "(2, −3) cells" in page.sentences[0]


def test_a_drag_moves_the_picture_by_whole_cells(window, page, qtbot):
    cell = page.pad.picture_rect.height() / ROWS
    start = page.pad.rect().center()

    QTest.mousePress(page.pad, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(page.pad, start + QPoint(round(4 * cell), round(-2 * cell)))
    QTest.mouseRelease(page.pad, Qt.MouseButton.LeftButton, pos=start)

    assert page.shift == Shift(-2, 4)
    QTest.mouseDClick(page.pad, Qt.MouseButton.LeftButton, pos=start)
    assert page.shift == Shift()


def test_arrow_keys_move_the_picture_and_leave_some_of_it(window, page, qtbot):
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(page.pad, key)
    assert page.shift == Shift(1, 2)

    for _ in range(9):
        QTest.keyClick(page.pad, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert page.shift == Shift(1 - ROWS, 2)


def test_numbers_below_0_can_be_typed(window, page, qtbot):
    spin = page._spin._spins[0]
    spin.selectAll()
    QTest.keyClicks(spin, "-3")
    QTest.keyClick(spin, Qt.Key.Key_Return)

    assert page.shift == Shift(-3, 0)


def test_neither_picture_nor_project_is_changed(window, page, qtbot):
    before, project = window.bridge.picture.input.copy(), window.store.state
    shift(page, qtbot, 5, 5)

    np.testing.assert_array_equal(window.bridge.picture.input, before)
    assert window.store.state is project


def test_a_pool_is_named_where_the_shift_falls_between_its_windows(window, page, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    newest_picture(window, qtbot)
    window.selection.select(layer=window.store.state.layers[1].id)
    newest_picture(window, qtbot)

    shift(page, qtbot, 1, 0)
    qtbot.waitUntil(lambda: "MaxPool" in page.sentences[1])
    assert page.outcome.subject.breaker == 1

    shift(page, qtbot, 2, 0)
    qtbot.waitUntil(lambda: "MaxPool" not in page.sentences[1])


def test_an_edit_is_compared_too(window, page, qtbot):
    shift(page, qtbot, 0, 1, fill="wrap")
    assert page.outcome.equal < page.outcome.compared

    window.store.commit(edits.set_layer(window.store.state, 0, border="wrap"))
    newest_picture(window, qtbot)

    qtbot.waitUntil(lambda: page.outcome is not None and page.outcome.equal == page.outcome.compared)
    assert "all" in page.sentences[0]


def test_a_page_that_nobody_sees_computes_nothing(window, page, qtbot):
    window.explanation_panel.show_page("arithmetic")
    page.set_shift(Shift(1, 1))
    newest_picture(window, qtbot)

    assert page.outcome is None
    assert not page._is_computing


def test_a_print_shows_what_is_compared_where_it_lies(window, page, qtbot):
    shift(page, qtbot, 0, COLUMNS // 2)
    image = QImage(1280, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    page.paint_into(painter, 1280, 400, is_dark=False)
    painter.end()

    # Of shifted map and difference the left halves are empty, of the other two nothing is.
    row = [image.pixelColor(x, 200) == QColor(Qt.GlobalColor.magenta) for x in range(1280)]
    assert 0.2 < sum(row) / len(row) < 0.6


@pytest.mark.parametrize("width", [1000, 1260, 1420, 1900])
def test_both_sentences_are_seen_whole_at_every_width(window, page, qtbot, width):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer=window.store.state.layers[1].id)
    newest_picture(window, qtbot)
    shift(page, qtbot, 5, 3)

    page.resize(width, page.height())
    page.layout().activate()

    assert "falls between its windows" in page.sentences[1]
    assert not page._sentence.is_elided
    assert not page._reason.is_elided
