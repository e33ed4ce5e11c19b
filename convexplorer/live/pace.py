"""When the frames of a video are due: pure arithmetic on a clock, apart from the thread that waits."""

import time
from collections.abc import Callable

STALL_S = 2.0


class Pace:
    """Ties frame numbers to the clock.

    Frame `index` is due `(index − first) / (rate · speed)` seconds after the last `restart`, so that
    small delays do not add up.

    Parameters
    ----------
    rate_hz : the video's natural rate.
    clock : seconds from any origin; passed in so that tests own the time.
    """

    def __init__(self, rate_hz: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._rate_hz = rate_hz
        self._clock = clock
        self.restart(0)

    def restart(self, index: int, speed: float = 1.0) -> None:
        """Make `index` due now, as after a pause, a seek or another speed."""
        self._first = index
        self._period_s = 1.0 / (self._rate_hz * speed)
        self._start_s = self._clock()

    def due_in_s(self, index: int) -> float:
        """Return the seconds until `index` is due; negative when it is late."""
        return self._start_s + (index - self._first) * self._period_s - self._clock()

    def late_frames(self, index: int) -> int:
        """Return how many frames to leave out so that the video keeps real time.

        More than `STALL_S` late means that the machine slept or the disk did: nobody wants to miss
        that much, so the answer is 0 and the caller goes on from where it was after a `restart`.
        """
        late_s = -self.due_in_s(index)
        return int(late_s / self._period_s) if 0 < late_s <= STALL_S else 0

    def has_stalled(self, index: int) -> bool:
        """Return whether `index` is so late that catching up would skip too much."""
        return -self.due_in_s(index) > STALL_S
