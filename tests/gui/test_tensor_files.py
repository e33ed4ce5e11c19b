"""Weights without layers: what fits the present layers is given to them in one step, or one kernel becomes filters."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convexplorer.formats.tensor_file import TensorFile
from convexplorer.gui.commands import networks, tensor_files
from convexplorer.gui.widgets.reading_choice import ReadingChoice
from convexplorer.gui.widgets.weights_sheet import WeightsSheet
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.opening.network_file import open_network
from tests.gui.conftest import message_of, newest_picture

TORCH = Path(__file__).parents[1] / "networks" / "torch"
VGG, VGG_WEIGHTS = TORCH / "vgg.pt", TORCH / "vgg_weights.pth"


def offered(window: MainWindow, qtbot, path: Path = VGG_WEIGHTS) -> WeightsSheet:
    networks.open_network_of(window, path)
    qtbot.waitUntil(lambda: bool(window.findChildren(WeightsSheet)), timeout=20_000)
    (sheet,) = window.findChildren(WeightsSheet)
    return sheet


def kernel_file(writer="torch", shape=(5, 3, 3, 3)) -> TensorFile:
    values = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    return TensorFile({"first.weight": values}, writer)


def test_all_arrays_of_a_file_are_listed_with_their_shapes(window, qtbot):
    file = open_network(VGG_WEIGHTS)
    sheet = offered(window, qtbot)

    items = [sheet.list.topLevelItem(i) for i in range(sheet.list.topLevelItemCount())]

    assert [item.text(0) for item in items] == list(file.tensors)
    assert items[list(file.tensors).index("0.0.weight")].text(1) == "4 × 3 × 3 × 3"
    assert items[list(file.tensors).index("0.0.weight")].text(2) == "4 filters 3 × 3 on 3 channels"
    assert "None of these arrays fits" in sheet.note.text()
    assert not sheet.give_button.isVisible()


def test_layers_that_fit_take_their_weights_in_one_step(window, qtbot):
    opened = open_network(VGG)
    emptied = edits.replace_network(window.store.state, opened)
    for i, layer in enumerate(emptied.layers):
        if layer.has_filters:
            planes = layer.filters[0].planes.shape[0]
            emptied = edits.initialize_layer(emptied, i, "zeros", channels=planes)
    window.store.commit(emptied)
    newest_picture(window, qtbot)
    sheet = offered(window, qtbot)

    QTest.mouseClick(sheet.give_button, Qt.MouseButton.LeftButton)

    for now, then in zip(window.store.state.layers, opened.layers, strict=True):
        for one, other in zip(now.filters, then.filters, strict=True):
            assert np.array_equal(one.planes, other.planes)
    assert "have the weights of the file" in message_of(window)
    window.actions_by_name["undo"].trigger()
    assert window.store.state is emptied


def test_a_kernel_becomes_the_filters_of_the_selected_layer(window, qtbot):
    newest_picture(window, qtbot)
    file = kernel_file()
    tensor_files.offer(window, Path("some.pth"), file)
    (sheet,) = window.findChildren(WeightsSheet)

    QTest.mouseClick(sheet.pick_button, Qt.MouseButton.LeftButton)

    planes = np.stack([one.planes for one in window.store.state.layers[0].filters])
    assert np.array_equal(planes, file.tensors["first.weight"])
    assert all(not report.error for report in newest_picture(window, qtbot).layers)


@pytest.mark.parametrize(("writer", "shape"), [("torch", (5, 8, 3, 2)), ("keras", (3, 2, 8, 5))])
def test_one_channel_of_a_deep_kernel_can_be_taken_for_a_picture(window, qtbot, writer, shape):
    newest_picture(window, qtbot)
    file = kernel_file(writer, shape)
    tensor_files.offer(window, Path("some.pth"), file)
    (sheet,) = window.findChildren(WeightsSheet)
    assert sheet.channel.currentIndex() == 1  # eight channels do not fit the picture's three
    sheet.channel.setCurrentIndex(6)

    QTest.mouseClick(sheet.pick_button, Qt.MouseButton.LeftButton)

    kernel = file.tensors["first.weight"]
    expected = kernel[:, 5] if writer == "torch" else np.moveaxis(kernel[:, :, 5], -1, 0)
    planes = [one.planes for one in window.store.state.layers[0].filters]
    assert [plane.shape for plane in planes] == [(1, 3, 2)] * 5
    assert np.array_equal(np.concatenate(planes), expected)


def test_axes_that_nothing_tells_are_asked_as_everywhere(window, qtbot):
    newest_picture(window, qtbot)
    tensor_files.offer(window, Path("some.safetensors"), kernel_file("", (3, 3, 3, 3)))
    (sheet,) = window.findChildren(WeightsSheet)

    QTest.mouseClick(sheet.pick_button, Qt.MouseButton.LeftButton)

    (question,) = window.findChildren(ReadingChoice)
    question.read_button.click()
    assert len(window.store.state.layers[0].filters) == 3


def test_a_list_that_is_closed_changes_nothing(window, qtbot):
    before = window.store.state
    sheet = offered(window, qtbot)

    QTest.keyClick(sheet, Qt.Key.Key_Escape)

    assert window.store.state is before


def test_what_has_no_filters_cannot_be_used_as_some(window, qtbot):
    newest_picture(window, qtbot)
    file = TensorFile({"bias": np.zeros(4, np.float32), "volume": np.zeros((2, 1, 3, 3, 3), np.float32)}, "torch")
    tensor_files.offer(window, Path("some.pth"), file)
    (sheet,) = window.findChildren(WeightsSheet)

    for i in range(2):
        sheet.list.setCurrentItem(sheet.list.topLevelItem(i))
        assert not sheet.pick_button.isEnabled()
