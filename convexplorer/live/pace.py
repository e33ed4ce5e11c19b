"""The due times of a video's frames: arithmetic on a clock, without the thread that waits."""

import time
from collections.abc import Callable

STALL_S = 2.0


class Pace:
    """The schedule of a video: a frame with the time `time_s` is due `(time_s − first) / speed` after a `restart`.

    Each frame has its own time, so that frames may last unequally long, and small delays do not accumulate.

    Parameters
    ----------
    clock : seconds from any origin; a parameter, so that tests control the time.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.restart(0.0)

    def restart(self, time_s: float, speed: float = 1.0) -> None:
        """Make the frame of this time due now, after a pause, a seek or a change of speed."""
        self._first_s = time_s
        self._speed = speed
        self._start_s = self._clock()

    @property
    def now_s(self) -> float:
        """The time in the video that is due now."""
        return self._first_s + (self._clock() - self._start_s) * self._speed

    def due_in_s(self, time_s: float) -> float:
        """Return the seconds until a frame is due; negative if late."""
        return (time_s - self._first_s) / self._speed - (self._clock() - self._start_s)

    def has_stalled(self, time_s: float) -> bool:
        """Return True if a frame is later than `STALL_S`: the machine or the disk was asleep.

        Skipping so much would be wrong; the caller continues at the same frame after a `restart`.
        """
        return -self.due_in_s(time_s) > STALL_S
