"""The table of commands as `QAction` objects, shared by menus, shortcuts, the palette and the buttons of all panels."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton

from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.look import theme
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.actions.command import Command

AT_ONCE = 24  # commands that are built in one step between two events


class CommandActions(Mapping[str, CommandAction]):
    """One `CommandAction` per row of the table, with its shortcut active in the whole window.

    A command is built when it is first asked for: of hundreds a third have a button that the first frame shows. The
    others are built after that, at the latest when a key is pressed; who goes through all of them gets all.

    Parameters
    ----------
    on_built : called when a command was built, whose state is not known yet.

    Attributes
    ----------
    has_icons : True from `draw_icons` on: what is built later gets its icon at once.
    """

    def __init__(self, window: Shell, on_built: Callable[[], None]) -> None:
        self._window, self._on_built = window, on_built
        self._built: dict[str, CommandAction] = {}
        self.has_icons = False
        names = list(ACTIONS)
        window.later.add([partial(self._build_all, names[i : i + AT_ONCE]) for i in range(0, len(names), AT_ONCE)])

    def __getitem__(self, name: str) -> CommandAction:
        """Return the action of a command; KeyError without such a command."""
        action = self._built.get(name)
        if action is None:
            action = self._built[name] = _build(self._window, name, ACTIONS[name])
            if self.has_icons and ACTIONS[name].icon:
                _draw_icon(action)
            self._on_built()
        return action

    def __contains__(self, name: object) -> bool:
        """Return True if there is such a command."""
        return name in ACTIONS

    def __iter__(self) -> Iterator[str]:
        """Return the names of all commands in the order of the menus."""
        return iter(ACTIONS)

    def __len__(self) -> int:
        """Return the number of all commands."""
        return len(ACTIONS)

    @property
    def built(self) -> Mapping[str, CommandAction]:
        """The commands that are there; those that are not are shown nowhere."""
        return self._built

    def _build_all(self, names: list[str]) -> None:
        for name in names:
            self[name]


def draw_icons(window: Shell, actions: CommandActions) -> list[Callable[[], None]]:
    """Draw the icons of actions with a button that has a place, and return the steps that draw those of the others.

    Menus, the palette and hidden panels are opened later; most icons are for them alone. A hidden button that keeps its
    place is measured with the others: without its icon it would be as wide as its words.
    """
    others: list[Callable[[], None]] = []
    actions.has_icons = True
    for action in actions.built.values():
        if action.property("icon_name") and action.icon().isNull():
            if any(isinstance(one, QAbstractButton) and _has_place(one, window) for one in action.associatedObjects()):
                _draw_icon(action)
            else:
                others.append(partial(_draw_icon, action))
    return others


def refresh_actions(window: Shell, actions: CommandActions) -> None:
    """Update checked and enabled states, and the tooltips with the reasons for disabled actions."""
    for name, action in tuple(actions.built.items()):
        command = ACTIONS[name]
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
