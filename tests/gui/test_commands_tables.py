"""Numbers that are pasted or dropped go where the hand is, to the kernel or the input, and the window says where."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.reading_choice import ReadingChoice
from convexplorer.model import edits
from tests.gui.conftest import message_of, newest_picture

TEXT = "1\t2\t3\n4\t5\t6\n7\t8\t10"
ROWS = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]


def paste(window, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    window.actions_by_name["paste"].trigger()


def drop(window, target, data: QMimeData) -> None:
    """Drop data in the middle of a part of the window."""
    at = target.mapTo(window, target.rect().center())
    button, keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(at), copy, data, button, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(at), copy, data, button, keys))


def text_data(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def press(window, label: str) -> None:
    buttons = window.findChild(MessageBar).findChildren(QPushButton)
    next(button for button in buttons if button.text() == label).click()


def kernel_of(window) -> list:
    return window.store.state.layers[0].filters[0].planes.tolist()


def test_with_the_hand_at_the_kernel_numbers_become_the_kernel(window):
    source = window.store.state.source
    window.filter_panel._grid.setFocus()

    paste(window, TEXT)

    assert kernel_of(window) == [ROWS]
    assert window.store.state.source is source
    assert message_of(window) == "Pasted 3 × 3 numbers into the kernel “sobel-x”."


def test_with_the_hand_at_the_input_numbers_become_the_input(window, qtbot):
    layers = window.store.state.layers
    window.findChild(ImageCanvas).setFocus()

    paste(window, TEXT)

    assert newest_picture(window, qtbot).project.layers is layers
    assert edits.grid_values(window.store.state).tolist() == [ROWS]
    assert message_of(window) == "Pasted 3 × 3 numbers as the input."


def test_while_numbers_are_edited_numbers_become_the_input(window, qtbot):
    window.actions_by_name["numbers"].trigger()

    QGuiApplication.clipboard().setText("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert edits.grid_values(window.store.state).tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert window.numbers_panel.is_editing


@pytest.mark.parametrize("answer", ["Kernel", "Input"])
def test_with_the_hand_elsewhere_it_is_asked_with_both_named(window, answer):
    before = window.store.state
    window.maps_panel.take_focus()

    paste(window, TEXT)

    assert window.store.state is before
    assert message_of(window) == "Are these 3 × 3 numbers the kernel or the input?"
    press(window, answer)
    assert (kernel_of(window) == [ROWS]) == (answer == "Kernel")
    assert (window.store.state.source.kind == "numbers") == (answer == "Input")


def test_what_can_only_be_an_input_is_not_asked(window):
    window.maps_panel.take_focus()

    paste(window, "\n".join(["1 2"] * 300))

    assert edits.grid_values(window.store.state).shape == (1, 300, 2)


def test_a_copied_kernel_goes_to_the_kernel_wherever_the_focus_is(window):
    copied = kernel_of(window)
    window.actions_by_name["copy-kernel-python"].trigger()
    window.select_filter(1)
    window.maps_panel.take_focus()

    window.actions_by_name["paste"].trigger()

    assert window.store.state.layers[0].filters[1].planes.tolist() == copied


def test_a_bad_table_at_the_input_is_told_by_row_and_column(window):
    window.findChild(ImageCanvas).setFocus()
    before = window.store.state

    paste(window, "1\t2\n3\t?")

    assert window.store.state is before
    assert "row 2, column 2: “?” is no number" in message_of(window)


@pytest.mark.parametrize("pane", ["filter_panel", "statistics_panel", "input_panel"])
def test_a_dropped_table_goes_where_it_is_dropped(window, pane):
    drop(window, getattr(window, pane), text_data(TEXT))

    if pane == "input_panel":
        assert edits.grid_values(window.store.state).tolist() == [ROWS]
    else:
        assert kernel_of(window) == [ROWS]


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".npy"])
@pytest.mark.parametrize("pane", ["filter_panel", "input_panel", "maps_panel"])
def test_a_dropped_file_of_numbers_is_a_kernel_over_the_controls_and_else_the_input(window, tmp_path, suffix, pane):
    path = tmp_path / f"numbers{suffix}"
    np.save(path, np.array(ROWS, float)) if suffix == ".npy" else path.write_text(TEXT)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])

    drop(window, getattr(window, pane), data)

    added = [one.planes.tolist() for one in window.store.state.layers[0].filters[3:]]
    assert added == ([[ROWS]] if pane == "filter_panel" else [])
    assert (window.store.state.source.address == str(path)) == (pane != "filter_panel")


def test_pasted_weights_of_keras_are_read_as_such_or_asked(window, qtbot):
    weights = np.random.default_rng(3).normal(size=(3, 3, 3, 5))
    window.filter_panel._grid.setFocus()

    paste(window, str(weights.tolist()))

    filters = window.store.state.layers[0].filters
    np.testing.assert_array_equal([one.planes for one in filters[3:]], weights.transpose(3, 2, 0, 1))
    assert "as Keras keeps them: 5 filters 3×3 over 3 channels" in message_of(window)

    paste(window, str(weights[..., 0].tolist()))
    (question,) = window.findChildren(ReadingChoice)
    assert len(window.store.state.layers[0].filters) == 8
    rows = [question.list.item(i).text() for i in range(question.list.count())]
    question.list.setCurrentRow(next(i for i, row in enumerate(rows) if "(rows, columns, channels in)" in row))
    question.read_button.click()

    np.testing.assert_array_equal(kernel_of(window), weights[..., 0].transpose(2, 0, 1))


def test_a_copied_kernel_of_three_planes_comes_back_without_a_question(window):
    planes = np.random.default_rng(3).normal(size=(3, 3, 3))
    window.store.commit(edits.set_planes(window.store.state, 0, 0, planes))
    window.actions_by_name["copy-kernel-python"].trigger()
    window.select_filter(1)

    window.actions_by_name["paste"].trigger()

    assert not window.findChildren(ReadingChoice)
    np.testing.assert_array_equal(window.store.state.layers[0].filters[1].planes, planes)
