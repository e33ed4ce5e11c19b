"""The ribbon of hundreds of layers: what is in sight is there, the rest takes room and no time."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QToolTip

from convexplorer.gui.panels.ribbon import strip
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.widgets.step_card import StepCard
from tests import stacks
from tests.gui.conftest import newest_picture

MANY = 300


@pytest.fixture
def long(window, qtbot):
    """Return the ribbon of a network of hundreds of layers."""
    window.store.commit(replace(window.store.state, layers=stacks.chain(MANY)))
    window.ribbon_look.set_folded(False)
    newest_picture(window, qtbot)
    return window.ribbon


def strip_of(ribbon):
    return ribbon.findChild(QScrollArea)


def cards_in_sight(ribbon):
    area = strip_of(ribbon)
    seen = QRect(area.horizontalScrollBar().value(), 0, area.viewport().width(), area.viewport().height())
    return [card for card in ribbon.cards() if not card.isHidden() and card.geometry().intersects(seen)]


def test_of_hundreds_of_layers_only_those_near_are_shown(long, window):
    shown = [card for card in long.cards() if not card.isHidden()]

    assert len(long.cards()) > MANY
    assert len(shown) < MANY / 3
    assert long.layer_card(0) in shown
    assert long.layer_card(MANY - 1) not in shown


def test_the_layers_in_sight_of_hundreds_are_shown_wherever_the_ribbon_is(long, window, qtbot):
    bar = strip_of(long).horizontalScrollBar()
    for share in (0.2, 0.5, 0.99, 1.0, 0.0):
        bar.setValue(round(share * bar.maximum()))
        QApplication.processEvents()

        seen = cards_in_sight(long)
        width = strip_of(long).viewport().width()
        assert sum(card.width() for card in seen) > 0.6 * width, share  # arrows lie between
    assert seen[0].title() == long.cards()[0].title()


def test_one_of_hundreds_of_layers_is_scrolled_into_sight_when_it_is_selected(long, window, qtbot):
    for index in (MANY - 1, MANY // 2, 0):
        window.selection.select(layer=window.store.state.layers[index].id)
        newest_picture(window, qtbot)

        assert long.layer_card(index) in cards_in_sight(long)
        assert long.layer_card(index).isChecked()


def test_hundreds_of_layers_have_the_room_that_they_would_have_if_all_were_shown(long, window, qtbot, monkeypatch):
    few = long._strip.content.sizeHint().width()
    monkeypatch.setattr(strip, "MOST_SHOWN", 2 * MANY)
    long._strip.forget_places()
    long._strip.measure()
    QApplication.processEvents()

    assert not any(card.isHidden() for card in long.cards())
    assert long._strip.content.sizeHint().width() == few


def test_a_picture_of_the_same_layers_fills_no_card_anew(long, window, monkeypatch):
    filled = []
    monkeypatch.setattr(StepCard, "set_text", lambda *arguments, **_: filled.append(arguments))
    picture = window.bridge.picture
    later = replace(picture, layers=tuple(replace(one, seconds=one.seconds + 1) for one in picture.layers))

    long.show_picture(later)

    assert len(filled) == 1  # the source


def test_a_tip_tells_how_long_its_layer_took_last(window, qtbot):
    picture = newest_picture(window, qtbot)
    card = window.ribbon.layer_card(0)
    slow = replace(picture.layers[0], seconds=0.1234)

    window.ribbon.show_picture(replace(picture, layers=(slow, *picture.layers[1:])))
    QApplication.sendEvent(card, QHelpEvent(QEvent.Type.ToolTip, QPoint(3, 3), card.mapToGlobal(QPoint(3, 3))))
    QToolTip.hideText()

    assert "123.4 ms" in card.toolTip()


def test_a_layer_is_found_by_its_number_its_name_and_its_kind(long, window, qtbot):
    window.actions_by_name["find-layer"].trigger()
    palette = window.findChild(CommandPalette)
    field = palette.findChild(QLineEdit)
    assert len(palette.shown_titles()) == MANY
    assert CommandPalette.recent == []

    for text in ("conv151", "151"):
        field.setText(text)
        assert "conv151" in palette.shown_titles()[0]
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert window.selection.view.layer == "conv151"
    assert long.layer_card(150) in cards_in_sight(long)
    assert CommandPalette.recent == []  # of commands


def test_the_last_of_hundreds_of_layers_is_computed_and_explained(window, qtbot):
    window.store.commit(replace(window.store.state, layers=stacks.chain(500, width=1)))
    window.selection.select(layer="conv499")
    picture = newest_picture(window, qtbot)

    window.selection.point_at((5.5, 5.5))

    assert picture.tiles
    assert not picture.note.startswith("This picture could not be computed")
    assert window.explanation_panel.has_trace
