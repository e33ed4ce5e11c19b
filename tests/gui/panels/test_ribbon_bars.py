"""The bars on the cards: where parameters, products, time and zeros are."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from convexplorer.gui.look import theme
from convexplorer.gui.panels.ribbon.menus import bars_menu
from tests import stacks
from tests.gui.conftest import newest_picture


@pytest.fixture
def classifier(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(7)))
    newest_picture(window, qtbot)
    return window


def bars(window):
    return [window.ribbon.layer_card(i).bar() for i in range(len(window.store.state.layers))]


def inked(card):
    """Return how many pixels of a card have the colour of bars."""
    image, ink = card.grab().toImage(), theme.colors().accent.rgb()
    return sum(image.pixel(column, row) == ink for row in range(image.height()) for column in range(image.width()))


def test_cards_have_no_bars_at_first(classifier):
    assert set(bars(classifier)) == {None}


def test_bars_show_where_the_parameters_are(classifier):
    classifier.actions_by_name["bars-parameters"].trigger()

    counts = [report.parameters for report in classifier.bridge.picture.layers]
    assert bars(classifier) == pytest.approx([count / max(counts) for count in counts], abs=0.005)
    full, empty = classifier.ribbon.layer_card(2), classifier.ribbon.layer_card(3)
    assert inked(full) > 5 * max(inked(empty), 10)


def test_bars_are_taken_away_again_and_cards_stay_where_they_are(classifier):
    before = [card.geometry() for card in classifier.ribbon.cards()]

    classifier.actions_by_name["bars-multiply-adds"].trigger()
    assert bars(classifier)[0] is not None
    classifier.actions_by_name["bars-none"].trigger()

    assert set(bars(classifier)) == {None}
    assert [card.geometry() for card in classifier.ribbon.cards()] == before


def test_the_share_of_zeros_is_counted_as_soon_as_it_is_shown(classifier, qtbot):
    assert classifier.bridge.picture.layers[1].zeros is None

    classifier.actions_by_name["bars-zeros"].trigger()
    qtbot.waitUntil(lambda: None not in bars(classifier))

    maps = classifier.bridge.picture.evaluation[1]
    assert bars(classifier)[1] == pytest.approx(float((maps == 0).mean()), abs=0.005)


def test_the_menu_of_a_card_tells_which_bars_are_shown(classifier):
    menu = bars_menu(classifier.context, classifier)

    next(action for action in menu.actions() if action.text() == "Bars: time").trigger()

    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Bars: time"]
    assert max(bars(classifier)) == 1


def test_another_time_paints_bars_and_places_no_card(classifier, monkeypatch):
    classifier.actions_by_name["bars-time"].trigger()
    places, picture = [], classifier.bridge.picture
    strip = classifier.ribbon._strip
    monkeypatch.setattr(strip, "updateGeometry", lambda: places.append("strip"))
    slow = tuple(replace(one, seconds=0.1 * (i + 1)) for i, one in enumerate(picture.layers))

    classifier.ribbon.show_picture(replace(picture, layers=slow))

    assert bars(classifier) == pytest.approx([(i + 1) / 7 for i in range(7)], abs=0.005)
    assert places == []


def test_the_tip_of_a_card_tells_its_part_in_the_network(classifier):
    card = classifier.ribbon.layer_card(0)

    QApplication.sendEvent(card, QHelpEvent(QEvent.Type.ToolTip, QPoint(3, 3), card.mapToGlobal(QPoint(3, 3))))
    QToolTip.hideText()

    counts = [report.parameters for report in classifier.bridge.picture.layers]
    assert f"{100 * counts[0] / sum(counts):.3g} % of all parameters" in card.toolTip()
