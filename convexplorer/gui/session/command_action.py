"""A command of the window as Qt's action, which says why it is impossible instead of doing nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut


class CommandAction(QAction):
    """A command, shared by its button, its menu entry, its keys and the palette.

    A disabled `QAction` ignores its keys without a word. Here the keys of an impossible command give its reason.

    Signals
    -------
    refused : the reason, when the command was given while it was impossible.
    """

    refused = Signal(str)

    def __init__(self, title: str, keys: Sequence[QKeySequence], parent: QObject) -> None:
        super().__init__(title, parent)
        self._reason = ""
        self._refusal = QShortcut(parent) if keys else None
        self.setShortcuts(list(keys))
        if self._refusal is not None:
            self._refusal.setKeys(list(keys))
            self._refusal.setEnabled(False)
            self._refusal.activated.connect(self.give)

    @property
    def reason(self) -> str:
        """The reason why the command is impossible now, or ""."""
        return self._reason

    def set_reason(self, reason: str) -> None:
        """Set the reason why the command is impossible now; "" if it is possible."""
        if reason == self._reason:
            return
        self._reason = reason
        self.setEnabled(not reason)
        if self._refusal is not None:
            self._refusal.setEnabled(bool(reason))

    @Slot()
    def give(self) -> None:
        """Run the command, or say why it is impossible."""
        if self._reason:
            self.refused.emit(self._reason)
        else:
            self.trigger()
