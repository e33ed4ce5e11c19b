"""What the hand points at: selected layer and filter, view mode, and the one cursor of all panes."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from convexplorer.model.view import View


class Selection(QObject):
    """The window's shared selection; no part of the project, so no part of undo.

    The cursor is a place in input coordinates (row, column), as floats, or None when the mouse is
    over no picture: pixel (r, c) covers r ≤ row < r + 1.
    """

    view_changed = Signal(object)
    cursor_moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = View()
        self.cursor: tuple[float, float] | None = None

    def select(self, **changes: Any) -> None:
        """Change fields of the view: `select(filter=3)`, `select(mode="compare")`."""
        view = replace(self.view, **changes)
        if view != self.view:
            self.view = view
            self.view_changed.emit(view)

    def point_at(self, cursor: tuple[float, float] | None) -> None:
        """Move the cursor of all panes; None when the mouse left."""
        if cursor != self.cursor:
            self.cursor = cursor
            self.cursor_moved.emit(cursor)
