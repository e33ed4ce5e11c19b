"""Opening one's own network: by dialog, drop and command line, beside the window, in one step that can be undone."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from convexplorer.gui.commands import files, networks
from convexplorer.gui.widgets.text_sheet import TextSheet
from convexplorer.gui.window.app import open_window as open_program
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import network_file
from convexplorer.model.opening.input_size import with_fitting_size
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.preprocessing import Preprocessing
from tests.gui.conftest import make_photo, message_of, newest_picture
from tests.gui.shared_window import close_and_delete
from tests.gui.test_commands_files import drop, dropped_paths

TORCH = Path(__file__).parents[1] / "networks" / "torch"
VGG, LENET = TORCH / "vgg.pt", TORCH / "lenet.pt"


def kinds(window: MainWindow) -> list[str]:
    return [layer.kind for layer in window.store.state.layers]


def wait_until_read(window: MainWindow, qtbot) -> None:
    qtbot.waitUntil(lambda: window.network_reading is None, timeout=20_000)


def test_a_network_is_opened_from_a_dialog_and_shown_at_its_first_convolution(window, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_, **__: (str(VGG), "")))
    source, expected = window.store.state.source, network_file.open_network(VGG)
    assert isinstance(expected, OpenedNetwork)

    window.actions_by_name["open-network"].trigger()
    assert "Reading vgg.pt" in message_of(window)
    wait_until_read(window, qtbot)

    picture = newest_picture(window, qtbot)
    assert kinds(window) == [layer.kind for layer in expected.layers]
    assert window.store.state.source == source
    chosen = window.store.state.layers[picture.position]
    assert chosen is next(layer for layer in window.store.state.layers if layer.has_filters)
    assert all(not report.error for report in picture.layers)
    assert "Opened vgg: 17 layers." in message_of(window)
    assert str(VGG) in window.settings.recent


def test_opening_is_one_step_that_undo_takes_back(window, qtbot):
    before = window.store.state
    networks.open_network_of(window, VGG)
    wait_until_read(window, qtbot)

    window.actions_by_name["undo"].trigger()

    assert window.store.state is before
    window.actions_by_name["redo"].trigger()
    assert len(kinds(window)) == 17


def test_a_dropped_network_is_known_by_its_contents(window, qtbot, tmp_path):
    copy = tmp_path / "no idea what this is"
    shutil.copyfile(VGG, copy)

    assert drop(window, dropped_paths(copy))
    wait_until_read(window, qtbot)

    assert len(kinds(window)) == 17


def test_a_network_of_several_files_is_dropped_with_all_of_them(window, qtbot):
    folder = TORCH.parent / "keras" / "vgg_tfjs"

    assert drop(window, dropped_paths(*sorted(folder.iterdir())))
    wait_until_read(window, qtbot)

    assert "dense" in kinds(window)


def test_a_network_is_dropped_with_the_names_of_its_classes_in_one_step(window, qtbot, tmp_path):
    before = window.store.state
    names = tmp_path / "labels.txt"
    names.write_text("cat\ndog\nowl\nfox\n")

    assert drop(window, dropped_paths(names, VGG))
    wait_until_read(window, qtbot)

    assert window.store.state.class_names == ("cat", "dog", "owl", "fox")
    window.actions_by_name["undo"].trigger()
    assert window.store.state is before


def test_names_that_cannot_be_read_stop_the_network_too(window, qtbot, tmp_path):
    before = window.store.state
    names = tmp_path / "labels.txt"
    names.write_text("")

    assert drop(window, dropped_paths(VGG, names))
    wait_until_read(window, qtbot)

    assert message_of(window).startswith("labels.txt cannot be read")
    assert window.store.state is before


def test_a_damaged_file_is_one_sentence_and_nothing_is_lost(window, qtbot, tmp_path):
    damaged = tmp_path / "damaged.pt"
    damaged.write_bytes(VGG.read_bytes()[:3000])
    before, could_undo = window.store.state, window.store.can_undo

    files.open_paths(window, [damaged])
    wait_until_read(window, qtbot)

    assert message_of(window).startswith("damaged.pt")
    assert message_of(window).endswith(".")
    assert (window.store.state, window.store.can_undo) == (before, could_undo)


@pytest.mark.parametrize("path", [TORCH / "signal.pt", TORCH.parent / "keras" / "signal.keras"])
def test_a_network_of_signals_is_refused_in_a_sentence(window, qtbot, path):
    before = window.store.state

    networks.open_network_of(window, path)
    wait_until_read(window, qtbot)

    assert "signals of one axis" in message_of(window)
    assert window.store.state is before


@pytest.fixture
def slow(monkeypatch):
    """Let reading wait until it is told to go on; return what tells it."""
    go_on, read = threading.Event(), network_file.open_network

    def wait(path):
        if Path(path) == VGG:
            go_on.wait(20)
        return read(path)

    monkeypatch.setattr(network_file, "open_network", wait)
    yield go_on
    go_on.set()


def test_reading_can_be_cancelled(window, qtbot, slow):
    before = window.store.state
    networks.open_network_of(window, VGG)
    button = next(one for one in window.findChildren(QPushButton) if one.text() == "Cancel" and one.isVisible())

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    slow.set()
    window.errands.wait()
    newest_picture(window, qtbot)

    assert window.store.state is before
    assert message_of(window) == ""


def test_what_is_opened_meanwhile_takes_the_place_of_what_is_read(window, qtbot, slow):
    networks.open_network_of(window, VGG)
    networks.open_network_of(window, LENET)
    wait_until_read(window, qtbot)
    opened = window.store.state

    slow.set()
    window.errands.wait()
    newest_picture(window, qtbot)

    assert window.store.state is opened
    assert len(kinds(window)) == 12


def test_the_window_answers_edits_while_a_network_is_read(window, qtbot, slow):
    networks.open_network_of(window, VGG)
    window.actions_by_name["add-activation"].trigger()
    picture = newest_picture(window, qtbot)
    assert len(picture.layers) == 2

    slow.set()
    wait_until_read(window, qtbot)

    assert len(kinds(window)) == 17
    window.actions_by_name["undo"].trigger()
    assert len(kinds(window)) == 2


def test_all_that_the_file_says_can_be_read(window, qtbot):
    assert not window.actions_by_name["about-network"].isEnabled()
    networks.open_network_of(window, LENET)
    wait_until_read(window, qtbot)
    window.ask_commands()

    window.actions_by_name["about-network"].trigger()

    (sheet,) = window.findChildren(TextSheet)
    text = sheet.text.text()
    assert "Layers: 12" in text
    assert "grey" in text
    for note in network_file.open_network(LENET).notes:
        assert note[1:] in text


@pytest.mark.own_window
def test_the_program_begins_with_a_network(qtbot, tmp_path, qapp):
    from convexplorer.sources import parse

    program = open_program(parse(str(make_photo(tmp_path / "photo.png"))), network=VGG, is_talkative=False)

    qtbot.waitUntil(lambda: program.bridge.picture is not None, timeout=20_000)
    assert len(kinds(program)) == 17
    assert program.store.state.source.address.endswith("photo.png")
    assert "Opened vgg" in message_of(program)
    close_and_delete(program)


def test_a_network_of_pictures_of_one_size_gets_one_that_it_can_read(window, qtbot, tmp_path):
    weights = {"kernel": np.ones((10, 28 * 28 * 3), np.float32)}
    layers = (make_layer("flatten"), make_layer("dense", weights=weights, units=10, use_bias=False))
    opened = with_fitting_size(OpenedNetwork("tiny", layers, Preprocessing()))

    networks.take(window, tmp_path / "tiny.pt", opened)
    picture = newest_picture(window, qtbot)

    assert picture.input.shape == (3, 28, 28)
    assert all(not report.error for report in picture.layers)
    assert "28 × 28" in message_of(window)
