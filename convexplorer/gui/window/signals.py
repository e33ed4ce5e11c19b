"""The signals by which the system asks the program to end: each closes the window as its close button does."""

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication

# Not every system has all of them: Ctrl+C, a logout or `kill`, and the end of the terminal.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals(QObject):
    """Closes all windows and ends the application when the process gets such a signal.

    Python runs its handlers between two lines of Python, and Qt waits in C; so Python's C handler writes the signal's
    number to a socket, and Qt wakes up and closes the windows between two events. A signal that arrives before the
    event loop runs is obeyed as soon as the loop begins.

    Attributes
    ----------
    received : number of the last signal; 0 if there was none.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.received = 0
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._before_fd = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        # One that the parent process has switched off (`nohup`) stays so.
        self._before = {one: signal.signal(one, _obey) for one in numbers if signal.getsignal(one) != signal.SIG_IGN}

    def close(self) -> None:
        """Give the signals back to the handlers from before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reading.close()
        self._writing.close()

    @Slot()
    def _on_signal(self) -> None:
        numbers = self._reading.recv(64)
        self.received = numbers[-1] if numbers else self.received
        QApplication.closeAllWindows()
        QApplication.exit()


def _obey(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the socket has told Qt already."""
