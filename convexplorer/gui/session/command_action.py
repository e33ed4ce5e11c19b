"""A command of the window as Qt's action, which says why it is impossible instead of doing nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QIcon, QKeySequence, QShortcut


class CommandAction(QAction):
    """A command, shared by its button, its menu entry, its keys and the palette.

    A disabled `QAction` ignores its keys without a word. Here the keys of an impossible command give its reason. The
    tooltip is `tip`, what the command does, with the reason why it is impossible below.

    Whether it is possible is found out once for all changes of a turn of the event loop. Qt shows it from then on; who
    asks in Python before that gets the answer of now.

    Parameters
    ----------
    ask : finds out whether the commands are possible, where that may have changed.

    Signals
    -------
    refused : the reason, when the command was given while it was impossible.
    """

    refused = Signal(str)

    def __init__(
        self, title: str, keys: Sequence[QKeySequence], parent: QObject, ask: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(title, parent)
        self._owner = parent
        self._ask = ask
        self._tip = ""
        self._reason = ""
        self._refusal: QShortcut | None = None  # takes the keys while the command is impossible
        self.setShortcuts(list(keys))

    @property
    def tip(self) -> str:
        """What the command does, and its keys, as it was found last; of most commands it never changes."""
        return self._tip

    def set_tip(self, tip: str) -> None:
        """Set what the command does, and its keys."""
        if tip != self._tip:  # Qt tells every button and menu, whether it is another one or not
            self._tip = tip
            self._show_tip()

    @property
    def reason(self) -> str:
        """The reason why the command is impossible now, or ""."""
        self._ask()
        return self._reason

    def set_reason(self, reason: str) -> None:
        """Set the reason why the command is impossible now; "" if it is possible."""
        if reason == self._reason:
            return
        self._reason = reason
        self.setEnabled(not reason)
        self._show_tip()
        if self._refusal is None and self.shortcuts():
            self._refusal = QShortcut(self._owner)
            self._refusal.setKeys(self.shortcuts())
            self._refusal.activated.connect(self.give)
        if self._refusal is not None:
            self._refusal.setEnabled(bool(reason))

    @Slot()
    def give(self) -> None:
        """Run the command, or say why it is impossible."""
        if reason := self.reason:
            self.refused.emit(reason)
        else:
            self.trigger()

    def isEnabled(self) -> bool:
        """Return True if the command is possible."""
        self._ask()
        return super().isEnabled()

    def isChecked(self) -> bool:
        """Return the state of a switch."""
        self._ask()
        return super().isChecked()

    def icon(self) -> QIcon:
        """Return the icon, which may say what the command would do now."""
        self._ask()
        return super().icon()

    def toolTip(self) -> str:
        """Return what the command does, its keys, and why it is impossible."""
        self._ask()
        return super().toolTip()

    def trigger(self) -> None:
        """Run the command if it is possible."""
        self._ask()
        super().trigger()

    def _show_tip(self) -> None:
        self.setToolTip("\n".join(filter(None, (self._tip, self._reason))))
