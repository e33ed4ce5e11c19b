import threading
from collections.abc import Iterator

import numpy as np
import pytest

from convexplorer._threads import for_each
from convexplorer.kernels.filter import Filter
from convexplorer.live import engine as module
from convexplorer.live.engine import Engine
from convexplorer.live.slots import Inbox, Latest
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, render
from convexplorer.sources.frame import Source
from tests.live.fakes import PATIENCE_S, make_frame
from tests.model.examples import conv_layer


def project(weight: float = 1.0) -> Project:
    layer = conv_layer((Filter("f", np.full((1, 1, 1), weight)),))
    return Project(Source("sample", "astronaut"), (layer,))


class Window:
    """Fetches pictures as the window does, when it is woken."""

    def __init__(self) -> None:
        self.latest = Latest(self._on_ready)
        self._ready = threading.Semaphore(0)

    def next_picture(self) -> Picture:
        assert self._ready.acquire(timeout=PATIENCE_S), "no picture came"
        picture = self.latest.take()
        assert picture is not None
        return picture

    @property
    def was_woken(self) -> bool:
        return self._ready.acquire(blocking=False)

    def _on_ready(self) -> None:
        self._ready.release()


class Road:
    """An inbox, an engine and a window."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.window = Window()
        self.engine = Engine(self.inbox, self.window.latest)
        self.inbox.put_view(View())

    def begin(self) -> None:
        self.inbox.put_project(project())
        self.inbox.put_frame(make_frame(51))
        self.engine.start()


@pytest.fixture
def road() -> Iterator[Road]:
    road = Road()
    yield road
    road.engine.close()


def test_a_frame_becomes_a_picture(road: Road):
    road.begin()

    picture = road.window.next_picture()

    assert picture.tiles[0].values[0, 0] == pytest.approx(0.2)
    assert picture.total_seconds >= picture.seconds > 0


def test_an_edit_shows_on_the_same_frame(road: Road):
    road.begin()
    road.window.next_picture()
    road.inbox.put_project(project(-3.0))

    picture = road.window.next_picture()

    assert picture.frame.index == 51
    assert picture.tiles[0].values[0, 0] == pytest.approx(-0.6)


def test_while_the_engine_is_busy_newer_frames_replace_each_other(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_busy, go_on, is_done = threading.Event(), threading.Event(), threading.Event()
    indices = []

    def slow(job: Job, previous: Rendered | None) -> Rendered:
        indices.append((job.frame.index, job.dropped_frames))
        is_busy.set()
        assert go_on.wait(PATIENCE_S)
        if job.frame.index == 109:
            is_done.set()
        return render(job, previous)

    monkeypatch.setattr(module, "render", slow)
    road.begin()
    assert is_busy.wait(PATIENCE_S)
    for index in range(100, 110):
        road.inbox.put_frame(make_frame(index))
    go_on.set()

    assert is_done.wait(PATIENCE_S)
    assert indices == [(51, 0), (109, 9)]


def test_an_error_becomes_a_note_and_the_engine_goes_on(
    road: Road, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    calls = iter(range(10))

    def fail_first(job: Job, previous: Rendered | None) -> Rendered:
        if next(calls) == 0:
            raise RuntimeError("wires crossed")
        return render(job, previous)

    monkeypatch.setattr(module, "render", fail_first)
    road.begin()
    failed = road.window.next_picture()
    road.inbox.put_frame(make_frame(52))
    good = road.window.next_picture()

    assert "wires crossed" in failed.note
    assert "wires crossed" in caplog.text
    assert (good.note, good.frame.index) == ("", 52)


def test_an_idle_engine_returns_unused_memory(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_returned = threading.Event()
    monkeypatch.setattr(module, "IDLE_S", 0.01)
    monkeypatch.setattr(module.memory, "give_back", is_returned.set)
    road.begin()
    road.window.next_picture()

    assert is_returned.wait(PATIENCE_S)
    road.inbox.put_frame(make_frame(52))
    assert road.window.next_picture().frame.index == 52


def test_closing_ends_the_thread(road: Road):
    road.begin()
    road.window.next_picture()

    road.engine.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


def test_closing_ends_a_computation_between_two_bands(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_busy = threading.Event()

    def endless(job: Job, previous: Rendered | None) -> Rendered:
        while True:
            for_each(lambda _: is_busy.set(), range(4))

    monkeypatch.setattr(module, "render", endless)
    road.begin()
    assert is_busy.wait(PATIENCE_S)

    road.engine.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]
    assert road.window.latest.take() is None


def test_a_picture_that_is_late_arrives_nowhere(road: Road, monkeypatch: pytest.MonkeyPatch):
    is_busy, go_on = threading.Event(), threading.Event()

    def block(job: Job, previous: Rendered | None) -> Rendered:
        is_busy.set()
        assert go_on.wait(PATIENCE_S)
        return render(job, previous)

    monkeypatch.setattr(module, "render", block)
    monkeypatch.setattr(module, "CLOSE_S", 0.0)
    road.begin()
    assert is_busy.wait(PATIENCE_S)
    engine = next(thread for thread in threading.enumerate() if thread.name == "engine")

    road.engine.close()
    go_on.set()
    engine.join(PATIENCE_S)

    assert road.window.latest.take() is None
    assert not road.window.was_woken


def test_an_engine_that_never_started_can_be_closed(road: Road):
    road.engine.close()

    assert road.inbox.take() is None


def test_live_edits_and_frames_leave_memory_flat(road: Road):
    """Nothing may hold on to old frames or pictures."""
    import gc
    import weakref

    road.begin()
    old = weakref.ref(road.window.next_picture())
    for index in range(20):
        road.inbox.put_frame(make_frame(index))
        road.window.next_picture()
        road.inbox.put_project(project(float(index)))
        road.window.next_picture()
    gc.collect()

    assert old() is None


def test_what_is_remembered_of_a_frame_goes_before_the_next_is_computed(road: Road, monkeypatch: pytest.MonkeyPatch):
    remembered: list[bool] = []

    def spy(job: Job, previous: Rendered | None) -> Rendered:
        remembered.append(previous is not None)
        return render(job, previous)

    monkeypatch.setattr(module, "render", spy)
    road.begin()
    road.window.next_picture()
    road.inbox.put_project(project(2.0))
    road.window.next_picture()
    road.inbox.put_frame(make_frame(52))
    road.window.next_picture()

    assert remembered == [False, True, False]
