"""A film in the window, with its threads: glances while it plays, full pictures as soon as someone reads."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from convexplorer.export.video import Recorder
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.results.tile_words import levels_text, range_text
from convexplorer.sources import Source
from tests.gui.canvas.helpers import move
from tests.gui.conftest import KERNELS, OpenWindow

PATIENCE_MS = 20_000


@pytest.fixture
def playing(open_window: OpenWindow, tmp_path: Path, qtbot) -> MainWindow:
    """Return a window that shows a film by glances."""
    path = tmp_path / "film.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    with Recorder(path, 30.0) as recorder:
        for i in range(12):
            recorder.write(np.roll(noise, 8 * i, axis=1))
    window = open_window(default_project(Source("video", str(path)), KERNELS))
    window.bridge.player.set_loop(True)
    window.bridge.player.play()  # from the beginning, if the film was over before the window was there
    window._screen_watch._lingering.stop()
    window._screen_watch._lingering.timeout.emit()  # the moment after which nobody reads any more
    qtbot.waitUntil(lambda: window.bridge.glance is not None, timeout=PATIENCE_MS)
    return window


def subtitles(window: MainWindow) -> list[str]:
    pane = window.maps_panel.pane
    assert isinstance(pane, TileGrid)
    return [tile.subtitle for tile in pane.tiles]


def test_a_film_is_shown_by_glances_whose_images_have_the_size_on_screen(playing):
    glance, pane = playing.bridge.glance, playing.maps_panel.pane

    assert subtitles(playing) == [levels_text(sight.levels) for sight in glance.maps]
    assert all(sight.pixels.shape == (*pane.picture_size, 4) for sight in glance.maps)


def test_pointing_at_a_map_brings_full_pictures_and_leaving_it_glances_again(playing, qtbot):
    pane = playing.maps_panel.pane

    move(pane, QPointF(pane.picture_rect(0).center()))
    qtbot.waitUntil(lambda: playing.bridge.glance is None, timeout=PATIENCE_MS)
    assert all(text.startswith("= ") for text in subtitles(playing))
    assert "R " in playing.status_panel._values.text()

    QApplication.sendEvent(pane, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: playing.bridge.glance is not None, timeout=PATIENCE_MS)


def test_a_pause_settles_into_the_full_picture_of_the_frame_on_screen(playing, qtbot):
    playing.bridge.player.pause()

    qtbot.waitUntil(lambda: playing.bridge.glance is None, timeout=PATIENCE_MS)

    assert subtitles(playing) == [range_text(tile) for tile in playing.bridge.picture.tiles]
    assert playing.input_panel.pane.picture.values is not None


def test_surveys_bring_numbers_while_glances_flow(playing, qtbot):
    with qtbot.waitSignal(playing.bridge.survey_ready, timeout=PATIENCE_MS) as told:
        pass

    (picture,) = told.args
    assert playing.status_panel._values.text().startswith(f"frame {picture.frame.index + 1}: ")


def test_both_networks_are_seen_and_measured_on_the_same_frame_while_it_plays(playing, qtbot):
    playing.actions_by_name["keep-reference"].trigger()
    playing.context.commit(edits.set_weight, 0, 0, 0, 1, 1, 7.0)

    def is_compared() -> bool:
        glance = playing.bridge.glance
        return glance is not None and glance.overview is not None and glance.overview.layers[1].note != ""

    playing.selection.select(mode="network", shown="difference")
    qtbot.waitUntil(is_compared, timeout=PATIENCE_MS)
    playing.actions_by_name["differences"].trigger()
    with qtbot.waitSignal(playing.bridge.survey_ready, timeout=PATIENCE_MS) as told:
        pass

    (picture,) = told.args
    assert playing.bridge.glance.overview.layers[1].note.startswith("max ")
    assert picture.difference.reference.evaluation.image is picture.difference.own.evaluation.image
    assert picture.difference.layers[0].weights.differing > 0
    assert playing.differences.difference is not None


def test_nothing_is_measured_while_only_the_maps_are_looked_at(playing, qtbot):
    playing.actions_by_name["keep-reference"].trigger()
    playing.selection.select(mode="bank")

    with qtbot.waitSignal(
        playing.bridge.survey_ready, timeout=PATIENCE_MS, check_params_cb=lambda made: made.view.mode == "bank"
    ) as told:
        pass

    assert told.args[0].difference is None
