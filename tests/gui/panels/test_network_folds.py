"""Folds, groups, connections and bars of the ribbon in the network at a glance."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from convexplorer.gui.canvas.network import card_painter
from convexplorer.gui.canvas.network.network_view import Spot
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from tests import stacks
from tests.gui.conftest import COLUMNS, ROWS, newest_picture
from tests.gui.panels.test_network_view import click, point_at, show

SMALL = (ROWS, COLUMNS)


@pytest.fixture
def folded(window, qtbot):
    """A network whose convolutions stand with what belongs to them, and two of these in a group."""
    layers = stacks.classifier(SMALL)
    view = show(window, layers, qtbot)
    window.store.commit(edits.group_layers(window.store.state, 3, 4, "block"))
    window.ribbon_look.set_folded(True)
    newest_picture(window, qtbot)
    return view


def titles(view):
    return [content.title for content in view._contents]


def toggle(view, card, qtbot):
    at = card_painter.opener_rect(view.card_layout.cards[card]).center()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=(at - QPointF(0, view.offset)).toPoint())


def test_the_cards_are_those_of_the_ribbon(window, folded):
    shown = [card for card in window.ribbon.cards() if card.title() and card is not window.ribbon._input]
    closed = [card.title() for card in shown if card.opener is not None]

    assert closed
    assert [content.title for content in folded._contents if content.opener] == closed


def test_a_closed_card_shows_the_maps_of_its_last_layer_and_hidden_ones_are_not_drawn(window, folded, qtbot):
    cards = folded.cards
    card = next(i for i, content in enumerate(folded._contents) if content.opener == "closed")
    layers = cards.parts[card - 1].layers
    assert len(layers) > 1

    assert folded.cards.sights[card] is folded.cards.overview.layers[layers[-1] + 1]
    qtbot.waitUntil(lambda: window.bridge.picture.overview.layers[layers[-1] + 1].pixels is not None, timeout=20_000)
    qtbot.waitUntil(lambda: window.bridge.picture.overview.layers[layers[0] + 1].pixels is None, timeout=20_000)
    click(folded, Spot(card, 1), qtbot)
    assert window.selection.view.layer == window.store.state.layers[layers[-1]].id
    assert window.selection.view.filter == 1


def test_the_corner_of_a_card_opens_its_fold_here_and_on_the_ribbon_and_the_head_closes_it(window, folded, qtbot):
    closed, steps = titles(folded), len(window.ribbon.cards())
    card = next(i for i, content in enumerate(folded._contents) if content.title == "block")

    toggle(folded, card, qtbot)

    assert folded._contents[card].opener == "open"
    assert folded._contents[card].detail == "2 layers"
    assert len(titles(folded)) > len(closed)
    assert len(window.ribbon.cards()) > steps
    newest_picture(window, qtbot)
    qtbot.mouseClick(folded, Qt.MouseButton.LeftButton, pos=folded.spot_rect(Spot(card)).center().toPoint())
    assert titles(folded) == closed
    assert len(window.ribbon.cards()) == steps


def test_a_selected_layer_within_a_fold_marks_its_card_and_none_of_the_maps(window, folded):
    part = next(part for part in folded.cards.parts if len(part.layers) > 1)

    window.selection.select(layer=window.store.state.layers[part.first].id)

    assert folded._selected == Spot(folded.cards.card_of(part.first), None)


def test_keys_pass_the_head_of_an_open_fold(window, folded, qtbot):
    window.ribbon_look.set_folded(False)
    newest_picture(window, qtbot)
    head = next(i for i, content in enumerate(folded._contents) if content.opener == "open")
    window.selection.select(layer=window.store.state.layers[folded.cards.layer_of(head - 1)].id)
    folded.setFocus()

    qtbot.keyClick(folded, Qt.Key.Key_Right)
    assert folded._selected.card == head + 1
    qtbot.keyClick(folded, Qt.Key.Key_Left)
    assert folded._selected.card == head - 1


def test_a_path_lights_up_cards_whose_maps_are_seen_and_the_lines_between_them(window, folded, qtbot):
    last = len(folded._contents) - 1

    point_at(folded, Spot(last, 4), window)

    assert folded._path
    assert all(folded.cards.shows(folded.cards.layer_of(card)) for card in folded._path)
    assert {0, last} <= set(folded._path)
    assert folded._lit_wires()


def test_an_open_head_lies_on_the_way_of_a_line(window, folded, qtbot):
    window.ribbon_look.set_folded(False)
    newest_picture(window, qtbot)
    head = next(i for i, content in enumerate(folded._contents) if content.opener == "open")
    folded.set_path({})

    assert folded.cards.inputs[head] == (head - 1,)
    assert folded.cards.inputs[head + 1] == (head,)


def test_a_closed_card_says_which_of_its_layers_fails(window, folded, qtbot):
    state = window.store.state
    index = next(part.first for part in folded.cards.parts if len(part.layers) > 1)
    window.store.commit(edits.set_layer(state, index, dilation_rate=(200, 200), padding="valid"))
    picture = newest_picture(window, qtbot)
    error = picture.overview.layers[index + 1].error

    assert error
    assert folded._contents[folded.cards.card_of(index)].error == error


def test_the_tip_of_a_closed_card_lists_its_layers(window, folded, qtbot):
    card = next(i for i, content in enumerate(folded._contents) if content.opener == "closed")
    part = folded.cards.parts[card - 1]

    point_at(folded, Spot(card), window)
    qtbot.mouseMove(folded, folded.spot_rect(Spot(card)).topLeft().toPoint() + QPoint(12, 8))
    window.maps_panel._network_room.guide.follow()

    for i in part.layers:
        assert f"{i + 1}  {window.store.state.layers[i].title}" in folded.tip


@pytest.mark.parametrize("measure", ["parameters", "multiply-adds", "time"])
def test_bars_are_those_of_the_ribbon(window, folded, measure):
    assert folded.bars == ()

    window.actions_by_name[f"bars-{measure}"].trigger()

    own = [station.card.bar() for station in window.ribbon._shown]
    assert folded.bars == (None, *own)
    assert any(length == 1 for length in own)
    window.actions_by_name["bars-none"].trigger()
    assert folded.bars == ()


@pytest.fixture
def skipped(window, qtbot):
    """A chain with one connection past two layers."""
    layers = stacks.chain(5)
    view = show(window, layers, qtbot)
    window.store.commit(edits.merge_behind(window.store.state, 4, layers[1].id, "add"))
    newest_picture(window, qtbot)
    return view


def middle_of(view, arc):
    wire = next(one for one in view._wires if (one.source, one.target) == (arc.start + 1, arc.end + 1))
    return (wire.line.pointAtPercent(0.5) - QPointF(0, view.offset)).toPoint()


def test_a_connection_is_chosen_by_a_click_and_delete_takes_it_away_in_one_step(window, skipped, qtbot):
    (arc,) = window.ribbon._arcs.arcs
    before = window.store.state
    skipped.setFocus()

    qtbot.mouseMove(skipped, middle_of(skipped, arc))
    qtbot.mouseClick(skipped, Qt.MouseButton.LeftButton, pos=middle_of(skipped, arc))
    assert skipped.connections.chosen == arc
    qtbot.keyClick(skipped, Qt.Key.Key_Delete)

    assert len(window.store.state.layers) == 5  # a sum of one input is none
    assert skipped.connections.chosen is None
    window.store.undo()
    assert window.store.state is before


def test_the_menu_of_a_connection_takes_it_away(window, skipped):
    (arc,) = window.ribbon._arcs.arcs
    menu = skipped.connection_menu(arc)

    menu.actions()[0].trigger()

    assert len(window.store.state.layers) == 5
    menu.deleteLater()


def test_escape_or_a_click_on_a_card_lets_go_of_a_connection(window, skipped, qtbot):
    (arc,) = window.ribbon._arcs.arcs
    skipped.setFocus()
    for let_go in (lambda: qtbot.keyClick(skipped, Qt.Key.Key_Escape), lambda: click(skipped, Spot(1, 0), qtbot)):
        qtbot.mouseClick(skipped, Qt.MouseButton.LeftButton, pos=middle_of(skipped, arc))
        assert skipped.connections.chosen == arc
        let_go()
        assert skipped.connections.chosen is None
    assert window.store.state.layers[-1].kind == "add"


def test_lines_between_neighbours_are_no_connections(window, skipped, qtbot):
    wire = next(one for one in skipped._wires if (one.source, one.target) == (1, 2))

    qtbot.mouseClick(skipped, Qt.MouseButton.LeftButton, pos=wire.line.pointAtPercent(0.5).toPoint())

    assert skipped.connections.chosen is None


def test_an_edit_beside_a_chosen_connection_leaves_it_chosen(window, skipped, qtbot):
    (arc,) = window.ribbon._arcs.arcs
    qtbot.mouseClick(skipped, Qt.MouseButton.LeftButton, pos=middle_of(skipped, arc))
    state = window.store.state

    window.store.commit(replace(state, layers=(*state.layers, make_layer("max_pool", id="end"))))
    newest_picture(window, qtbot)

    assert (skipped.connections.chosen.source, skipped.connections.chosen.target) == (arc.source, arc.target)
