"""What a frame costs the window: which widgets are painted, and that nothing is laid out or asked again."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.window import main_window
from convexplorer.gui.window.large_histogram import LargeHistogram
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.status import PlayerStatus
from convexplorer.model import edits
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.tile_words import levels_text, range_text
from convexplorer.sources.frame import Frame, Source, SourceInfo
from convexplorer.words import compact_number, number
from tests.gui.canvas.helpers import move
from tests.gui.conftest import newest_picture
from tests.gui.traces import is_to_show_more

FRAMES = 8
SIZE = (600, 900)
VIDEO = SourceInfo("clip.mp4", 1000, 30.0, is_seekable=True)
# What Qt does beside painting if a widget is told something, also the same as before.
UPHEAVALS = {QEvent.Type.LayoutRequest, QEvent.Type.ToolTipChange, QEvent.Type.StyleChange, QEvent.Type.Resize}


class Watcher(QObject):
    """Counts the events of all widgets of a window, and notes what is painted of each."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.painted: Counter[str] = Counter()
        self.regions: dict[QWidget, QRegion] = {}
        self.upheavals: Counter[tuple[str, str]] = Counter()
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.window() is self._window:
            name = type(watched).__name__
            if isinstance(event, QPaintEvent):
                self.painted[name] += 1
                self.regions[watched] = self.regions.get(watched, QRegion()) + event.region()
            elif event.type() in UPHEAVALS:
                self.upheavals[name, event.type().name] += 1
        return False


class NoResults:
    """Takes the place of a slot of the engine, which computes the window's own source meanwhile."""

    def take(self) -> None:
        return None

    def wait_for(self, _is_wanted: object, _timeout_s: float) -> None:
        return None


@pytest.fixture
def playing(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Return a window that shows a video of moving noise, as its threads would tell it."""
    newest_picture(window, qtbot)
    bridge = window.bridge
    with monkeypatch.context() as held:
        held.setattr(bridge, "_pictures", NoResults())
        held.setattr(bridge, "_surveys", NoResults())
        bridge.status_changed.emit(status_at(0))
        window.status_panel._speed.setText("computed in 888.8 ms  ·  888 fps  ·  8888 dropped")  # it keeps that width
        for _ in range(2):  # the division of the window and the reduction are those of the first one
            show(window, *pictures(window, 2))
        qtbot.waitUntil(lambda: not is_to_show_more(window), timeout=10_000)  # as statistics a moment later
        yield window
        bridge.status_changed.emit(bridge.player.status)
    bridge._deliver_picture()
    bridge._deliver_survey()


def status_at(index: int) -> PlayerStatus:
    return PlayerStatus(info=VIDEO, state="playing", index=index, rate_hz=30.0 + index % 3)


def jobs(window: MainWindow, count: int) -> list[Job]:
    """Return jobs of noise that moves on, larger than the panes."""
    image = np.random.default_rng(0).random((3, *SIZE), np.float32)
    frames = [
        Frame(np.roll(image, 16 * i, axis=2), ("R", "G", "B"), index=i, time_s=i / 30, title="clip.mp4")
        for i in range(count)
    ]
    state, view, screen = window.store.state, window.selection.view, window._screen_watch.screen
    return [Job(frame, state, view, screen=screen) for frame in frames]


def pictures(window: MainWindow, count: int) -> list[Picture]:
    return [render(job).picture for job in jobs(window, count)]


def glances(window: MainWindow, count: int) -> list[Glance]:
    glancer = Glancer(clock=lambda: 0.0)  # the levels of the first one hold for all
    found = [glancer.glance(job) for job in jobs(window, count)]
    return [glance for glance in found if glance is not None]


def show(window: MainWindow, *results: Picture | Glance) -> None:
    """Deliver results as the bridge does, each until it is painted."""
    for result in results:
        if isinstance(result, Glance):
            window.bridge.glance = result
            window.bridge.glance_ready.emit(result)
        else:
            window.bridge.picture, window.bridge.glance = result, None
            window.bridge.picture_ready.emit(result)
        flush()


def survey(window: MainWindow, picture: Picture) -> None:
    window.bridge.picture = picture
    window.bridge.survey_ready.emit(picture)
    flush()


def flush() -> None:
    """Deliver what is posted, and paint."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def watched(window: MainWindow, steps: Sequence[Callable[[], None]]) -> Watcher:
    """Take steps, each until it is painted, and return what they did to the widgets."""
    flush()
    watcher, app = Watcher(window), QApplication.instance()
    assert app is not None
    app.installEventFilter(watcher)
    for step in steps:
        step()
        flush()
    app.removeEventFilter(watcher)
    return watcher


def grid_of(window: MainWindow) -> TileGrid:
    pane = window.maps_panel.pane
    assert isinstance(pane, TileGrid)
    return pane


def test_the_place_of_a_playing_source_asks_no_command_again(playing, monkeypatch):
    asked = []
    playing.ask_commands()
    monkeypatch.setattr(main_window, "refresh_actions", lambda window, _actions: asked.append(window))

    for index in range(20):
        playing.bridge.status_changed.emit(status_at(index))
    playing.ask_commands()
    assert not asked

    playing.bridge.status_changed.emit(replace(status_at(20), state="paused"))
    playing.ask_commands()
    assert len(asked) == 1


def test_commands_are_asked_once_for_all_that_happens_in_one_turn(window, qtbot, monkeypatch):
    asked, store = [], window.store
    newest_picture(window, qtbot)
    window.ask_commands()
    monkeypatch.setattr(main_window, "refresh_actions", lambda window, _actions: asked.append(window))

    for weight in (1.0, 2.0, 3.0):
        store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, weight), merge="stroke")
    store.commit(edits.duplicate_filter(store.state, 0, 0))
    window.selection.select(filter=1)
    window.run(lambda _shell: store.undo())
    assert not asked

    flush()
    assert len(asked) == 1


def test_who_looks_at_a_command_in_the_same_turn_sees_what_is_true_now(window, qtbot):
    newest_picture(window, qtbot)
    undo, redo, store = window.actions_by_name["undo"], window.actions_by_name["redo"], window.store
    first = store.state
    assert undo.reason

    second = edits.set_weight(first, 0, 0, None, 0, 0, 7.0)
    store.commit(second)
    assert undo.isEnabled()

    undo.trigger()
    assert store.state is first
    assert undo.reason

    redo.give()
    assert store.state is second
    assert not redo.isEnabled()


def test_statuses_that_come_with_every_frame_are_shown_a_few_times_a_second_and_the_last_one(playing, qtbot):
    shown = []
    playing.transport_panel.show_status = shown.append

    for index in range(1, 31):
        playing.bridge.status_changed.emit(status_at(index))
    del playing.transport_panel.show_status

    assert len(shown) <= 1
    slider = playing.transport_panel._slider
    qtbot.waitUntil(lambda: slider.value() == 30)


def test_a_status_of_another_state_is_shown_at_once(playing):
    playing.bridge.status_changed.emit(status_at(4))
    playing.bridge.status_changed.emit(replace(status_at(5), state="paused"))

    assert playing.transport_panel._slider.value() == 5


def test_a_status_changes_the_place_and_lays_out_nothing(playing):
    steps = [lambda i=i: playing.delivery.show_status(status_at(i)) for i in range(1, FRAMES + 1)]

    seen = watched(playing, steps)

    assert not seen.upheavals
    backgrounds = {"MainWindow", "Body", "Divider", "InputPanel", "TransportPanel"}
    assert set(seen.painted) - backgrounds <= {"JumpSlider", "Note"}


def test_a_picture_of_the_same_kind_lays_out_nothing(playing):
    steps = [partial(show, playing, one) for one in pictures(playing, FRAMES)]

    seen = watched(playing, steps)

    assert not [(name, kind) for name, kind in seen.upheavals if kind == "LayoutRequest"]
    assert seen.painted["TileGrid"] == seen.painted["ImageCanvas"] == FRAMES


def test_a_glance_paints_the_two_panes_and_nothing_else(playing):
    first, *others = glances(playing, FRAMES + 1)
    show(playing, first)

    seen = watched(playing, [partial(show, playing, one) for one in others])

    assert seen.painted == {"TileGrid": FRAMES, "ImageCanvas": FRAMES}
    assert not seen.upheavals


def test_the_images_of_a_glance_are_its_pixels_and_not_copies(playing):
    shown = glances(playing, 2)
    show(playing, *shown)

    for tile, sight in zip(grid_of(playing).tiles, shown[-1].maps, strict=True):
        assert np.shares_memory(np.frombuffer(tile.image.constBits(), np.uint8), sight.pixels)
    image = playing.input_panel.pane.picture.image
    assert np.shares_memory(np.frombuffer(image.constBits(), np.uint8), shown[-1].input.pixels)


def test_images_have_the_very_size_of_their_place_on_screen(playing):
    (glance,) = glances(playing, 1)
    show(playing, glance)

    grid, canvas = grid_of(playing), playing.input_panel.pane
    targets = grid._found_spots().targets.values()
    assert len(targets) == len(grid.tiles)
    assert {tile.image.size().toTuple() for tile in grid.tiles} == {target.size().toTuple() for target in targets}
    assert (canvas.picture.image.height(), canvas.picture.image.width()) == canvas.picture_size


def test_what_is_exchanged_looks_as_if_all_had_been_painted(playing):
    shown = glances(playing, 2)
    show(playing, *shown[:1])
    grid = grid_of(playing)
    exchanged = grid.grab().toImage()

    show(playing, shown[1])
    painter = QPainter(exchanged)
    grid._paint_images(painter, QRegion(grid.rect()))
    painter.end()

    assert exchanged == grid.grab().toImage().convertToFormat(exchanged.format())


def test_beside_a_glance_stands_no_number_but_the_levels_of_its_colours(playing):
    show(playing, *pictures(playing, 1))
    ranges = [tile.subtitle for tile in grid_of(playing).tiles]
    (glance,) = glances(playing, 1)

    show(playing, glance)

    for tile, sight in zip(grid_of(playing).tiles, glance.maps, strict=True):
        assert (tile.title, tile.subtitle, tile.loss) == (sight.title, levels_text(sight.levels), "")
        assert tile.values is None
    assert playing.input_panel.pane.picture.values is None
    assert "clipped" not in playing.levels_panel._bar.toolTip()
    assert not any("colours" in text for text in ranges)


def test_a_survey_changes_all_numbers_and_says_of_which_frame_they_are_but_no_image(playing):
    shown = glances(playing, 4)
    show(playing, *shown)
    images = [tile.image.cacheKey() for tile in grid_of(playing).tiles]
    older = pictures(playing, 2)[1]

    survey(playing, older)

    assert [tile.image.cacheKey() for tile in grid_of(playing).tiles] == images
    assert playing.status_panel._values.text().startswith("frame 2: ")
    numbers = playing.statistics_panel._numbers
    assert numbers["mean"].text() == compact_number(older.statistics.mean)
    assert numbers["mean"].toolTip().endswith(", in frame 2")
    assert playing.explanation_panel.trace is not None


def test_numbers_that_a_glance_has_overtaken_name_their_frame(playing):
    (older,) = pictures(playing, 1)
    show(playing, older)
    assert not playing.status_panel._values.text().startswith("frame ")

    show(playing, glances(playing, 2)[1])

    assert playing.status_panel._values.text().startswith("frame 1: ")
    assert playing.statistics_panel._numbers["mean"].toolTip().endswith(", in frame 1")


@pytest.mark.parametrize("is_on_input", [False, True])
def test_all_numbers_under_a_hand_are_of_the_frame_on_screen(playing, is_on_input):
    playing.show_explanation(True)
    panel, chosen, grid, canvas = (
        playing.explanation_panel, playing.selection.view.filter, grid_of(playing), playing.input_panel.pane
    )  # fmt: skip
    pane, at = (canvas, canvas.rect().center()) if is_on_input else (grid, grid.picture_rect(chosen).center())
    move(pane, QPointF(at))
    cursor = playing.selection.cursor
    assert cursor is not None

    for picture in pictures(playing, 4):
        show(playing, picture)

        tile, (channel, row, column) = picture.tiles[chosen], panel._explanation.trace.place
        value = tile.values[row, column]
        assert channel == chosen
        assert grid.tiles[chosen].subtitle == f"= {number(float(value))}"
        assert panel._arithmetic.computation.trace.value == value
        assert playing.statistics_panel._numbers["mean"].text() == compact_number(picture.statistics.mean)
        assert panel._header.place.text().startswith(f"frame {picture.frame.index + 1}  ")
        red = picture.seen_input[0][picture.input_tile.grid.cell_at(cursor)]
        assert f"R {number(float(red))} " in playing.status_panel._values.text()


def test_an_explanation_names_its_frame_until_that_on_screen_is_explained(playing):
    shown = glances(playing, 3)
    show(playing, *shown)
    survey(playing, pictures(playing, 2)[1])

    playing.bridge.status_changed.emit(replace(status_at(2), state="paused"))
    assert "frame 2" in playing.explanation_panel.place_text

    show(playing, pictures(playing, 3)[2])
    assert "frame" not in playing.explanation_panel.place_text


def test_a_study_names_its_frame_while_frames_come(playing):
    show(playing, *glances(playing, 3))
    playing.explanation_panel.show_page("study")

    survey(playing, pictures(playing, 2)[1])

    assert playing.explanation_panel.place_text.startswith("frame 2  ·  ")


def test_the_numbers_of_a_still_name_no_frame(playing):
    (still,) = glances(playing, 1)
    playing.bridge.status_changed.emit(replace(status_at(0), state="paused"))
    show(playing, still)

    survey(playing, render(still.job).picture)

    assert not playing.status_panel._values.text().startswith("frame ")


def test_maps_that_come_into_sight_wait_for_their_images(playing):
    playing.selection.select(filter=1)
    playing.maps_panel.toggle_enlarged()
    (alone,) = glances(playing, 1)
    show(playing, alone)
    assert [sight is None for sight in alone.maps] == [True, False, True]
    before = grid_of(playing).tiles
    assert [view.title for view in before] == [alone.maps[1].title]

    playing.selection.select(filter=2)
    assert grid_of(playing).tiles == before
    show(playing, *glances(playing, 2))
    assert [view.title for view in grid_of(playing).tiles] != [before[0].title]

    playing.maps_panel.toggle_enlarged()
    assert len(grid_of(playing).tiles) == 1
    show(playing, alone)  # made before the window said what it needs now
    assert len(grid_of(playing).tiles) == 1
    show(playing, *glances(playing, 3))
    assert len({view.title for view in grid_of(playing).tiles}) == 3
    assert all(view.image.width() > 100 for view in grid_of(playing).tiles)


def test_an_edit_paints_its_maps_and_their_labels_alone(playing):
    show(playing, *glances(playing, 2))
    store = playing.store
    store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, 2.5))
    flush()
    *_, edited = glances(playing, 2)
    grid, region = grid_of(playing), QRegion()
    for index in range(len(grid.tiles)):
        region += grid._caption_rect(index).toAlignedRect() | grid.picture_rect(index).toAlignedRect()

    seen = watched(playing, [lambda: show(playing, edited)])

    assert not seen.regions[grid].isEmpty()
    assert seen.regions[grid].subtracted(region).isEmpty()
    assert playing.input_panel.pane in seen.regions  # another frame


class Answering(NoResults):
    """Takes the place of a slot, and answers each edit while the window waits for it."""

    def __init__(self, window: MainWindow, make: Callable[..., list[Picture] | list[Glance]] = glances) -> None:
        self._window, self._make = window, make
        self.waited_s: list[float] = []

    def wait_for(self, is_wanted: Callable[[object], bool], timeout_s: float) -> Picture | Glance | None:
        self.waited_s.append(timeout_s)
        *_, self._made = self._make(self._window, 2)
        return self._made if is_wanted(self._made) else None

    def take(self) -> Picture | Glance:
        return self._made


@pytest.mark.parametrize("make", [glances, pictures], ids=["glance", "full picture"])
def test_the_pixels_of_an_edit_are_painted_before_its_panels_follow(playing, monkeypatch, make):
    show(playing, *make(playing, 2))
    bridge, store, grid = playing.bridge, playing.store, grid_of(playing)
    seen: list[str] = []
    watcher = Watcher(playing)
    monkeypatch.setattr(bridge, "_pictures", Answering(playing, make))
    bridge._wants_numbers, bridge._glance_s = False, 0.001
    for panel in (playing.filter_panel, playing.parameters_panel):
        monkeypatch.setattr(panel, "apply", lambda *_: seen.append("panel" if grid in watcher.regions else "too early"))
    QApplication.instance().installEventFilter(watcher)

    store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, 2.5))
    QApplication.instance().removeEventFilter(watcher)

    assert seen == ["panel", "panel"]
    bridge._deliver_picture()
    flush()
    shown = bridge.glance or bridge.picture
    assert shown.project is store.state
    assert isinstance(playing.bridge.glance, Glance) == (make is glances)
    monkeypatch.setattr(bridge, "_pictures", NoResults())


@pytest.mark.parametrize("reason", ["numbers are read", "glances are slow", "other filters", "another source"])
def test_an_edit_does_not_wait_for_pixels_where_they_take_long_or_panels_must_come_first(playing, monkeypatch, reason):
    show(playing, *glances(playing, 2))
    bridge, store = playing.bridge, playing.store
    answering = Answering(playing)
    bridge._wants_numbers = reason == "numbers are read"
    bridge._glance_s = 1.0 if reason == "glances are slow" else 0.001
    monkeypatch.setattr(bridge, "_pictures", answering)
    edited = {
        "other filters": lambda state: edits.duplicate_filter(state, 0, 0),
        "another source": lambda state: replace(state, source=Source("pattern", "checkerboard")),
    }.get(reason, lambda state: edits.set_weight(state, 0, 0, None, 0, 0, 2.5))

    store.commit(edited(store.state))

    assert not answering.waited_s
    monkeypatch.setattr(bridge, "_pictures", NoResults())


def test_an_edit_whose_pixels_did_not_come_in_time_is_the_last_that_waits(playing, monkeypatch):
    show(playing, *glances(playing, 2))
    bridge, store = playing.bridge, playing.store
    answering = Answering(playing)
    bridge._wants_numbers, bridge._glance_s = False, 0.001
    with monkeypatch.context() as held:
        held.setattr(answering, "wait_for", lambda _is_wanted, timeout_s: answering.waited_s.append(timeout_s))
        held.setattr(bridge, "_pictures", answering)
        for weight in (2.5, 3.5):
            store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, weight))

    assert len(answering.waited_s) == 1
    assert answering.waited_s[0] < 0.02


def test_the_input_is_not_painted_for_an_edit_of_a_still(playing):
    still = jobs(playing, 1)[0]
    glancer, store = Glancer(), playing.store
    show(playing, glancer.glance(still))
    store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, 2.5))
    flush()
    edited = glancer.glance(replace(still, project=store.state))

    seen = watched(playing, [lambda: show(playing, edited)])

    assert playing.input_panel.pane not in seen.regions
    assert grid_of(playing) in seen.regions


def test_the_input_is_not_painted_between_a_full_picture_and_a_glance_of_one_still(playing):
    still = jobs(playing, 1)[0]
    rendered, glancer, store = render(still), Glancer(), playing.store
    show(playing, rendered.picture)
    values = playing.input_panel.pane.picture.values
    edited = []
    for weight in (2.5, 3.5):
        store.commit(edits.set_weight(store.state, 0, 0, None, 0, 0, weight))
        flush()
        edited.append(replace(still, project=store.state))

    seen = watched(
        playing,
        [
            lambda: show(playing, glancer.glance(edited[0])),
            lambda: show(playing, render(edited[1], rendered).picture),
        ],
    )

    assert playing.input_panel.pane not in seen.regions
    assert playing.input_panel.pane.picture.values is values  # which are those of the frame on screen
    assert grid_of(playing) in seen.regions


@pytest.mark.parametrize("is_glance", [True, False], ids=["after a glance", "after a full picture"])
def test_an_edit_of_one_filter_of_a_still_paints_its_map_alone(playing, is_glance):
    still = jobs(playing, 1)[0]
    glancer, store, grid = Glancer(), playing.store, grid_of(playing)
    show(playing, glancer.glance(still) if is_glance else render(still).picture)
    before = grid.tiles
    store.commit(edits.set_weight(store.state, 0, 1, None, 0, 0, 2.5))
    flush()
    glance = glancer.glance(replace(still, project=store.state))

    seen = watched(playing, [lambda: show(playing, glance)])

    place = grid._caption_rect(1).toAlignedRect() | grid.picture_rect(1).toAlignedRect()
    assert seen.regions[grid].subtracted(QRegion(place)).isEmpty()
    assert [new is old for new, old in zip(grid.tiles, before, strict=True)] == [True, False, True]
    painted = grid.grab().toImage()
    grid.update()
    flush()
    assert grid.grab().toImage() == painted


def test_the_input_is_painted_for_a_glance_of_other_channels(playing):
    still = jobs(playing, 1)[0]
    show(playing, render(still).picture)
    store = playing.store
    store.commit(edits.set_channels(store.state, "1"))
    flush()

    seen = watched(playing, [lambda: show(playing, Glancer().glance(replace(still, project=store.state)))])

    assert playing.input_panel.pane in seen.regions


def test_levels_are_locked_and_marked_as_they_are_on_screen(playing):
    (glance,) = glances(playing, 1)
    on_screen = Levels(-7.25, 7.25)
    show(playing, replace(glance, maps=tuple(replace(sight, levels=on_screen) for sight in glance.maps)))
    survey(playing, pictures(playing, 2)[1])

    assert playing.statistics_panel._histogram.levels == (-7.25, 7.25)

    playing.statistics_panel._scope.chosen.emit("locked")
    assert playing.store.state.display.locked == (-7.25, 7.25)


def test_the_large_histogram_names_the_frame_of_a_survey(playing, monkeypatch):
    playing.show_histogram()
    (large,) = playing.findChildren(LargeHistogram)
    show(playing, *glances(playing, 3))
    playing.bridge.picture = pictures(playing, 2)[1]

    with monkeypatch.context() as held:
        status = [status_at(3)]
        held.setattr(type(playing.bridge.player), "status", property(lambda _player: status[0]))
        large._show(playing.bridge.picture)
        assert large._title.text().endswith(", frame 2")

        status.append(replace(status.pop(), state="paused"))
        show(playing, *pictures(playing, 1))
        large._beat.settle()
        assert "frame" not in large._title.text()
    large.close()


def test_the_picture_after_glances_shows_its_numbers_again(playing):
    show(playing, *glances(playing, 2))
    (picture,) = pictures(playing, 1)

    show(playing, picture)

    for view, tile in zip(grid_of(playing).tiles, picture.tiles, strict=True):
        assert view.subtitle == range_text(tile)
        assert view.values is tile.values
    assert not playing.status_panel._values.text().startswith("frame ")


def test_a_glance_of_another_number_of_maps_is_arranged_anew(playing):
    show(playing, *glances(playing, 1))
    playing.store.commit(edits.duplicate_filter(playing.store.state, 0, 0))

    (glance,) = glances(playing, 1)
    show(playing, glance)

    assert len(grid_of(playing).tiles) == len(glance.maps) == 4
    assert grid_of(playing).layout_now.count == 4


def test_captions_of_glances_are_written_anew_only_where_levels_change(playing):
    one, other = (glances(playing, 1)[0] for _ in range(2))
    first = other.maps[0]
    wider = replace(first, levels=Levels(2 * first.levels.low, 2 * first.levels.high))
    show(playing, one, replace(other, maps=(wider, *other.maps[1:])))

    subtitles = [tile.subtitle for tile in grid_of(playing).tiles]
    assert subtitles == [levels_text(sight.levels) for sight in (wider, *other.maps[1:])]


def test_a_source_of_another_shape_divides_the_window_though_frames_of_the_film_are_on_their_way(playing):
    show(playing, *glances(playing, 2))
    before = playing.splitter.division
    late = jobs(playing, 4)[2:]  # newer than what is on screen
    source = Source("pattern", "zone")
    playing.store.commit(edits.set_source(playing.store.state, source))
    glancer, state, view = Glancer(), playing.store.state, playing.selection.view

    for job in late:
        glance = glancer.glance(Job(job.frame, state, view, screen=job.screen))
        assert glance is not None
        show(playing, glance)
    assert abs(playing.splitter.division.width - before.width) < 10  # the controls of the film have gone

    tall = Frame(np.zeros((1, 900, 300), np.float32), ("Y",), title="tall.png")
    show(playing, render(Job(tall, state, view)).picture)
    assert playing.splitter.division.width < 0.6 * before.width
