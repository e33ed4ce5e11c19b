"""Commands that copy addresses: of the explained value, and of the selected layer."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from convexplorer.gui.commands.shell import Shell
from convexplorer.model.address import Address, address_of
from convexplorer.words import plain


def copy_address(window: Shell) -> None:
    """Copy the address of the explained value: the one under the mouse, or the pinned one."""
    explanation, picture = window.explanation_panel.explanation, window.bridge.picture
    if explanation is not None and picture is not None:
        _copy(window, address_of(picture.project.layers, explanation.layer, explanation.trace.place))


def copy_layer_address(window: Shell) -> None:
    """Copy the address of the selected layer."""
    project = window.store.state
    _copy(window, Address(project.layers[project.position(window.selection.view.layer)].id))


def why_no_address(window: Shell) -> str:
    """Return the reason why there is nothing that an address could mean, or ""."""
    picture = window.bridge.picture
    return "" if picture is not None and picture.evaluation is not None else "Nothing is computed yet."


def _copy(window: Shell, address: Address) -> None:
    QGuiApplication.clipboard().setText(str(address))
    window.say(f"Copied the address {plain(str(address))}.")
