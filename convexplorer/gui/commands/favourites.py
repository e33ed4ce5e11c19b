"""Commands that keep maps of several layers in sight."""

from __future__ import annotations

from convexplorer.gui.commands.shell import Shell
from convexplorer.model.view import Favourite


def toggle(window: Shell) -> None:
    """Keep the selected map in sight, or no longer."""
    chosen, kept = _selected(window), window.selection.view.favourites
    if chosen is None:
        return
    without = tuple(one for one in kept if one != chosen)
    window.selection.select(favourites=without if len(without) < len(kept) else (*kept, chosen))


def is_favourite(window: Shell) -> bool:
    """Return True if the selected map is kept in sight."""
    return _selected(window) in window.selection.view.favourites


def why_not(window: Shell) -> str:
    """Return the reason why the selected map cannot be kept in sight, or ""."""
    if _selected(window) is None:
        return "There is no layer."
    return "The values of this layer have no places: there are no maps." if window.maps_panel.has_scores else ""


def _selected(window: Shell) -> Favourite | None:
    state, view = window.store.state, window.selection.view
    return Favourite(state.layers[state.position(view.layer)].id, view.filter) if state.layers else None
