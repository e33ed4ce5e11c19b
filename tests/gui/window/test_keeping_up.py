"""What the window says when frames cannot be kept, and what its buttons do; times and statuses are given."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.keeping_up import KeepingUp
from convexplorer.live.burden import PATIENCE_S, Keeping
from convexplorer.live.player import PlayerStatus
from convexplorer.model.view import Screen
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources import Source
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame, SourceInfo
from tests.gui.conftest import message_of

LIVE = SourceInfo("camera", None, is_live=True)
PERIOD_S = 0.25


class Camera:
    """A running source in a window, whose frames and times the test makes."""

    def __init__(self, window, monkeypatch, address="7"):
        self.window, self.now_s, self.index = window, 50.0, 0
        self.source = Source("camera", address)
        notice = window.findChild(KeepingUp)
        self.processor_share = 1.0
        keeping = Keeping(lambda: self.now_s, lambda: self.processor_share * self.now_s)
        monkeypatch.setattr(notice, "_keeping", keeping)
        rng = np.random.default_rng(0)
        self.frames = [Frame(ByteImage(rng.integers(0, 256, (256, 320, 3), np.uint8)), ("R", "G", "B"))] * 2
        self.frames = [replace(frame, index=i) for i, frame in enumerate(self.frames)]
        self.pictures = [render(Job(frame, window.store.state, window.selection.view)).picture for frame in self.frames]

    def run(self, seconds, *, offered_hz=30.0, shown_each_s=PERIOD_S, state="playing"):
        """Let time pass: a frame reaches the window every so often, and the player tells where it is."""
        for _ in range(round(seconds / shown_each_s)):
            self.now_s += shown_each_s
            self.index += 1
            self.window.bridge._show(self.pictures[self.index % 2])
            status = PlayerStatus(self.source, LIVE, state, index=self.index, rate_hz=offered_hz)
            self.window.bridge.status_changed.emit(status)


def button_of(window, start):
    bar = window.findChild(MessageBar)
    return next(one for one in bar.findChildren(QPushButton) if one.text().startswith(start) and one.isVisible())


def test_frames_that_are_kept_are_not_spoken_of(window, monkeypatch):
    camera = Camera(window, monkeypatch)

    camera.run(3 * PATIENCE_S, offered_hz=5.0)

    assert message_of(window) == ""


def test_after_some_seconds_the_window_says_what_a_frame_costs(window, monkeypatch):
    camera = Camera(window, monkeypatch)
    camera.run(PATIENCE_S / 2)
    assert message_of(window) == ""

    camera.run(PATIENCE_S + 1)

    assert message_of(window).startswith("4 of 30 frames a second are shown: each takes ")
    assert "for the window and other programs" in message_of(window)


def test_on_a_busy_machine_the_window_does_not_blame_itself(window, monkeypatch):
    camera = Camera(window, monkeypatch)
    camera.processor_share = 0.2

    camera.run(2 * PATIENCE_S)

    assert "200 ms of waiting for other programs and 50 ms of work in this one" in message_of(window)
    assert "for the window" not in message_of(window)


def test_what_was_closed_is_not_said_again_of_this_source(window, monkeypatch, qtbot):
    camera = Camera(window, monkeypatch)
    camera.run(2 * PATIENCE_S)
    assert message_of(window)

    window.findChild(MessageBar).clear()
    camera.run(1, state="paused")
    camera.run(3 * PATIENCE_S)

    assert message_of(window) == ""
    other = Camera(window, monkeypatch, address="8")
    other.run(2 * PATIENCE_S)
    assert "frames a second" in message_of(window)


@pytest.mark.parametrize("calm", [{"shown_each_s": 0.04}, {"state": "paused"}])
def test_the_sentence_goes_when_it_is_not_true_any_more(window, monkeypatch, calm):
    camera = Camera(window, monkeypatch)
    camera.run(2 * PATIENCE_S)
    assert message_of(window)

    camera.run(3, **calm)

    assert message_of(window) == ""


def test_an_edit_is_no_reason_to_speak(window, monkeypatch):
    camera = Camera(window, monkeypatch)

    for i in range(6):
        camera.run(PATIENCE_S / 2)
        window.selection.select(filter=i % 2)

    assert message_of(window) == ""


def test_a_button_makes_the_frames_smaller_and_says_once_more_if_that_was_not_enough(window, monkeypatch, qtbot):
    camera = Camera(window, monkeypatch)
    camera.run(2 * PATIENCE_S)

    qtbot.mouseClick(button_of(window, "Use frames of half size"), Qt.MouseButton.LeftButton)

    assert window.selection.view.input_reduction == 2
    assert window.actions_by_name["half-size"].isChecked()
    assert message_of(window) == ""
    camera.run(2 * PATIENCE_S)
    assert "frames a second" in message_of(window)  # these pictures are still of whole frames


def test_while_glances_are_shown_fewer_maps_are_offered_first(window, monkeypatch, qtbot):
    camera = Camera(window, monkeypatch)
    camera.run(PATIENCE_S - 1)
    screen = Screen(wants_numbers=False, tile=(64, 80))
    glance = Glancer().glance(Job(camera.frames[0], window.store.state, window.selection.view, screen=screen))
    assert glance is not None
    glance = replace(glance, seconds=0.1)  # as on a slow machine
    monkeypatch.setattr(window.bridge, "_show", lambda _picture: setattr(window.bridge, "glance", glance))

    camera.run(PATIENCE_S)

    assert f"to compute and draw {len(glance.maps)} maps" in message_of(window)
    qtbot.mouseClick(button_of(window, "Show only the selected map"), Qt.MouseButton.LeftButton)
    assert len(window.maps_panel.pane._tiles) == 1


def test_what_is_pinned_and_marked_stays_where_it_is(window, monkeypatch):
    camera = Camera(window, monkeypatch)
    camera.run(PERIOD_S)
    window.selection.hold((100.5, 201.0))

    window.actions_by_name["half-size"].trigger()
    assert window.selection.pin == (50.25, 100.5)

    window.actions_by_name["half-size"].trigger()
    assert window.selection.pin == (100.5, 201.0)
    assert window.selection.view.input_reduction == 1


def test_a_picture_of_a_file_has_no_frames_to_make_smaller(window):
    action = window.actions_by_name["half-size"]

    assert "camera" in action.reason
