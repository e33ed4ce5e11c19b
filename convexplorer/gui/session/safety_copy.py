"""The safety copy of unsaved work: written while the user works, offered at the next start after a crash.

A disk may need half a second to confirm a file, so while the user works a thread of its own writes the copy.
"""

import logging
import threading

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.gui.session.settings import state_folder
from convexplorer.live.worker import Worker
from convexplorer.model.project import Project
from convexplorer.model.storage.recovery import Autosave, Recovery
from convexplorer.model.store import Document, Store

logger = logging.getLogger(__name__)

DELAY_MS = 2000  # maximum age of the copy

Unsaved = tuple[Project, Document] | None


class SafetyCopy(QObject):
    """A follower of the store that keeps a copy whenever there is unsaved work."""

    failed = Signal(str)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._autosave: Autosave | None = None
        self._why_not = ""  # the reason why there is no place for copies; said with the first work that would need one
        try:
            self._autosave = Autosave(state_folder() / "recovery")
        except OSError as error:
            logger.warning("unsaved work cannot be kept: %s", error)
            self._why_not = f"Unsaved work cannot be kept: {error.strerror or error}."
        self._lock = threading.Lock()  # held while the copy is written or deleted
        self._number = 0  # of the newest state that was given away: an older one is not written any more
        self._worker: Worker[tuple[int, Unsaved]] | None = None
        self.timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self.timer.timeout.connect(self._write_beside)
        store.subscribe(self._on_project)

    def find(self) -> Recovery | None:
        """Return the newest copy left behind by a crashed program, or None."""
        return self._autosave.find() if self._autosave else None

    def discard(self, found: Recovery) -> None:
        """Delete a copy that was left behind."""
        if self._autosave:
            self._autosave.discard(found)

    def write(self) -> None:
        """Write the copy before this returns, or delete the copy if there is no unsaved work."""
        self._number += 1
        self._keep(self._number, self._store.unsaved)

    @Slot()
    def _write_beside(self) -> None:
        """Write or delete the copy in the thread, while the window goes on."""
        if self._worker is None:
            self._worker = Worker(lambda given: self._keep(*given), lambda: None)
        self._number += 1
        self._worker.put((self._number, self._store.unsaved))

    def _keep(self, number: int, unsaved: Unsaved) -> None:
        with self._lock:
            failure = self._replace(unsaved) if number == self._number else ""
        if failure:
            self.failed.emit(failure)

    def _replace(self, unsaved: Unsaved) -> str:
        """Write a state, or delete the copy if all is saved; return what the user must know."""
        if self._autosave is None:
            if unsaved is None:
                return ""
            why_not, self._why_not = self._why_not, ""
            return why_not
        if unsaved is None:
            self._autosave.discard()
            return ""
        project, document = unsaved
        try:
            self._autosave.write(project, document.path, document.stamp)
        except ValueError as error:
            return f"Unsaved work cannot be kept: {error}"
        return ""

    def close(self) -> None:
        """Leave a copy if there is unsaved work, and none otherwise; nothing is written afterwards."""
        self.timer.stop()
        self.write()
        if self._worker is not None:
            self._worker.close()
        if self._autosave:
            self._autosave.close()
        self._autosave = None

    def _on_project(self, _new: Project, _old: Project) -> None:
        if (
            self._autosave and not self.timer.isActive()
        ):  # restarted by each edit, it would never fire in continuous editing
            self.timer.start()
