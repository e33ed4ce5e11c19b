"""Commands that put the maps of a bank in order, and find those that say nothing of their own."""

from __future__ import annotations

from collections.abc import Callable

from convexplorer.gui.commands.shell import Shell
from convexplorer.model.view import Measure, Reference, Sorting


def sort_by(measure: Measure | None) -> Callable[[Shell], None]:
    """Return the command that puts the maps in order by a number; None: by their own."""

    def run(window: Shell) -> None:
        window.selection.select(mode="bank", sorting=None if measure is None else _sorting(window, measure))
        window.maps_panel.take_focus()

    return run


def is_sorted_by(measure: Measure | None) -> Callable[[Shell], bool]:
    """Return the function that tells whether the maps stand in this order."""

    def ask(window: Shell) -> bool:
        sorting = window.selection.view.sorting
        return measure == (None if sorting is None else sorting.by)

    return ask


def sort_again(window: Shell) -> None:
    """Put the maps in order by their numbers of now."""
    sorting = window.selection.view.sorting
    if sorting is not None:
        sort_by(sorting.by)(window)


def why_not_again(window: Shell) -> str:
    """Return the reason why there is no order to renew, or ""."""
    return "" if window.selection.view.sorting is not None else "The maps stand in the order of their numbers."


def why_no_change(window: Shell) -> str:
    """Return the reason why there is nothing that maps could have changed since, or ""."""
    return "" if window.store.before is not None else "Nothing has been edited yet."


def select_next_fault(window: Shell) -> None:
    """Select the next map that is dead, constant, saturated or a duplicate of another one."""
    window.maps_panel.select_next_fault()
    window.maps_panel.take_focus()


def why_no_fault(window: Shell) -> str:
    """Return the reason why there is no such map, or ""."""
    return "" if window.maps_panel.has_faults else "No map is dead, constant, saturated or a duplicate on this picture."


def _sorting(window: Shell, measure: Measure) -> Sorting:
    picture, earlier = window.bridge.picture, window.store.before
    is_known = measure == "change" and picture is not None and earlier is not None
    before = Reference(picture.frame, earlier) if is_known and picture is not None and earlier is not None else None
    return Sorting(measure, window.selection.view.filter, before)
