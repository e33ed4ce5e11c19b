"""Commands on the library of kernels: keep one, look at all, take a file into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from convexplorer.gui.commands.shell import Shell

if TYPE_CHECKING:
    from convexplorer.gui.panels.studio.library.desk import LibraryDesk

SUFFIX = ".toml"


def show(window: Shell) -> None:
    """Open the library in the studio."""
    _desk(window)


def keep(window: Shell) -> None:
    """Keep the selected kernel in the library, and show its form."""
    _desk(window).keep()


def keep_bank(window: Shell) -> None:
    """Keep all filters of the layer in the library, and show their form."""
    _desk(window).keep_bank()


def take_file(window: Shell, path: Path) -> None:
    """Copy a file of kernels from elsewhere into the library, and show it."""
    _desk(window).take_file(path)


def _desk(window: Shell) -> LibraryDesk:
    from convexplorer.gui.panels.studio.library.desk import LibraryDesk

    window.selection.enter_studio(True)
    panel = window.studio.panel
    assert panel is not None
    panel.open_desk("library")
    desk = panel.desk
    assert isinstance(desk, LibraryDesk)
    return desk
