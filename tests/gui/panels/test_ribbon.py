from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.kinds import KINDS
from convexplorer.gui.panels.ribbon import Ribbon, action_name, family
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.model import edits
from convexplorer.results.fold_words import shape_words
from convexplorer.sources.frame import Source
from tests.gui.panels.conftest import Bench
from tests.model.examples import add_pool, pool_layer


@pytest.fixture
def ribbon(bench: Bench, qtbot: QtBot) -> Ribbon:
    panel = Ribbon(bench.context)
    qtbot.addWidget(panel)
    bench.put(panel)
    return panel


def find(menu: QMenu, *texts: str) -> QAction:
    """Return an action of a menu, through its submenus."""
    action = next(action for action in menu.actions() if action.text() == texts[0])
    return find(action.menu(), *texts[1:]) if len(texts) > 1 else action


def choose(menu: QMenu, *texts: str) -> None:
    find(menu, *texts).trigger()


def choose_add(ribbon: Ribbon, group: str, text: str) -> None:
    """Press "+" and choose a kind."""
    menu = ribbon.findChild(QToolButton, "add_layer").menu()
    menu.aboutToShow.emit()
    choose(menu, group, text)


def test_cards_tell_what_each_step_is_and_gives(ribbon: Ribbon) -> None:
    texts = [(card.title(), card.detail()) for card in ribbon.cards()]

    assert texts == [
        ("noise.png", "16 × 20 × 3"),
        ("Conv2D 8 @ 3×3", "16 × 20 × 8 · 224 params"),
        ("Linear", "16 × 20 × 8"),
    ]


def test_another_source_takes_no_room_for_the_name_before(bench: Bench, ribbon: Ribbon) -> None:
    usual = ribbon.cards()[0].sizeHint().width()
    short, bench.frame = bench.frame, replace(bench.frame, title="holiday" * 12)
    bench.compute()
    assert ribbon.cards()[0].sizeHint().width() > usual

    bench.context.store.commit(edits.set_source(bench.state, Source("image", "short.png")))
    bench.compute()  # once more the old frame: the new one is not there yet
    bench.frame = replace(short)
    bench.compute()

    assert ribbon.cards()[0].sizeHint().width() == usual


def test_the_plus_adds_a_pooling_step_after_the_last_and_selects_it(bench: Bench, ribbon: Ribbon) -> None:
    choose_add(ribbon, "Pooling", bench.context.actions["add-max-pool"].text())
    bench.compute()

    assert bench.state.layers[1].kind == "max_pool"
    assert bench.context.selection.view.layer == "max_pool"
    assert ribbon.layer_card(1).title() == "MaxPool 2×2"
    assert ribbon.layer_card(1).detail() == "8 × 10 × 8"


def test_a_click_selects_the_layer(bench: Bench, ribbon: Ribbon) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))

    ribbon.layer_card(1).click()

    assert bench.context.selection.view.layer == "max_pool"
    assert [ribbon.layer_card(i).isChecked() for i in (0, 1)] == [False, True]


def test_a_click_on_the_selected_layer_keeps_it_marked(ribbon: Ribbon) -> None:
    ribbon.layer_card(0).click()

    assert ribbon.layer_card(0).isChecked()


def test_the_eye_leaves_a_layer_out_and_takes_it_in_again(bench: Bench, ribbon: Ribbon) -> None:
    ribbon.layer_card(0).eye.click()
    bench.compute()

    assert not bench.layer().is_enabled
    assert ribbon.layer_card(0).detail() == "off · 16 × 20 × 3"

    ribbon.layer_card(0).eye.click()

    assert bench.layer().is_enabled


def test_an_error_stands_on_its_card(bench: Bench, ribbon: Ribbon) -> None:
    too_wide = edits.set_layer(bench.state, 0, padding="valid", dilation_rate=(30, 1))
    bench.context.store.commit(too_wide)
    picture = bench.compute()

    card = ribbon.layer_card(0)
    assert picture.layers[0].error
    assert card.error() == card.detail() == card.toolTip() == picture.layers[0].error


@pytest.mark.parametrize("kind", [kind for kind in KINDS if family(kind)])
def test_no_other_command_takes_the_name_of_a_kind(kind: str) -> None:
    assert ACTIONS[action_name(kind)].title == f"Make it {KINDS[kind].keras_name()}"


def test_the_menu_of_a_pool_changes_its_kind(bench: Bench, ribbon: Ribbon) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))

    choose(ribbon.layer_menu(1), bench.context.actions["average-pool"].text())

    assert bench.state.layers[1].kind == "average_pool"
    assert ribbon.layer_card(1).title() == "AvgPool 2×2"


def test_removing_a_layer_takes_its_card_and_the_selection_moves_back(bench: Bench, ribbon: Ribbon) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))
    bench.context.selection.select(layer="max_pool")

    choose(ribbon.layer_menu(1), bench.context.actions["remove-layer"].text())

    assert len(bench.state.layers) == 1
    assert bench.context.selection.view.layer == "conv"
    assert len(ribbon.cards()) == 3


def test_the_only_layer_stays_and_the_reason_is_said(bench: Bench, ribbon: Ribbon) -> None:
    remove = find(ribbon.layer_menu(0), bench.context.actions["remove-layer"].text())

    remove.trigger()

    assert not remove.isEnabled()
    assert len(bench.state.layers) == 1
    assert "The only layer cannot be removed" in remove.toolTip()


def test_the_activation_is_chosen_on_its_own_card(bench: Bench, ribbon: Ribbon) -> None:
    choose(ribbon.activation_menu(0), "ReLU")

    assert bench.layer().activation.name == "relu"
    assert ribbon.activation_card(0).title() == "ReLU"


def test_the_activation_of_a_layer_that_is_off_is_off_as_well(bench: Bench, ribbon: Ribbon) -> None:
    bench.context.store.commit(edits.set_layer(bench.state, 0, is_enabled=False))

    assert not ribbon.activation_card(0).is_on()
    assert ribbon.activation_card(0).detail().startswith("off · ")


def test_a_card_does_not_shrink_while_sizes_change(bench: Bench, ribbon: Ribbon) -> None:
    before = ribbon.layer_card(0).sizeHint().width()

    bench.context.store.commit(edits.set_layer(bench.state, 0, strides=(4, 4)))
    bench.compute()

    assert ribbon.layer_card(0).sizeHint().width() == before


def test_shapes_are_written_in_the_order_of_keras() -> None:
    assert shape_words((3, 480, 640)) == "480 × 640 × 3"
    assert shape_words(None) == "–"
    assert pool_layer("average", (3, 2)).title == "AvgPool 3×2"


def tab_stops(ribbon: Ribbon) -> list[QWidget]:
    """Return what Tab reaches, beginning at the input."""
    first = ribbon.cards()[0]
    stops, widget = [first], first.nextInFocusChain()
    while widget is not first:
        if widget.isVisibleTo(ribbon) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.append(widget)
        widget = widget.nextInFocusChain()
    return stops


def test_tab_goes_from_left_to_right(bench: Bench, ribbon: Ribbon) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))

    source, conv, activation, pool = ribbon.cards()

    assert tab_stops(ribbon) == [source, conv, conv.eye, activation, pool, pool.eye, ribbon._add_button]


def test_a_ribbon_that_is_too_long_shows_that_there_is_more(bench: Bench, ribbon: Ribbon, qtbot: QtBot) -> None:
    ribbon.resize(260, ribbon.height())
    ribbon.show()
    edges = ribbon._strip.edges
    qtbot.waitUntil(edges.right.isVisible)
    assert not edges.left.isVisible()

    while edges.right.isVisible():
        edges.right.click()

    assert edges.left.isVisible()

    ribbon.resize(1600, ribbon.height())
    qtbot.waitUntil(lambda: not edges.left.isVisible() and not edges.right.isVisible())


def is_in_sight(ribbon: Ribbon, card: QWidget) -> bool:
    """Tell whether a card is seen as a whole."""
    view = ribbon._strip.viewport()
    left = card.mapTo(view, card.rect().topLeft()).x()
    return left >= 0 and left + card.width() <= view.width()


def test_the_selected_card_comes_into_sight_and_plus_stays_there(bench: Bench, ribbon: Ribbon, qtbot: QtBot) -> None:
    ribbon.resize(560, ribbon.height())
    ribbon.show()

    for _ in range(40):
        bench.context.store.commit(add_pool(bench.state, len(bench.state.layers) - 1))
    bench.context.selection.select(layer=bench.state.ids[-1])

    qtbot.waitUntil(lambda: is_in_sight(ribbon, ribbon.layer_card(40)))
    assert ribbon._add_button.geometry().right() < ribbon.width()

    bench.context.selection.select(layer=bench.state.ids[20])

    qtbot.waitUntil(lambda: is_in_sight(ribbon, ribbon.layer_card(20)))


def test_plus_stands_right_behind_the_last_card_while_there_is_room(bench: Bench, ribbon: Ribbon, qtbot: QtBot) -> None:
    ribbon.resize(1600, ribbon.height())
    ribbon.show()

    last = ribbon.cards()[-1]
    qtbot.waitUntil(lambda: 0 < ribbon._add_button.x() - last.mapTo(ribbon, last.rect().topRight()).x() < 60)


def test_what_was_scrolled_away_from_stays_away_while_cards_grow(bench: Bench, ribbon: Ribbon, qtbot: QtBot) -> None:
    ribbon.resize(400, ribbon.height())
    ribbon.show()
    for _ in range(6):
        bench.context.store.commit(add_pool(bench.state, 0))
    bench.context.selection.select(layer=bench.state.ids[-1])
    qtbot.waitUntil(lambda: ribbon._strip.edges.left.isVisible() and is_in_sight(ribbon, ribbon.layer_card(6)))

    while ribbon._strip.edges.left.isVisible():
        ribbon._strip.edges.left.click()
    bench.compute()

    qtbot.wait(50)
    assert ribbon._strip.horizontalScrollBar().value() == 0


def test_cards_of_layers_that_stay_are_kept(bench: Bench, ribbon: Ribbon) -> None:
    first = ribbon.layer_card(0)
    bench.context.store.commit(add_pool(bench.state, 0))
    pool = ribbon.layer_card(1)

    bench.context.store.commit(edits.move_layer(bench.state, 1, 0))

    assert (ribbon.layer_card(0), ribbon.layer_card(1)) == (pool, first)
    row = ribbon._strip._row
    shown = [row.itemAt(i).widget() for i in range(row.count())]
    assert [widget for widget in shown if widget in ribbon.cards()] == ribbon.cards()
