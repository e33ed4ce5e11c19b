"""Keeps the comparison on the picture up to date: one at a time beside the window, always the newest."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from convexplorer.gui.session.errands import Errands
from convexplorer.gui.session.task import Task
from convexplorer.results.composition_check import CompositionCheck

Work = Callable[[], CompositionCheck]


class Comparing(QObject):
    """Runs comparisons; what is asked for while one runs replaces what was asked for before.

    Signals
    -------
    compared : a `CompositionCheck`.
    failed : the sentence of one that is impossible.
    """

    compared = Signal(object)
    failed = Signal(str)

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._task: Task[CompositionCheck] | None = None
        self._next: Work | None = None

    @property
    def is_busy(self) -> bool:
        """True while something is compared."""
        return self._task is not None

    def ask(self, work: Work) -> None:
        """Ask for a comparison."""
        self._next = work
        if self._task is None:
            self._start()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._next = None

    def _start(self) -> None:
        work, self._next = self._next, None
        if work is None:
            return
        self._task = Task(lambda tell: tell(work()), self._errands, self)
        self._task.told.connect(self.compared)
        self._task.ended.connect(self._on_ended)

    @Slot(object)
    def _on_ended(self, error: Exception | None) -> None:
        self._task = None
        if error is not None:
            self.failed.emit(str(error))
        self._start()
