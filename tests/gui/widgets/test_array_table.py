import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.widgets.array_table import ArrayTable


@pytest.fixture
def table(qtbot: QtBot) -> ArrayTable:
    found = ArrayTable("Weights", ("unit", "input"), np.arange(12, dtype=np.float32).reshape(3, 4))
    qtbot.addWidget(found)
    return found


def paste(table: ArrayTable, row: int, column: int, text: str) -> None:
    QApplication.clipboard().setText(text)
    table.view.setCurrentIndex(table.model.index(row, column))
    table._paste()


def test_a_typed_number_is_told_as_a_whole_array(table: ArrayTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.edited) as told:
        table.model.setData(table.model.index(1, 2), "−2,5")

    assert told.args is not None
    np.testing.assert_array_equal(told.args[0], [[0, 1, 2, 3], [4, 5, -2.5, 7], [8, 9, 10, 11]])


def test_what_is_no_number_is_refused_and_the_reason_is_read(table: ArrayTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.edited):
        assert not table.model.setData(table.model.index(0, 0), "two")

    assert "two" in table.note.text()
    assert table.note.is_refusing()
    assert table.model.values[0, 0] == 0


def test_a_block_is_pasted_from_the_chosen_cell_on(table: ArrayTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.edited):
        paste(table, 1, 2, "20\t21\n30\t31\n")

    np.testing.assert_array_equal(table.model.array, [[0, 1, 2, 3], [4, 5, 20, 21], [8, 9, 30, 31]])


@pytest.mark.parametrize("text", ["1\t2\t3\n4\t5\t6", "1\n2\n3", "1\tx", ""])
def test_a_block_without_room_or_numbers_changes_nothing_and_says_why(
    table: ArrayTable, qtbot: QtBot, text: str
) -> None:
    with qtbot.assertNotEmitted(table.edited):
        paste(table, 1, 2, text)

    np.testing.assert_array_equal(table.model.array, np.arange(12).reshape(3, 4))
    assert table.note.is_refusing()


def test_a_whole_matrix_in_the_order_of_keras_is_turned_and_said_so(qtbot: QtBot) -> None:
    weights = np.arange(12.0).reshape(3, 4) / 8
    table = ArrayTable(
        "Weights", ("unit", "input"), np.zeros((3, 4)), origins=("as PyTorch keeps them", "as Keras does")
    )
    qtbot.addWidget(table)

    with qtbot.waitSignal(table.edited):
        paste(table, 1, 1, "\n".join("\t".join(map(str, row)) for row in weights.T))

    np.testing.assert_array_equal(table.model.array, weights)
    assert table.note.text() == "Read as (input, unit), as Keras does, and turned."

    paste(table, 0, 0, str((2 * weights).tolist()))

    np.testing.assert_array_equal(table.model.array, 2 * weights)
    assert table.note.text() == "Read as (unit, input), as PyTorch keeps them."
    assert table.turn_button.isHidden()


def test_a_square_matrix_says_how_it_was_read_and_can_be_read_the_other_way(qtbot: QtBot) -> None:
    weights = np.arange(9.0).reshape(3, 3)
    table = ArrayTable("Weights", ("unit", "input"), np.zeros((3, 3)))
    qtbot.addWidget(table)

    paste(table, 0, 0, str(weights.tolist()))
    assert table.note.text() == "Read as (unit, input). “Transpose” reads it the other way round."
    with qtbot.waitSignal(table.edited):
        table.turn_button.click()

    np.testing.assert_array_equal(table.model.array, weights.T)


def test_an_array_of_three_axes_is_no_block(table: ArrayTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.edited):
        paste(table, 0, 0, "[[[1, 2]], [[3, 4]]]")

    assert "three axes" in table.note.text()


def test_a_copied_block_can_be_pasted_elsewhere(table: ArrayTable) -> None:
    table.view.setCurrentIndex(table.model.index(2, 0))
    table.view.selectRow(2)
    table._copy()

    assert QApplication.clipboard().text() == "8\t9\t10\t11"
    table.view.setCurrentIndex(table.model.index(0, 0))
    table._paste()

    np.testing.assert_array_equal(table.model.array[0], [8, 9, 10, 11], err_msg=table.note.text())


def test_another_array_is_shown_silently(table: ArrayTable, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(table.edited):
        table.show_array(np.ones((2, 5), np.float32))

    assert (table.model.rowCount(), table.model.columnCount()) == (2, 5)
    assert table.note.text().startswith("2 × 5 numbers")


def test_a_vector_has_one_column(qtbot: QtBot) -> None:
    table = ArrayTable("Bias", ("unit",), np.zeros(7, np.float32))
    qtbot.addWidget(table)

    assert (table.model.rowCount(), table.model.columnCount()) == (7, 1)
    assert table.model.array.shape == (7,)
