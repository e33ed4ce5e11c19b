"""Lets Python look for garbage in the main thread only.

Python collects cyclic garbage in whichever thread happens to allocate. Widgets and timers among it would then end in
the thread that computes, and Qt allows that to its own thread alone: the program would crash, rarely and elsewhere.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

# How many new objects, and how many collections of younger ones, make a collection due: as CPython has it.
_THRESHOLDS = gc.get_threshold()


class MainThreadCollector(QObject):
    """Collects garbage when the main thread is about to wait, if enough has come together; so waiting costs nothing.

    While any of these runs, Python's own collections are off.
    """

    _running = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_running = False

    def start(self) -> None:
        """Collect here from now on, and nowhere else."""
        dispatcher = QAbstractEventDispatcher.instance()
        if self._is_running or dispatcher is None:
            return
        self._is_running = True
        MainThreadCollector._running += 1
        gc.disable()
        dispatcher.aboutToBlock.connect(self.collect_if_due)

    def stop(self) -> None:
        """Leave it to Python again, unless others still run."""
        dispatcher = QAbstractEventDispatcher.instance()
        if not self._is_running:
            return
        self._is_running = False
        if dispatcher is not None:
            dispatcher.aboutToBlock.disconnect(self.collect_if_due)
        MainThreadCollector._running -= 1
        if not MainThreadCollector._running:
            gc.enable()

    @Slot()
    def collect_if_due(self) -> None:
        """Collect if enough has come together; for who keeps the main thread so busy that it never waits."""
        counts = gc.get_count()
        due = [count > threshold for count, threshold in zip(counts, _THRESHOLDS, strict=True)]
        if due[0]:
            gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
