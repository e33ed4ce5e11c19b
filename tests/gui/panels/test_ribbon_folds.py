"""A convolution with its norm, activation and pool as one card that opens."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convexplorer.gui.panels.ribbon.panel import Ribbon
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from tests import stacks
from tests.gui.conftest import newest_picture

COUNT = 20  # convolutions and ReLUs in turn


@pytest.fixture
def ribbon(window, qtbot) -> Ribbon:
    window.store.commit(replace(window.store.state, layers=stacks.chain(COUNT)))
    newest_picture(window, qtbot)
    return window.ribbon


def titles(ribbon):
    return [card.title() for card in ribbon.cards()[1:]]


def test_a_network_of_many_layers_comes_folded(ribbon, window):
    assert len(titles(ribbon)) == COUNT / 2
    assert set(titles(ribbon)) == {"Conv2D 4 @ 3×3 + ReLU"}
    assert ribbon.layer_card(0).isHidden()


def test_a_few_layers_stay_as_they_are(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(12)))
    picture = newest_picture(window, qtbot)

    assert not any(window.ribbon.layer_card(i).isHidden() for i in range(len(picture.layers)))
    assert all(card.opener is None for card in window.ribbon.cards())


def test_a_stack_that_grows_by_hand_is_not_folded_behind_ones_back(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(12)))

    for _ in range(4):
        window.store.commit(edits.add_layer(window.store.state, make_layer("max_pool")))

    assert not window.ribbon.layer_card(0).isHidden()


def test_a_folded_card_tells_what_comes_out_and_what_all_of_it_costs(ribbon, window):
    reports = window.bridge.picture.layers[2:4]
    rows, columns = reports[1].output_shape[1:]

    detail = ribbon.shown_card(2).detail()

    assert detail.startswith(f"{rows} × {columns} × 4 · {sum(one.parameters for one in reports)} params")
    assert detail.endswith("mult-adds")


def test_the_opener_shows_the_layers_and_folds_them_again(ribbon, qtbot):
    folded = ribbon.shown_card(2)

    QTest.mouseClick(folded.opener, Qt.MouseButton.LeftButton)

    assert ribbon.shown_card(2) is ribbon.layer_card(2)
    assert ribbon.shown_card(3) is ribbon.layer_card(3)
    assert not ribbon.layer_card(3).isHidden()
    assert ribbon.shown_card(4) is not ribbon.layer_card(4)
    assert folded in ribbon.cards()  # narrow, before its layers
    assert folded.title() == ""

    QTest.mouseClick(folded.opener, Qt.MouseButton.LeftButton)

    assert ribbon.shown_card(2) is folded
    assert ribbon.layer_card(3).isHidden()


def test_a_double_click_opens_a_card(ribbon):
    QTest.mouseDClick(ribbon.shown_card(0), Qt.MouseButton.LeftButton)

    assert ribbon.shown_card(0) is ribbon.layer_card(0)


def test_a_key_opens_and_folds_the_selected_layer(ribbon, window):
    window.selection.select(layer="relu4")
    command = window.actions_by_name["fold-layer"]
    assert command.isChecked()

    command.trigger()
    assert ribbon.shown_card(3) is ribbon.layer_card(3)
    assert not command.isChecked()

    command.trigger()
    assert ribbon.shown_card(3) is not ribbon.layer_card(3)


def test_a_few_layers_are_folded_where_that_is_wished_for(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(4)))
    newest_picture(window, qtbot)
    window.selection.select(layer="conv3")

    window.actions_by_name["fold-layer"].trigger()

    assert titles(window.ribbon) == ["Conv2D 4 @ 3×3", "Linear", "ReLU", "Conv2D 4 @ 3×3 + ReLU"]


def test_all_are_shown_and_all_are_folded(ribbon, window):
    window.actions_by_name["open-all"].trigger()
    assert not any(ribbon.layer_card(i).isHidden() for i in range(COUNT))
    assert all(card.opener is None for card in ribbon.cards())

    window.actions_by_name["fold-all"].trigger()
    assert len(titles(ribbon)) == COUNT / 2


def test_the_folded_card_of_the_selected_layer_is_framed(ribbon, window):
    for layer, index in (("conv5", 4), ("relu6", 5)):
        window.selection.select(layer=layer)

        assert ribbon.shown_card(index).isChecked()
        assert sum(card.isChecked() for card in ribbon.cards()) == 1


def test_a_click_on_a_folded_card_selects_what_comes_out(ribbon, window):
    QTest.mouseClick(ribbon.shown_card(6), Qt.MouseButton.LeftButton)

    assert window.selection.view.layer == "relu8"


def test_an_error_of_a_hidden_layer_stands_on_the_folded_card(ribbon, window, qtbot):
    state = window.store.state
    window.store.commit(edits.set_layer(state, 4, padding="valid", dilation_rate=(1000, 1)))
    picture = newest_picture(window, qtbot)

    assert picture.layers[4].error
    assert ribbon.shown_card(4).error() == picture.layers[4].error
    assert ribbon.shown_card(2).error() == ""


def test_folding_computes_nothing(ribbon, window):
    picture, state = window.bridge.picture, window.store.state

    window.actions_by_name["open-all"].trigger()
    window.actions_by_name["fold-all"].trigger()

    assert window.store.state is state
    assert window.bridge.picture is picture
    assert not window.store.can_redo


def test_pictures_of_the_same_layers_place_no_card_anew(ribbon, window, monkeypatch):
    placed, picture = [], window.bridge.picture
    monkeypatch.setattr(ribbon._strip, "place", lambda *_: placed.append("place"))
    monkeypatch.setattr(ribbon._strip, "updateGeometry", lambda: placed.append("room"))
    later = tuple(replace(one, seconds=one.seconds + 1) for one in picture.layers)

    ribbon.show_picture(replace(picture, layers=later))

    assert placed == []


def test_the_bar_of_a_folded_card_is_that_of_all_its_layers(ribbon, window):
    window.actions_by_name["bars-parameters"].trigger()

    counts = [report.parameters for report in window.bridge.picture.layers]
    pairs = [counts[i] + counts[i + 1] for i in range(0, COUNT, 2)]
    assert [card.bar() for card in ribbon.cards()[1:]] == pytest.approx([n / max(pairs) for n in pairs], abs=0.005)


def test_tab_reaches_the_openers_from_left_to_right(ribbon):
    first, second = ribbon.shown_card(0), ribbon.shown_card(2)
    widget, met = first, []
    while widget is not second:
        widget = widget.nextInFocusChain()
        met.append(widget)

    assert first.opener in met
    assert second not in met[:-1]


def test_another_network_is_folded_by_its_own_number_of_layers(ribbon, window, qtbot):
    window.actions_by_name["open-all"].trigger()

    window.store.commit(replace(window.store.state, layers=stacks.chain(30, seed=1)))

    assert len(titles(ribbon)) == 15


def test_a_convolution_that_ends_in_an_activation_is_one_card(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.residual(4)))
    newest_picture(window, qtbot)

    assert titles(window.ribbon)[:4] == [
        "1 · Conv2D 16 @ 3×3 + ReLU",
        "2 · Conv2D 16 @ 3×3 + ReLU",
        "3 · Conv2D 16 @ 3×3",
        "4 · Add",
    ]
    window.ribbon.shown_card(0).opener.click()
    assert titles(window.ribbon)[:3] == ["", "1 · Conv2D 16 @ 3×3", "ReLU"]


def test_the_button_of_a_card_stays_above_the_second_line(ribbon):
    card = ribbon.shown_card(2)

    assert card.opener.geometry().bottom() < card.height() * 0.6
    assert card.opener.width() == card.opener.height()
