"""A row of buttons for operations on a whole kernel."""

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import ActionButton, IconButton
from convexplorer.model.edits import TRANSFORMS

# Frequent transforms have buttons in the row, all others are in the menu at its end.
IN_ROW = ("rotate", "flip-horizontal", "flip-vertical", "negate", "normalize-sum", "zero-sum", "clear")
CLIPBOARD = ("copy-kernel", "paste")
BUTTON_WIDTH = 26


class KernelTools(QWidget):
    """Buttons for the transforms of the table, and for copying and pasting.

    Parameters
    ----------
    actions : the window's commands by name; every transform is a command.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.more = IconButton("menu", "More that can be done to the kernel", self)
        self.more.setMenu(self._menu(actions))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._buttons = [*(ActionButton(actions[name], self) for name in (*IN_ROW, *CLIPBOARD)), self.more]
        for button in self._buttons:
            row.addWidget(button)
            if button is not self.more:
                row.addStretch(1)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def is_paste_under_mouse(self) -> bool:
        """Return True if the mouse is over the button that pastes."""
        return any(button.underMouse() for button in self._buttons if button.objectName() == CLIPBOARD[1])

    @Slot()
    def _on_theme_changed(self) -> None:
        for button in self._buttons:
            button.setFixedWidth(theme.px(BUTTON_WIDTH))

    def _menu(self, actions: Mapping[str, QAction]) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(actions["nearest"])
        menu.addSeparator()
        for name in TRANSFORMS:
            if name not in IN_ROW:
                menu.addAction(actions[name])
        menu.addSeparator()
        menu.addAction(actions["copy-kernel-python"])
        menu.addAction(actions["kernel-code"])
        return menu
