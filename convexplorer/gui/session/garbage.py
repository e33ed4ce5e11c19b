"""Restricts Python's garbage collection to the main thread.

Python collects cyclic garbage in whichever thread happens to allocate. Widgets and timers in that garbage would then be
destroyed in the engine's thread, but Qt allows this in the main thread only: the program would crash, rarely and at an
unrelated place.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

# Thresholds of the three generations: new objects, then collections of the younger generation.
_THRESHOLDS = gc.get_threshold()


class MainThreadCollector(QObject):
    """Collects garbage when the main thread is about to wait for events and enough objects have accumulated.

    While any collector is running, Python's automatic collection is off.
    """

    _running = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_running = False

    def start(self) -> None:
        """Collect in the main thread from now on, and disable automatic collection."""
        dispatcher = QAbstractEventDispatcher.instance()
        if self._is_running or dispatcher is None:
            return
        self._is_running = True
        MainThreadCollector._running += 1
        gc.disable()
        dispatcher.aboutToBlock.connect(self.collect_if_due)

    def stop(self) -> None:
        """Enable automatic collection again, unless other collectors are still running."""
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
        """Collect if enough objects have accumulated; for callers that keep the main thread from ever waiting."""
        counts = gc.get_count()
        due = [count > threshold for count, threshold in zip(counts, _THRESHOLDS, strict=True)]
        if due[0]:
            gc.collect(2 if due[1] and due[2] else 1 if due[1] else 0)
