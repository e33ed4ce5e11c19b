"""The note beside the button “Record” on what is sent to other programs, and how many read it."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.session.sending import Sending
from convexplorer.gui.widgets.elided_label import ElidedLabel

PERIOD_MS = 1000
_TIP = "What other programs get of this window; the pictures that came faster than they could be sent were left out."


class SendingNote(ElidedLabel):
    """A label that follows all sendings once a second, and is hidden without one.

    Signals
    -------
    failed : the name of a sending that has ended by itself.
    """

    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", parent, tip=_TIP)
        self._sendings: Mapping[str, Sending] = {}
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.refresh)
        theme.notifier().changed.connect(self._on_theme)
        theme.set_role(self, "error")
        self._on_theme()
        self.hide()

    def follow(self, sendings: Mapping[str, Sending], address: str = "") -> None:
        """Show the state of these sendings, and in the tip the address of the stream; without one, nothing."""
        self._sendings = sendings
        self.set_tip(f"The stream is at {address}\n{_TIP}" if address else _TIP)
        self.setVisible(bool(sendings))
        if sendings:
            self._timer.start()
            self.refresh()
        else:
            self._timer.stop()
            self.clear()

    @Slot()
    def refresh(self) -> None:
        """Show the newest state, and tell of a sending that has ended."""
        for name, sending in tuple(self._sendings.items()):
            if sending.failure is not None:
                self.failed.emit(name)
        self.setText(" · ".join(_state(name, sending) for name, sending in self._sendings.items()))
        self.setAccessibleName(f"Sending: {self.text()}")

    @Slot()
    def _on_theme(self) -> None:
        self.setFont(theme.digits_font(12))


def _state(name: str, sending: Sending) -> str:
    """Say to whom pictures go, and what was left out."""
    readers = sending.readers
    seen = "" if readers is None else f", {readers} reader{'' if readers == 1 else 's'}"
    left_out = f", {sending.left_out} left out" if sending.left_out else ""
    return f"{name}{seen}{left_out}"
