"""The line at the foot: what is shown, what lies under the cursor, how long it took."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from convexplorer.gui.look import theme
from convexplorer.gui.panels.status_panel import StatusPanel
from convexplorer.live.player import PlayerStatus
from convexplorer.model import edits
from convexplorer.results.tile_words import map_texts, range_text, tile_under
from convexplorer.sources.frame import SourceInfo
from tests.gui.panels.conftest import Bench
from tests.model.examples import add_pool

STILL = PlayerStatus(info=SourceInfo("noise.png"), state="paused")
VIDEO = PlayerStatus(info=SourceInfo("clip.mp4", 150, 25.0), state="playing")


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> StatusPanel:
    found = StatusPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def text_of(panel: StatusPanel, name: str) -> str:
    """Return the text of one of the three parts of the line."""
    labels = [label for label in panel.findChildren(QLabel) if label.parent() is panel]
    return dict(zip(("source", "values", "speed"), (label.text() for label in labels), strict=True))[name]


def test_source_and_shapes_are_said_as_keras_writes_them(panel, bench):
    assert text_of(panel, "source") == "noise.png  ·  16 × 20 × 3 → 16 × 20 × 8"

    bench.context.store.commit(edits.set_layer(bench.state, 0, strides=(2, 2), padding="valid"))
    bench.compute()

    assert text_of(panel, "source") == "noise.png  ·  16 × 20 × 3 → 7 × 9 × 8"


def test_the_shapes_go_to_the_last_layer_that_has_one(panel, bench):
    bench.context.store.commit(add_pool(bench.state, 0))
    bench.compute()

    assert text_of(panel, "source").endswith("16 × 20 × 3 → 8 × 10 × 8")


def test_where_no_layer_could_be_computed_the_input_alone_has_a_shape(panel, bench):
    bench.context.store.commit(edits.set_layer(bench.state, 0, padding="valid", dilation_rate=(20, 20)))
    picture = bench.compute()

    assert all(not report.output_shape for report in picture.layers)
    assert text_of(panel, "source") == "noise.png  ·  16 × 20 × 3"


def test_without_a_title_the_address_is_said(panel, bench):
    bench.frame = replace(bench.frame, title="")
    bench.compute()

    assert text_of(panel, "source").startswith(bench.state.source.address)


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("length", [82, 240])
def test_a_long_name_leaves_room_for_shapes_and_values(panel, bench, width, length):
    name = f"{'x' * (length - 4)}.png"
    bench.frame = replace(bench.frame, title=name)
    panel.resize(width, 24)
    panel.show()
    panel.show_values("cell (3, 4)   R 0.1234   G 0.5678   B 0.9012   vertical-line −0.1234")

    bench.compute()
    QApplication.processEvents()

    source, values, speed = (label for label in panel.findChildren(QLabel) if label.parent() is panel)
    assert source.text().endswith(".png  ·  16 × 20 × 3 → 16 × 20 × 8")
    assert not source.is_elided
    assert not values.is_elided
    assert speed.geometry().right() <= width
    assert name in source.toolTip()


@pytest.mark.parametrize("width", [1018, 1274, 1434, 1914])
@pytest.mark.parametrize("scale", [1.0, 1.2])
def test_the_range_of_a_map_and_its_frame_are_whole_in_every_window(panel, bench, qapp, width, scale):
    theme.apply_theme(qapp, "light", scale=scale)
    bench.context.store.commit(edits.set_layer(bench.state, 0, activation="relu"))
    bench.frame = replace(bench.frame, title="holiday at the sea.mp4", index=8766)
    panel.resize(width, 24)
    panel.show()
    panel.show_status(VIDEO)
    panel.show_zoom(0.4863, 0.1341)

    picture = bench.compute()
    panel.show_survey(replace(picture, dropped_frames=1234))
    QApplication.processEvents()

    _, values, speed = (label for label in panel.findChildren(QLabel) if label.parent() is panel)
    shown = values.shown_text
    fits = values.fontMetrics().horizontalAdvance(shown) <= values.width()
    right = speed.geometry().right()
    theme.apply_theme(qapp, "light", scale=1.0)
    assert fits
    assert right <= width
    assert range_text(tile_under(picture, 0)) in shown
    assert "8767" in shown
    assert values.is_elided == (values.text() in values.toolTip())
    assert values.text().startswith("frame 8767: ")


def test_what_is_needed_least_is_left_out_first(bench):
    bench.context.store.commit(edits.set_layer(bench.state, 0, activation="relu"))
    picture = bench.compute()
    tile = replace(picture.tiles[0], clipped=0.004)
    texts = map_texts(replace(picture, tiles=(tile, *picture.tiles[1:])), 7)

    parts = (f"{picture.tiles[0].title}: ", "values in", "ReLU set", "clipped", "frame 7: ")
    kept = [[part for part in parts if part in text] for text in texts]
    assert [len(one) for one in kept] == [5, 4, 3, 1, 0]
    assert kept[1] == [part for part in parts if part != "clipped"]
    assert all(range_text(tile) in text and "7: " in text for text in texts)
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)


def test_a_still_picture_has_a_time_and_no_rate(panel, bench):
    panel.show_status(STILL)
    bench.compute()

    assert text_of(panel, "speed").endswith("ms")
    assert "fps" not in text_of(panel, "speed")


def test_a_running_source_has_a_rate_and_says_what_was_dropped(panel, bench):
    panel.show_status(VIDEO)
    panel.show_picture(replace(bench.compute(), dropped_frames=7))

    assert " fps" in text_of(panel, "speed")
    assert text_of(panel, "speed").endswith("7 dropped")

    panel.show_status(replace(VIDEO, state="paused"))
    bench.compute()
    assert "fps" not in text_of(panel, "speed")


def test_pages_turned_quickly_are_not_called_dropped(panel, bench):
    panel.show_status(PlayerStatus(info=SourceInfo("photos", 12, is_seekable=True), state="paused"))
    panel.show_picture(replace(bench.compute(), dropped_frames=3))

    assert text_of(panel, "speed").endswith("ms")


def test_times_are_those_of_all_layers_even_when_their_maps_were_used_again(panel, bench):
    picture = bench.compute()
    panel.show_picture(
        replace(picture, seconds=0.0, layers=tuple(replace(report, seconds=0.0125) for report in picture.layers))
    )
    assert text_of(panel, "speed") == "computed in 12.5 ms"

    panel.show_picture(replace(picture, layers=tuple(replace(report, seconds=1.5) for report in picture.layers)))
    assert text_of(panel, "speed") == "computed in 1.50 s"


def test_the_values_under_the_cursor_are_shown_as_they_come(panel):
    panel.show_values("(1, 2)   R 0.5")
    assert text_of(panel, "values") == "(1, 2)   R 0.5"

    panel.show_values("")
    assert "R 0.5" not in text_of(panel, "values")


def test_the_selected_map_is_described_while_the_cursor_is_nowhere(panel, bench):
    bench.context.store.commit(edits.set_layer(bench.state, 0, activation="relu"))
    bench.context.selection.select(filter=2)
    bench.compute()

    text = text_of(panel, "values")
    panel.show_values("R 0.5")

    assert text.startswith("sobel-x: values in 0 … ")
    assert "ReLU set" in text
    assert text_of(panel, "values") == "R 0.5"
