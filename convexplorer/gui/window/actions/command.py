"""One row of the table of commands."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.gui.commands.shell import Shell


@dataclass(frozen=True)
class Command:
    """One row of the table: a command's texts, shortcuts and functions of the window.

    Attributes
    ----------
    menu : the command's menu; menus are ordered by first appearance.
    title : in the menu; ends in "…" if the command asks for input first.
    shortcuts : key sequences in portable text; the first is displayed.
    icon : name in resources/icons, or "".
    tip : one sentence for tooltip and palette.
    run : called with the window.
    checked : for a switch, returns its state.
    why_not : returns a sentence with the reason why the command is impossible now, or ""; a reason disables the action.
    look : for a command with changing effect, returns the current icon and tooltip.
    begins_group : True for a separator above the command in its menu.
    """

    menu: str
    title: str
    shortcuts: tuple[str, ...]
    icon: str
    tip: str
    run: Callable[[Shell], None]
    checked: Callable[[Shell], bool] | None = None
    why_not: Callable[[Shell], str] | None = None
    look: Callable[[Shell], tuple[str, str]] | None = None
    begins_group: bool = False
