"""The schedule of a video, on a clock that the waiting itself moves: no thread, no real time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from convexplorer.live.playback import Video
from convexplorer.live.status import PlayerStatus, State
from convexplorer.live.wish import Wish
from convexplorer.sources.frame import Frame, SourceInfo
from tests.live.fakes import VIDEO, FakeReader

DURATIONS_S = (0.1, 0.5, 0.05, 2.0, 0.3)
STARTS_S = [0.0, 0.1, 0.6, 0.65, 2.65]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """The session of one video; waiting moves the clock, and a wait without end ends the video."""

    def __init__(self, reader: FakeReader, clock: Clock, wishes: Sequence[Wish] = ()) -> None:
        self.clock: Callable[[], float] = clock
        self.status = PlayerStatus(VIDEO, reader.info)
        self.shown: list[tuple[int, float]] = []
        self.ended_at: float | None = None
        self._wish = Wish()
        self._wishes = list(wishes)
        self._time = clock

    @property
    def is_playing(self) -> bool:
        return self._wish.is_playing

    @property
    def is_looping(self) -> bool:
        return self._wish.is_looping

    def wait(self, timeout_s: float | None = None) -> Wish | None:
        if self._wishes:
            self._wish = self._wishes.pop(0)
            return self._wish
        if timeout_s is None:
            return None
        self._time.now += max(0.0, timeout_s)
        wish, self._wish = self._wish, replace(self._wish, steps=0, seek_to=None)
        return wish

    def rest(self) -> None:
        self._wish = replace(self._wish, is_playing=False)

    def forgive(self) -> None: ...

    def show(self, frame: Frame, *, skipped_frames: int = 0, is_next: bool = False) -> None:
        self.shown.append((frame.index, self._time.now))

    def publish(self, state: State, message: str = "", **changes: Any) -> None:
        if state == "ended" and self.ended_at is None:
            self.ended_at = self._time.now
        self.status = replace(self.status, state=state, message=message, **changes)


def play(
    durations_s: Sequence[float] = DURATIONS_S, *, wishes: Sequence[Wish] = (), read_s: Sequence[float] = ()
) -> Stage:
    """Play an animation whose frame i takes `read_s[i]` to decode."""
    clock = Clock()

    def decode(index: int) -> None:
        clock.now += read_s[index] if read_s else 0.0

    info = SourceInfo("film", len(durations_s), 10.0, is_seekable=True)
    reader = FakeReader(info, decode, durations_s)
    stage = Stage(reader, clock, wishes)
    Video(stage, reader, 10.0).run()
    return stage


def test_each_frame_lasts_its_own_time_also_the_last_one():
    stage = play()

    assert [index for index, _ in stage.shown] == [0, 1, 2, 3, 4]
    assert [at for _, at in stage.shown] == pytest.approx(STARTS_S)
    assert stage.ended_at == pytest.approx(sum(DURATIONS_S))


@pytest.mark.parametrize("speed", [0.25, 2.0])
def test_the_speed_divides_every_time(speed: float):
    stage = play(wishes=[Wish(speed=speed)])

    assert [at for _, at in stage.shown] == pytest.approx([start / speed for start in STARTS_S])
    assert stage.ended_at == pytest.approx(sum(DURATIONS_S) / speed)


def test_only_frames_whose_time_is_over_are_skipped():
    # The second frame takes 0.7 s, so that 0.65 s in, the fourth is due; it lasts two seconds and must not be missed.
    stage = play(read_s=(0.0, 0.7, 0.0, 0.0, 0.0))

    assert [index for index, _ in stage.shown] == [0, 1, 3, 4]
    assert [at for _, at in stage.shown] == pytest.approx([0.0, 0.7, 0.7, 2.65])


def test_after_a_jump_the_frame_lasts_its_time():
    stage = play(wishes=[Wish(seek_to=3), Wish()])

    assert [index for index, _ in stage.shown] == [0, 3, 4]
    assert [at for _, at in stage.shown] == pytest.approx([0.0, 0.0, 2.0])


def test_a_number_of_frames_that_was_wrong_is_corrected_on_screen():
    clock = Clock()
    reader = FakeReader(SourceInfo("film", 228, 10.0, is_seekable=True), durations_s=DURATIONS_S)
    reader.survey = lambda _: not setattr(reader, "info", replace(reader.info, frame_count=5))
    stage = Stage(reader, clock, [Wish(is_playing=False), Wish(is_playing=False, seek_to=114)])

    Video(stage, reader, 10.0).run()

    assert stage.status.info is not None
    assert stage.status.info.frame_count == 5
    assert [index for index, _ in stage.shown] == [0, 4]


def test_counting_in_slow_steps_delays_few_frames():
    clock, durations_s = Clock(), [0.04] * 50
    reader = FakeReader(SourceInfo("film", 50, 25.0, is_seekable=True), durations_s=durations_s)

    def survey(_seconds: float) -> bool:
        clock.now += 0.06 if clock.now < 2.0 else 0.0
        return clock.now >= 2.0

    reader.survey = survey
    stage = Stage(reader, clock)

    Video(stage, reader, 25.0).run()

    pauses = [later - at for (_, at), (_, later) in pairwise(stage.shown)]
    assert sum(pause > 0.05 for pause in pauses) <= 8


def test_a_film_is_counted_anew_if_reading_contradicts_the_count():
    clock = Clock()
    reader = FakeReader(SourceInfo("film", 5, 10.0, is_seekable=True), durations_s=DURATIONS_S)
    answers = [True, False, False, True]
    reader.survey = lambda _: answers.pop(0) if answers else True
    stage = Stage(reader, clock, [Wish(is_playing=False)])

    Video(stage, reader, 10.0).run()

    assert answers == []


def test_a_place_reached_before_the_film_was_counted_becomes_exact():
    clock = Clock()
    reader = FakeReader(SourceInfo("film", 90, 25.0, is_seekable=True, is_estimated=True))
    read, seek = reader.read, reader.seek
    reader.read = lambda: replace(read(), index=50, is_estimated=True) if reader.seeks == [50 - 10] else read()
    reader.seek = lambda index: seek(index - 10)  # the rate of the header puts the frame ten too far

    def survey(_seconds):
        if reader.seeks:
            reader.info = replace(reader.info, frame_count=80, is_estimated=False)
        return bool(reader.seeks)

    reader.survey = survey
    stage = Stage(reader, clock, [Wish(is_playing=False, seek_to=50), Wish(is_playing=False)])

    Video(stage, reader, 25.0).run()

    assert (stage.status.index, stage.status.is_estimated) == (40, False)
    assert stage.status.info == reader.info
