from convexplorer.live.meter import Meter


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_second():
    clock = Clock()
    meter = Meter(clock)
    for i in range(200):
        clock.now = i / 50
        meter.tick()

    assert abs(meter.rate_hz - 50) < 0.1


def test_nothing_for_a_second_is_a_rate_of_zero():
    clock = Clock()
    meter = Meter(clock)
    for clock.now in (0.0, 0.1, 0.2):
        meter.tick()
    clock.now = 5.0

    assert meter.rate_hz == 0


def test_one_tick_is_no_rate():
    meter = Meter(Clock())
    meter.tick()

    assert meter.rate_hz == 0


def test_ticks_at_the_same_moment_are_no_infinite_rate():
    meter = Meter(Clock())
    meter.tick()
    meter.tick()

    assert meter.rate_hz == 0


def test_a_reset_forgets():
    clock = Clock()
    meter = Meter(clock)
    for clock.now in (0.0, 0.1, 0.2):
        meter.tick()
    meter.reset()

    assert meter.rate_hz == 0
