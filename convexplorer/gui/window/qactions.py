"""The table of commands as `QAction` objects, shared by menus, shortcuts, the palette and the buttons of all panels."""

from collections.abc import Callable
from functools import cache, partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.actions.command import Command


def build_actions(window: Shell) -> None:
    """Create one `QAction` per row in `window.actions_by_name`, with its shortcut active in the whole window."""
    for name, command in ACTIONS.items():
        window.actions_by_name[name] = _build(window, name, command)


def draw_icons(window: Shell) -> list[Callable[[], None]]:
    """Draw the icons of actions with a button that has a place, and return the steps that draw those of the others.

    Menus, the palette and hidden panels are opened later; most icons are for them alone. A hidden button that keeps its
    place is measured with the others: without its icon it would be as wide as its words.
    """
    others: list[Callable[[], None]] = []
    for action in window.actions_by_name.values():
        if action.property("icon_name") and action.icon().isNull():
            if any(isinstance(one, QAbstractButton) and _has_place(one, window) for one in action.associatedObjects()):
                _draw_icon(action)
            else:
                others.append(partial(_draw_icon, action))
    return others


def refresh_actions(window: Shell) -> None:
    """Update checked and enabled states, and the tooltips with the reasons for disabled actions."""
    for name, command in ACTIONS.items():
        action = window.actions_by_name[name]
        if command.checked is not None:
            action.setChecked(command.checked(window))
        if command.why_not is not None:
            action.set_reason(command.why_not(window))
        if command.look is not None:
            icon, tip = command.look(window)
            action.set_tip(_tip(command, tip))
            if icon:
                theme.set_icon(action, icon)


def title_of(command: Callable[[Shell], None]) -> str:
    """Return the title of a command given as its function."""
    return next((row.title for row in ACTIONS.values() if row.run is command), "A command").rstrip("…")


def _build(window: Shell, name: str, command: Command) -> CommandAction:
    # As a shortcut, Space would be taken from every button; the window handles Space if no focused widget does.
    keys = [QKeySequence(text) for text in command.shortcuts if text != "Space"]
    action = CommandAction(command.title, keys, window, window.ask_commands)
    action.setObjectName(name)
    action.set_tip(_tip(command))
    action.setStatusTip(command.tip)
    action.setProperty("menu", command.menu)
    if command.icon:
        action.setProperty("icon_name", command.icon)  # drawn by `draw_icons`
    if command.checked is not None:
        action.setCheckable(True)
    action.triggered.connect(lambda _checked=False: _run(window, ACTIONS[name]))
    action.refused.connect(window.refuse)
    window.addAction(action)
    return action


def _has_place(button: QAbstractButton, window: Shell) -> bool:
    return button.isVisibleTo(window) or button.sizePolicy().retainSizeWhenHidden()


def _draw_icon(action: QAction) -> None:
    theme.set_icon(action, action.property("icon_name"))


def _run(window: Shell, command: Command) -> None:
    """Run a command, unless it has become impossible since its action was refreshed."""
    reason = "" if command.why_not is None else command.why_not(window)
    window.run(command.run if not reason else lambda shell: shell.refuse(reason))


def _tip(command: Command, text: str = "") -> str:
    """Return the tooltip of a command: its effect and its keys."""
    keys = shortcut_text(command)
    return f"{text or command.tip}  ({keys})" if keys else text or command.tip


def shortcut_text(command: Command) -> str:
    """Return the first shortcut in the system's notation, or ""."""
    return _native(command.shortcuts[0]) if command.shortcuts else ""


@cache
def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
