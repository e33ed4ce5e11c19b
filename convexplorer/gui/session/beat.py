"""A beat: of values that come faster than anyone reads, the newest is shown a few times a second."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

T = TypeVar("T")


class Beat(Generic[T]):
    """Shows values at most so often: the first at once, then the newest of each interval, and the last one always.

    Parameters
    ----------
    show : called with a value.
    interval_ms : between two values that are not urgent.
    """

    def __init__(self, show: Callable[[T], None], interval_ms: int, parent: QObject) -> None:
        self._show = show
        self._waiting: T | None = None
        self._pause = QTimer(parent, singleShot=True, interval=interval_ms)
        self._pause.timeout.connect(self.settle)

    def put(self, value: T, *, at_once: bool = False) -> None:
        """Show a value now, or at the end of the interval; `at_once` for one that says something new."""
        if at_once or not self._pause.isActive():
            self._waiting = None
            self._pause.start()
            self._show(value)
        else:
            self._waiting = value

    def settle(self) -> None:
        """Show the value that waits, for whoever reads what it leads to."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._pause.start()
            self._show(waiting)

    def drop(self) -> None:
        """Forget the value that waits: what it tells of is no longer shown."""
        self._waiting = None
