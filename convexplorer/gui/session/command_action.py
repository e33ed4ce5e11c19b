"""A command of the window as Qt's action, which says why it is impossible instead of doing nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut


class CommandAction(QAction):
    """A command, shared by its button, its menu entry, its keys and the palette.

    A disabled `QAction` ignores its keys without a word. Here the keys of an impossible command give its reason. The
    tooltip is `tip`, what the command does, with the reason why it is impossible below.

    Signals
    -------
    refused : the reason, when the command was given while it was impossible.
    """

    refused = Signal(str)

    def __init__(self, title: str, keys: Sequence[QKeySequence], parent: QObject) -> None:
        super().__init__(title, parent)
        self._tip = ""
        self._reason = ""
        self._refusal = QShortcut(parent) if keys else None
        self.setShortcuts(list(keys))
        if self._refusal is not None:
            self._refusal.setKeys(list(keys))
            self._refusal.setEnabled(False)
            self._refusal.activated.connect(self.give)

    @property
    def tip(self) -> str:
        """What the command does, and its keys."""
        return self._tip

    def set_tip(self, tip: str) -> None:
        """Set what the command does, and its keys."""
        self._tip = tip
        self._show_tip()

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
        self._show_tip()
        if self._refusal is not None:
            self._refusal.setEnabled(bool(reason))

    @Slot()
    def give(self) -> None:
        """Run the command, or say why it is impossible."""
        if self._reason:
            self.refused.emit(self._reason)
        else:
            self.trigger()

    def _show_tip(self) -> None:
        self.setToolTip("\n".join(filter(None, (self._tip, self._reason))))
