"""Flat buttons, either free-standing with an icon and a tooltip, or for a command of the window."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip


class FlatButton(QToolButton):
    """A small flat button that follows the interface scale; `clicked` and `toggled` are Qt's signals."""

    def __init__(self, parent: QWidget | None = None, *, has_text: bool = False) -> None:
        super().__init__(parent)
        styles = Qt.ToolButtonStyle
        self.setToolButtonStyle(styles.ToolButtonTextBesideIcon if has_text else styles.ToolButtonIconOnly)
        # A click leaves the focus in the widget where the user was working.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_role(self, "flat")
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        """Adapt the size to the interface scale."""
        self.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.setMaximumHeight(theme.px(26))


class IconButton(FlatButton):
    """A flat button for functions that are not commands of the window.

    Parameters
    ----------
    icon_name : a name in `resources/icons`.
    tip : a short sentence on the button's effect; also its accessible name.
    is_checkable : True for a switch.
    """

    def __init__(self, icon_name: str, tip: str, parent: QWidget | None = None, *, is_checkable: bool = False) -> None:
        super().__init__(parent)
        self.setCheckable(is_checkable)
        theme.set_icon(self, icon_name)
        self.set_tip(tip)

    def set_icon(self, icon_name: str) -> None:
        """Change the icon."""
        theme.set_icon(self, icon_name)

    def set_tip(self, tip: str) -> None:
        """Change the tooltip and the accessible name."""
        set_tip(self, tip)
        self.setAccessibleName(tip)


class ActionButton(FlatButton):
    """A flat button for a command of the window: icon, tooltip, shortcut and state come from its `QAction`.

    Parameters
    ----------
    text : written beside the icon, or in its place if the action has no icon.
    """

    def __init__(self, action: QAction, parent: QWidget | None = None, *, text: str = "") -> None:
        super().__init__(parent, has_text=bool(text))
        if text:
            action.setIconText(text)
        self.setDefaultAction(action)
        self.setObjectName(action.objectName())
        self.setAccessibleName(action.text())

    def showEvent(self, event: QShowEvent) -> None:
        """Draw an icon that waits for its turn: without it the button would show its words for a moment."""
        action = self.defaultAction()
        name = action.property("icon_name")
        if name and action.icon().isNull():
            theme.set_icon(action, name)
        super().showEvent(event)
