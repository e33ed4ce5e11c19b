"""Garbage is collected in the main thread only while the window's threads run."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from convexplorer.gui.session.garbage import MainThreadCollector


@pytest.fixture
def collector(qapp):
    found = MainThreadCollector()
    yield found
    found.stop()


class Cycle(QObject):
    """An object that only a collection can free, and that says where it was freed."""

    ended_in: list[threading.Thread]

    def __init__(self, ended_in):
        super().__init__()
        self.me = self
        self.ended_in = ended_in

    def __del__(self):
        self.ended_in.append(threading.current_thread())


def make_garbage():
    for _ in range(3):
        kept = [[] for _ in range(gc.get_threshold()[0] * 2)]
        del kept


def test_another_thread_collects_nothing_and_the_main_thread_does(collector, qtbot):
    ended_in = []
    collector.start()

    Cycle(ended_in)
    busy = threading.Thread(target=make_garbage)
    busy.start()
    busy.join()
    early = list(ended_in)
    kept = [[] for _ in range(gc.get_threshold()[0] * 2)]
    qtbot.waitUntil(lambda: bool(ended_in), timeout=20_000)

    assert early == []
    assert ended_in == [threading.main_thread()]
    assert kept


def test_python_collects_by_itself_again_when_the_last_has_stopped(collector, qapp):
    other = MainThreadCollector()
    collector.start()
    other.start()

    collector.stop()
    is_on_between = gc.isenabled()
    other.stop()

    assert (is_on_between, gc.isenabled()) == (False, True)
