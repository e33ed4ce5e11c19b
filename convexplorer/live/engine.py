"""The engine thread: takes the newest job, returns the newest picture, or a glance where that is enough."""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace

from convexplorer._leaving import expect_end, stop_at_end
from convexplorer._threads import Stopped, stoppable
from convexplorer.core.geometry import memory
from convexplorer.core.network.library import Library, asking
from convexplorer.live.flow import Flow
from convexplorer.live.slots import Inbox, Latest
from convexplorer.live.spare_time import SpareTime
from convexplorer.live.surveyor import Surveyor
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, failed_picture, render

CLOSE_S = 2.0
LONG_S = 0.5  # an answer to an edit that takes longer gives way to the next edit
# From one frame whose numbers are read to the next: nobody reads faster, and the window needs time for the hand that
# points. A camera of 30 frames a second loses none.
READ_S = 0.025
IDLE_S = 3.0  # after so long without a job, unused memory is returned; the next edit then takes it anew

logger = logging.getLogger(__name__)


class Engine:
    """A thread that renders the newest job of an inbox into a slot, until closed.

    While a picture is computed, newer frames and projects replace each other in the inbox; the engine continues with
    the newest. An exception in `render` becomes a picture with a note, and the thread continues.

    Where pixels are more urgent than numbers (`Flow`), a glance comes first; its full picture follows when no newer job
    comes, and until then a second thread surveys a frame from time to time.

    A full picture that someone waits for is not given up for a newer frame, or there would be none. It gives way to an
    edit or another view; if it answers one itself, not before `LONG_S`. Never are two given up in a row.

    Parameters
    ----------
    latest : the slot of glances and full pictures, in their order.
    surveys : the slot of surveys; one that is older than a full picture never comes after it.
    spare_time : what is done between two jobs; None: nothing, and convolutions are computed by the fixed plan.
    library : what is asked for the layers of large networks; None: nothing.
    """

    def __init__(
        self,
        inbox: Inbox,
        latest: Latest[Picture | Glance],
        surveys: Latest[Picture] | None = None,
        *,
        spare_time: SpareTime | None = None,
        library: Library | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._inbox = inbox
        self._spare_time = spare_time
        self._library = library
        self._latest = latest
        self._surveys: Latest[Picture] = Latest() if surveys is None else surveys
        self._clock = clock
        self._flow = Flow(clock)
        self._glancer = Glancer(clock)
        records = None if spare_time is None else spare_time.records
        self._surveyor = Surveyor(self._deliver_survey, records=records, library=library, clock=clock)
        self._order = threading.Lock()  # held for assignments, as those of the slots
        self._newest_full = -1
        self._failed: Project | None = None
        self._shown: tuple[Project, View] | None = None  # of the picture or glance that was delivered last
        self._is_owed = False  # a full picture that was wanted has been given up
        self._answered: Screen | None = None  # that of the full picture which was delivered last; None after a glance
        self._read: tuple[Job, float] | None = None  # the newest job, if numbers were wanted, and when it was begun
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Start the threads."""
        stop_at_end(self.close)
        memory.keep_free()
        self._surveyor.start()
        self._thread.start()

    def close(self) -> None:
        """Stop the current computation, at most `CLOSE_S` later; no picture arrives after this method returns.

        A computation stops between two bands or layers. One call of a library, such as a large matrix product, may take
        longer; it ends in its thread, and its result is dropped.
        """
        end_s = time.monotonic() + CLOSE_S
        self._is_closed = True
        self._inbox.close()
        self._latest.close()
        self._surveys.close()
        self._surveyor.end()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)
        expect_end(self._thread)
        self._surveyor.join(max(0.0, end_s - time.monotonic()))

    def overtake(self, number: int) -> None:
        """Drop surveys of a job and of those before it: their full picture is there."""
        with self._order:
            self._newest_full = max(self._newest_full, number)
            # One that lies in its slot would be fetched behind the full picture.
            self._surveys.take()
        self._surveyor.skip(number)

    def _run(self) -> None:
        computing = nullcontext() if self._spare_time is None else self._spare_time.computing()
        with stoppable(lambda: self._is_closed), suppress(Stopped), computing, asking(self._library):
            self._render_newest()

    def _render_newest(self) -> None:
        rendered: Rendered | None = None
        while (job := self._next_job()) is not None:
            if rendered is not None and rendered.picture.frame is not job.frame:
                # Of another frame nothing can be used again, and its maps would lie in memory beside the new ones.
                rendered = None
            if rendered is not None and self._has_numbers(job, rendered.picture):
                continue
            if not self._show_glance(job, rendered):
                rendered = self._show_unless(self._gives_way(job), job, rendered)
            elif not self._wait(self._flow.settle_s):
                rendered = self._show_unless(lambda: self._inbox.has_news, job, rendered)

    def _has_numbers(self, job: Job, picture: Picture) -> bool:
        """Return True if a job differs from what is on screen at most in whether someone reads the numbers."""
        if self._answered is None:
            return False
        is_same = (picture.frame, picture.project, picture.view) == (job.frame, job.project, job.view)
        return is_same and replace(self._answered, wants_numbers=job.screen.wants_numbers) == job.screen

    def _show_glance(self, job: Job, rendered: Rendered | None) -> bool:
        """Put the glance of a job into the slot; False if a full picture is wanted, or needed."""
        if not self._flow.wants_glance(job) or job.project is self._failed:
            return False
        try:
            glance = self._glancer.glance(job, None if rendered is None else rendered.evaluation)
        except Exception:
            logger.exception("a glance could not be drawn")
            self._failed = job.project  # the same error would come with every frame
            return False
        if glance is None:
            return False
        self._answered, self._shown, self._is_owed = None, (job.project, job.view), False
        self._latest.put(glance)
        self._surveyor.offer(job)
        return True

    def _gives_way(self, job: Job) -> Callable[[], bool]:
        """Return what tells whether a full picture that is wanted is given up now: for more than a newer frame."""
        is_answer = self._shown is None or self._shown[0] is not job.project or self._shown[1] != job.view
        least_s = LONG_S if is_answer else 0.0
        begun_s, is_second = self._clock(), self._is_owed
        self._is_owed = True

        def gives_way() -> bool:
            return not is_second and self._inbox.has_other_than(job) and self._clock() - begun_s >= least_s

        return gives_way

    def _show_unless(self, is_given_up: Callable[[], bool], job: Job, rendered: Rendered | None) -> Rendered | None:
        """Make the full picture of a job, unless it is given up meanwhile."""
        try:
            with stoppable(lambda: self._is_closed or is_given_up()):
                return self._show_full(job, rendered)
        except Stopped:
            return rendered

    def _show_full(self, job: Job, rendered: Rendered | None) -> Rendered | None:
        self._read = (job, self._clock()) if job.screen.wants_numbers else None
        try:
            made = render(job, rendered)
        except Exception as error:
            logger.exception("a picture could not be computed")
            self._deliver(failed_picture(job, error), job.number)
            return None
        self._answered = job.screen
        self._deliver(made.picture, job.number)
        return made

    def _deliver(self, picture: Picture, number: int) -> None:
        self.overtake(number)
        self._shown, self._is_owed = (picture.project, picture.view), False
        self._flow.note(picture)
        self._latest.put(picture)

    def _deliver_survey(self, picture: Picture, number: int) -> None:
        with self._order:
            if number > self._newest_full:
                self._surveys.put(picture)

    def _next_job(self) -> Job | None:
        """Wait for the next job, and return unused memory to the system if none comes soon; None if closed."""
        if not self._wait() and not self._inbox.wait(IDLE_S):
            memory.give_back()
        if self._read is not None:
            job, begun_s = self._read
            self._inbox.wait_for_other(job, max(0.0, begun_s + READ_S - self._clock()))
        return self._inbox.take()

    def _wait(self, timeout_s: float = math.inf) -> bool:
        """Wait for a job in the way of `SpareTime.wait`."""
        if self._spare_time is not None:
            return self._spare_time.wait(self._inbox, timeout_s)
        return self._inbox.wait(0.0 if timeout_s == math.inf else timeout_s)
