"""The network at a glance in the real window: cards, maps, what is pointed at, the way into a map and back."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPixmap
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.network import card_painter, guide
from convexplorer.gui.canvas.network.network_view import NetworkView, Spot
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.layer import Layer
from convexplorer.model.ready.table import READY, ready_project
from tests import stacks
from tests.gui.canvas.helpers import move, pixels
from tests.gui.conftest import COLUMNS, ROWS, newest_picture

SMALL = (ROWS, COLUMNS)


def show(window: MainWindow, layers: tuple[Layer, ...], qtbot: QtBot) -> NetworkView:
    """Show a network at a glance, by its command."""
    window.store.commit(replace(window.store.state, layers=layers))
    newest_picture(window, qtbot)
    window.actions_by_name["network"].trigger()
    view = None

    def is_drawn() -> bool:
        nonlocal view
        view, picture = window.maps_panel.network, window.bridge.picture
        return (
            view is not None
            and picture.overview is not None
            and all(
                sight.pixels is not None or sight.values is not None or sight.error or not sight.id
                for card, sight in enumerate(view.cards.sights)
                if view.cards.layer_of(card) <= window._screen_watch.screen.thumbnails.last
            )
        )

    qtbot.waitUntil(is_drawn, timeout=20_000)
    newest_picture(window, qtbot)
    assert view is not None
    return view


def click(view: NetworkView, spot: Spot, qtbot: QtBot) -> None:
    at = view.spot_rect(spot).center().toPoint()
    qtbot.mouseMove(view, at)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def point_at(view: NetworkView, spot: Spot, window: MainWindow) -> None:
    move(view, view.spot_rect(spot).center())
    window.maps_panel._network_room.guide.follow()


def test_all_layers_are_on_cards_that_do_not_meet(window, qtbot):
    layers = stacks.classifier(SMALL)
    view = show(window, layers, qtbot)

    cards = view.card_layout.cards
    assert len(cards) == len(layers) + 1
    for i, card in enumerate(cards):
        assert card.rect.left() >= 0
        assert card.rect.right() <= view.width()
        assert not any(card.rect.intersects(other.rect) for other in cards[i + 1 :])
        for index in range(card.station.pictures):
            assert card.rect.contains(card.picture(index))


def test_a_map_is_painted_as_it_was_computed(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)

    def has_its_size() -> bool:  # until the engine has heard of the last layout, pictures are scaled to it
        seen, rect = window.bridge.picture.overview.layers, view.spot_rect(Spot(3, 5))
        return view.cards.overview.layers is seen and seen[3].size == (round(rect.height()), round(rect.width()))

    qtbot.waitUntil(has_its_size, timeout=20_000)
    sight = window.bridge.picture.overview.layers[3]
    shown, rect = pixels(view), view.spot_rect(Spot(3, 5))
    top, left = round(rect.top()), round(rect.left())
    height, width = sight.size

    np.testing.assert_array_equal(shown[top : top + height, left : left + width], sight.pixels[5, :, :, 2::-1])


def test_a_click_selects_a_layer_and_its_map_and_a_second_one_opens_it(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)

    click(view, Spot(3, 2), qtbot)
    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 2)
    assert window.selection.view.mode == "network"
    newest_picture(window, qtbot)

    click(view, Spot(3, 2), qtbot)
    newest_picture(window, qtbot)
    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 2)
    assert window.selection.view.mode == "bank"
    assert isinstance(window.maps_panel.pane, TileGrid)
    assert window.maps_panel.pane.isVisible()
    assert not window.explanation_panel.isHidden()
    assert window.selection.pin is not None
    assert "conv2/2" in window.explanation_panel.place_text


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Escape])
def test_a_key_leads_back_to_the_network(window, qtbot, key):
    view = show(window, stacks.classifier(SMALL), qtbot)
    click(view, Spot(3, 2), qtbot)
    click(view, Spot(3, 2), qtbot)
    newest_picture(window, qtbot)
    window.maps_panel.take_focus()
    if key == Qt.Key.Key_Escape:
        qtbot.keyClick(window.maps_panel.pane, key)  # the first one lets go of the pin
        assert window.selection.pin is None

    qtbot.keyClick(window.maps_panel.pane, key)

    assert window.selection.view.mode == "network"
    assert window.maps_panel.network is view


def test_no_key_leads_to_a_network_that_one_did_not_come_from(window, qtbot):
    show(window, stacks.classifier(SMALL), qtbot)
    window.actions_by_name["bank"].trigger()
    newest_picture(window, qtbot)

    qtbot.keyClick(window.maps_panel.pane, Qt.Key.Key_Backspace)

    assert window.selection.view.mode == "bank"


def test_keys_move_between_layers_and_maps_and_open_one(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    view.setFocus()

    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert (window.selection.view.layer, window.selection.view.filter) == ("conv2", 1)
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert window.selection.view.layer == "scores"
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert window.selection.view.layer == "conv1"

    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.selection.view.mode == "bank"


def test_the_pointed_value_lights_up_its_three_largest_terms_back_to_the_picture(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    picture = window.bridge.picture

    point_at(view, Spot(5, 4), window)

    lit = view._path
    assert set(lit) == {0, 1, 2, 3, 4, 5}
    assert list(lit[5].terms) == [4]
    path = window.maps_panel._network_room.guide._subject().path()
    assert len(path.steps[3].largest) == 3
    assert set(lit[4].terms) == {term.map for term in path.steps[3].largest if term.map < 16}
    assert "rest" in lit[4].foot
    assert f"conv3/4 at row {path.cell[0]}, column {path.cell[1]}" in view.tip
    assert path.value == picture.evaluation[4][4][path.cell]

    move(view, QPointF(2, view.height() - 2))
    assert not view._path


def test_a_lit_map_stands_out_and_others_fade(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    rect = view.spot_rect(Spot(2, 0)).toRect().adjusted(2, 2, -2, -2)
    before = pixels(view)[rect.top() : rect.bottom(), rect.left() : rect.right()]

    point_at(view, Spot(1, 3), window)

    after = pixels(view)[rect.top() : rect.bottom(), rect.left() : rect.right()]
    assert (before != after).any()


def test_a_class_is_a_bar_that_can_be_pointed_at(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    last = len(window.store.state.layers)

    point_at(view, Spot(last, 3), window)

    assert list(view._path[last].terms) == [3]
    assert "before the activation" in view.tip
    assert 0 in view._path


def test_an_impossible_layer_shows_its_sentence_and_the_others_their_maps(window, qtbot):
    view = show(window, stacks.impossible(), qtbot)

    contents = view._contents
    assert "numbers" in contents[2].error
    assert contents[1].pictures == 4
    assert contents[4].pictures == 4
    assert view.card_layout.cards[2].body.height() > 10


def test_more_maps_than_fit_are_counted_in_words(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)

    assert view._contents[5].foot == "+ 48 more"


def test_hundreds_of_layers_are_scrolled_and_only_those_near_are_drawn(window, qtbot):
    view = show(window, stacks.chain(120), qtbot)
    window.actions_by_name["open-all"].trigger()
    newest_picture(window, qtbot)
    told = window._screen_watch.screen.thumbnails

    assert told.last < 119
    view.reveal(view.cards.card_of(100))
    newest_picture(window, qtbot)

    assert window._screen_watch.screen.thumbnails.last >= 99
    qtbot.waitUntil(lambda: window.bridge.picture.overview.layers[100].pixels is not None)


def test_the_wheel_with_control_makes_maps_larger_and_zero_fits_again(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    before = view.spot_rect(Spot(1, 0)).width()

    view.zoom_by(1.5)
    newest_picture(window, qtbot)
    assert view.spot_rect(Spot(1, 0)).width() > before
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_0)

    assert view.spot_rect(Spot(1, 0)).width() == before


def test_another_map_paints_itself_and_lays_out_nothing(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)
    layouts, overview = view.layouts, window.bridge.picture.overview
    view.render(QPixmap(view.size()), QPoint())
    changed = replace(overview.layers[3], pixels=255 - overview.layers[3].pixels)

    view.show_overview(replace(overview, layers=(*overview.layers[:3], changed, *overview.layers[4:])))

    assert view.layouts == layouts
    assert view._exchanged.boundingRect().intersects(view.spot_rect(Spot(3, 0)).toRect())
    assert not view._exchanged.boundingRect().intersects(view.spot_rect(Spot(2, 0)).toRect())


def test_a_value_of_a_large_network_is_followed_beside_the_window(window, qtbot, monkeypatch):
    view = show(window, stacks.classifier(SMALL), qtbot)
    monkeypatch.setattr(guide, "AT_ONCE", 0)

    point_at(view, Spot(5, 4), window)
    assert not view._path
    point_at(view, Spot(5, 7), window)  # what is pointed at meanwhile comes next
    qtbot.waitUntil(lambda: bool(view._path))

    assert list(view._path[5].terms) == [7]
    move(view, QPointF(2, view.height() - 2))
    assert not view._path


def test_lines_join_only_maps_that_read_each_other(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)

    point_at(view, Spot(5, 4), window)

    pooled = view._path[3].threads  # a pool reads the map of its own number
    assert pooled
    assert all(one == other for one, other in pooled)
    assert len(view._path[4].threads) == 3  # a convolution reads all
    assert {other for _, other in view._path[4].threads} == {4}


def test_a_card_tells_what_its_layer_costs(window, qtbot):
    view = show(window, stacks.classifier(SMALL), qtbot)

    move(view, view.spot_rect(Spot(3)).topLeft() + QPointF(20, 10))

    assert "3 · Conv2D 32 @ 3×3" in view.tip
    assert f"gives {ROWS // 2} × {COLUMNS // 2} × 32" in view.tip
    assert "4640 parameters" in view.tip
    assert "multiply-adds" in view.tip


def test_a_card_of_few_maps_is_as_wide_as_its_words_which_are_those_of_the_ribbon(window, qtbot):
    view = show(window, ready_project(READY["u-net"], window.store.state).layers, qtbot)
    window.actions_by_name["open-all"].trigger()

    title = QFontMetricsF(theme.text_font(card_painter.TITLE_PX, is_bold=True))
    detail = QFontMetricsF(theme.text_font(card_painter.DETAIL_PX))
    for card, content in zip(view.card_layout.cards, view._contents, strict=True):
        room = card.rect.right() - 6 - card.body.left()
        assert max(title.horizontalAdvance(content.title), detail.horizontalAdvance(content.detail)) <= room
    assert view._contents[1].title == "1 · Conv2D 8 @ 3×3"
    assert view._contents[1].detail.endswith(" · ReLU")
