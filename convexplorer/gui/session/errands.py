"""Background tasks for which the window must not wait, such as writing a very large picture."""

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.live.worker import run_beside

Then = Callable[[Exception | None], None]

# A disk that does not answer must not keep a closed program for ever; files are written beside their final name, so an
# unfinished one replaces nothing.
CLOSE_S = 60.0


class Errands(QObject):
    """A runner of background tasks, one thread each, that reports their end in the main thread."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._ends = _Ends(self._ended.emit)
        self._ended.connect(self._on_ended)

    def run(self, work: Callable[[], object], then: Then) -> None:
        """Run `work` in a thread, then call `then` in the main thread with the exception or None."""
        ends = self._ends
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(run_beside(work, lambda error: ends.tell(then, error)))

    def wait(self) -> None:
        """Wait for running tasks, at most for `CLOSE_S`, so that files become complete."""
        end_s = time.monotonic() + CLOSE_S
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))

    def close(self) -> None:
        """Wait for running tasks as `wait` does; those that are not over by then report to nobody."""
        self.wait()
        self._ends.close()

    @Slot(object, object)
    def _on_ended(self, then: Then, error: Exception | None) -> None:
        then(error)


class _Ends:
    """The way from the threads to a runner, which may be gone when a thread ends."""

    def __init__(self, emit: Callable[[Then, Exception | None], None]) -> None:
        self._lock = threading.Lock()
        self._emit: Callable[[Then, Exception | None], None] | None = emit

    def tell(self, then: Then, error: Exception | None) -> None:
        """Report the end of a task."""
        with self._lock:
            if self._emit is not None:
                self._emit(then, error)

    def close(self) -> None:
        """Report nothing once this method has returned."""
        with self._lock:
            self._emit = None
