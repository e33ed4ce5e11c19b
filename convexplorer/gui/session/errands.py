"""Background tasks for which the window must not wait, such as writing a very large picture."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.live.worker import run_beside

Then = Callable[[Exception | None], None]


class Errands(QObject):
    """A runner of background tasks, one thread each, that reports their end in the main thread."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._ended.connect(self._on_ended)

    def run(self, work: Callable[[], object], then: Then) -> None:
        """Run `work` in a thread, then call `then` in the main thread with the exception or None."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(run_beside(work, lambda error: self._ended.emit(then, error)))

    def close(self) -> None:
        """Wait for running tasks, so that no file remains half written."""
        for thread in self._threads:
            thread.join()

    @Slot(object, object)
    def _on_ended(self, then: Then, error: Exception | None) -> None:
        then(error)
