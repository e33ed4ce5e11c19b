"""The engine between two roads: glances at once, full pictures when nothing newer comes, surveys from time to time."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import _threads
from convexplorer.kernels.filter import Filter
from convexplorer.live import engine as engine_module
from convexplorer.live import surveyor as surveyor_module
from convexplorer.live.engine import READ_S, Engine
from convexplorer.live.slots import Inbox, Latest
from convexplorer.live.surveyor import Surveyor
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, render
from convexplorer.sources.frame import Source
from tests.live.fakes import PATIENCE_S, make_frame
from tests.model.examples import conv_layer

LOOKED_AT = Screen(wants_numbers=False, tile=(2, 3), input=(2, 3))
FAR = 1e9


def project(weight: float = 1.0) -> Project:
    return Project(Source("sample", "astronaut"), (conv_layer((Filter("f", np.full((1, 1, 1), weight)),)),))


class Window:
    """An inbox and an engine; frames flow, because the clock stands still. The test says when nothing newer comes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ready, self._surveyed = threading.Semaphore(0), threading.Semaphore(0)
        self.latest: Latest[Picture | Glance] = Latest(self._ready.release)
        self.surveys: Latest[Picture] = Latest(self._surveyed.release)
        self.inbox = Inbox()
        self.inbox.put_view(View())
        self.inbox.put_screen(LOOKED_AT)
        self.inbox.put_project(project())
        self.is_settling = False
        self._monkeypatch = monkeypatch
        wait = self.inbox.wait
        # A glance is settled at once, or never: no test waits for a clock.
        monkeypatch.setattr(self.inbox, "wait", lambda s: wait(0.0 if self.is_settling and s < 1 else PATIENCE_S))
        self.now_s = 0.0
        self.engine = Engine(self.inbox, self.latest, self.surveys, clock=lambda: self.now_s)

    def without_surveys(self) -> None:
        self._monkeypatch.setattr(Surveyor, "offer", lambda _self, _job: None)

    def begin(self) -> Picture:
        self.inbox.put_frame(make_frame(0))
        self.engine.start()
        first = self.next()
        assert isinstance(first, Picture)
        return first

    def next(self) -> Picture | Glance:
        assert self._ready.acquire(timeout=PATIENCE_S), "nothing came"
        made = self.latest.take()
        assert made is not None
        return made

    def poll(self) -> Picture | Glance | None:
        """Return what is there, without waiting."""
        made = self.latest.take()
        if made is not None:
            assert self._ready.acquire(blocking=False)
        return made

    def next_survey(self) -> Picture:
        assert self._surveyed.acquire(timeout=PATIENCE_S), "no survey came"
        survey = self.surveys.take()
        assert survey is not None
        return survey


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    window = Window(monkeypatch)
    yield window
    window.engine.close()
    assert not [thread for thread in threading.enumerate() if thread.name in ("engine", "surveyor")]


def test_frames_that_flow_are_glances_with_surveys_of_them(window: Window):
    window.begin()
    window.inbox.put_frame(make_frame(1))

    glance, survey = window.next(), window.next_survey()

    assert isinstance(glance, Glance)
    assert glance.job.frame.index == survey.frame.index == 1
    assert survey.statistics is not None
    assert survey.tiles[0].values[0, 0] == pytest.approx(1 / 255)


def test_a_glance_becomes_a_full_picture_of_the_same_frame_when_nothing_newer_comes(window: Window):
    window.without_surveys()
    window.begin()
    window.is_settling = True
    window.inbox.put_frame(make_frame(1))

    made = [window.next()]
    if isinstance(made[0], Glance):  # else the full picture has replaced it already
        made.append(window.next())

    assert isinstance(made[-1], Picture)
    assert made[-1].frame.index == 1


def test_a_still_with_its_numbers_is_not_drawn_again_for_whoever_reads_them(window: Window):
    window.begin()
    for wants_numbers in (True, False, True):
        window.inbox.put_screen(replace(LOOKED_AT, wants_numbers=wants_numbers))
    window.inbox.put_screen(Screen(wants_numbers=True, tile=(3, 3)))

    made = window.next()

    assert isinstance(made, Picture)
    assert made.tiles[0].pixels is not None
    assert made.tiles[0].pixels.shape == (3, 3, 4)
    assert window.latest.take() is None


def test_settling_is_abandoned_when_a_newer_job_comes(window: Window, monkeypatch: pytest.MonkeyPatch):
    is_busy, numbers = threading.Event(), []

    def endless(job: Job, previous: Rendered | None = None) -> Rendered:
        numbers.append(job.frame.index)
        while job.frame.index == 1:
            _threads.for_each(lambda _: is_busy.set(), range(2))
        return render(job, previous)

    window.without_surveys()
    window.begin()
    window.is_settling = True
    monkeypatch.setattr(engine_module, "render", endless)
    window.inbox.put_frame(make_frame(1))
    assert is_busy.wait(PATIENCE_S)
    window.inbox.put_frame(make_frame(2))
    while not isinstance(last := window.next(), Picture):
        pass

    assert last.frame.index == 2
    assert numbers == [1, 2]


class SlowRenders:
    """Full pictures that wait for the test before they go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[Job] = []
        self._is_busy, self._go_on = threading.Semaphore(0), threading.Semaphore(0)
        monkeypatch.setattr(engine_module, "render", self)

    def __call__(self, job: Job, previous: Rendered | None = None) -> Rendered:
        self.begun.append(job)
        self._is_busy.release()
        assert self._go_on.acquire(timeout=PATIENCE_S)
        _threads.for_each(lambda _: None, range(2))
        return render(job, previous)

    def wait(self) -> Job:
        """Wait until the next one has begun."""
        assert self._is_busy.acquire(timeout=PATIENCE_S), "no full picture was begun"
        return self.begun[-1]

    def go_on(self, count: int = 1) -> None:
        self._go_on.release(count)


@pytest.fixture
def slow(window: Window, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowRenders]:
    """Numbers of every frame are wanted, and take long; that of frame 1 has begun."""
    window.without_surveys()
    window.inbox.put_screen(replace(LOOKED_AT, wants_numbers=True))
    window.begin()
    slow = SlowRenders(monkeypatch)
    window.inbox.put_frame(make_frame(1))
    assert slow.wait().frame.index == 1
    yield slow
    slow.go_on(100)


def test_numbers_that_take_long_give_way_to_an_edit_or_another_view(window: Window, slow: SlowRenders):
    edited, view = project(2.0), View(filter=0, reduction=2)
    window.inbox.put_project(edited)
    slow.go_on()
    assert slow.wait().project is edited
    assert window.poll() is None
    slow.go_on()
    first = window.next()
    window.inbox.put_frame(make_frame(2))
    assert slow.wait().frame.index == 2
    window.inbox.put_view(view)
    slow.go_on()
    assert slow.wait().view == view
    assert window.poll() is None
    slow.go_on()
    second = window.next()

    assert isinstance(first, Picture)
    assert isinstance(second, Picture)
    assert first.project is edited
    assert (second.view, second.frame.index) == (view, 2)
    assert len(slow.begun) == 4


def test_numbers_that_take_long_do_not_give_way_to_a_frame(window: Window, slow: SlowRenders):
    for index in (2, 3):
        window.inbox.put_frame(make_frame(index))
    window.inbox.put_screen(Screen(wants_numbers=True, tile=(3, 3)))  # the size of a tile is no edit
    slow.go_on()

    first = window.next()
    slow.go_on()
    second = window.next()

    assert isinstance(first, Picture)
    assert isinstance(second, Picture)
    assert [first.frame.index, second.frame.index] == [job.frame.index for job in slow.begun] == [1, 3]


def test_numbers_that_nobody_reads_any_more_give_way_to_a_glance(window: Window, slow: SlowRenders):
    window.inbox.put_screen(LOOKED_AT)
    slow.go_on()

    made = window.next()

    assert isinstance(made, Glance)
    assert made.job.frame.index == 1


def test_answers_to_edits_are_finished_while_more_edits_come(window: Window, slow: SlowRenders):
    """While a value is dragged, each picture would be given up for the next, and none would come."""
    edits, shown = [project(weight) for weight in range(2, 6)], []
    for edited in edits:
        window.inbox.put_project(edited)
        slow.go_on()
        assert slow.wait().project is edited
        shown.append(window.poll())
    slow.go_on()
    shown.append(window.next())

    # The picture that only followed a frame was given up.
    assert [made and made.project for made in shown] == [None, *edits]  # type: ignore[union-attr]  # no glance


def test_an_answer_to_an_edit_that_takes_very_long_gives_way_but_not_two_in_a_row(window: Window, slow: SlowRenders):
    slow.go_on()
    window.next()
    edits = [project(weight) for weight in (2, 3, 4)]
    shown = []
    window.inbox.put_project(edits[0])
    slow.wait()
    for edited in edits[1:]:
        window.now_s += 1.0
        window.inbox.put_project(edited)
        slow.go_on()
        assert slow.wait().project is edited
        shown.append(window.poll())
    slow.go_on()
    shown.append(window.next())

    assert [made and made.project for made in shown] == [None, edits[1], edits[2]]  # type: ignore[union-attr]  # no glance


def test_frames_whose_numbers_are_read_leave_time_for_the_hand_between_them(
    window: Window, monkeypatch: pytest.MonkeyPatch
):
    held: list[float] = []
    monkeypatch.setattr(window.inbox, "wait_for_other", lambda _job, timeout_s: held.append(timeout_s))
    window.begin()
    window.inbox.put_frame(make_frame(1))
    assert isinstance(window.next(), Glance)
    assert not held

    window.inbox.put_screen(replace(LOOKED_AT, wants_numbers=True))
    assert isinstance(window.next(), Picture)
    window.now_s += READ_S / 4
    for index in (2, 3):
        window.inbox.put_frame(make_frame(index))
        assert isinstance(window.next(), Picture)

    # From the beginning of one to the beginning of the next: the first began a quarter earlier.
    assert held[-2:] in ([READ_S, READ_S], [0.75 * READ_S, READ_S])
    assert READ_S < 1 / 30


def test_a_full_picture_is_in_order_with_the_glances_around_it(window: Window):
    window.without_surveys()
    window.begin()
    seen: list[tuple[int, type]] = []
    for index in range(1, 10):
        window.inbox.put_screen(replace(LOOKED_AT, wants_numbers=index % 3 == 0))
        window.inbox.put_frame(make_frame(index))
        while not seen or seen[-1][0] < index:
            made = window.next()
            seen.append((_index(made), type(made)))

    assert [index for index, _ in seen] == sorted(index for index, _ in seen)
    assert {index for index, kind in seen if kind is Picture} >= {3, 6, 9}
    assert {index for index, kind in seen if kind is Glance} >= {1, 2, 4, 5, 7, 8}


def _index(made: Picture | Glance) -> int:
    return made.job.frame.index if isinstance(made, Glance) else made.frame.index


def test_a_survey_never_comes_after_a_full_picture_that_is_newer(window: Window, monkeypatch: pytest.MonkeyPatch):
    is_busy, go_on = threading.Event(), threading.Event()

    def slow(job: Job, previous: Rendered | None = None) -> Rendered:
        made = render(job, previous)
        is_busy.set()
        assert go_on.wait(PATIENCE_S)
        return made

    window.begin()
    monkeypatch.setattr(surveyor_module, "render", slow)
    window.inbox.put_frame(make_frame(1))
    window.next()
    assert is_busy.wait(PATIENCE_S)
    window.inbox.put_screen(Screen(wants_numbers=True))
    window.inbox.put_frame(make_frame(2))
    while not isinstance(made := window.next(), Picture) or made.frame.index < 2:
        pass
    go_on.set()
    window.engine.close()

    assert window.surveys.take() is None


def test_a_survey_that_waits_in_its_slot_is_dropped_for_a_full_picture(window: Window):
    window.begin()
    window.inbox.put_frame(make_frame(1))
    window.next()
    assert window._surveyed.acquire(timeout=PATIENCE_S)

    window.engine.overtake(10)

    assert window.surveys.take() is None


def test_a_survey_is_of_one_frame_and_needs_no_helper(window: Window, monkeypatch: pytest.MonkeyPatch):
    threads: set[str] = set()
    previous: list[object] = []

    def spy(job: Job, *others: object) -> Rendered:
        previous.extend(others)
        _threads.for_each(lambda _: threads.add(threading.current_thread().name), range(50))
        return render(job)

    monkeypatch.setattr(surveyor_module, "render", spy)
    window.begin()
    window.inbox.put_frame(make_frame(1))
    window.next_survey()

    assert threads == {"surveyor"}
    assert previous == []


def test_a_survey_that_fails_is_a_note(
    window: Window, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(surveyor_module, "render", _fail)
    window.begin()
    window.inbox.put_frame(make_frame(1))

    assert "wires crossed" in window.next_survey().note
    assert "wires crossed" in caplog.text


def test_a_glance_that_fails_becomes_a_full_picture_and_is_tried_again_after_an_edit(
    window: Window, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        patch.setattr(engine_module.Glancer, "glance", _fail)
        window.begin()
        made = []
        for index in (1, 2):
            window.inbox.put_frame(make_frame(index))
            made.append(window.next())
    window.inbox.put_project(project(2.0))

    assert [isinstance(one, Picture) for one in made] == [True, True]
    assert caplog.text.count("a glance could not be drawn") == 1
    assert isinstance(window.next(), Glance)


def _fail(*_: object) -> Rendered:
    raise RuntimeError("wires crossed")


def test_a_glance_that_is_not_possible_is_a_full_picture(window: Window):
    window.begin()
    window.inbox.put_view(View(mode="channels"))
    window.next()
    window.inbox.put_frame(make_frame(1))

    assert isinstance(window.next(), Picture)


def test_closing_ends_a_survey_between_two_bands(window: Window, monkeypatch: pytest.MonkeyPatch):
    is_busy = threading.Event()

    def endless(_job: Job) -> Rendered:
        while True:
            _threads.for_each(lambda _: is_busy.set(), range(4))

    monkeypatch.setattr(surveyor_module, "render", endless)
    window.begin()
    window.inbox.put_frame(make_frame(1))
    assert is_busy.wait(PATIENCE_S)

    window.engine.close()

    assert not [thread for thread in threading.enumerate() if thread.name == "surveyor"]
    assert window.surveys.take() is None


def test_nothing_holds_frames_that_have_flown_by(window: Window):
    window.begin()
    frames: list[Callable[[], object]] = []
    for index in range(1, 20):
        frame = make_frame(index)
        frames.append(weakref.ref(frame))
        window.inbox.put_frame(frame)
        window.next()
        window.inbox.put_project(project(index))
        window.next()
        del frame
    window.inbox.put_frame(make_frame(20))
    window.next()
    gc.collect()

    # The surveyor holds one, and the roads and caches none.
    assert sum(frame() is not None for frame in frames) <= 2
