"""The due times of a video's frames: arithmetic on a clock, without the thread that waits."""

import time
from collections.abc import Callable

STALL_S = 2.0


class Pace:
    """The schedule of a video's frames.

    Frame `index` is due `(index − first) / (rate · speed)` seconds after the last `restart`, so that small delays do
    not accumulate.

    Parameters
    ----------
    rate_hz : the video's natural rate.
    clock : seconds from any origin; a parameter, so that tests control the time.
    """

    def __init__(self, rate_hz: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._rate_hz = rate_hz
        self._clock = clock
        self.restart(0)

    def restart(self, index: int, speed: float = 1.0) -> None:
        """Make `index` due now, after a pause, a seek or a change of speed."""
        self._first = index
        self._period_s = 1.0 / (self._rate_hz * speed)
        self._start_s = self._clock()

    def due_in_s(self, index: int) -> float:
        """Return the seconds until `index` is due; negative if late."""
        return self._start_s + (index - self._first) * self._period_s - self._clock()

    def late_frames(self, index: int) -> int:
        """Return the number of frames to skip so that the video keeps real time.

        A delay above `STALL_S` means that the machine or the disk was asleep. Skipping so much would be wrong: the
        result is 0, and the caller continues at the same frame after a `restart`.
        """
        late_s = -self.due_in_s(index)
        return int(late_s / self._period_s) if 0 < late_s <= STALL_S else 0

    def has_stalled(self, index: int) -> bool:
        """Return True if `index` is later than `STALL_S`, too late to catch up by skipping frames."""
        return -self.due_in_s(index) > STALL_S
