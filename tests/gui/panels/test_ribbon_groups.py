"""Layers under one name: made by hand, opened, closed, renamed, undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from convexplorer.model import edits
from tests import stacks
from tests.gui.conftest import newest_picture


@pytest.fixture
def few(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(8)))
    newest_picture(window, qtbot)
    return window


@pytest.fixture
def named(monkeypatch):
    """Answer the question for a name."""

    def answer(name, is_accepted=True):
        monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_, **__: (name, is_accepted)))

    return answer


def click(card, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, modifier)


def mark(window, first, last):
    click(window.ribbon.layer_card(first))
    click(window.ribbon.layer_card(last), Qt.KeyboardModifier.ShiftModifier)


def marked(window):
    return [i for i in range(len(window.store.state.layers)) if window.ribbon.layer_card(i).is_marked()]


def test_marked_layers_become_a_group_in_one_step(few, named):
    mark(few, 2, 4)
    assert marked(few) == [2, 3, 4]
    named("block")

    few.actions_by_name["group-layers"].trigger()

    assert [layer.group for layer in few.store.state.layers] == ["", "", "block", "block", "block", "", "", ""]
    assert marked(few) == []
    head = few.ribbon._folds["group block"].card
    assert (head.title(), head.detail()) == ("block", "3 layers")
    assert not few.ribbon.layer_card(3).isHidden()

    few.store.undo()
    assert {layer.group for layer in few.store.state.layers} == {""}
    assert len(few.ribbon.cards()) == 13  # the picture, the layers, and the activations of convolutions


def test_a_question_that_is_given_up_groups_nothing(few, named):
    mark(few, 2, 4)
    named("block", is_accepted=False)

    few.actions_by_name["group-layers"].trigger()

    assert {layer.group for layer in few.store.state.layers} == {""}


def test_a_closed_group_tells_what_goes_in_and_out_and_what_it_costs(few, qtbot):
    few.store.commit(edits.group_layers(few.store.state, 1, 4, "block"))
    picture = newest_picture(few, qtbot)
    card = few.ribbon._folds["group block"].card

    click(card.opener)

    assert few.ribbon.shown_card(3) is card
    rows, columns = picture.layers[0].output_shape[1:]
    shape = f"{rows}×{columns}×4"
    parameters = sum(report.parameters for report in picture.layers[1:5])
    assert card.title() == "block"
    assert card.detail().startswith(f"{shape} → {shape} · {parameters} params · ")
    assert few.ribbon.layer_card(2).isHidden()


def test_an_error_in_a_closed_group_is_seen(few, qtbot):
    few.store.commit(edits.group_layers(few.store.state, 1, 4, "block"))
    few.actions_by_name["fold-all"].trigger()
    few.store.commit(edits.set_layer(few.store.state, 2, padding="valid", dilation_rate=(1000, 1)))
    picture = newest_picture(few, qtbot)

    assert few.ribbon.shown_card(2).error() == picture.layers[2].error != ""


def test_a_group_is_renamed_and_taken_apart(few, named):
    few.store.commit(edits.group_layers(few.store.state, 1, 4, "block"))
    few.selection.select(layer=few.store.state.layers[2].id)
    named("stage")

    few.actions_by_name["rename-group"].trigger()
    assert few.ribbon._folds["group stage"].card.title() == "stage"

    few.actions_by_name["ungroup-layers"].trigger()
    assert few.ribbon._folds == {}
    assert not few.actions_by_name["ungroup-layers"].isEnabled()


def test_a_name_that_is_taken_is_refused_with_the_reason(few, named):
    few.store.commit(edits.group_layers(few.store.state, 0, 1, "block"))
    mark(few, 4, 5)
    named("block")

    few.actions_by_name["group-layers"].trigger()

    assert "already" in few._messages.text


def test_keys_mark_one_card_more_and_one_less(few):
    click(few.ribbon.layer_card(2))

    for _ in range(2):
        QTest.keyClick(few.ribbon.layer_card(2), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert marked(few) == [2, 3, 4]

    QTest.keyClick(few.ribbon.layer_card(2), Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert marked(few) == [2, 3]


def test_a_plain_click_forgets_what_was_marked(few):
    mark(few, 1, 3)

    click(few.ribbon.layer_card(5))

    assert marked(few) == []


def test_the_bundles_of_an_open_group_fold_within_it(few):
    few.store.commit(edits.group_layers(few.store.state, 2, 5, "block"))
    few.actions_by_name["fold-all"].trigger()
    ribbon = few.ribbon

    click(ribbon._folds["group block"].card.opener)

    titles = [card.title() for card in ribbon.cards()[1:]]
    bundle = "Conv2D 4 @ 3×3 + ReLU"
    assert titles == [bundle, "block", bundle, bundle, bundle]


def test_closing_a_group_is_no_step_of_the_history(few):
    few.store.commit(edits.group_layers(few.store.state, 1, 4, "block"))
    state, picture = few.store.state, few.bridge.picture

    click(few.ribbon._folds["group block"].card.opener)

    assert few.store.state is state
    assert few.bridge.picture is picture
