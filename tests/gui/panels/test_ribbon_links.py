"""Skip connections drawn with the mouse."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from convexplorer.gui.widgets.scroll_edges import WIDTH as EDGE_WIDTH
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import INPUT
from tests import stacks
from tests.gui.conftest import newest_picture


@pytest.fixture
def chain(window, qtbot):
    window.resize(1800, 900)
    window.store.commit(replace(window.store.state, layers=stacks.chain(6)))
    newest_picture(window, qtbot)
    window.ribbon._strip.horizontalScrollBar().setValue(0)
    QApplication.processEvents()
    return window


def port(card):
    return card.port_rect().center().toPoint()


def drag(window, card, target, *, place=None):
    """Press the port of a card and move to the middle of a widget, or to a place in it; return what is said there."""
    goal = target.mapToGlobal(target.rect().center() if place is None else place)
    QTest.mousePress(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, port(card))
    QTest.mouseMove(card, port(card) + QPoint(20, 2))
    QTest.mouseMove(card, card.mapFromGlobal(goal))
    return window.ribbon._links.sentence


def drop(card, target, *, place=None):
    goal = target.mapToGlobal(target.rect().center() if place is None else place)
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, card.mapFromGlobal(goal))


def opened_menu():
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(text):
    menu = opened_menu()
    action = next(action for action in menu.actions() if action.text() == text)
    action.trigger()
    menu.close()


def layer(window, index):
    return window.ribbon.layer_card(index)


def test_a_connection_to_a_layer_offers_merges_and_one_is_put_there_in_one_step(chain):
    state, cards = chain.store.state, chain.ribbon
    sentence = drag(chain, cards.layer_card(1), cards.layer_card(3))
    assert sentence == "Join 2 ReLU with 4 ReLU"

    drop(cards.layer_card(1), cards.layer_card(3))
    choose("Add here")

    assert chain.store.state.layers[4].kind == "add"
    assert chain.store.state.layers[4].inputs == ("relu4", "relu2")
    assert chain.selection.view.layer == "add"
    chain.store.undo()
    assert chain.store.state is state


def test_a_connection_to_a_merge_is_read_as_well(chain, qtbot):
    chain.store.commit(edits.merge_behind(chain.store.state, 3, "relu2", "add"))
    newest_picture(chain, qtbot)

    assert drag(chain, layer(chain, 0), layer(chain, 4)).startswith("Let 5 Add read 1 Conv2D")
    drop(layer(chain, 0), layer(chain, 4))

    assert chain.store.state.layers[4].inputs == ("relu4", "relu2", "conv1")
    assert QApplication.activePopupWidget() is None


def test_a_gap_between_two_cards_is_behind_the_first(chain):
    arrow = chain.ribbon._strip.stations[4].arrow
    drag(chain, layer(chain, 1), arrow)
    drop(layer(chain, 1), arrow)
    choose("Concatenate here")

    assert chain.store.state.layers[4].kind == "concatenate"


def test_a_connection_can_begin_at_the_picture_and_at_an_activation(chain):
    drag(chain, chain.ribbon.cards()[0], layer(chain, 1))
    drop(chain.ribbon.cards()[0], layer(chain, 1))
    menu = opened_menu()
    by_name = {action.text(): action for action in menu.actions()}
    assert not by_name["Add here"].isEnabled()  # three channels and four
    assert by_name["Add here"].toolTip()
    choose("Concatenate here")
    assert chain.store.state.layers[2].inputs == ("relu2", INPUT)

    drag(chain, chain.ribbon.activation_card(0), layer(chain, 1))
    drop(chain.ribbon.activation_card(0), layer(chain, 1))
    choose("Add here")
    assert chain.store.state.layers[2].inputs == ("relu2", "conv1")


def test_a_circle_is_refused_while_it_is_drawn(chain):
    state = chain.store.state

    sentence = drag(chain, layer(chain, 3), layer(chain, 1))
    assert "circle" in sentence

    drop(layer(chain, 3), layer(chain, 1))
    assert chain.store.state is state
    assert "circle" in chain._messages.text
    assert QApplication.activePopupWidget() is None


def test_shapes_that_do_not_fit_are_refused_while_it_is_drawn(chain, qtbot):
    chain.store.commit(edits.add_layer(chain.store.state, make_layer("max_pool"), 2))
    chain.store.commit(edits.merge_behind(chain.store.state, 4, "conv3", "add"))
    picture = newest_picture(chain, qtbot)
    assert not picture.layers[5].error

    sentence = drag(chain, layer(chain, 0), layer(chain, 5))
    drop(layer(chain, 0), layer(chain, 5))

    assert "×" in sentence or "shape" in sentence
    assert chain.store.state.layers[5].inputs == ("relu4", "conv3")


def test_escape_gives_a_connection_up(chain):
    state = chain.store.state
    drag(chain, layer(chain, 1), layer(chain, 3))

    QTest.keyClick(layer(chain, 1), Qt.Key.Key_Escape)
    drop(layer(chain, 1), layer(chain, 3))

    assert chain.store.state is state
    assert chain.ribbon._links.sentence == ""
    assert QApplication.activePopupWidget() is None


def test_a_connection_that_ends_nowhere_does_nothing(chain):
    state = chain.store.state

    drag(chain, layer(chain, 1), chain.maps_panel)
    drop(layer(chain, 1), chain.maps_panel)

    assert chain.store.state is state
    assert chain._messages.text == ""


def test_a_click_beside_the_port_selects_as_ever(chain):
    QTest.mouseClick(layer(chain, 2), Qt.MouseButton.LeftButton)

    assert chain.selection.view.layer == "conv3"


def test_a_folded_card_gives_what_its_last_layer_does_and_is_joined_behind_it(chain):
    chain.actions_by_name["fold-all"].trigger()
    QApplication.processEvents()
    first, second = chain.ribbon.shown_card(0), chain.ribbon.shown_card(2)

    drag(chain, first, second)
    drop(first, second)
    choose("Add here")

    assert chain.store.state.layers[4].inputs == ("relu4", "relu2")


def test_menus_make_connections_by_keyboard(chain, qtbot):
    def below(index, title):
        menu = next(one.menu() for one in chain.ribbon.layer_menu(index).actions() if one.text() == title)
        menu.aboutToShow.emit()
        return menu

    menu = below(3, "Add the maps of")
    names = {action.text(): action for action in menu.actions()}
    assert not names["the picture"].isEnabled()
    assert names["the picture"].toolTip()
    names["2  ReLU"].trigger()
    assert chain.store.state.layers[4].inputs == ("relu4", "relu2")

    newest_picture(chain, qtbot)
    names = {action.text(): action for action in below(4, "Read as well").actions()}
    assert not names["2  ReLU"].isEnabled()
    names["1  Conv2D 4 @ 3×3"].trigger()
    assert chain.store.state.layers[4].inputs == ("relu4", "relu2", "conv1")


def test_the_ribbon_scrolls_to_its_end_while_the_mouse_is_held_at_an_edge(chain, qtbot):
    chain.resize(900, 900)
    QApplication.processEvents()
    strip, first = chain.ribbon._strip, layer(chain, 0)
    bar = strip.horizontalScrollBar()

    drag(chain, first, strip, place=QPoint(strip.width() - EDGE_WIDTH, strip.height() // 2))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 200)
    held = chain.ribbon._links.drop_at(strip.mapToGlobal(QPoint(strip.width() - 40, strip.height() // 2)))
    QTest.keyClick(first, Qt.Key.Key_Escape)
    bar.setValue(0)

    assert held.layer >= 4
    assert not chain.ribbon._links._held.isActive()


def test_a_card_that_is_hidden_gives_its_connection_up(chain):
    first = layer(chain, 0)
    drag(chain, first, layer(chain, 2))

    first.hide()

    assert chain.ribbon._links.sentence == ""
    first.show()
