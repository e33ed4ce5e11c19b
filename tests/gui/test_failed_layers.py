"""A layer that cannot be computed: said when a network is opened and in place of its maps, with what helps."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from convexplorer.gui.commands import networks
from convexplorer.gui.panels.maps_panel import GIVE_SIZE
from convexplorer.gui.panels.parameters_panel.preprocessing_form import PreprocessingForm
from convexplorer.gui.widgets.color_bar import ColorBar
from convexplorer.gui.widgets.failure_card import FailureCard
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import Layer, make_layer
from convexplorer.results.failures import failure_of
from tests.gui.conftest import message_of, newest_picture

LENET = Path(__file__).parents[1] / "networks" / "torch" / "lenet.pt"


def open_lenet(window: MainWindow, qtbot) -> None:
    networks.open_network_of(window, LENET)
    qtbot.waitUntil(lambda: window.network_reading is None, timeout=20_000)
    newest_picture(window, qtbot)


def select(window: MainWindow, qtbot, index: int) -> None:
    window.selection.select(layer=window.store.state.ids[index], filter=0)
    newest_picture(window, qtbot)


def card_of(window: MainWindow) -> FailureCard:
    (card,) = window.maps_panel.findChildren(FailureCard)
    return card


def status_of(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.status_panel.findChildren(QLabel))


def button(window: MainWindow, text: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text() == text and one.isVisible())


def test_opening_says_how_many_layers_fail_and_why_and_offers_the_size(window, qtbot):
    open_lenet(window, qtbot)

    failed = [report for report in window.bridge.picture.layers if report.output_shape is None]
    assert f"12 layers, {len(failed)} of which cannot be computed" in message_of(window)
    assert failed[0].error[1:] in message_of(window)
    QTest.mouseClick(button(window, GIVE_SIZE), Qt.MouseButton.LeftButton)
    assert window.parameters_panel.findChild(PreprocessingForm).isVisible()


def test_a_failed_layer_says_so_in_place_of_its_maps_and_nothing_of_another_stays(window, qtbot):
    open_lenet(window, qtbot)
    newest_picture(window, qtbot)
    select(window, qtbot, 7)

    card = card_of(window)
    assert card.isVisible()
    assert "Dense 8 cannot be computed" in card.text
    assert "size of the picture" in card.text
    assert not window.findChild(ColorBar).isVisible()
    assert window.maps_panel.magnification is None
    assert "maps" not in window.actions_by_name["zoom-to"].iconText()
    assert "→" not in status_of(window)
    for label in card.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())

    select(window, qtbot, 0)
    assert not card.isVisible()
    assert window.findChild(ColorBar).isVisible()
    assert window.maps_panel.magnification is not None


def test_a_layer_behind_a_failed_one_names_that_one(window, qtbot):
    open_lenet(window, qtbot)
    select(window, qtbot, -1)

    assert "Dense 8 cannot be computed" in card_of(window).text


def test_the_offer_in_the_pane_opens_the_form(window, qtbot):
    open_lenet(window, qtbot)
    select(window, qtbot, 7)

    offer = card_of(window).findChild(QPushButton)
    assert offer.text() == GIVE_SIZE
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)

    assert window.parameters_panel.findChild(PreprocessingForm).isVisible()


def test_a_size_that_fits_brings_the_maps_back(window, qtbot):
    window.store.commit(edits.add_layer(window.store.state, make_layer("max_pool", pool_size=41)))
    select(window, qtbot, -1)
    assert card_of(window).isVisible()

    networks.toggle_small_input(window)
    newest_picture(window, qtbot)

    assert not card_of(window).isVisible()
    assert "→" in status_of(window)


def dense() -> Layer:
    return make_layer("dense", units=3, weights={"kernel": np.ones((3, 48), np.float32)})


@pytest.mark.parametrize(
    ("layers", "is_of_size"),
    [
        ((make_layer("flatten"), dense()), True),
        (
            (
                make_layer("global_average_pool"),
                make_layer("dense", units=3, weights={"kernel": np.ones((3, 48), np.float32)}),
            ),
            False,
        ),
        ((make_layer("unknown"),), False),
    ],
    ids=["flattened", "means", "unknown"],
)
def test_a_size_is_offered_only_where_it_can_help(layers, is_of_size):
    failure = failure_of(layers, (3, 20, 30))

    assert failure is not None
    assert failure.count == 1
    assert failure.is_of_size == is_of_size
