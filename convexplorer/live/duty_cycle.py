"""The duty cycle of work that comes again and again beside more urgent work: so often, and for so much of the time."""

import time
from collections.abc import Callable


class DutyCycle:
    """Tells when the next piece of work is due.

    Parameters
    ----------
    period_s : least time from the begin of one to the next.
    share : of a core for all of this work; work that costs much comes less often.
    clock : monotonic seconds from any origin; a parameter, so that tests control the time.
    worked : seconds of processor time of the thread that works. Where other programs delay the work, it costs no more.
    """

    def __init__(
        self,
        period_s: float,
        share: float,
        clock: Callable[[], float] = time.perf_counter,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._period_s, self._share, self._clock, self._worked = period_s, share, clock, worked
        self._begun_s = self._due_s = float("-inf")
        self._worked_s = 0.0

    @property
    def due_in_s(self) -> float:
        """Seconds until the next piece of work; 0 if it is due."""
        return max(0.0, self._due_s - self._clock())

    def begin(self) -> None:
        """Take note that a piece of work begins."""
        self._begun_s, self._worked_s = self._clock(), self._worked()

    def end(self) -> None:
        """Take note that it has ended."""
        self._due_s = self._begun_s + max(self._period_s, (self._worked() - self._worked_s) / self._share)
