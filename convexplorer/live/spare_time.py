"""Races between algorithms in the engine's spare time: while it waits for a job, and only until one comes."""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.core.convolution.records import Records, using
from convexplorer.live.slots import Inbox

if TYPE_CHECKING:
    from convexplorer.core.convolution.race import Races

#: With this variable set to 1 nothing races and all convolutions are computed by the fixed plan.
SWITCH = "CONVEXPLORER_FIXED_PLANS"

REST_S = 0.3  # after so long without a job, turns of one frame's time are run
LONG_REST_S = 2.0  # after so long nobody is likely to edit at once: everything is run, loaded and written
_BREAK_S = 0.005  # between two turns, as between two frames
_NEXT_LOOK_S = 0.1  # whether a longer turn may begin
_GAPS = 8  # of so many gaps between pictures the shortest counts
_FRAME_S = 0.03
_SHARE = 0.5  # of a gap that a turn is expected to take, at the most


class SpareTime:
    """The time between two jobs of the engine, and what has become of it.

    Parameters
    ----------
    folder : where winners are kept; None keeps them in memory only.
    """

    def __init__(self, folder: Path | None = None, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self.records = Records(is_on=not is_fixed_by_environment())
        self._races: Races | None = None
        self._folder = folder
        self._clock = clock
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._is_first = True
        self._written = 0

    def allow(self, *, races: bool) -> None:
        """Let races decide, or fix the plan; where the environment fixes it, it stays so."""
        self.records.is_on = races and not is_fixed_by_environment()

    @contextmanager
    def computing(self) -> Iterator[None]:
        """Let convolutions inside be computed by the winners, and keep these at the end."""
        try:
            with using(self.records):
                yield
        finally:
            self._keep()

    def wait(self, inbox: Inbox, timeout_s: float = math.inf) -> bool:
        """Wait for a job as `inbox.wait` does, and let algorithms race meanwhile.

        Without a time-out, return False as soon as nothing is left to race.
        """
        if self._is_first or not self.records.is_on:  # the first picture is waited for
            self._is_first = False
            return inbox.wait(0.0 if timeout_s == math.inf else timeout_s)
        if inbox.wait(0.0):
            return True
        races = self._races = self._races or self._begin()
        begin_s = self._clock()
        while not inbox.wait(min(_BREAK_S, timeout_s)):
            waited_s = self._clock() - begin_s
            if waited_s >= timeout_s:
                return False
            if races.run_one(lambda: inbox.wait(0.0), min(timeout_s - waited_s, self._spare_s(waited_s))):
                continue
            if timeout_s == math.inf and not races.has_work and not inbox.wait(0.0):
                self._keep()
                return False
            inbox.wait(min(timeout_s - waited_s, _BREAK_S if waited_s >= LONG_REST_S else _NEXT_LOOK_S))
        self._gaps.append(self._clock() - begin_s)
        return True

    def _spare_s(self, waited_s: float) -> float:
        """Return how long a turn may take after such a wait, so that it probably ends before the next job comes.

        One call of a library is not stopped, so a turn takes no longer than somebody who edits would not notice.
        """
        if waited_s >= LONG_REST_S:
            return math.inf
        if waited_s >= REST_S:
            return _FRAME_S
        return (_SHARE * min(self._gaps) if len(self._gaps) == _GAPS else 0.0) - waited_s

    def _begin(self) -> "Races":
        """Read what was kept. What is needed from now on is loaded here: the first picture does not wait for it."""
        from convexplorer.core.convolution.race import Races
        from convexplorer.live import winners

        if self._folder is not None:
            self.records.learn(winners.read(winners.path_in(self._folder)))
        return Races(self.records)

    def _keep(self) -> None:
        """Write the file, if a race has ended since the last time."""
        if self._folder is not None and self.records.count > self._written:
            from convexplorer.live import winners

            self._written = self.records.count
            winners.write(winners.path_in(self._folder), dict(self.records.known))


def is_fixed_by_environment() -> bool:
    """Return True if the environment forbids races."""
    return os.environ.get(SWITCH) == "1"
