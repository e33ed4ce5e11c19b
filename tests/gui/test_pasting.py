"""Kernels of other programs are pasted with their border and bias, and asked about where they are ambiguous."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication

from convexplorer.gui.widgets.reading_choice import ReadingChoice
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from tests.gui.conftest import message_of, newest_picture

K = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]


def paste(window: MainWindow, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)
    window.filter_panel._grid.setFocus()
    window.actions_by_name["paste"].trigger()


def question_of(window: MainWindow) -> ReadingChoice:
    (question,) = (one for one in window.findChildren(ReadingChoice) if one.isVisible())
    return question


def answer(window: MainWindow, row: int) -> None:
    question = question_of(window)
    question.list.setCurrentRow(row)
    question.read_button.click()


def test_a_call_of_opencv_brings_its_border_and_bias_in_one_step(window, qtbot):
    newest_picture(window, qtbot)
    before = window.store.state

    paste(window, f"out = cv2.filter2D(img, -1, np.array({K}), delta=51, borderType=cv2.BORDER_REPLICATE)")

    layer = window.store.state.layers[0]
    assert layer.filters[0].planes.tolist() == [K]
    assert layer.filters[0].bias == pytest.approx(0.2)
    assert layer["border"] == "edge"
    assert "Read as OpenCV: 3 × 3, border edge, bias 51 of 255." in message_of(window)
    window.store.undo()
    assert window.store.state is before


def test_a_layer_that_turns_kernels_gets_them_turned(window):
    window.store.commit(edits.set_layer(window.store.state, 0, is_flipped=True))

    paste(window, f"ndimage.correlate(x, np.array({K}))")

    assert window.store.state.layers[0].filters[0].planes.tolist() == [np.array(K)[::-1, ::-1].tolist()]


@pytest.mark.parametrize(("row", "middle"), [(0, [2, 4, 2]), (1, [1, 2, 1, 2, 4, 2, 1, 2, 0])])
def test_nine_numbers_are_asked_about_beside_the_window(window, qtbot, row, middle):
    newest_picture(window, qtbot)
    before = window.store.state

    paste(window, "1 2 1 2 4 2 1 2 0")

    question = question_of(window)
    assert window.store.state is before
    assert question.windowModality() == Qt.WindowModality.NonModal
    assert not question.list.item(0).icon().isNull()
    answer(window, row)
    assert window.store.state.layers[0].filters[0].planes[0, 1].tolist() == middle  # 3 rows for the other filters


def test_a_question_that_is_dismissed_changes_nothing(window):
    before = window.store.state

    paste(window, "3x3: 1,2,3 4,5,6 7,8,9")
    question_of(window).reject()

    assert window.store.state is before


def test_a_script_with_two_kernels_becomes_two_filters(window):
    count = len(window.store.state.layers[0].filters)

    paste(window, "kx = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])\nky = 2 * np.eye(3)")

    filters = window.store.state.layers[0].filters[count:]
    assert [one.name for one in filters] == ["kx", "ky"]
    assert filters[1].planes.tolist() == [(2 * np.eye(3)).tolist()]
    assert message_of(window).startswith("Pasted 2 filters behind those of ")


def test_code_that_is_not_known_is_refused_and_nothing_is_lost(window):
    before = window.store.state

    paste(window, f"k = np.linalg.inv(np.array({K}))")

    assert window.store.state is before
    assert "“np.linalg.inv” is not known here" in message_of(window)


def test_weights_of_pytorch_become_filters_with_their_biases(window):
    weights = np.random.default_rng(2).normal(size=(2, 3, 3, 3))
    count = len(window.store.state.layers[0].filters)

    paste(window, f"y = F.conv2d(x, torch.tensor({weights.tolist()}), torch.tensor([0.5, -1.0]))")

    filters = window.store.state.layers[0].filters[count:]
    assert np.array_equal([one.planes for one in filters], weights)
    assert [one.bias for one in filters] == [0.5, -1.0]
    assert window.store.state.layers[0]["border"] == "zeros"
