"""When a glance is enough: decisions on a clock that the test moves."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.live.duty_cycle import DutyCycle
from convexplorer.live.flow import FLOW_S, QUICK_S, SETTLE_S, Flow
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Source
from tests.live.fakes import make_frame
from tests.model.examples import conv_layer

LOOKED_AT, READ = Screen(wants_numbers=False), Screen(wants_numbers=True)
SLOW, QUICK = 2 * QUICK_S, QUICK_S / 2


def a_project(address: str = "astronaut") -> Project:
    return Project(Source("sample", address), (conv_layer((Filter("f", np.ones((1, 1, 1))),)),))


@dataclass
class Clock:
    now_s: float = 10.0

    def __call__(self) -> float:
        return self.now_s


class Stream:
    """Jobs one after the other, answered as the engine answers them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.flow = Flow(self.clock)
        self.project = a_project()
        self.frame = make_frame(0)
        self.view, self.screen = View(), LOOKED_AT
        self.dropped = 0

    def next_frame(self, after_s: float = 0.03, dropped: int = 0) -> bool:
        self.frame = make_frame(self.frame.index + 1 + dropped)
        self.dropped += dropped
        return self.ask(after_s)

    def edit(self, after_s: float = 0.03) -> bool:
        self.project = a_project()
        return self.ask(after_s)

    def ask(self, after_s: float = 0.03) -> bool:
        self.clock.now_s += after_s
        return self.flow.wants_glance(Job(self.frame, self.project, self.view, self.dropped, self.screen))

    def answer(self, seconds: float) -> None:
        self.flow.note(self.picture(seconds))

    def picture(self, seconds: float) -> Picture:
        made = render(Job(self.frame, self.project, self.view)).picture
        return replace(made, total_seconds=seconds)


def test_the_first_frame_is_answered_in_full_and_those_that_follow_soon_are_looked_at():
    stream = Stream()

    assert [stream.ask(), stream.next_frame(), stream.next_frame()] == [False, True, True]


def test_a_step_a_slide_show_and_a_new_source_are_answered_in_full():
    stream = Stream()
    stream.ask()
    stream.next_frame()

    assert stream.next_frame(FLOW_S) is False
    assert stream.next_frame() is True
    stream.project = a_project("cat")
    assert stream.next_frame() is False
    assert stream.next_frame() is True


def test_frames_flow_also_where_full_pictures_take_longer_than_many_of_them():
    """Otherwise each would be answered in full, and the film would crawl for ever."""
    stream = Stream()
    stream.ask()

    assert stream.next_frame(0.9, dropped=26) is True
    assert stream.next_frame(0.9, dropped=2) is False


def test_whoever_reads_numbers_gets_them_with_every_frame():
    stream = Stream()
    stream.ask()
    stream.screen = READ

    assert [stream.next_frame(), stream.next_frame()] == [False, False]
    stream.screen = LOOKED_AT
    assert stream.next_frame() is True


@pytest.mark.parametrize(("seconds", "is_glance"), [(SLOW, True), (QUICK, False)])
def test_an_edit_of_a_still_is_looked_at_first_where_numbers_take_long(seconds: float, is_glance: bool):
    stream = Stream()
    stream.ask()
    stream.answer(seconds)

    assert stream.edit(5.0) is is_glance
    assert stream.edit() is is_glance


def test_another_view_of_a_still_is_answered_in_full():
    stream = Stream()
    stream.ask()
    stream.answer(SLOW)
    stream.view = View(filter=3)

    assert stream.ask() is False


def test_an_edit_while_frames_flow_is_looked_at():
    stream = Stream()
    stream.ask()
    stream.next_frame()

    assert stream.edit() is True


def test_a_film_that_has_stopped_is_a_still():
    stream = Stream()
    stream.ask()
    stream.answer(QUICK)
    stream.next_frame()
    stream.answer(QUICK)

    assert stream.edit(FLOW_S) is False


def test_of_a_slow_film_no_full_picture_begins_between_two_frames():
    stream = Stream()
    stream.ask()
    assert stream.flow.settle_s == SETTLE_S
    stream.next_frame(1 / 24)
    assert 1 / 24 < stream.flow.settle_s < 0.1
    stream.next_frame(1 / 60)
    assert stream.flow.settle_s == SETTLE_S


def test_a_picture_as_large_as_another_says_how_long_its_kind_takes():
    stream = Stream()
    stream.ask()
    stream.answer(SLOW)
    stream.frame = Frame(np.zeros((1, 2, 2), np.float32), ("Y",))

    assert stream.ask(5.0) is False
    assert stream.edit() is False


def test_work_beside_comes_so_often_and_for_so_much_of_a_core():
    clock, worked = Clock(), Clock()
    beat = DutyCycle(0.2, 0.25, clock, worked)
    assert beat.due_in_s == 0.0

    beat.begin()
    clock.now_s += 0.15  # others were at work
    worked.now_s += 0.01
    beat.end()
    assert beat.due_in_s == pytest.approx(0.05)

    clock.now_s += 0.05
    beat.begin()
    clock.now_s += 0.1
    worked.now_s += 0.1
    beat.end()
    assert beat.due_in_s == pytest.approx(0.3)
