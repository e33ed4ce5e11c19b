"""A picture that is too large for a network: the layer is named, and a size is offered at which all is exact."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.results import preview
from convexplorer.sources import parse
from convexplorer.words import bytes_text
from tests import stacks
from tests.gui.conftest import make_photo, message_of, newest_picture

LABEL = "Compute at 320 × 240"
LAYERS = stacks.residual(2)[:-1]  # the scores need no size


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a machine with memory for frames of 320 × 240, and not of 640 × 480."""
    monkeypatch.setattr(preview, "physical_memory", lambda: 400_000_000)


def open_large(window: MainWindow, qtbot: QtBot, tmp_path) -> None:
    path = make_photo(tmp_path / "large.png", rows=480, columns=640)
    window.store.commit(replace(edits.set_source(window.store.state, parse(str(path))), layers=LAYERS))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.spatial == (480, 640))


def press(window: MainWindow, qtbot: QtBot, label: str) -> None:
    (button,) = (one for one in window.findChild(MessageBar).findChildren(QPushButton) if one.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_layer_is_named_and_the_offered_size_computes_all_exactly(window, qtbot, tmp_path, little_memory):
    open_large(window, qtbot, tmp_path)
    picture = window.bridge.picture
    assert picture.factor > 1
    assert picture.memory < 100_000_000
    assert "most of it in stem" in message_of(window)

    press(window, qtbot, LABEL)
    picture = newest_picture(window, qtbot)

    assert (picture.factor, picture.input.shape) == (1, (3, 240, 320))
    assert "most of it in" not in message_of(window)


def test_it_is_said_once(window, qtbot, tmp_path, little_memory):
    open_large(window, qtbot, tmp_path)
    window.findChild(MessageBar).clear()

    window.selection.select(layer="b1_a")
    newest_picture(window, qtbot)

    assert not message_of(window)


def test_the_status_says_what_a_frame_takes(window, qtbot):
    picture = newest_picture(window, qtbot)

    tip = window.status_panel._speed.toolTip()

    assert f"at most {bytes_text(picture.memory)} of memory" in tip
