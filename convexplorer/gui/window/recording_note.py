"""The note beside the button “Record”: how long the recording is, what it has left out, and the room on the disk."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.session.recording import BEAT_S, Progress, Recording
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.words import bytes_text, clock_text

_TIP = (
    "The time recorded, the pictures of the window that came too fast to be written, the frames of the source that "
    "came too fast to be computed, and the room on the disk."
)


class RecordingNote(ElidedLabel):
    """A label that follows a recording once a second, and is hidden without one.

    Signals
    -------
    failed : the recording has ended by itself.
    """

    failed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, tip=_TIP)
        self._recording: Recording | None = None
        self._timer = QTimer(self, interval=int(BEAT_S * 1000))
        self._timer.timeout.connect(self.refresh)
        theme.notifier().changed.connect(self._on_theme)
        theme.set_role(self, "error")
        self._on_theme()
        self.hide()

    def follow(self, recording: Recording | None) -> None:
        """Show the progress of a recording; None to show nothing."""
        self._recording = recording
        self.setVisible(recording is not None)
        if recording is None:
            self._timer.stop()
            self.clear()
        else:
            self._timer.start()
            self._show(recording.progress)

    @Slot()
    def refresh(self) -> None:
        """Show the newest progress, and let the recording check its disk."""
        if self._recording is None:
            return
        if self._recording.failure is not None:
            self.failed.emit()
            return
        self._recording.beat()
        self._show(self._recording.progress)

    def _show(self, progress: Progress) -> None:
        dropped = f" · {progress.dropped} left out" if progress.dropped else ""
        missed = f" · {progress.missed} not computed" if progress.missed else ""
        room = "" if progress.free_bytes is None else f" · {bytes_text(progress.free_bytes)} free"
        self.setText(f"{clock_text(progress.seconds)}{dropped}{missed}{room}")
        self.setAccessibleName(f"Recording: {self.text()}")

    @Slot()
    def _on_theme(self) -> None:
        self.setFont(theme.digits_font(12))
