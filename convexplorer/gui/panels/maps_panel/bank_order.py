"""In which order the maps of a bank lie, and what their tiles say of the number that they are sorted by."""

from collections.abc import Sequence
from dataclasses import replace

from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.model.view import View
from convexplorer.results.glance import Glance
from convexplorer.results.picture import Picture
from convexplorer.results.standing import Standing


class BankOrder:
    """The order that a sorting has found; it stays until another one is wished for, or other maps are shown.

    Numbers change with every frame and edit. Were the order to follow, a map would jump away from the eye that follows
    it: so only what tiles say of the numbers follows.
    """

    def __init__(self) -> None:
        self._standing: Standing | None = None  # of the newest numbers
        self._found: Standing | None = None  # the first of its sorting

    def take(self, picture: Picture) -> bool:
        """Take the numbers of a result; return True if they have made another order."""
        self._standing, before = picture.standing, self._found
        if self._standing is None:
            self._found = self._found if picture.view.sorting is not None else None
        elif before is None or _subject(before) != _subject(self._standing):
            self._found = self._standing
        return self._found is not before

    def maps(self, shown: Glance | Picture | None, view: View, count: int) -> Sequence[int]:
        """Return the map in each place of the bank.

        Parameters
        ----------
        shown : what the maps on screen are of.
        view : what is wished for.
        count : of the maps on screen.
        """
        found = self._found
        if view.sorting is None or found is None or shown is None or len(found.values) != count:
            return range(count)
        return found.order if found.layer == _layer_of(shown) else range(count)

    def labelled(self, tile: TileView, index: int, shown: Glance | Picture | None, view: View) -> TileView:
        """Return the tile of a map with what its number is."""
        standing = self._standing
        is_known = view.sorting is not None and standing is not None and shown is not None
        if not is_known or standing is None or shown is None or standing.layer != _layer_of(shown):
            return tile if not (tile.standing or tile.tip) else replace(tile, standing="", tip="")
        if index >= len(standing.values):
            return tile
        return replace(tile, standing=standing.text(index), tip=standing.sentence(index))


def _subject(standing: Standing) -> tuple[object, ...]:
    return standing.sorting, standing.layer, len(standing.values)


def _layer_of(shown: Glance | Picture) -> str:
    project = shown.project
    return project.layers[project.position(shown.view.layer)].id if project.layers else ""
