"""Slow things that the window must not wait for, such as writing a very large picture."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.live.worker import run_beside

Then = Callable[[Exception | None], None]


class Errands(QObject):
    """Runs each errand in a thread of its own and tells its end in the main thread."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: list[threading.Thread] = []
        self._ended.connect(self._on_ended)

    def run(self, work: Callable[[], object], then: Then) -> None:
        """Do `work`, then call `then` with what went wrong, or None."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(run_beside(work, lambda error: self._ended.emit(then, error)))

    def close(self) -> None:
        """Wait for what is under way: a file half written is of no use."""
        for thread in self._threads:
            thread.join()

    @Slot(object, object)
    def _on_ended(self, then: Then, error: Exception | None) -> None:
        then(error)
