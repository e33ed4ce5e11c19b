"""A computation beside the window that tells how far it is, and that can be stopped."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer import _threads
from convexplorer.gui.session.errands import Errands
from convexplorer.live.slots import Latest

T = TypeVar("T")
Tell = Callable[[T], None]


class Task(QObject, Generic[T]):
    """One computation in a thread of its own.

    It begins at once. Of the results that it tells only the newest waits for the main thread. At its end it lets go of
    itself; a stopped one ends between two of its steps, and what it has told stays.

    Parameters
    ----------
    work : called in the thread with the function that tells a result.
    errands : runs the thread; a closing window waits for it.
    is_alone : on one core, so that frames and edits have the others; False for a short one.

    Signals
    -------
    told : the newest result.
    ended : the exception that ended it, or None; after the last result was told.
    """

    told = Signal(object)
    ended = Signal(object)
    _news_wait = Signal()

    def __init__(
        self, work: Callable[[Tell[T]], object], errands: Errands, parent: QObject, *, is_alone: bool = True
    ) -> None:
        super().__init__(parent)
        self._is_alone = is_alone
        self._is_stopped = False
        self._is_running = True
        self._news: Latest[T] = Latest(self._news_wait.emit)
        self._news_wait.connect(self._deliver)
        errands.run(lambda: self._run(work), self._on_ended)

    @property
    def is_running(self) -> bool:
        """True until its end."""
        return self._is_running

    @property
    def is_stopped(self) -> bool:
        """True once it was asked to stop."""
        return self._is_stopped

    def stop(self) -> None:
        """Ask the computation to end soon."""
        self._is_stopped = True

    def _run(self, work: Callable[[Tell[T]], object]) -> None:
        cores = _threads.alone() if self._is_alone else nullcontext()
        with _threads.stoppable(lambda: self._is_stopped), cores, suppress(_threads.Stopped):
            work(self._news.put)

    @Slot()
    def _deliver(self) -> None:
        news = self._news.take()
        if news is not None:
            self.told.emit(news)

    def _on_ended(self, error: Exception | None) -> None:
        self._deliver()
        self._is_running = False
        self.ended.emit(error)
        self.deleteLater()
