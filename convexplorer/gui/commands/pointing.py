"""Commands on the explained value: the one under the mouse, or where arrow keys have moved the cursor."""

from __future__ import annotations

from convexplorer.gui.commands.shell import Shell


def pin(window: Shell) -> None:
    """Pin the explained value: of the map under the mouse, at the cursor, or where these were last."""
    selection, explanation = window.selection, window.explanation_panel.explanation
    if selection.pointed_filter is not None:
        selection.select(filter=selection.pointed_filter)
    if selection.cursor is not None:
        selection.hold(selection.cursor)
    elif explanation is not None:
        selection.hold(explanation.grid.place_of(explanation.cell))
