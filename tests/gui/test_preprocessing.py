"""The preprocessing of a network in the window: what is pointed at is what the network sees."""

import numpy as np
from pytestqt.qtbot import QtBot

from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.preprocessing import Preprocessing
from tests.gui.conftest import newest_picture

TORCH = Preprocessing((12, 16), "stretch", mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))


def test_it_changes_the_input_and_undo_brings_the_picture_back(window: MainWindow, qtbot: QtBot) -> None:
    before = newest_picture(window, qtbot)

    window.store.commit(edits.set_preprocessing(window.store.state, TORCH))
    picture = newest_picture(window, qtbot)

    assert picture.input.shape == (3, 12, 16)
    assert window.viewport.extent == (12, 16)
    window.actions_by_name["undo"].trigger()
    assert newest_picture(window, qtbot).input.shape == before.input.shape


def test_a_pin_is_a_place_of_what_the_network_sees(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(edits.set_preprocessing(window.store.state, TORCH))
    newest_picture(window, qtbot)

    window.selection.hold((7.5, 9.5))
    picture = newest_picture(window, qtbot)

    explanation = window.explanation_panel.explanation
    assert explanation is not None
    assert np.array_equal(explanation.trace.values[:, 1, 1], picture.input[:, 7, 9])


def test_what_it_decides_cannot_be_chosen_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(edits.set_preprocessing(window.store.state, TORCH))
    newest_picture(window, qtbot)

    assert not window.actions_by_name["stored-numbers"].isEnabled()
    assert "network" in window.actions_by_name["stored-numbers"].toolTip()
    assert not window.input_panel._choice.isEnabled()

    window.store.commit(edits.set_preprocessing(window.store.state, None))
    newest_picture(window, qtbot)
    assert window.input_panel._choice.isEnabled()
