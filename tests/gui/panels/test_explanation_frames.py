"""How often the explanation is made: of a hand at once, of frames a few times a second, of none while it is hidden."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.explanation.gradient_view import GradientView
from convexplorer.gui.canvas.explanation.matrix_view import MatrixView
from convexplorer.gui.canvas.explanation.profile_view import ProfileView
from convexplorer.gui.canvas.explanation.shape_view import ShapeView
from convexplorer.gui.canvas.explanation.study_view import StudyView
from convexplorer.gui.panels.explanation_panel import explained_value
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.status import PlayerStatus
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.results.explanation import Explanation, explain
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from tests.gui.conftest import newest_picture


class Explained(list[Picture]):
    """The pictures of which a value was explained."""

    def explain(self, picture: Picture, *others: object) -> Explanation | None:
        self.append(picture)
        return explain(picture, *others)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_paints_all_of_itself_says_so(window, page):
    window.explanation_panel.show_page(page)
    views = (ComputationView, StudyView, ShapeView, ProfileView, GradientView, MatrixView)
    (view,) = (one for one in window.explanation_panel.page.findChildren(QWidget) if isinstance(one, views))

    # Else its panel, a card with a frame, is painted below it with every frame and every move.
    assert view.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


@pytest.fixture
def explained(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Explained]:
    """Return what is explained from now on, in a window that shows the explanation."""
    window.show_explanation(True)
    newest_picture(window, qtbot)
    bridge, found = window.bridge, Explained()
    bridge._picture_waits.disconnect(bridge._deliver_picture)  # the results are those of the test alone
    rest()  # also without those that were on their way
    monkeypatch.setattr(explained_value, "explain", found.explain)
    yield found
    bridge._picture_waits.connect(bridge._deliver_picture)
    bridge._deliver_picture()
    bridge.status_changed.emit(bridge.player.status)


def frames(window: MainWindow, count: int) -> list[Picture]:
    """Return results of frames of moving noise."""
    picture = window.bridge.picture
    assert picture is not None
    image = np.random.default_rng(1).random(picture.frame.image.shape, np.float32)
    moved = [replace(picture.frame, content=np.roll(image, i, axis=2), index=i) for i in range(count)]
    return [render(Job(frame, window.store.state, window.selection.view)).picture for frame in moved]


def value_in(picture: Picture, explanation: Explanation) -> float:
    channel, row, column = explanation.trace.place
    return float(picture.tiles[channel].values[row, column])


def test_frames_are_explained_a_few_times_a_second_and_the_last_one_for_whoever_asks(window, explained):
    shown = frames(window, 12)

    for picture in shown:
        window.explanation_panel.show_picture(picture)

    assert len(explained) <= 2
    assert window.explanation_panel.explanation.trace.value == value_in(shown[-1], window.explanation_panel.explanation)


def test_the_last_frame_is_explained_when_no_other_comes(window, explained, qtbot):
    shown = frames(window, 4)

    for picture in shown:
        window.explanation_panel.show_picture(picture)

    qtbot.waitUntil(lambda: bool(explained) and explained[-1] is shown[-1])


def test_numbers_that_all_panels_show_are_explained_with_them(window, explained):
    shown = frames(window, 3)
    for picture in shown[:2]:
        window.explanation_panel.show_picture(picture)

    window.explanation_panel.show_survey(shown[2])

    assert explained[-1] is shown[2]


def test_a_hand_is_answered_at_once_with_the_newest_frame(window, explained):
    shown = frames(window, 3)
    for picture in shown:
        window.explanation_panel.show_picture(picture)
    explained.clear()

    window.selection.point_at((5.5, 7.5), pointed_filter=1)

    assert explained == [shown[-1]]
    assert window.explanation_panel.explanation.trace.place == (1, 5, 7)


def test_an_edit_is_explained_after_the_event_that_shows_its_pixels(window, explained):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, 7.25))
    (edited,) = frames(window, 1)
    explained.clear()

    window.bridge.picture = edited
    window.bridge.picture_ready.emit(edited)
    assert explained == []

    rest()
    assert explained == [edited]


def test_an_edit_is_explained_at_once_for_whoever_asks(window, explained):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, 7.25))
    (edited,) = frames(window, 1)
    explained.clear()

    window.explanation_panel.show_picture(edited)

    assert window.explanation_panel.computation.trace.weights[0, 1, 1] == 7.25
    assert explained == [edited]


def test_nothing_is_explained_while_it_is_hidden_and_the_newest_when_it_is_shown(window, explained):
    window.show_explanation(False)
    shown = frames(window, 3)

    for picture in shown:
        window.explanation_panel.show_picture(picture)
        window.bridge.picture_ready.emit(picture)
        window._refresh_actions()
    assert explained == []

    window.show_explanation(True)
    assert explained == [shown[-1]]
    view = window.explanation_panel.findChild(ComputationView)
    assert view.computation.trace.value == value_in(shown[-1], window.explanation_panel.explanation)


def test_a_pin_is_marked_on_the_pictures_while_the_explanation_is_hidden(window, explained):
    window.show_explanation(False)
    window.selection.hold((5.5, 7.5))

    assert window.maps_panel._grid.marks_of(0).marks
    assert window.explanation_panel._marks.input.marks


def test_the_lens_follows_while_the_panel_below_is_hidden(window, explained):
    window.show_explanation(False)
    window.show_lens()
    (newer,) = frames(window, 1)

    window.explanation_panel.show_picture(newer)
    window.explanation_panel._frames.settle()

    lens = window.large_view()
    assert lens.computation.trace.value == value_in(newer, window.explanation_panel.explanation)


def test_the_explained_frame_is_named_while_frames_come_by_themselves(window, explained):
    window.explanation_panel.show_status(PlayerStatus(state="playing"))
    window.explanation_panel.show_picture(frames(window, 8)[-1])
    assert window.explanation_panel.place_text.startswith("frame 8  ·  ")

    window.explanation_panel.show_status(PlayerStatus(state="paused"))
    assert "frame" not in window.explanation_panel.place_text


def rest() -> None:
    """Deliver what is posted, and paint."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


class Upheavals(QObject):
    """Counts what Qt does beside painting, and which widgets it paints."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.layouts: list[str] = []
        self.paints: list[str] = []
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.window() is self._window:
            kinds = {QEvent.Type.LayoutRequest: self.layouts, QEvent.Type.Paint: self.paints}
            if event.type() in kinds:
                kinds[event.type()].append(type(watched).__name__)
        return False


def test_a_mouse_move_lays_out_nothing_and_paints_each_view_once(window, explained):
    window.selection.point_at((3.5, 4.5), pointed_filter=1)
    rest()
    watcher, app = Upheavals(window), QApplication.instance()
    app.installEventFilter(watcher)
    for i in range(5):
        window.selection.point_at((5.5, 7.5 + i), pointed_filter=1)
        rest()
    app.removeEventFilter(watcher)

    assert len(explained) == 6
    assert watcher.layouts == []
    assert watcher.paints.count("ComputationView") == 5


def test_a_hand_sees_its_explanation_before_anything_else_is_painted(window, explained):
    painted: list[QObject] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append(watched)
            return False

    watch, app = Watch(), QApplication.instance()
    view = window.explanation_panel.findChild(ComputationView)
    window.selection.point_at((20.5, 30.5))
    rest()

    app.installEventFilter(watch)
    window.selection.point_at((40.5, 50.5))
    app.removeEventFilter(watch)
    assert view in painted
    assert window.maps_panel.pane not in painted

    painted.clear()
    window.selection.hold((40.5, 50.5))  # a pin does not follow the hand
    rest()
    app.installEventFilter(watch)
    window.selection.point_at((60.5, 50.5))
    app.removeEventFilter(watch)
    assert not painted


def test_an_edit_that_leaves_a_studied_layer_without_input_takes_the_frame_of_the_crop_away(window, explained):
    window.explanation_panel.show_page("study")
    (picture,) = frames(window, 1)
    window.explanation_panel.show_picture(picture)
    rest()
    assert window.explanation_panel._marks.crop is not None

    # The second pool gets no rows and columns, and fails.
    pools = tuple(make_layer("global_average_pool", id=name) for name in ("first", "second"))
    state = window.store.state
    window.store.commit(replace(state, layers=(*pools, *state.layers)))
    (edited,) = frames(window, 1)
    window.explanation_panel.show_picture(edited)

    assert window.explanation_panel._marks.crop is None
