"""The first card: what becomes of the picture is seen and set there, in steps that can be undone, live."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from convexplorer.gui.commands import networks
from convexplorer.gui.panels.parameters_panel.preprocessing_form import PreprocessingForm
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.preprocessing import Preprocessing
from tests.gui.conftest import ROWS, newest_picture
from tests.gui.panels.test_preprocessing_form import choose, type_into


def form_of(window: MainWindow) -> PreprocessingForm:
    return window.parameters_panel.findChild(PreprocessingForm)


def open_form(window: MainWindow) -> PreprocessingForm:
    QTest.mouseClick(window.ribbon.cards()[0], Qt.MouseButton.LeftButton)
    return form_of(window)


def test_the_card_of_the_picture_opens_its_form_and_a_layer_its_own_again(window, qtbot):
    newest_picture(window, qtbot)

    form = open_form(window)
    assert form.isVisible()
    assert not window.parameters_panel.form.isVisible()
    assert window.ribbon.cards()[0].isChecked()
    assert not window.ribbon.layer_card(0).isChecked()

    QTest.mouseClick(window.ribbon.layer_card(0), Qt.MouseButton.LeftButton)
    assert not form.isVisible()
    assert window.parameters_panel.form.isVisible()
    assert window.ribbon.layer_card(0).isChecked()
    assert not window.ribbon.cards()[0].isChecked()


def test_the_command_shows_the_form_also_where_controls_are_hidden(window, qtbot):
    window.show_controls(False)

    window.actions_by_name["preprocessing"].trigger()

    assert form_of(window).isVisible()


def test_a_size_and_a_preset_change_what_the_first_layer_gets(window, qtbot):
    newest_picture(window, qtbot)
    form = open_form(window)

    choose(form.preset, "torch")
    form.pair._spins[0].setValue(12)
    picture = newest_picture(window, qtbot)

    assert picture.input.shape == (3, 12, 12)
    assert window.ribbon.cards()[0].detail() == "12 × 12 × 3"
    assert picture.input.min() < -1
    assert "12 × 12 × 3" in window.parameters_panel.note.text()


def test_numbers_that_are_typed_are_those_of_the_picture(window, qtbot):
    plain = newest_picture(window, qtbot).input
    form = open_form(window)
    choose(form.preset, "unit")

    type_into(form.mean[0], "0.5")
    type_into(form.deviation[2], "0.25")
    made = newest_picture(window, qtbot).input

    assert np.allclose(made[0], plain[0] - 0.5, atol=1e-6)
    assert np.allclose(made[2], plain[2] / 0.25, atol=1e-5)
    assert np.allclose(made[1], plain[1], atol=1e-6)


def test_each_choice_is_a_step_and_a_row_of_steps_is_one(window, qtbot):
    newest_picture(window, qtbot)
    before = window.store.state
    form = open_form(window)

    for size in (4, 5, 6, 7):
        form.pair._spins[0].setValue(size)
    choose(form.order, "grey")
    assert newest_picture(window, qtbot).input.shape == (1, 7, 7)

    window.actions_by_name["undo"].trigger()
    assert window.store.state.preprocessing.order == "rgb"
    window.actions_by_name["undo"].trigger()
    assert window.store.state is before
    assert form.preset.currentData() == "none"


def test_what_a_preprocessing_decides_is_not_chosen_elsewhere(window, qtbot):
    newest_picture(window, qtbot)
    window.store.commit(edits.set_preprocessing(window.store.state, Preprocessing()))
    newest_picture(window, qtbot)
    choices = window.input_panel.findChildren(Segmented)
    (choice,) = [one for one in choices if one.accessibleName() == "Channels of the input"]
    button = choice.findChildren(QAbstractButton)[-1]

    assert not button.isEnabled()
    assert not window.actions_by_name["stored-numbers"].isEnabled()
    window.actions_by_name["undo"].trigger()
    newest_picture(window, qtbot)
    assert button.isEnabled()
    assert window.actions_by_name["stored-numbers"].isEnabled()


def test_a_network_brings_its_preprocessing_and_undo_takes_it_away(window, qtbot, tmp_path):
    given = Preprocessing((8, 12), order="grey", mean=(0.5,), deviation=(0.5,))
    weights = {"kernel": np.ones((3, 96), np.float32)}
    layers = (make_layer("flatten"), make_layer("dense", weights=weights, units=3, use_bias=False))
    opened = OpenedNetwork("tiny", layers, given, ("a", "b", "c"))

    networks.take(window, tmp_path / "tiny.onnx", opened)
    picture = newest_picture(window, qtbot)

    assert picture.input.shape == (1, 8, 12)
    assert [report.output_shape for report in picture.layers] == [(96,), (3,)]
    window.actions_by_name["undo"].trigger()
    assert newest_picture(window, qtbot).input.shape[1] == ROWS


def test_a_small_input_is_a_switch_that_leaves_no_trace(window, qtbot):
    before = newest_picture(window, qtbot)
    window.actions_by_name["small-input"].trigger()
    assert newest_picture(window, qtbot).input.shape == (3, 240, 320)
    assert window.actions_by_name["small-input"].isChecked()

    window.actions_by_name["small-input"].trigger()

    assert newest_picture(window, qtbot).input.shape == before.input.shape
    assert window.store.state.preprocessing is None


@pytest.mark.parametrize(("channels", "numbers"), [("luminance", "unit"), ("color", "stored")])
def test_a_small_input_keeps_channels_and_numbers(window, qtbot, channels, numbers):
    window.store.commit(edits.set_numbers(edits.set_channels(window.store.state, channels), numbers))
    before = newest_picture(window, qtbot)

    window.actions_by_name["small-input"].trigger()
    after = newest_picture(window, qtbot)

    assert len(after.input) == len(before.input)
    assert after.input.max() == pytest.approx(before.input.max(), rel=0.2)


def test_a_network_of_another_size_is_not_made_small(window, qtbot):
    window.store.commit(edits.set_preprocessing(window.store.state, Preprocessing((28, 28))))
    newest_picture(window, qtbot)

    assert not window.actions_by_name["small-input"].isEnabled()
    assert "28 × 28" in window.actions_by_name["small-input"].toolTip()
