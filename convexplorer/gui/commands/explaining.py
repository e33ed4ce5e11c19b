"""Commands that open values into the numbers they are made of."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.gui.shell import Shell


def toggle_explanation(window: Shell) -> None:
    """Show or hide the panel below."""
    window.show_explanation(not has_explanation(window))


def has_explanation(window: Shell) -> bool:
    """Tell whether the panel below is shown."""
    return window.explanation_panel.isVisibleTo(window)


def open_lens(window: Shell) -> None:
    """Show the computation large."""
    window.show_lens()


def let_go(window: Shell) -> None:
    """Let go of the pinned value."""
    window.selection.hold(None)


def toggle_overlay(name: str) -> Callable[[Shell], None]:
    """Return the command that shows or hides an overlay of the pictures."""
    return lambda window: window.selection.toggle_overlay(name)


def has_overlay(name: str) -> Callable[[Shell], bool]:
    """Return the question whether an overlay is shown."""
    return lambda window: name in window.selection.overlays
