import pytest

from convexplorer.live.pace import STALL_S, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make_pace(rate_hz: float = 10.0, speed: float = 1.0) -> tuple[Pace, Clock]:
    clock = Clock()
    pace = Pace(rate_hz, clock)
    pace.restart(0, speed)
    return pace, clock


@pytest.mark.parametrize(("speed", "due_s"), [(1.0, 0.3), (2.0, 0.15), (0.5, 0.6)])
def test_frames_are_due_by_rate_and_speed(speed: float, due_s: float):
    pace, _ = make_pace(speed=speed)

    assert pace.due_in_s(3) == pytest.approx(due_s)


def test_small_delays_do_not_add_up():
    pace, clock = make_pace()
    for index in range(100):
        clock.now += max(0.0, pace.due_in_s(index)) + 0.02

    assert clock.now == pytest.approx(100 + 9.9 + 0.02, abs=0.03)


def test_a_frame_that_is_less_than_its_time_late_is_shown():
    pace, clock = make_pace()
    clock.now += 0.19

    assert pace.late_frames(1) == 0


def test_late_frames_are_left_out_until_time_is_real_again():
    pace, clock = make_pace()
    clock.now += 0.55

    assert pace.late_frames(1) == 4


def test_after_a_long_stall_nothing_is_left_out():
    pace, clock = make_pace()
    clock.now += STALL_S + 60

    assert pace.has_stalled(1)
    assert pace.late_frames(1) == 0


def test_a_restart_makes_its_frame_due_now():
    pace, clock = make_pace()
    clock.now += 33
    pace.restart(7)

    assert pace.due_in_s(7) == 0
