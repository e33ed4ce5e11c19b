"""A meter of event rates, independent of threads and frames."""

import time
from collections import deque
from collections.abc import Callable

SPAN_S = 1.0


class Meter:
    """A counter of ticks per second.

    Parameters
    ----------
    clock : monotonic seconds from any origin; a parameter, so that tests control the time.
    span_s : duration that the rate is averaged over.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, *, span_s: float = SPAN_S) -> None:
        self._clock = clock
        self._span_s = span_s
        self._times: deque[float] = deque()

    def tick(self) -> None:
        """Record an event at the current time."""
        now = self._clock()
        self._times.append(now)
        self._forget(now)

    def reset(self) -> None:
        """Discard all ticks, for example after a pause."""
        self._times.clear()

    @property
    def rate_hz(self) -> float:
        """Ticks per second over the last `span_s`; 0 with fewer than two ticks in it."""
        self._forget(self._clock())
        if len(self._times) < 2:
            return 0.0
        elapsed = self._times[-1] - self._times[0]
        return (len(self._times) - 1) / elapsed if elapsed > 0 else 0.0

    def _forget(self, now: float) -> None:
        while self._times and now - self._times[0] > self._span_s:
            self._times.popleft()
