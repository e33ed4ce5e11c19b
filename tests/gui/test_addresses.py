"""Addresses in the window: copied from what is explained, typed to go there, the same on both ways."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.network.network_view import Spot
from convexplorer.gui.panels.ribbon import Ribbon
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.address import Address, address_of
from tests import stacks
from tests.gui.conftest import COLUMNS, ROWS, message_of, newest_picture
from tests.gui.panels.test_network_view import show

LAYERS = stacks.classifier((ROWS, COLUMNS))


@pytest.fixture(autouse=True)
def _close_what_is_open(window: MainWindow) -> Iterator[None]:
    yield
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for palette in window.findChildren(CommandPalette):
        palette.close()


def copied(window: MainWindow) -> str:
    window.actions_by_name["copy-address"].trigger()
    return QGuiApplication.clipboard().text()


def typed(window: MainWindow, text: str, command: str = "go-to-address") -> CommandPalette:
    """Open the search for addresses, and type."""
    window.ask_commands()
    window.actions_by_name[command].trigger()
    (palette,) = window.findChildren(CommandPalette)
    field = palette.findChild(QLineEdit)
    QTest.keyClicks(field, text)
    return palette


def press(palette: CommandPalette, key: Qt.Key) -> QLineEdit:
    field = palette.findChild(QLineEdit)
    QTest.keyClick(field, key)
    return field


def use(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(replace(window.store.state, layers=LAYERS))
    newest_picture(window, qtbot)


def test_the_pinned_value_is_copied_with_its_layer_map_and_cell(window, qtbot):
    picture = newest_picture(window, qtbot)
    window.selection.select(filter=2)
    window.selection.hold((5.5, 8.5))
    newest_picture(window, qtbot)

    text = copied(window)

    assert text == f"{picture.project.layers[0].id}/2@(5,8)"
    assert text in message_of(window)


@pytest.mark.parametrize("layer", [layer.id for layer in LAYERS])
def test_a_typed_address_leads_to_the_value_that_gives_it_back(window, qtbot, layer):
    use(window, qtbot)
    evaluation = window.bridge.picture.evaluation
    shape = evaluation.shape_of(window.store.state.index_of(layer))
    address = str(address_of(LAYERS, window.store.state.index_of(layer), [n - 1 for n in shape]))

    press(typed(window, address), Qt.Key.Key_Return)
    newest_picture(window, qtbot)

    assert window.selection.view.layer == layer
    assert copied(window) == address
    assert not window.explanation_panel.isHidden()


def test_a_map_is_gone_to_without_a_pin(window, qtbot):
    use(window, qtbot)

    press(typed(window, "conv2/3"), Qt.Key.Key_Return)

    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 3)
    assert window.selection.pin is None


def test_a_number_of_the_picture_is_pinned_on_it(window, qtbot):
    use(window, qtbot)

    press(typed(window, "input/G@(3,4)"), Qt.Key.Key_Return)

    assert window.selection.is_input_shown
    assert window.selection.pin == (3.5, 4.5)


def test_tab_completes_the_layer_and_then_the_map(window, qtbot):
    use(window, qtbot)
    palette = typed(window, "Conv2")

    field = press(palette, Qt.Key.Key_Tab)
    assert field.text() == "conv2/"
    names = palette.shown_titles()
    assert names[3].startswith("conv2/3 · ")

    QTest.keyClicks(field, "3")
    press(palette, Qt.Key.Key_Down)
    QTest.keyClicks(field, "@(1,2)")
    press(palette, Qt.Key.Key_Return)

    assert window.selection.view.filter == 3
    assert window.selection.pin is not None


def test_maps_are_offered_by_their_names(window, qtbot):
    newest_picture(window, qtbot)
    layer = window.store.state.layers[0]

    palette = typed(window, f"{layer.id}/lapl")

    assert palette.shown_titles() == [f"{layer.id}/1 · laplacian"]
    assert press(palette, Qt.Key.Key_Tab).text() == f"{layer.id}/1@("


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("conv9/1@(1,1)", "There is no layer conv9; did you mean conv"),
        ("conv2/99", "Layer conv2 has 32 maps, 0 to 31; got 99"),
        ("conv2/1@(999,0)", "Map conv2/1 has"),
        ("conv2/1@(", "A cell is row and column from 0"),
    ],
)
def test_a_wrong_address_says_so_while_it_is_typed(window, qtbot, text, said):
    use(window, qtbot)
    before = window.selection.view

    palette = typed(window, text)
    press(palette, Qt.Key.Key_Return)

    assert said in palette.shown_titles()[0]
    assert palette.isVisible()
    assert window.selection.view == before


@pytest.mark.parametrize("command", ["find-layer", "palette"])
def test_other_searches_know_addresses_too(window, qtbot, command):
    use(window, qtbot)

    press(typed(window, "conv2/1@(2,3)", command), Qt.Key.Key_Return)

    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 1)
    assert window.selection.pin is not None


def test_an_odd_name_is_typed_as_it_is_copied(window, qtbot):
    layer = window.store.state.layers[0]
    odd = replace(layer, id='/stem/"Conv" @1')
    window.store.commit(replace(window.store.state, layers=(odd, *window.store.state.layers[1:])))
    window.selection.select(layer=odd.id)
    window.selection.hold((5.5, 8.5))
    newest_picture(window, qtbot)
    address = copied(window)
    window.selection.hold(None)

    press(typed(window, address), Qt.Key.Key_Return)
    newest_picture(window, qtbot)

    assert address == str(Address(odd.id, 0, (5, 8)))
    assert copied(window) == address


def test_the_head_of_the_explanation_shows_the_address_where_it_fits(window, qtbot):
    window.show_explanation(True)
    window.selection.hold((5.5, 8.5))
    newest_picture(window, qtbot)
    label = window.explanation_panel._header.place
    address = copied(window)

    label.setMaximumWidth(2000)
    label.resize(2000, label.height())
    assert label.shown_text.endswith(address)
    label.resize(label.fontMetrics().horizontalAdvance(window.explanation_panel.place_text) + 4, label.height())
    assert label.shown_text == window.explanation_panel.place_text
    window.explanation_panel._header.fit()


# Menus


def ask(widget: QWidget, at: QPoint) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_the_explanation_has_a_menu(window, qtbot):
    window.show_explanation(True)
    newest_picture(window, qtbot)

    menu = ask(window.explanation_panel, window.explanation_panel.rect().center())

    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert "copy-address" in names
    assert all(window.actions_by_name[name] in menu.actions() for name in names)


def test_a_right_click_on_a_card_of_the_network_is_about_its_map(window, qtbot):
    view = show(window, LAYERS, qtbot)
    spot = Spot(3, 2)

    menu = ask(view, view.spot_rect(spot).center().toPoint())
    assert "copy-layer-address" in [action.objectName() for action in menu.actions()]
    newest_picture(window, qtbot)

    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 2)
    assert copied(window).startswith("conv2/2@(")


def test_the_menu_of_a_card_in_the_ribbon_copies_the_name_of_its_layer(window, qtbot):
    newest_picture(window, qtbot)
    menu = window.findChild(Ribbon).layer_menu(0)

    window.actions_by_name["copy-layer-address"].trigger()

    assert window.actions_by_name["copy-layer-address"] in menu.actions()
    assert QGuiApplication.clipboard().text() == window.store.state.layers[0].id
