from dataclasses import replace

import numpy as np
import pytest

from convexplorer.live.burden import (
    ENOUGH_HZ,
    PATIENCE_S,
    Cost,
    Keeping,
    Shortfall,
    costs_of,
    sentence_of,
    steps_for,
)
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.frame import Frame
from tests.model.examples import bank

NAMES = ("sobel-x", "sobel-y", "laplacian", "sharpen")


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def _last_answer(shown_hz: float, offered_hz: float, seconds: float, keeping: Keeping, clock: _Clock):
    """Let frames come for a time, ask ten times a second, and return the last answer."""
    answer, steps = None, round(seconds * 120)
    every, asked = round(120 / shown_hz), 12
    for i in range(steps):
        clock.now_s += 1 / 120
        if i % every == 0:
            keeping.note_frame()
        if i % asked == 0:
            answer = keeping.shortfall(offered_hz)
    return answer


@pytest.mark.parametrize(
    ("shown_hz", "offered_hz", "is_missing"),
    [(30, 30, False), (24, 60, False), (12, 15, False), (10, 30, True), (2, 5, True), (12, 60, True)],
)
def test_frames_are_missed_where_motion_is_neither_smooth_nor_whole(shown_hz, offered_hz, is_missing):
    clock = _Clock()

    answer = _last_answer(shown_hz, offered_hz, 2 * PATIENCE_S + 2, Keeping(clock), clock)

    assert (answer is not None) is is_missing
    if answer is not None:
        assert answer.offered_hz == offered_hz
        assert answer.shown_hz == pytest.approx(shown_hz, rel=0.1)
        assert answer.shown_hz < ENOUGH_HZ


def test_a_short_trouble_is_not_spoken_of():
    clock = _Clock()
    keeping = Keeping(clock)
    _last_answer(30, 30, 5, keeping, clock)

    assert _last_answer(5, 30, PATIENCE_S - 0.5, keeping, clock) is None
    assert _last_answer(30, 30, 5, keeping, clock) is None
    assert _last_answer(5, 30, PATIENCE_S - 0.5, keeping, clock) is None


def test_an_edit_begins_anew():
    clock = _Clock()
    keeping = Keeping(clock)
    _last_answer(5, 30, PATIENCE_S - 0.5, keeping, clock)

    keeping.reset()

    assert _last_answer(5, 30, PATIENCE_S - 0.5, keeping, clock) is None


def _job(count: int, size: tuple[int, int] = (256, 320), **view: object) -> Job:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    return Job(Frame(ByteImage(pixels), ("R", "G", "B")), bank(*NAMES[:count]), View(**view))


def _picture(count: int, **view: object) -> Picture:
    return render(_job(count, **view)).picture


def _glance(count: int, visible: tuple[int, int] | None = None, **view: object) -> Glance:
    job = replace(_job(count, **view), screen=Screen(wants_numbers=False, tile=(64, 80), visible=visible))
    glance = Glancer().glance(job)
    assert glance is not None
    return glance


def test_the_parts_of_a_frame_are_its_layers_its_drawing_and_the_rest():
    picture = _picture(3)
    layer = replace(picture.layers[0], seconds=0.060)
    picture = replace(picture, layers=(layer,), seconds=0.062, total_seconds=0.090)

    costs = costs_of(picture, None, Shortfall(8.0, 30.0))

    title = picture.project.layers[0].title
    assert [cost.what for cost in costs] == [f"in {title}", "for the window and other programs", "to draw 3 maps"]
    assert [cost.seconds for cost in costs] == pytest.approx([0.060, 1 / 8 - 0.090, 0.028])


@pytest.mark.parametrize(("visible", "words"), [(None, "4 maps"), ((1, 1), "1 map"), ((1, 2), "2 maps")])
def test_of_a_glance_the_maps_in_sight_are_what_costs(visible, words):
    glance = replace(_glance(4, visible), seconds=0.1)

    assert costs_of(_picture(4), glance, Shortfall(10.0, 30.0))[0] == Cost(f"to compute and draw {words}", 0.1)


@pytest.mark.parametrize(("processor_share", "is_starved"), [(0.1, True), (1.3, False)])
def test_a_program_that_waits_is_told_from_one_that_works(processor_share, is_starved):
    clock = _Clock()
    keeping = Keeping(clock, lambda: processor_share * clock.now_s)

    missing = _last_answer(9, 30, 2 * PATIENCE_S, keeping, clock)

    assert missing is not None
    assert missing.processor_share == pytest.approx(processor_share)
    assert missing.is_starved is is_starved


def test_where_other_programs_have_the_processor_waiting_is_not_called_work():
    """The times of layers hold waiting too, so they are not told either."""
    glance = replace(_glance(4), seconds=0.095)

    costs = costs_of(_picture(4), glance, Shortfall(9.0, 30.0, processor_share=0.18))

    assert sum(cost.seconds for cost in costs) == pytest.approx(1 / 9)
    assert sentence_of(Shortfall(9.0, 30.0), costs) == (
        "9 of 30 frames a second are shown: each takes 91 ms of waiting for other programs "
        "and 20 ms of work in this one."
    )


@pytest.mark.parametrize(
    ("shown_hz", "costs", "sentence"),
    [
        (8.2, ((0.095, "in conv2d"),), "8 of 30 frames a second are shown: each takes 95 ms in conv2d."),
        (
            1.2,
            ((0.5, "in a"), (0.3, "in b"), (0.01, "in c")),
            "1 of 30 frames a second is shown: each takes 500 ms in a and 300 ms in b.",
        ),
        (0.2, (), "Less than 1 of 30 frames a second is shown."),
        (
            9.0,
            ((0.05, "in a"), (0.04, "in b"), (0.03, "in c"), (0.02, "in d")),
            "9 of 30 frames a second are shown: each takes 50 ms in a, 40 ms in b and 30 ms in c.",
        ),
    ],
)
def test_the_sentence_names_the_large_parts(shown_hz, costs, sentence):
    assert sentence_of(Shortfall(shown_hz, 29.9), [Cost(what, seconds) for seconds, what in costs]) == sentence


def test_only_what_helps_is_offered():
    assert steps_for(_picture(4), _glance(4)) == ("enlarge", "half-size")
    assert steps_for(_picture(4), _glance(4, (2, 2))) == ("half-size",)
    assert steps_for(_picture(1), _glance(1)) == ("half-size",)
    assert steps_for(_picture(4), None) == ("half-size",)  # a full picture draws every map
    assert steps_for(_picture(4, input_reduction=2), None) == ()


def test_a_small_frame_and_a_picture_of_a_file_are_not_made_smaller():
    small = render(_job(1, (100, 320))).picture
    of_a_file = render(replace(_job(1), frame=Frame(np.zeros((3, 256, 320), np.float32), ("R", "G", "B")))).picture

    assert steps_for(small, None) == ()
    assert steps_for(of_a_file, None) == ()
