"""A short soak: the real window on live frames, edited all the while; the long one is `tests.benchmarks.soak`.

Bounded by numbers of pictures and edits, never by time.
"""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convexplorer import _threads
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.sources import Source
from tests.benchmarks.soak import OFFSCREEN_NOTE, Hand, memory_mb, rest
from tests.mjpeg_server import MjpegServer

PICTURES = 240
WARM_UP = 120  # until the history of undo and the engine's buffers have their size
GROWTH_MB = 40.0  # at rest; a leak of every picture would be several times this
PATIENCE_MS = 60_000
SIZE = (240, 320)


class Soak:
    """A window that gets one edit with every picture or glance it shows."""

    def __init__(self, qtbot: QtBot, url: str) -> None:
        self._qtbot = qtbot
        self.window = MainWindow(default_project(Source("stream", url, {"timeout_s": 10.0})))
        self.window.resize(1280, 800)
        self.hand = Hand(self.window)
        self._goal = 0
        self.frames: list[int] = []
        self.notes: set[str] = set()
        self.window.bridge.picture_ready.connect(self._on_picture)
        self.window.bridge.glance_ready.connect(self._on_glance)

    def start(self) -> None:
        self.window.show()
        self.window.start()

    def edit_until(self, pictures: int) -> float:
        """Edit until so many pictures and glances have been shown, rest, and return the memory then, in MB."""
        first, self._goal = self.window.store.state, pictures
        self.window.bridge.player.play()
        self._qtbot.waitUntil(lambda: len(self.frames) == pictures, timeout=PATIENCE_MS)
        self._qtbot.waitUntil(self._shows_the_newest, timeout=PATIENCE_MS)
        rest(self.window, first)
        return memory_mb()

    def close(self) -> None:
        self.window.store.mark_saved()
        self.window.close()

    def _on_picture(self, picture: Picture) -> None:
        self._on_frame(picture.frame.index, picture.note)

    def _on_glance(self, glance: Glance) -> None:
        self._on_frame(glance.job.frame.index, "")

    def _on_frame(self, index: int, note: str) -> None:
        if len(self.frames) < self._goal:
            self.frames.append(index)
            self.notes.add(note)
            self.hand.move()

    def _shows_the_newest(self) -> bool:
        bridge = self.window.bridge
        shown = bridge.glance or bridge.picture
        return shown is not None and shown.project is self.window.store.state


@pytest.fixture
def qt_messages() -> Iterator[list[str]]:
    """Collect what Qt says."""
    messages: list[str] = []

    def keep(_kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
        messages.append(text)

    before = qInstallMessageHandler(keep)
    yield messages
    qInstallMessageHandler(before)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells its memory and threads this way")
def test_live_frames_and_edits_leave_nothing_behind(
    qtbot: QtBot,
    qapp: QApplication,
    qt_messages: list[str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    theme.apply_theme(qapp, "dark")
    _threads.for_each(lambda _: None, range(8))  # helpers that compute stay to the program's end
    threads_before = set(threading.enumerate())

    with MjpegServer(rate_hz=200.0, size=SIZE) as server:
        soak = Soak(qtbot, server.url)
        soak.start()
        before_mb = soak.edit_until(WARM_UP)
        after_mb = soak.edit_until(PICTURES)
        soak.close()

    assert soak.hand.count == PICTURES
    assert soak.frames == sorted(soak.frames)
    assert len(set(soak.frames)) > PICTURES // 10, "the camera was hardly seen between the edits"
    assert not [note for note in soak.notes if "could not be computed" in note]
    assert after_mb - before_mb < GROWTH_MB
    assert not [thread.name for thread in threading.enumerate() if thread not in threads_before]
    assert [text for text in qt_messages if text != OFFSCREEN_NOTE] == []
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert capfd.readouterr().err == ""
