"""The menus, built from the table of actions and the available sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu

from convexplorer.gui.commands import files, naming, sourcing
from convexplorer.gui.commands.shell import Shell
from convexplorer.gui.window.actions import ACTIONS
from convexplorer.gui.window.actions.file import CONTENT_ACTIONS
from convexplorer.gui.window.actions.source import EXAMPLE_ACTIONS
from convexplorer.sources.cameras import list_cameras
from convexplorer.sources.patterns import PATTERNS
from convexplorer.sources.samples import SAMPLES
from convexplorer.words import as_label, plain

NAME_WIDTH = 60  # characters of a name in the menu of recent files


def build_main_menu(window: Shell) -> QMenu:
    """Return the menu of the menu button, with one submenu per menu of the table."""
    return _filled_later(window, _fill_main)


def _fill_main(window: Shell, main: QMenu) -> None:
    menus: dict[str, QMenu] = {}
    for name, command in ACTIONS.items():
        if command.menu not in menus:
            menus[command.menu] = main.addMenu(command.menu)
            menus[command.menu].setToolTipsVisible(True)
            if command.menu == "Source":
                add_sources(window, menus["Source"])
        if command.begins_group:
            menus[command.menu].addSeparator()
        menus[command.menu].addAction(window.actions_by_name[name])
    menus["File"].insertMenu(window.actions_by_name["save"], _recent_menu(window, menus["File"]))


def build_open_menu(window: Shell) -> QMenu:
    """Return the menu of the Open button."""
    return _filled_later(window, _fill_open)


def _fill_open(window: Shell, menu: QMenu) -> None:
    for name in ("open", "open-folder", "stream", "numbers", "draw", "ready-networks"):
        menu.addAction(window.actions_by_name[name])
    menu.addMenu(_recent_menu(window, menu))
    menu.addSeparator()
    examples = menu.addMenu("Worked examples")
    examples.setToolTipsVisible(True)
    for name in EXAMPLE_ACTIONS:
        examples.addAction(window.actions_by_name[name])
    add_sources(window, menu)


def build_share_menu(window: Shell) -> QMenu:
    """Return the menu of the Share button: saving, exporting and copying."""
    return _filled_later(window, _fill_share)


def _fill_share(window: Shell, menu: QMenu) -> None:
    for name in ("copy-map", "export-map", "export-grid", "export-values", None,
                 "snapshot", "record", "virtual-camera", "serve", *CONTENT_ACTIONS, None,
                 "copy-kernel", "copy-kernel-python", "kernel-code", "export-bank", "export-response", None,
                 "export-explanation", "export-film", "copy-explanation", "copy-latex", "export-latex", None,
                 "save", "save-as"):  # fmt: skip
        if name is None:
            menu.addSeparator()
        else:
            menu.addAction(window.actions_by_name[name])


def _filled_later(window: Shell, fill: Callable[[Shell, QMenu], None]) -> QMenu:
    """Return a menu that is filled after the first frame, at the latest when it opens, with the icons of its rows."""
    menu = QMenu(window)
    window.later.add([partial(fill, window, menu)])
    menu.aboutToShow.connect(window.later.finish)
    return menu


def add_sources(window: Shell, menu: QMenu) -> None:
    """Add the sample pictures, the test patterns and the cameras to a menu."""
    samples = menu.addMenu("Sample pictures")
    for name, sample in SAMPLES.items():
        samples.addAction(sample.title, partial(sourcing.open_text, window, f"sample:{name}"))
    patterns = menu.addMenu("Test patterns")
    patterns.setToolTipsVisible(True)
    for name, pattern in PATTERNS.items():
        action = patterns.addAction(pattern.label, partial(sourcing.open_text, window, f"pattern:{name}"))
        action.setToolTip(pattern.explanation)
    cameras = menu.addMenu("Cameras")
    cameras.aboutToShow.connect(lambda: _fill_cameras(window, cameras))


def _fill_cameras(window: Shell, menu: QMenu) -> None:
    menu.clear()
    found = list_cameras()
    current = window.store.state.source
    for camera in found:
        action = menu.addAction(as_label(camera.name), partial(sourcing.open_text, window, f"camera:{camera.index}"))
        action.setCheckable(True)
        action.setChecked(current.kind == "camera" and current.address == str(camera.index))
    if not found:
        menu.addAction("No camera was found").setEnabled(False)
        menu.addAction("Try the first one anyway", partial(sourcing.open_text, window, "camera:0"))


def _recent_menu(window: Shell, parent: QMenu) -> QMenu:
    menu = QMenu("Open recent", parent)
    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(lambda: _fill_recent(window, menu))
    return menu


def _fill_recent(window: Shell, menu: QMenu) -> None:
    menu.clear()
    for text in window.settings.recent:
        name = Path(text).name or text
        action = menu.addAction(as_label(name, NAME_WIDTH), partial(_open_recent, window, text))
        action.setToolTip(plain(text))
    if not window.settings.recent:
        menu.addAction("Nothing was opened yet").setEnabled(False)


def _open_recent(window: Shell, text: str) -> None:
    if naming.is_address(text):
        sourcing.open_text(window, text)
    else:
        files.open_paths(window, [Path(text)])
