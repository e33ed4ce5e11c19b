import pytest

from convexplorer.live.pace import STALL_S, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make_pace(speed: float = 1.0) -> tuple[Pace, Clock]:
    clock = Clock()
    pace = Pace(clock)
    pace.restart(0.0, speed)
    return pace, clock


@pytest.mark.parametrize(("speed", "due_s"), [(1.0, 0.3), (2.0, 0.15), (0.5, 0.6)])
def test_frames_are_due_by_their_time_and_the_speed(speed: float, due_s: float):
    pace, _ = make_pace(speed)

    assert pace.due_in_s(0.3) == pytest.approx(due_s)


def test_small_delays_do_not_add_up():
    pace, clock = make_pace()
    for index in range(100):
        clock.now += max(0.0, pace.due_in_s(index / 10)) + 0.02

    assert clock.now == pytest.approx(100 + 9.9 + 0.02, abs=0.03)


@pytest.mark.parametrize(("speed", "now_s"), [(1.0, 7.5), (2.0, 8.0), (0.5, 7.25)])
def test_the_time_that_is_due_runs_with_the_speed(speed: float, now_s: float):
    pace, clock = make_pace()
    pace.restart(7.0, speed)
    clock.now += 0.5

    assert pace.now_s == pytest.approx(now_s)


def test_only_a_long_delay_is_a_stall():
    pace, clock = make_pace()
    clock.now += STALL_S + 0.5

    assert pace.has_stalled(0.1)
    assert not pace.has_stalled(1.0)


def test_a_restart_makes_its_frame_due_now():
    pace, clock = make_pace()
    clock.now += 33
    pace.restart(7.0)

    assert pace.due_in_s(7.0) == 0
