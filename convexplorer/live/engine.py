"""The engine thread: takes the newest job, returns the newest picture."""

import logging
import threading
from contextlib import nullcontext, suppress

from convexplorer._threads import Stopped, stoppable
from convexplorer.core.geometry import memory
from convexplorer.live.slots import Inbox, Latest
from convexplorer.live.spare_time import SpareTime
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, failed_picture, render

CLOSE_S = 2.0
IDLE_S = 3.0  # after so long without a job, unused memory is returned; the next edit then takes it anew

logger = logging.getLogger(__name__)


class Engine:
    """A thread that renders the newest job of an inbox into a slot, until closed.

    While a picture is computed, newer frames and projects replace each other in the inbox; the engine continues with
    the newest. An exception in `render` becomes a picture with a note, and the thread continues.

    Parameters
    ----------
    spare_time : what is done between two jobs; None: nothing, and convolutions are computed by the fixed plan.
    """

    def __init__(self, inbox: Inbox, latest: Latest[Picture], spare_time: SpareTime | None = None) -> None:
        self._inbox = inbox
        self._spare_time = spare_time
        self._latest = latest
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the current computation, at most `CLOSE_S` later; no picture arrives after this method returns.

        A computation stops between two bands or layers. One call of a library, such as a large matrix product, may take
        longer; it ends in its thread, and its result is dropped.
        """
        self._is_closed = True
        self._inbox.close()
        self._latest.close()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        computing = nullcontext() if self._spare_time is None else self._spare_time.computing()
        with stoppable(lambda: self._is_closed), suppress(Stopped), computing:
            self._render_newest()

    def _render_newest(self) -> None:
        rendered: Rendered | None = None
        while (job := self._next_job()) is not None:
            if rendered is not None and rendered.picture.frame is not job.frame:
                # Of another frame nothing can be used again, and its maps would lie in memory beside the new ones.
                rendered = None
            try:
                rendered = render(job, rendered)
                self._latest.put(rendered.picture)
            except Exception as error:
                logger.exception("a picture could not be computed")
                rendered = None
                self._latest.put(failed_picture(job, error))

    def _next_job(self) -> Job | None:
        """Wait for the next job, and return unused memory to the system if none comes soon; None if closed."""
        if self._spare_time is not None:
            self._spare_time.use(self._inbox)
        if not self._inbox.wait(IDLE_S):
            memory.give_back()
        return self._inbox.take()
