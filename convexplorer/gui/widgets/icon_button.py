"""A flat button that is only an icon, with its tip and its shortcut said in words."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from convexplorer.gui.look import theme


class IconButton(QToolButton):
    """A small flat button; `clicked` and `toggled` are Qt's own signals.

    Parameters
    ----------
    icon_name : a name in `resources/icons`.
    tip : what it does, as a short sentence; also its accessible name.
    shortcut : a key sequence in Qt's portable form ("Ctrl+K"); shown in the tip and obeyed.
    text : written beside the icon.
    is_checkable : whether it is a switch.

    """

    def __init__(
        self,
        icon_name: str,
        tip: str,
        parent: QWidget | None = None,
        *,
        shortcut: str = "",
        text: str = "",
        is_checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._shortcut = shortcut
        self.setText(text)
        self.setCheckable(is_checkable)
        self.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if text else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        # A click leaves the focus where one was working.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
        self.set_icon(icon_name)
        self.set_tip(tip)
        theme.set_role(self, "flat")
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        theme.set_icon(self, icon_name)

    def set_tip(self, tip: str) -> None:
        """Say something else about it; the shortcut is added."""
        self.setToolTip(with_shortcut(tip, self._shortcut))
        self.setAccessibleName(self.text() or tip)

    @Slot()
    def _on_theme_changed(self) -> None:
        """Take the size of the interface scale."""
        self.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.setMaximumHeight(theme.px(26))


def with_shortcut(tip: str, shortcut: str) -> str:
    """Return a tip with its keys in the form that this desktop writes them."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) if shortcut else ""
    return f"{tip}  ({keys})" if keys else tip
