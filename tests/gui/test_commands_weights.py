"""Weights that come into the window as files: what needs no question is said, the rest is asked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from convexplorer.gui.commands import files
from convexplorer.gui.widgets.reading_choice import ReadingChoice
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import make_layer
from tests.gui.conftest import message_of, newest_picture

RNG = np.random.default_rng(8)


def question_of(window: MainWindow) -> ReadingChoice:
    (question,) = window.findChildren(ReadingChoice)
    assert question.isVisible()
    return question


def imported(window: MainWindow, path: Path, array: np.ndarray) -> None:
    np.save(path, array)
    files.import_bank_of(window, path)


def added_planes(window: MainWindow, count: int) -> np.ndarray:
    filters = window.store.state.layers[0].filters
    assert len(filters) == 3 + count
    return np.stack([one.planes for one in filters[3:]])


def test_weights_in_the_order_of_keras_are_imported_as_they_are_meant_and_said_so(window, tmp_path):
    weights = RNG.normal(size=(3, 3, 3, 8))

    imported(window, tmp_path / "keras.npy", weights)

    np.testing.assert_array_equal(added_planes(window, 8), weights.transpose(3, 2, 0, 1))
    assert "as Keras keeps them: 8 filters 3×3 over 3 channels" in message_of(window)


def test_ambiguous_weights_are_asked_with_what_fits_the_picture_first(window, tmp_path, qtbot):
    weights = RNG.normal(size=(2, 3, 3))
    before = window.store.state

    imported(window, tmp_path / "two.npy", weights)
    question = question_of(window)

    assert window.store.state is before
    rows = [question.list.item(i).text() for i in range(question.list.count())]
    assert rows[0] == "2 filters 3×3, one plane for every channel · fits the input\n(filters, rows, columns)"
    assert rows[-1].startswith("1 filter 3×3 over 2 channels · does not fit the input")
    assert all(not question.list.item(i).icon().isNull() for i in range(len(rows)))

    qtbot.keyClick(question.list, Qt.Key.Key_Return)

    np.testing.assert_array_equal(added_planes(window, 2)[:, :1], weights[:, np.newaxis])
    assert "read as (filters, rows, columns)" in message_of(window)
    window.store.undo()
    assert window.store.state is before


def test_the_other_reading_can_be_chosen_by_key(window, tmp_path, qtbot):
    weights = RNG.normal(size=(3, 3, 3, 3))
    imported(window, tmp_path / "cube.npy", weights)
    question = question_of(window)

    qtbot.keyClick(question.list, Qt.Key.Key_Down)
    assert "as Keras keeps them" in question.list.currentItem().text()
    qtbot.keyClick(question.list, Qt.Key.Key_Return)

    np.testing.assert_array_equal(added_planes(window, 3), weights.transpose(3, 2, 0, 1))


@pytest.mark.parametrize("ends_by_key", [True, False])
def test_a_question_that_is_cancelled_changes_nothing_and_is_asked_again(window, tmp_path, qtbot, ends_by_key):
    before = window.store.state
    for _ in range(2):
        imported(window, tmp_path / "cube.npy", np.ones((3, 3, 3, 3)))
        question = question_of(window)
        cancel = next(b for b in question.findChildren(QPushButton) if b.text().replace("&", "") == "Cancel")

        if ends_by_key:
            qtbot.keyClick(question, Qt.Key.Key_Escape)
        else:
            cancel.click()

        qtbot.waitUntil(lambda: not window.findChildren(ReadingChoice))
        assert window.store.state is before


def test_a_transposed_convolution_has_the_orders_of_its_own(window, tmp_path, qtbot):
    state = window.store.state
    transposed = make_layer("conv_transpose", state.layers[0].filters, id=state.layers[0].id)
    window.store.commit(replace(state, layers=(transposed,)))
    newest_picture(window, qtbot)

    imported(window, tmp_path / "t.npy", RNG.normal(size=(3, 3, 4, 4)))

    rows = [question_of(window).list.item(i).text() for i in range(question_of(window).list.count())]
    assert any("(channels in, filters, rows, columns), as PyTorch keeps them" in row for row in rows)
    assert any("(rows, columns, filters, channels in), as Keras keeps them" in row for row in rows)
