"""Which value is explained: the pinned one, the pointed one, or that of the selected map at the last place."""

from convexplorer.core.geometry.places import Cell, Place
from convexplorer.gui.panels.explanation_panel.page import is_flat
from convexplorer.gui.session.selection import Selection
from convexplorer.results.explanation import (
    Explanation,
    cell_near,
    cell_under,
    explain,
    pixel_under,
    place_of_cell,
)
from convexplorer.results.picture import Picture


class ExplainedValue:
    """Finds the value in a picture that the user wants explained.

    Attributes
    ----------
    place : of the value explained last, kept when the mouse leaves, so that nothing goes blank.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self.place: Place | None = None

    def layer(self, picture: Picture) -> int:
        """Return the position of the selected layer in a picture's project."""
        return picture.project.position(self._selection.view.layer)

    def has_layer(self, picture: Picture) -> bool:
        """Return whether the selected layer is in a picture; if not, the right one is on its way."""
        return picture.project.index_of(self._selection.view.layer) is not None

    def is_held(self, picture: Picture) -> bool:
        """Return whether somebody points at the value, or has pinned it."""
        return self._selection.pin is not None or self._pointed(picture) is not None

    def explained(self, picture: Picture) -> Explanation | None:
        """Return how the value came about.

        None where the selected layer has no maps, or the picture other axes than rows and columns.
        """
        selection, layer = self._selection, self.layer(picture)
        pointed = self._pointed(picture) if selection.pin is None else None
        middle = tuple(n / 2 for n in picture.look.spatial)
        place, channel = pointed or (selection.pin or self.place or middle, selection.view.filter)
        self.place = place
        cell = cell_near(picture, layer, place) if is_flat(picture) else None
        return None if cell is None else explain(picture, layer, channel, cell)

    def pin_cell(self, picture: Picture, cell: Cell) -> None:
        """Pin the place of a cell of the selected layer's maps, which has rows and columns."""
        if is_flat(picture):
            self._selection.hold(place_of_cell(picture, self.layer(picture), cell))

    def move_to(self, picture: Picture, cell: Cell) -> None:
        """Explain a cell of the selected layer's maps next, if nothing is pinned or pointed at."""
        self.place = place_of_cell(picture, self.layer(picture), cell)

    def _pointed(self, picture: Picture) -> tuple[Place, int] | None:
        """Return the place under the mouse, and the map: the one that it is in, or the selected one; None outside."""
        selection = self._selection
        if selection.cursor is None:
            return None
        place = pixel_under(picture, selection.cursor) if selection.is_on_input else selection.cursor
        if cell_under(picture, self.layer(picture), place) is None:
            return None
        return place, selection.view.filter if selection.pointed_filter is None else selection.pointed_filter
