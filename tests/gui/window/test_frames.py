"""What a frame costs the window: which widgets are painted, and that nothing is laid out or asked again."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.window import main_window
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.live.status import PlayerStatus
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, SourceInfo
from tests.gui.conftest import newest_picture

FRAMES = 8
VIDEO = SourceInfo("clip.mp4", 1000, 30.0, is_seekable=True)
# What Qt does beside painting if a widget is told something, also the same as before.
UPHEAVALS = {QEvent.Type.LayoutRequest, QEvent.Type.ToolTipChange, QEvent.Type.StyleChange, QEvent.Type.Resize}


class Watcher(QObject):
    """Counts the events of all widgets of a window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.painted: Counter[str] = Counter()
        self.upheavals: Counter[tuple[str, str]] = Counter()
        self._window = window

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.window() is self._window:
            name = type(watched).__name__
            if event.type() == QEvent.Type.Paint:
                self.painted[name] += 1
            elif event.type() in UPHEAVALS:
                self.upheavals[name, event.type().name] += 1
        return False


@pytest.fixture
def playing(window: MainWindow, qtbot: QtBot) -> Iterator[MainWindow]:
    """Return a window that shows a video of moving noise, as its threads would tell it."""
    newest_picture(window, qtbot)
    window.bridge.status_changed.emit(status_at(0))
    window.status_panel._speed.setText("computed in 888.8 ms  ·  888 fps  ·  8888 dropped")  # it keeps that width
    for picture in pictures(window, 3):
        window.bridge.picture = picture
        window.bridge.picture_ready.emit(picture)
        flush()
    yield window
    window.bridge.status_changed.emit(window.bridge.player.status)


def status_at(index: int) -> PlayerStatus:
    return PlayerStatus(info=VIDEO, state="playing", index=index, rate_hz=30.0 + index % 3)


def frames(window: MainWindow, count: int) -> list[Frame]:
    """Return frames of noise that moves on, of the size of the window's picture."""
    shown = window.bridge.picture.frame
    image = np.random.default_rng(0).random(shown.image.shape, np.float32)
    return [replace(shown, content=np.roll(image, i, axis=2), index=i, time_s=i / 30) for i in range(count)]


def pictures(window: MainWindow, count: int) -> list[Picture]:
    state, view = window.store.state, window.selection.view
    return [render(Job(frame, state, view)).picture for frame in frames(window, count)]


def flush() -> None:
    """Deliver what is posted, and paint."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def watched(window: MainWindow, steps: list[Callable[[], None]]) -> Watcher:
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


def test_the_place_of_a_playing_source_asks_no_command_again(playing, monkeypatch):
    asked = []
    monkeypatch.setattr(main_window, "refresh_actions", asked.append)

    for index in range(20):
        playing.bridge.status_changed.emit(status_at(index))
    assert not asked

    playing.bridge.status_changed.emit(replace(status_at(20), state="paused"))
    assert len(asked) == 1


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
    steps = [lambda i=i: playing._show_status(status_at(i)) for i in range(1, FRAMES + 1)]

    seen = watched(playing, steps)

    assert not seen.upheavals
    backgrounds = {"MainWindow", "Body", "Divider", "InputPanel", "TransportPanel"}
    assert set(seen.painted) - backgrounds <= {"JumpSlider", "Note"}


def test_a_picture_of_the_same_kind_lays_out_nothing(playing):
    def show(picture: Picture) -> None:
        playing.bridge.picture = picture
        playing.bridge.picture_ready.emit(picture)

    steps = [lambda one=one: show(one) for one in pictures(playing, FRAMES)]
    seen = watched(playing, steps)

    assert not [(name, kind) for name, kind in seen.upheavals if kind == "LayoutRequest"]
    assert seen.painted["TileGrid"] == seen.painted["ImageCanvas"] == FRAMES
