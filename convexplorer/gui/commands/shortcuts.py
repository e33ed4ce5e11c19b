"""The content of the help sheet: all shortcuts of the table of actions, and all mouse gestures."""

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QAction, QKeySequence

MOUSE: dict[str, tuple[tuple[str, str], ...]] = {
    "Anywhere": (
        ("Space", "play, pause or freeze"),
        ("Esc", "close, unpin, back to all maps"),
    ),
    "Pictures and maps": (
        ("Point", "read a place in all panes"),
        ("Scroll", "zoom all pictures at the mouse"),
        ("Drag", "move all pictures"),
        ("Click", "select a map and pin the value"),
        ("Ctrl+click", "mark a second map beside it"),
        ("Double click", "enlarge a map, or go back"),
        ("Shift+drag", "mark a region"),
        ("Ctrl+drag", "shift the picture: do its maps move with it?"),
        ("Right click, Shift+F10", "commands for what is there"),
        ("Arrows", "walk the maps, step the pin; Ctrl: the cursor"),
    ),
    "Comparison": (
        ("Drag, ←, →", "move the divider"),
        ("Hold A or B", "show all of one side"),
    ),
    "Kernel": (
        ("Drag", "paint positive weights"),
        ("Right drag, Ctrl+drag", "paint negative weights"),
        ("Shift+drag", "erase"),
        ("Scroll after a click", "nudge a weight; Shift: ten times"),
        ("Type, Enter, Tab", "set a weight; 1/9 works too"),
        ("Delete", "set a weight to 0"),
    ),
    "Numbers": (
        ("↑, ↓, or scroll after a click", "step a value"),
        ("Double click the label of a setting", "back to its default"),
        ("Double click the colours", "type the levels"),
    ),
}


Group = tuple[str, Sequence[tuple[str, str]]]


def sheet_parts(actions: Iterable[QAction]) -> dict[str, list[Group]]:
    """Return what the sheet shows at a time: the keys of all commands, and what hands do without a command."""
    return {"Commands": shortcut_groups(actions), "Mouse and numbers": list(MOUSE.items())}


def shortcut_groups(actions: Iterable[QAction]) -> list[Group]:
    """Return a (group, [(keys, effect), …]) per menu, in the order of the menus."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if keys:
            groups.setdefault(action.property("menu"), []).append((keys, action.text().rstrip("…")))
    return list(groups.items())
