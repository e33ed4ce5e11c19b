"""The safety copy of unsaved work: written while the user works, offered at the next start after a crash."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.gui.session.settings import state_folder
from convexplorer.model.project import Project
from convexplorer.model.storage.recovery import Autosave, Recovery
from convexplorer.model.store import Store

logger = logging.getLogger(__name__)

DELAY_MS = 2000  # maximum age of the copy


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
        self.timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self.timer.timeout.connect(self.write)
        store.subscribe(self._on_project)

    def find(self) -> Recovery | None:
        """Return the newest copy left behind by a crashed program, or None."""
        return self._autosave.find() if self._autosave else None

    def discard(self, found: Recovery) -> None:
        """Delete a copy that was left behind."""
        if self._autosave:
            self._autosave.discard(found)

    @Slot()
    def write(self) -> None:
        """Write the copy now, or delete the copy if there is no unsaved work."""
        unsaved = self._store.unsaved
        if self._autosave is None:
            if unsaved is not None and self._why_not:
                self.failed.emit(self._why_not)
                self._why_not = ""
            return
        if unsaved is None:
            self._autosave.discard()
            return
        project, document = unsaved
        try:
            self._autosave.write(project, document.path, document.stamp)
        except ValueError as error:
            self.failed.emit(f"Unsaved work cannot be kept: {error}")

    def close(self) -> None:
        """Leave a copy if there is unsaved work, and none otherwise; nothing is written afterwards."""
        self.timer.stop()
        self.write()
        if self._autosave:
            self._autosave.close()
        self._autosave = None

    def _on_project(self, _new: Project, _old: Project) -> None:
        if (
            self._autosave and not self.timer.isActive()
        ):  # restarted by each edit, it would never fire in continuous editing
            self.timer.start()
