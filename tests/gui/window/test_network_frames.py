"""What a frame costs the window while all layers are seen at a glance: maps are exchanged, nothing is laid out."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.levels_panel import LevelsPanel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.results.glancer import Glancer
from tests import stacks
from tests.gui.canvas.helpers import pixels
from tests.gui.conftest import newest_picture
from tests.gui.window import test_frames as frames

playing = frames.playing


@pytest.fixture
def network(window: MainWindow, qtbot: QtBot) -> None:
    """Show a network, before the window plays."""
    window.store.commit(replace(window.store.state, layers=stacks.residual(blocks=1)))
    window.selection.select(mode="network")
    newest_picture(window, qtbot)


def test_a_glance_of_all_layers_paints_the_two_panes_and_lays_out_nothing(network, playing):
    view = playing.maps_panel.network
    frames.show(playing, *frames.glances(playing, 2))  # the status may show "glance" for the first time
    layouts, results = view.layouts, frames.glances(playing, frames.FRAMES)

    watcher = frames.watched(playing, [lambda one=one: frames.show(playing, one) for one in results])

    assert not watcher.upheavals
    assert watcher.painted["NetworkView"] == frames.FRAMES
    assert view.layouts == layouts


def test_what_is_exchanged_looks_as_if_all_had_been_painted(network, playing):
    view = playing.maps_panel.network
    frames.show(playing, *frames.glances(playing, 3))
    exchanged = view.grab().toImage()

    view._ground = None
    view._images.clear()
    view.repaint()

    assert exchanged == view.grab().toImage()


def test_all_maps_on_screen_are_of_one_frame(network, playing):
    view, job = playing.maps_panel.network, frames.jobs(playing, 3)[-1]
    glance = Glancer(clock=lambda: 0.0).glance(job)

    frames.show(playing, glance)

    shown = pixels(view)
    for card, sight in enumerate(glance.overview.layers):
        if sight.pixels is None or card not in view._seen():
            continue
        rect = view._on_widget(view.card_layout.cards[card].picture(0))
        top, left = round(rect.top()), round(rect.left())
        if top < 0 or top + sight.size[0] > view.height():
            continue
        inner = shown[top + 3 : top + sight.size[0] - 3, left + 3 : left + sight.size[1] - 3]
        np.testing.assert_array_equal(inner, sight.pixels[0, 3:-3, 3:-3, 2::-1], err_msg=sight.id)


def test_a_survey_paints_no_map(network, playing):
    glance = frames.glances(playing, 1)[0]
    frames.show(playing, glance)
    numbers = frames.pictures(playing, 2)[-1]
    numbers = replace(numbers, overview=None)  # as the surveyor makes it

    watcher = frames.watched(playing, [lambda: frames.survey(playing, numbers)])

    assert not watcher.painted["NetworkView"]
    assert playing.maps_panel.network.cards.overview is glance.overview
    QApplication.processEvents()


def test_the_colours_of_the_selected_map_stay_beside_a_playing_network(network, playing):
    panel, view = playing.maps_panel.findChild(LevelsPanel), playing.maps_panel.network
    frames.show(playing, frames.pictures(playing, 1)[0])
    height, layouts = panel.height(), view.layouts

    glance = frames.glances(playing, 3)[-1]
    frames.show(playing, glance)

    sight = next(one for one in glance.overview.layers if one.id == playing.selection.view.layer)
    levels = sight.levels[playing.selection.view.filter]
    assert not panel._bar.isHidden()
    assert (panel._bar._low, panel._bar._high) == (levels.low, levels.high)
    assert (panel.height(), view.layouts) == (height, layouts)


def test_what_is_below_the_colours_stays_where_it_is_without_them(network, playing):
    panel, view = playing.maps_panel.findChild(LevelsPanel), playing.maps_panel.network
    height, layouts = panel.height(), view.layouts

    panel._bar.hide()
    QApplication.sendPostedEvents()

    assert (panel.height(), view.layouts) == (height, layouts)
