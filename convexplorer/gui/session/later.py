"""What the first frame does not need: done after it, in small steps between the events of the user."""

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot

PAUSE_MS = 50  # after the first result, so that it is painted before


class Later(QObject):
    """A queue of steps; each runs in an idle moment of the event loop, and takes a few milliseconds at most.

    `finish` does the rest at once, where something that waits is about to be seen.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: deque[Callable[[], None]] = deque()
        self._is_past = False  # True once all has been done
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._do_next)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._timer.start)

    @property
    def is_done(self) -> bool:
        """True if nothing waits."""
        return not self._steps

    def add(self, steps: Iterable[Callable[[], None]]) -> None:
        """Let steps wait for `begin`; what comes when all has been done is done at once."""
        self._steps.extend(steps)
        if self._is_past:
            self.finish()

    def begin(self) -> None:
        """Begin soon, unless that has happened."""
        if self._steps and not self._timer.isActive() and not self._pause.isActive():
            self._pause.start()

    @Slot()
    def finish(self) -> None:
        """Do all that waits, now."""
        self._is_past = True
        while self._steps:
            self._do_next()

    def close(self) -> None:
        """Do nothing more."""
        self._steps.clear()
        self._pause.stop()
        self._timer.stop()

    @Slot()
    def _do_next(self) -> None:
        if self._steps:
            self._steps.popleft()()
        if not self._steps:
            self._is_past = True
            self._timer.stop()
