"""The top bar: menu, ribbon, and buttons of the most frequent actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.window import menus
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.recording_note import RecordingNote
from convexplorer.gui.window.sending_note import SendingNote


class TopBar(QWidget):
    """A row with the ribbon between the menu button and the buttons of a few actions.

    Attributes
    ----------
    recording_note : the progress of a recording, beside its button.
    sending_note : what is sent to other programs.
    """

    def __init__(self, window: Shell, ribbon: QWidget) -> None:
        super().__init__(window)
        self._window = window
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._menu_button("hamburger", "Menu", "All menus", menus.build_main_menu(window)))
        row.addWidget(ribbon, 1)
        row.addWidget(self._action_button("undo"))
        row.addWidget(self._action_button("redo"))
        self._camera = self._action_button("camera")
        row.addWidget(self._camera)
        opening = self._action_button("open")
        opening.setMenu(menus.build_open_menu(window))
        opening.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        row.addWidget(opening)
        self._record = self._action_button("record")
        row.addWidget(self._record)
        self.recording_note = RecordingNote(self)
        row.addWidget(self.recording_note)
        self.sending_note = SendingNote(self)
        row.addWidget(self.sending_note)
        sharing = self._menu_button(
            "export", "Share", "Save, export and copy what is shown", menus.build_share_menu(window)
        )
        row.addWidget(sharing)
        self._named = (self._camera, opening, self._record, sharing)
        row.addWidget(self._action_button("theme"))
        row.addWidget(self._action_button("shortcuts"))
        self.set_compact(False)

    def set_compact(self, is_compact: bool) -> None:
        """Show or hide the texts of the buttons."""
        styles = Qt.ToolButtonStyle
        for button in self._named:
            button.setToolButtonStyle(styles.ToolButtonIconOnly if is_compact else styles.ToolButtonTextBesideIcon)

    def _action_button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._window.actions_by_name[name])
        button.setAutoRaise(True)
        button.setAccessibleName(ACTIONS[name].title)
        return button

    def _menu_button(self, icon: str, name: str, tip: str, menu: QMenu) -> QToolButton:
        button = QToolButton(self)
        theme.set_icon(button, icon)
        button.setText(name)
        button.setToolTip(tip)
        button.setAccessibleName(name)
        button.setAutoRaise(True)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button
