"""The network leaves the window as files that the real libraries read, and as a table that says what it costs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPushButton
from safetensors.numpy import load_file

from convexplorer.gui.commands import networks
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.widgets.summary_card import SummaryCard
from convexplorer.model.edits import add_layer, set_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.results.summary import summarize
from convexplorer.results.summary_text import FORMATS
from tests.gui.conftest import message_of, newest_picture


@pytest.fixture
def save_to(monkeypatch: pytest.MonkeyPatch):
    """Return a function that lets the next dialog be answered with a path and one of its formats, found by a word."""

    def set_answer(path: Path, word: str = "") -> None:
        def answer(_parent, _title, _start, filters: str) -> tuple[str, str]:
            return str(path), next((one for one in filters.split(";;") if word and word in one), "")

        monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(answer))

    return set_answer


def press(window, name: str) -> None:
    action = window.actions_by_name[name]
    assert action.isEnabled(), action.toolTip()
    action.trigger()


@pytest.fixture
def card(window, qtbot):
    """Open the summary of two layers; close it at the end."""
    window.store.commit(add_layer(window.store.state, make_layer("batch_norm")))
    newest_picture(window, qtbot)
    press(window, "show-summary")
    found = window.findChild(SummaryCard)
    yield found
    found.close()


def test_onnx_of_the_window_gives_the_maps_of_the_window(window, qtbot, tmp_path, save_to):
    picture = newest_picture(window, qtbot)
    save_to(tmp_path / "net.onnx")

    press(window, "export-network")

    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=["CPUExecutionProvider"])
    (maps,) = session.run(None, {"image": picture.input[np.newaxis]})
    np.testing.assert_allclose(maps[0], picture.evaluation[-1], atol=1e-5)
    assert f"Saved {tmp_path / 'net.onnx'}" in message_of(window)


def test_a_name_without_a_suffix_gets_that_of_the_format(window, qtbot, tmp_path, save_to):
    newest_picture(window, qtbot)
    save_to(tmp_path / "net", "ONNX")

    press(window, "export-network")

    onnx.checker.check_model(tmp_path / "net.onnx")


@pytest.mark.parametrize(("word", "line"), [("Keras", "import keras"), ("PyTorch", "import torch")])
def test_code_is_that_of_the_chosen_format_and_the_message_names_its_weights(
    window, qtbot, tmp_path, save_to, word: str, line: str
):
    newest_picture(window, qtbot)
    save_to(tmp_path / "net.py", f"Code of {word}")

    press(window, "export-network")

    assert line in (tmp_path / "net.py").read_text().splitlines()
    assert "and beside it net.weights.npz" in message_of(window)
    assert (tmp_path / "net.weights.npz").exists()


def test_code_whose_framework_is_not_said_is_asked_for(window, qtbot, tmp_path, save_to):
    newest_picture(window, qtbot)
    save_to(tmp_path / "net.py", "ONNX")

    press(window, "export-network")

    assert "Is net.py code of Keras or of PyTorch?" in message_of(window)
    assert not (tmp_path / "net.py").exists()
    buttons = window.findChild(MessageBar).findChildren(QPushButton)
    next(button for button in buttons if button.text() == "PyTorch").click()
    assert "import torch" in (tmp_path / "net.py").read_text()


def test_no_framework_is_asked_for_where_a_layer_has_no_maps(window, qtbot, tmp_path, save_to):
    layer = make_layer("max_pool", pool_size=999, padding="valid")
    window.store.commit(add_layer(window.store.state, layer))
    newest_picture(window, qtbot)
    save_to(tmp_path / "net.py", "ONNX")

    press(window, "export-network")

    assert "Layer “max_pool” has no maps" in message_of(window)


def test_a_network_that_left_comes_back_with_its_preprocessing_and_its_classes(window, qtbot, tmp_path, save_to):
    ready = ready_project(find_ready("digits-on-paper"))
    window.store.commit(replace(ready, source=window.store.state.source))
    before = newest_picture(window, qtbot)
    save_to(tmp_path / "net.onnx")
    press(window, "export-network")

    networks.open_network_of(window, tmp_path / "net.onnx")
    qtbot.waitUntil(lambda: "Opened net" in message_of(window), timeout=20_000)

    assert "assumed" not in message_of(window)
    state = window.store.state
    assert (state.preprocessing, state.class_names) == (ready.preprocessing, ready.class_names)
    after = newest_picture(window, qtbot)
    np.testing.assert_allclose(after.evaluation[-1], before.evaluation[-1], atol=1e-5)


def test_weights_are_those_of_the_chosen_framework(window, qtbot, tmp_path, save_to):
    newest_picture(window, qtbot)
    for word, name in (
        ("PyTorch has them, Safetensors", "conv.weight"),
        ("Keras has them, Safetensors", "conv.kernel"),
    ):
        save_to(tmp_path / "w.safetensors", word)

        press(window, "export-network")

        assert name in load_file(tmp_path / "w.safetensors")


def test_a_layer_that_cannot_leave_is_named_and_nothing_is_written(window, qtbot, tmp_path, save_to):
    layer = make_layer("combine_maps", operation="orientation")
    window.store.commit(add_layer(window.store.state, layer))
    newest_picture(window, qtbot)
    save_to(tmp_path / "net.onnx")

    press(window, "export-network")

    assert "Layer “combine_maps” cannot leave in this form: ONNX has no orientation" in message_of(window)
    assert list(tmp_path.glob("*.onnx")) == []


def test_without_a_layer_there_is_nothing_to_export(window, qtbot):
    window.store.commit(replace(window.store.state, layers=()))
    newest_picture(window, qtbot)
    window.ask_commands()

    action = window.actions_by_name["export-network"]
    assert not action.isEnabled()
    assert "There is no layer" in action.toolTip()
    window.store.undo()  # the other tests of this window have layers


def test_the_summary_has_a_row_for_each_layer_of_the_picture(window, card):
    model = card.view.model()
    texts = [[str(model.index(i, j).data()) for j in range(model.columnCount())] for i in range(model.rowCount())]

    assert [row[0] for row in texts] == ["input", "conv (Conv2D)", "batch_norm (BatchNormalization)"]
    rows, columns = window.bridge.picture.input.shape[1:]
    assert texts[2][1].startswith(f"{rows} × {columns} × ")
    assert card.isVisible()


@pytest.mark.parametrize("name", FORMATS)
def test_the_summary_is_copied_in_each_format(window, card, qtbot, name: str):
    card.copy_buttons[name].click()

    shape = window.bridge.picture.input.shape
    assert QGuiApplication.clipboard().text() == FORMATS[name](summarize(window.store.state.layers, shape))
    assert card.copied.text().startswith("Copied as ")


def test_a_layer_that_cannot_be_says_why_in_its_row(window, qtbot):
    window.store.commit(set_layer(window.store.state, 0, padding="valid", dilation_rate=(500, 500)))
    newest_picture(window, qtbot)

    press(window, "show-summary")
    card = window.findChild(SummaryCard)

    cell = card.view.model().index(1, 1)
    assert "spans" in cell.data()
    assert card.view.columnSpan(1, 1) > 1
    card.close()


def test_the_summary_stays_within_the_window_and_closes_by_esc(window, card, qtbot):
    assert window.rect().contains(card.card.geometry())

    qtbot.keyClick(card, Qt.Key.Key_Escape)

    assert not card.isVisible()


def test_the_copied_summary_is_the_text_of_the_table(window, qtbot):
    picture = newest_picture(window, qtbot)

    press(window, "copy-summary")

    assert QGuiApplication.clipboard().text() == FORMATS["text"](
        summarize(window.store.state.layers, picture.input.shape)
    )
    assert "Copied the summary of 1 layer." in message_of(window)
