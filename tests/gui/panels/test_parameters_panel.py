from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.operators.activations import MENU_ACTIVATIONS, describe
from convexplorer.gui.panels.parameters_panel import ParametersPanel
from convexplorer.gui.panels.parameters_panel import panel as panel_module
from convexplorer.gui.panels.parameters_panel.side_fields import SIDES, SideFields
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.model import edits
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.limits import Limit
from convexplorer.model.project import Project
from tests.gui.panels.conftest import Bench
from tests.model.examples import add_pool


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> ParametersPanel:
    found = ParametersPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def step(control: object, axis: int, steps: int) -> None:
    """Step one number of a pair as the arrow keys do."""
    from PySide6.QtWidgets import QSpinBox

    control.findChildren(QSpinBox)[axis].stepBy(steps)


def pick(combo: object, text: str) -> None:
    row = combo.findText(text)
    combo.setCurrentIndex(row)
    combo.activated.emit(row)


def choose_activation(panel: ParametersPanel, name: str) -> None:
    combo = panel.form.control("activation").combo
    combo.activated.emit(combo.findData(name))


def test_a_step_of_the_stride_changes_both_axes_while_linked(bench: Bench, panel: ParametersPanel) -> None:
    step(panel.form.control("strides"), 0, 1)

    assert bench.layer()["strides"] == (2, 2)


def test_unlinked_axes_change_alone(bench: Bench, panel: ParametersPanel) -> None:
    panel.form.control("dilation_rate").set_linked(False)

    step(panel.form.control("dilation_rate"), 1, 2)

    assert bench.layer()["dilation_rate"] == (1, 3)


def test_steps_in_a_row_are_one_undo_step(bench: Bench, panel: ParametersPanel) -> None:
    for _ in range(3):
        step(panel.form.control("strides"), 0, 1)
    panel.form.control("strides").editing_ended.emit()
    step(panel.form.control("strides"), 0, 1)

    assert bench.undo_steps() == 2


def test_growing_back_in_one_go_loses_no_weight(bench: Bench, panel: ParametersPanel) -> None:
    before = bench.filter().planes

    step(panel.form.kernel, 0, -2)
    step(panel.form.kernel, 0, 2)

    np.testing.assert_array_equal(bench.filter().planes, before)


def test_the_formula_and_the_parameter_count_stand_below(panel: ParametersPanel) -> None:
    rows, columns, parameters = panel.note.text().split("\n")

    assert rows.endswith("= 16")
    assert columns.endswith("= 20")
    assert parameters.endswith("8 · (3 · 3 · 3 + 1) = 224")


def test_a_setting_cannot_go_beyond_its_limit_and_says_why(bench: Bench, panel: ParametersPanel) -> None:
    from convexplorer.gui.widgets.hint import Hint

    bench.context.store.commit(edits.set_layer(bench.state, 0, padding="valid", dilation_rate=(3, 3)))

    step(panel.form.kernel, 0, 10)

    assert bench.layer().kernel_size[0] <= 6
    assert "the input has 16 rows" in panel.findChild(Hint).text()


def test_a_setting_that_became_impossible_is_said_below(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(edits.set_layer(bench.state, 0, padding="valid", dilation_rate=(9, 9)))

    assert panel.note.text() == "Kernel 3 with dilation 9 spans 19, the input has 16 rows."


def test_explicit_padding_begins_with_what_is_in_force(bench: Bench, panel: ParametersPanel) -> None:
    pick(panel.form.control("padding").combo, "explicit")

    assert bench.layer()["padding"] == ((1, 1), (1, 1))
    assert not panel.form.control("padding").side("top").isHidden()


def test_one_number_pads_all_sides_while_they_are_linked(bench: Bench, panel: ParametersPanel) -> None:
    pick(panel.form.control("padding").combo, "explicit")
    choice = panel.form.control("padding")

    choice.side("top").step_by(2)

    assert bench.layer()["padding"] == ((3, 3), (3, 3))
    assert [name for name in SIDES if not choice.side(name).isHidden()] == ["top"]


def test_each_side_is_padded_by_its_own_number_once_unlinked(bench: Bench, panel: ParametersPanel) -> None:
    pick(panel.form.control("padding").combo, "explicit")
    choice = panel.form.control("padding")
    link_of(choice.findChild(SideFields)).click()

    choice.side("left").step_by(3)

    assert bench.layer()["padding"] == ((1, 1), (4, 1))
    assert not any(choice.side(name).isHidden() for name in SIDES)


def test_linking_gives_all_sides_the_first_number_in_one_step(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(edits.set_layer(bench.state, 0, padding=((2, 0), (1, 3))))
    fields = panel.form.control("padding").findChild(SideFields)
    assert not fields.is_linked

    link_of(fields).click()

    assert bench.layer()["padding"] == ((2, 2), (2, 2))
    assert bench.undo_steps() == 2  # with the one before


def link_of(widget: QWidget) -> IconButton:
    """Return the link between the sides."""
    return next(button for button in widget.findChildren(IconButton))


def test_going_back_to_a_word_hides_the_four_numbers(bench: Bench, panel: ParametersPanel) -> None:
    pick(panel.form.control("padding").combo, "explicit")
    pick(panel.form.control("padding").combo, "valid")

    assert bench.layer()["padding"] == "valid"
    assert not panel.form.control("padding").side("top").isVisibleTo(panel)


def test_the_border_has_no_effect_without_padding_and_shows_it(bench: Bench, panel: ParametersPanel) -> None:
    pick(panel.form.control("border"), "reflect")

    assert bench.layer()["border"] == "reflect"

    pick(panel.form.control("padding").combo, "valid")

    assert not panel.form.control("border").isEnabled()


@pytest.mark.parametrize("name", MENU_ACTIVATIONS)
def test_every_activation_can_be_chosen(bench: Bench, panel: ParametersPanel, name: str) -> None:
    choose_activation(panel, name)

    assert bench.layer().activation.name == name
    shown = [field for field in panel.form.control("activation").fields if not field.isHidden()]
    assert len(shown) == len(bench.layer().activation.parameters)


def test_a_parameter_of_the_activation_is_set_beside_it(bench: Bench, panel: ParametersPanel) -> None:
    choose_activation(panel, "leaky_relu")

    panel.form.control("activation").fields[0].step_by(2)

    assert bench.layer().activation.parameters["negative_slope"] == pytest.approx(0.3)


@pytest.mark.parametrize("name", ["leaky_relu", "threshold", "gelu"])
def test_each_parameter_of_an_activation_is_named(panel: ParametersPanel, name: str) -> None:
    from PySide6.QtWidgets import QCheckBox, QLabel

    choose_activation(panel, name)

    choice = panel.form.control("activation")
    texts = {widget.text() for widget in choice.findChildren(QLabel) if widget.isVisibleTo(panel)}
    texts |= {widget.text() for widget in choice.findChildren(QCheckBox) if widget.isVisibleTo(panel)}
    assert texts >= {parameter.label for parameter in describe(name).parameters}


def test_a_parameter_that_is_0_or_1_is_a_check_box(bench: Bench, panel: ParametersPanel) -> None:
    choose_activation(panel, "gelu")

    panel.form.control("activation").fields[0].click()

    assert bench.layer().activation.parameters["approximate"] == 1


def test_the_bias_belongs_to_the_selected_filter(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.selection.select(filter=2)

    panel.form.bias.step_by(5)

    assert [bench.filter(i).bias for i in (0, 2)] == [0, 0.5]


def test_the_bias_of_a_depthwise_layer_is_that_of_the_selected_map(bench: Bench, panel: ParametersPanel) -> None:
    count = len(bench.layer().filters)
    biases = np.arange(3 * count, dtype=np.float32).reshape(3, count)
    depthwise = edits.set_layer(bench.state, 0, kind="depthwise_conv")
    bench.context.store.commit(edits.set_weight_array(depthwise, 0, "bias", biases))
    bench.compute()

    for index in (0, count, 3 * count - 1):
        bench.context.selection.select(filter=index)
        assert panel.form.bias.value == index
    panel.form.bias.step_by(5)

    changed = bench.layer().weights["bias"]
    assert (changed != biases).sum() == 1
    assert changed[2, count - 1] == panel.form.bias.value == 3 * count - 0.5
    bench.context.store.undo()
    assert panel.form.bias.value == 3 * count - 1


def test_a_table_gives_each_map_a_bias_and_takes_it_back(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(edits.set_bias(edits.set_layer(bench.state, 0, kind="depthwise_conv"), 0, 0, 2.0))
    bench.compute()
    table = panel.open_weights("bias")
    assert table is not None
    assert table.model.values[1, 0] == 2

    table.model.setData(table.model.index(1, 0), "7")

    assert [bench.layer().bias_of(i * len(bench.layer().filters)) for i in range(3)] == [2, 7, 2]
    assert panel.form.bias.value == 2
    table.reset_asked.emit()
    assert not bench.layer().has_map_biases


def test_true_convolution_turns_the_kernel(bench: Bench, panel: ParametersPanel, qtbot: QtBot) -> None:
    panel.form.control("is_flipped").click()

    assert bench.layer()["is_flipped"]


def test_a_pool_shows_its_own_settings(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))
    bench.compute()
    bench.context.selection.select(layer="max_pool")

    form = panel.form
    step(form.control("pool_size"), 0, 1)
    bench.context.actions["average-pool"].trigger()

    pool = bench.state.layers[1]
    assert (pool.kind, pool["pool_size"]) == ("average_pool", (3, 3))
    assert panel.form is not form
    assert panel.form.control("pool_size").value == (3, 3)
    assert form.isHidden()
    assert not panel.form.isHidden()


def test_undo_shows_what_was_before(bench: Bench, panel: ParametersPanel) -> None:
    step(panel.form.control("strides"), 0, 3)

    bench.context.store.undo()

    assert panel.form.control("strides").value == (1, 1)


def test_showing_a_project_commits_nothing(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(edits.set_layer(bench.state, 0, strides=(2, 3), padding=((0, 1), (2, 3))))
    after = bench.state

    bench.compute()

    assert bench.state is after
    assert panel.form.control("strides").value == (2, 3)


def test_every_control_has_a_name_and_a_tip(panel: ParametersPanel) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

    for kind in (QComboBox, QAbstractSpinBox, QAbstractButton):
        for control in panel.findChildren(kind):
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert control.accessibleName() or control.text(), control
                assert control.toolTip(), control.accessibleName()
    assert all(field.accessibleName() for field in panel.findChildren(QLineEdit, "") if field.isVisibleTo(panel))


def show_norm(bench: Bench) -> None:
    """Add a batch normalization and select it."""
    bench.context.store.commit(edits.add_layer(bench.state, make_layer("batch_norm")))
    bench.compute()
    bench.context.selection.select(layer="batch_norm")


def test_an_open_table_follows_undo_and_the_picture(bench: Bench, panel: ParametersPanel) -> None:
    show_norm(bench)
    table = panel.open_weights("gamma")
    assert table is not None

    table.model.setData(table.model.index(0, 0), "3")
    assert bench.state.layers[1].weights["gamma"][0] == 3
    bench.context.store.undo()

    assert table.model.values[0, 0] == 1
    assert not bench.state.layers[1].weights


def test_an_open_table_edits_its_own_layer_whichever_is_selected(bench: Bench, panel: ParametersPanel) -> None:
    show_norm(bench)
    table = panel.open_weights("beta")
    assert table is not None
    bench.context.store.commit(edits.duplicate_layer(bench.state, 1))
    bench.context.selection.select(layer="batch_norm_2")

    table.model.setData(table.model.index(2, 0), "7")

    assert bench.state.layers[1].weights["beta"][2] == 7
    assert not bench.state.layers[2].weights


def test_a_table_closes_with_its_layer(bench: Bench, panel: ParametersPanel) -> None:
    show_norm(bench)
    table = panel.open_weights("beta")
    assert table is not None
    closed = []
    table.finished.connect(closed.append)

    bench.context.store.commit(edits.remove_layer(bench.state, 1))

    assert closed


def test_the_initial_values_come_back_into_an_open_table(bench: Bench, panel: ParametersPanel) -> None:
    from PySide6.QtWidgets import QPushButton

    show_norm(bench)
    table = panel.open_weights("gamma")
    assert table is not None
    table.model.setData(table.model.index(0, 0), "3")

    next(button for button in table.findChildren(QPushButton) if button.text() == "Initial values").click()

    assert not bench.state.layers[1].weights
    assert table.model.values[0, 0] == 1


def test_where_nothing_is_to_be_set_the_panel_says_what_the_layer_does(bench: Bench, panel: ParametersPanel) -> None:
    for kind in ("flatten", "softmax"):
        bench.context.store.commit(edits.add_layer(bench.state, make_layer(kind)))
    bench.compute()

    bench.context.selection.select(layer="softmax")

    assert panel.note.text() == bench.state.layers[2].row.summary


def test_what_only_the_result_can_tell_is_said_below_as_well(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))
    joined = make_layer("concatenate", inputs=("conv", "max_pool"))
    bench.context.store.commit(edits.add_layer(bench.state, joined))
    bench.context.selection.select(layer="concatenate")

    bench.compute()
    assert "8 × 10 × 8" in panel.note.text()

    bench.context.store.commit(edits.set_inputs(bench.state, 2, ("conv", "conv")))
    bench.compute()
    assert panel.note.text().startswith("↕ 16")


def test_limits_are_searched_only_where_a_size_or_a_setting_changes(
    bench: Bench, panel: ParametersPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[object] = []
    search = panel_module.limits

    def noted(layer: Layer, shape: tuple[int, ...]) -> dict[str, tuple[Limit, ...]]:
        searched.append(layer)
        return search(layer, shape)

    monkeypatch.setattr(panel_module, "limits", noted)

    def commit(edit: Callable[..., Project], *arguments: object, **settings: object) -> int:
        """Edit, compute, and return how often limits were searched for it."""
        searched.clear()
        bench.context.commit(partial(edit, **settings), *arguments)
        bench.compute()
        return len(searched)

    assert commit(edits.set_weight, 0, 0, None, 1, 1, 7.25) == 0
    assert commit(edits.rename_filter, 0, 0, "mine") == 0
    assert commit(edits.set_bias, 0, 0, 0.5) == 0
    assert panel.form.bias.value == 0.5
    assert commit(edits.set_layer, 0, strides=(2, 2)) == 1
    assert commit(edits.set_kernel_size, 0, (5, 5)) == 1
    assert panel.form.kernel.value == (5, 5)
    assert commit(edits.duplicate_filter, 0, 0) == 1
    assert f"{len(bench.layer().filters)}" in panel.note.text().split("parameters: ")[1]
    bench.context.store.undo()
    bench.context.store.undo()
    bench.compute()
    assert panel.form.kernel.value == (3, 3)


def test_a_refused_number_gives_way_to_the_one_in_force(bench: Bench, panel: ParametersPanel) -> None:
    bench.context.store.commit(edits.set_weight(bench.state, 0, 0, None, 1, 1, 7.25))

    panel.form.control("strides").set_value(9, 9)
    assert not panel._attempt(lambda: edits.set_layer(bench.state, 0, strides=(0, 0)), None)

    assert panel.form.control("strides").value == (1, 1)
