"""The surveyor thread: the numbers of frames that were shown as glances, a few times a second."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from convexplorer._leaving import expect_end
from convexplorer._threads import Stopped, alone, stoppable
from convexplorer.core.convolution.records import Records, using
from convexplorer.core.network.library import Library, asking
from convexplorer.live.duty_cycle import DutyCycle
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import failed_picture, render

PERIOD_S = 0.2
SHARE = 0.2  # of one core

logger = logging.getLogger(__name__)


class Surveyor:
    """A thread that makes the full picture of the newest glance, in its own beat and with one core, until closed.

    Parameters
    ----------
    deliver : called in the thread with each survey and the number of its job.
    records : by which convolutions are computed, those of the engine; None: by the fixed plan.
    library : what is asked for the layers of large networks, that of the engine; None: nothing.
    """

    def __init__(
        self,
        deliver: Callable[[Picture, int], None],
        *,
        records: Records | None = None,
        library: Library | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._deliver = deliver
        self._records = records
        self._library = library
        self._duty = DutyCycle(PERIOD_S, SHARE, clock)
        self._condition = threading.Condition()
        self._job: Job | None = None
        self._unwanted = -1
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="surveyor", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def offer(self, job: Job) -> None:
        """Replace the job that is surveyed next."""
        with self._condition:
            if not self._is_closed:
                self._job = job
                self._condition.notify_all()

    def skip(self, number: int) -> None:
        """Drop this job and those before it, also while one is computed: a full picture is there that is as new."""
        with self._condition:
            self._unwanted = max(self._unwanted, number)
            if self._job is not None and self._job.number <= self._unwanted:
                self._job = None

    def end(self) -> None:
        """Take no more jobs, and stop the current computation."""
        with self._condition:
            self._is_closed = True
            self._job = None
            self._condition.notify_all()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the thread, at most `timeout_s`."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        expect_end(self._thread)

    def _run(self) -> None:
        with alone(), using(self._records), asking(self._library):
            while (job := self._next_job()) is not None:
                self._survey(job)
                del job  # its frame would lie in memory while the thread waits

    def _survey(self, job: Job) -> None:
        self._duty.begin()
        with stoppable(lambda: self._is_closed or job.number <= self._unwanted), suppress(Stopped):
            try:
                # The pictures on screen are newer: of this one only the numbers are shown.
                screen = replace(job.screen, tile=None, input=None, thumbnails=None)
                picture = render(replace(job, screen=screen)).picture
            except Exception as error:
                logger.exception("a survey could not be computed")
                picture = failed_picture(job, error)
            self._deliver(picture, job.number)
        self._duty.end()

    def _next_job(self) -> Job | None:
        """Wait until a job is there and due; None if closed."""
        with self._condition:
            while not self._is_closed:
                if self._job is None:
                    self._condition.wait()
                elif (due_in_s := self._duty.due_in_s) > 0:
                    self._condition.wait(due_in_s)
                else:
                    job, self._job = self._job, None
                    return job
        return None
