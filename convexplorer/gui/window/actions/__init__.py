"""The table of all commands, read by menus, shortcuts, palette and help sheet; each menu has a module."""

from convexplorer.gui.window.actions.command import Command
from convexplorer.gui.window.actions.compare import COMPARE
from convexplorer.gui.window.actions.edit import EDIT
from convexplorer.gui.window.actions.explain import EXPLAIN
from convexplorer.gui.window.actions.file import FILE
from convexplorer.gui.window.actions.filter import FILTER
from convexplorer.gui.window.actions.help import HELP
from convexplorer.gui.window.actions.layer import LAYER
from convexplorer.gui.window.actions.region import REGION
from convexplorer.gui.window.actions.source import SOURCE
from convexplorer.gui.window.actions.view import VIEW

# Menus are ordered by the first appearance of a command.
ACTIONS: dict[str, Command] = {
    **FILE,
    **EDIT,
    **FILTER,
    **LAYER,
    **SOURCE,
    **VIEW,
    **COMPARE,
    **REGION,
    **EXPLAIN,
    **HELP,
}
