"""Whether the numbers on screen are still those before an edit whose maps are seen already."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convexplorer.gui.session.bridge import Bridge
from convexplorer.results.glance import Glance
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture

# Longer than between two surveys of a film: numbers that follow so soon need no mark, which would only flicker.
LATE_MS = 300


class EditWatch(QObject):
    """Tells when numbers stay behind the maps for longer than a moment, as those of a large picture do.

    Signals
    -------
    changed : True as soon as the numbers are late, False when they are those of the maps again.
    """

    changed = Signal(bool)

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._is_late = False
        self._waiting = QTimer(self, singleShot=True, interval=LATE_MS)
        self._waiting.timeout.connect(self._on_late)
        bridge.glance_ready.connect(self._on_glance)
        bridge.picture_ready.connect(self._on_numbers)
        bridge.survey_ready.connect(self._on_numbers)

    @Slot(object)
    def _on_glance(self, _glance: Glance) -> None:
        if not self._are_before():
            self._rest()
        elif not self._is_late and not self._waiting.isActive():
            self._waiting.start()

    @Slot(object)
    def _on_numbers(self, _picture: Picture) -> None:
        if not self._are_before():
            self._rest()
        elif not self._is_late:
            self._waiting.start()  # during a drag they are of an edit a moment ago, and others follow

    @Slot()
    def _on_late(self) -> None:
        self._set(True)

    def _are_before(self) -> bool:
        """Return True if the maps on screen are of other settings than the newest numbers."""
        glance, picture = self._bridge.glance, self._bridge.picture
        return glance is not None and picture is not None and _settings(glance.job) != _settings(picture)

    def _rest(self) -> None:
        self._waiting.stop()
        self._set(False)

    def _set(self, is_late: bool) -> None:
        if is_late != self._is_late:
            self._is_late = is_late
            self.changed.emit(is_late)


def _settings(made: Job | Picture) -> tuple[object, ...]:
    """Return all that numbers depend on, beside the frame."""
    project = made.project
    return project.source, project.layers, project.channels, project.numbers, project.preprocessing
