"""Scores in the window: bars with names, live, explained by hover and click, sorted or in order."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

from convexplorer.gui.canvas.network.card_painter import bar_text
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.scores.score_bars import ScoreBars
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.sources import parse
from tests.gui.conftest import make_photo, message_of, newest_picture
from tests.gui.test_commands_files import drop, dropped_paths


def bars_of(window: MainWindow) -> ScoreBars:
    pane = window.maps_panel.pane
    assert isinstance(pane, ScoreBars)
    return pane


def classify(window: MainWindow, qtbot, count: int, *, ends_in: str = "softmax") -> ScoreBars:
    """Let the project end in the scores of classes, and look at them."""
    project = edits.add_layer(window.store.state, make_layer("global_average_pool"))
    project = edits.add_layer(project, make_layer("dense", units=count))
    if ends_in == "softmax":
        project = edits.add_layer(project, make_layer("softmax"))
    window.store.commit(edits.set_class_names(project, [f"class {i}" for i in range(count)]))
    window.selection.select(layer=window.store.state.ids[-1], filter=0)
    newest_picture(window, qtbot)
    return bars_of(window)


def point(bars: ScoreBars, index: int) -> QPoint:
    row = bars.row_rect(index)
    assert row is not None
    return row.center().toPoint()


def computed(window: MainWindow) -> np.ndarray:
    picture = window.bridge.picture
    return picture.evaluation[picture.position]


@pytest.mark.parametrize("count", [10, 200])
def test_the_scores_of_a_classifier_are_bars_with_the_names_of_its_classes(window, qtbot, count):
    bars = classify(window, qtbot, count)

    assert bars.scores.names[3] == "class 3"
    assert np.array_equal(bars.scores.values, computed(window))
    assert bars.scores.text(0).endswith(" %")
    assert bars.layout_now.highest == tuple(np.argsort(-computed(window), kind="stable")[:5])


def test_signed_scores_have_their_zero_in_the_middle_and_shares_at_the_left(window, qtbot):
    bars = classify(window, qtbot, 10, ends_in="dense")
    assert bars.axis.is_signed == bool((computed(window) < 0).any())
    assert bars.axis.largest >= np.abs(computed(window)).max()

    window.store.commit(edits.add_layer(window.store.state, make_layer("softmax")))
    window.selection.select(layer=window.store.state.ids[-1])
    newest_picture(window, qtbot)

    assert (bars.axis.is_signed, bars.axis.largest) == (False, 1.0)


@pytest.mark.parametrize("count", [10, 200])
def test_the_value_under_the_mouse_is_explained(window, qtbot, count):
    window.show_explanation(True)
    bars = classify(window, qtbot, count)
    qtbot.waitUntil(lambda: bars.row_rect(2) is not None)

    QTest.mouseMove(bars, point(bars, 2))
    QTest.mouseMove(bars, point(bars, 3))

    explanation = window.explanation_panel.explanation
    assert explanation.title == "class 3"
    assert explanation.trace.value == pytest.approx(computed(window)[3])


@pytest.mark.parametrize("count", [10, 200])
def test_a_clicked_class_stays_explained_on_every_frame(window, qtbot, tmp_path, count):
    window.show_explanation(True)
    bars = classify(window, qtbot, count)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=point(bars, 4))
    QApplication.sendEvent(bars, QEvent(QEvent.Type.Leave))

    window.store.commit(edits.set_source(window.store.state, parse(str(make_photo(tmp_path / "next.png", seed=8)))))
    before = window.bridge.picture.frame
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame is not before)

    assert (bars.chosen, window.explanation_panel.explanation.title) == (4, "class 4")
    assert window.explanation_panel.explanation.trace.value == pytest.approx(computed(window)[4])
    assert "pinned" in window.explanation_panel.place_text
    assert "pinned" in bars.accessibleDescription()


@pytest.mark.parametrize("count", [10, 200])
def test_keys_walk_through_the_classes_and_enter_pins(window, qtbot, count):
    bars = classify(window, qtbot, count)
    bars.setFocus()

    QTest.keyClick(bars, Qt.Key.Key_End)
    assert bars.chosen == count - 1
    assert bars.row_rect(count - 1) is not None
    QTest.keyClick(bars, Qt.Key.Key_Return)
    QTest.keyClick(bars, Qt.Key.Key_Up)

    assert window.selection.pin is not None
    assert window.explanation_panel.explanation.title == f"class {count - 2}"


def test_sorted_bars_stand_from_the_highest_on_and_the_button_brings_them_back(window, qtbot):
    bars = classify(window, qtbot, 10)
    button = bars.findChild(QToolButton)

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    shown = [number for number, _ in bars.layout_now.rows(0)]
    assert (np.diff(computed(window)[shown]) <= 0).all()
    assert window.actions_by_name["score-order"].isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [number for number, _ in bars.layout_now.rows(0)] == list(range(10))


def test_cells_can_be_seen_instead_of_bars(window, qtbot):
    classify(window, qtbot, 10)

    window.actions_by_name["score-bars"].trigger()

    assert isinstance(window.maps_panel.pane, TileGrid)
    assert len(window.maps_panel.pane.tiles) == 10
    window.actions_by_name["score-bars"].trigger()
    bars_of(window)


def test_a_layer_with_maps_shows_maps_and_offers_no_bars(window, qtbot):
    classify(window, qtbot, 10)

    window.selection.select(layer=window.store.state.ids[0])
    newest_picture(window, qtbot)

    assert isinstance(window.maps_panel.pane, TileGrid)
    assert not window.actions_by_name["score-bars"].isEnabled()
    assert "places" in window.actions_by_name["score-bars"].toolTip()


def test_the_scale_of_the_bars_does_not_jump_with_every_frame():
    from convexplorer.gui.canvas.pictures.viewport import Viewport
    from convexplorer.results.scores import Scores

    bars = ScoreBars(Viewport())
    scales = []
    for largest in (4.0, 3.0, 2.0, 5.5, 3.0, 0.5):
        values = np.array([largest, 0.1], np.float32)
        bars.set_scores(Scores(values, ("a", "b"), are_shares=False), "dense")
        scales.append(bars.axis.largest)

    assert scales == [4.0, 4.0, 4.0, 6.0, 6.0, 0.5]


def test_frames_change_numbers_and_lay_nothing_out(window, qtbot, tmp_path):
    folder = tmp_path / "frames"
    folder.mkdir()
    for i in range(4):
        make_photo(folder / f"{i}.png", seed=i)
    bars = classify(window, qtbot, 10)
    window.store.commit(edits.set_source(window.store.state, parse(str(folder))))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == "0.png")
    layouts = _Layouts()
    window.maps_panel.installEventFilter(layouts)

    for i in range(1, 4):
        window.actions_by_name["next"].trigger()
        qtbot.waitUntil(lambda i=i: newest_picture(window, qtbot).frame.title == f"{i}.png")
        assert np.array_equal(bars.scores.values, computed(window))

    assert layouts.count == 0


class _Layouts(QObject):
    """Counts how often a widget is laid out."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        return False


@pytest.mark.parametrize("count", [10, 200])
def test_a_score_under_the_mouse_means_no_pixel_of_the_picture(window, qtbot, count):
    bars = classify(window, qtbot, count)
    QTest.mouseMove(bars, point(bars, 2))
    QTest.mouseMove(bars, point(bars, 3))

    assert window.input_panel.pane.cursor_place is None
    height, width = window.viewport.extent
    assert window.input_panel.pane._window == QRectF(0, 0, width, height)


def test_no_value_that_reads_numbers_in_a_row_marks_a_part_of_the_picture(window, qtbot):
    bars = classify(window, qtbot, 200, ends_in="dense")
    QTest.mouseMove(bars, point(bars, 1))
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=point(bars, 2))

    height, width = window.viewport.extent
    rects = [mark.rect for mark in window.input_panel.pane.marks_of(0).marks]
    assert [(rect.width(), rect.height()) for rect in rects] == [(width, height)]


# Names of classes


@pytest.fixture
def answer(monkeypatch):
    """Return a function that lets the next dialog be answered with a path."""

    def set_answer(path):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_, **__: (str(path), "")))

    return set_answer


def test_names_from_a_file_are_shown_at_once_and_can_be_undone(window, qtbot, tmp_path, answer):
    bars = classify(window, qtbot, 3)
    (tmp_path / "labels.txt").write_text("0 cat\n1 dog\n2 owl\n")
    answer(tmp_path / "labels.txt")

    window.actions_by_name["class-names"].trigger()
    newest_picture(window, qtbot)

    assert bars.scores.names == ("cat", "dog", "owl")
    assert message_of(window) == "3 class names from labels.txt."
    window.actions_by_name["undo"].trigger()
    newest_picture(window, qtbot)
    assert bars.scores.names == ("class 0", "class 1", "class 2")


def test_names_that_do_not_fit_are_said(window, qtbot, tmp_path, answer):
    bars = classify(window, qtbot, 10)
    (tmp_path / "labels.txt").write_text("cat\ndog\n")
    answer(tmp_path / "labels.txt")

    window.actions_by_name["class-names"].trigger()
    newest_picture(window, qtbot)

    assert "has 10 values" in message_of(window)
    assert bars.scores.names[0] == "unit 0"


def test_a_file_without_names_is_one_sentence(window, qtbot, tmp_path, answer):
    classify(window, qtbot, 3)
    before = window.store.state
    (tmp_path / "empty.txt").write_text("")
    answer(tmp_path / "empty.txt")

    window.actions_by_name["class-names"].trigger()

    assert message_of(window) == "empty.txt cannot be read: it holds no class names."
    assert window.store.state is before


def test_a_dropped_list_of_as_many_names_as_scores_names_them(window, qtbot, tmp_path):
    bars = classify(window, qtbot, 3)
    names = tmp_path / "labels.txt"
    names.write_text("cat\ndog\nowl\n")

    assert drop(window, dropped_paths(names))
    newest_picture(window, qtbot)

    assert bars.scores.names == ("cat", "dog", "owl")


def test_a_dropped_table_of_numbers_stays_a_picture(window, qtbot, tmp_path):
    classify(window, qtbot, 3)
    table = tmp_path / "table.txt"
    table.write_text("1 2 3\n4 5 6\n")

    drop(window, dropped_paths(table))

    assert window.store.state.class_names[0] == "class 0"


def test_the_network_at_a_glance_has_the_names_and_the_numbers_of_the_bars(window, qtbot):
    scores = classify(window, qtbot, 10).scores

    window.selection.select(mode="network")
    newest_picture(window, qtbot)
    window.maps_panel.network.reveal(len(window.store.state.layers))

    def is_drawn() -> bool:  # the cards in sight are told to the engine once the view has come to rest
        overview = window.bridge.picture.overview
        return overview is not None and all(sight.values is not None for sight in overview.layers[-2:])

    qtbot.waitUntil(is_drawn, timeout=20_000)
    for sight in window.bridge.picture.overview.layers[-2:]:
        assert sight.names == scores.names
    written = [bar_text(float(value), is_share=sight.are_shares) for value in sight.values]
    assert written == [scores.text(i) for i in range(scores.count)]

    window.store.commit(edits.set_class_names(window.store.state, [f"other {i}" for i in range(10)]))
    newest_picture(window, qtbot)
    assert window.bridge.picture.overview.layers[-1].names[0] == "other 0"
