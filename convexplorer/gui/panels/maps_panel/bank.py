"""The maps of a layer as tiles: which of them are shown in which order, and what is written beside them."""

from collections.abc import Container, Sequence

from convexplorer.gui.canvas.pictures.tile import TileView
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel.bank_order import BankOrder
from convexplorer.gui.panels.maps_panel.fault_labels import with_fault
from convexplorer.gui.panels.maps_panel.glanced_tiles import exchanged, tiles_of
from convexplorer.gui.panels.maps_panel.newest import Newest
from convexplorer.gui.session.selection import Selection
from convexplorer.results.glance import Glance
from convexplorer.results.kept_maps import kept_maps
from convexplorer.results.picture import Picture


class Bank:
    """Fills the grid with all maps in their order, or with the selected one alone.

    Parameters
    ----------
    newest : what the maps are of.

    Attributes
    ----------
    is_enlarged : the selected map is to be shown alone.
    alone : the map that is shown alone; None if all are.
    """

    def __init__(self, grid: TileGrid, selection: Selection, newest: Newest) -> None:
        self._grid, self._selection, self._newest = grid, selection, newest
        self._order = BankOrder()
        self._placed: Sequence[int] = ()  # the map in each place of the grid on screen
        self._is_dark = theme.is_dark()  # when the tiles on screen were set
        self.is_enlarged = False
        self.alone: int | None = None

    @property
    def order(self) -> Sequence[int]:
        """The map in each place where all are shown."""
        return self._order.maps(self._newest.shown, self._selection.view, self._newest.count)

    @property
    def maps(self) -> list[int]:
        """The map in each tile."""
        return list(self.order) if self.alone is None else [self.alone]

    @property
    def chosen_alone(self) -> int | None:
        """The map that is to be shown alone; None if all are."""
        chosen = self._selection.view.filter
        return chosen if self.is_enlarged and chosen < self._newest.count else None

    @property
    def visible(self) -> tuple[int, ...] | None:
        """The maps in sight; None if all are."""
        alone = self.chosen_alone
        if alone is not None and self._newest.count > 1:
            return (alone,)
        seen, order = self._grid.visible, self.order
        return None if seen is None else tuple(sorted(order[place] for place in seen if place < len(order)))

    @property
    def next_fault(self) -> int | None:
        """The next map with a fault after the selected one, as maps lie; after the last one the first."""
        picture, order = self._newest.picture, list(self.order)
        faults = () if picture is None else picture.faults
        chosen = [index for index in order if index < len(faults) and faults[index] is not None]
        if not chosen:
            return None
        selected = self._selection.view.filter
        at = order.index(selected) if selected in order else -1
        later = [index for index in chosen if order.index(index) > at]
        return (later or chosen)[0]

    def take(self, picture: Picture) -> bool:
        """Take the numbers that maps are sorted by; return True if maps lie otherwise now."""
        return self._order.take(picture)

    def choose_alone(self) -> None:
        """Decide whether one map is shown alone from now on."""
        self.alone = self.chosen_alone

    def show(self, views: Sequence[TileView]) -> None:
        """Show maps, given by all views."""
        self._is_dark = theme.is_dark()
        alone, view = self.alone, self._selection.view
        self._placed = self.order if alone is None else (alone,)
        places = {index: place for place, index in enumerate(self._placed)}
        self._grid.set_tiles([self._labelled(views[index], index) for index in self._placed])
        self._grid.set_selected(places.get(view.filter, view.filter) if alone is None else 0)
        self._grid.set_partner(None if view.partner is None or alone is not None else places.get(view.partner))

    def relabel(self) -> None:
        """Write the newest numbers beside maps that are newer."""
        tiles = zip(self._placed, self._grid.tiles, strict=False)
        self._grid.set_tiles([self._labelled(tile, index) for index, tile in tiles])

    def exchange(self, before: Glance, glance: Glance) -> None:
        """Show a frame of which only the images differ from the one on screen."""
        maps = self.maps
        images = zip(maps, (exchanged(before, glance, index) for index in maps), strict=True)
        self._grid.exchange([self._labelled(new, i) if isinstance(new, TileView) else new for i, new in images])

    def kept(self, glance: Glance) -> Container[int]:
        """Return the tiles on screen that show the same maps of the same frame as a glance."""
        shown = self._newest.shown
        if shown is None or shown.frame is not glance.frame:
            return ()
        is_whole = self.alone is None and self.chosen_alone is None and len(self._grid.tiles) == len(glance.maps)
        if not is_whole or self._is_dark != glance.job.screen.is_dark:
            return ()
        return kept_maps((shown.project, shown.view), (glance.project, glance.view))

    def views_of(self, glance: Glance, kept: Container[int]) -> list[TileView] | None:
        """Return the maps of a frame by their colours.

        Where others are to be shown than those in sight of the frame, None: they come with the next one.
        """
        first, alone = next((sight for sight in glance.maps if sight is not None), None), self.chosen_alone
        wanted = glance.maps if alone is None else (glance.maps[alone],)
        if first is None or (self.alone != alone and None in wanted):
            return None
        known = dict(zip(self._placed, self._grid.tiles, strict=False))
        return tiles_of(glance, first, known, kept)

    def scroll_to_first(self) -> None:
        """Show the maps that another order has put first."""
        if self._selection.view.sorting is not None:
            self._grid.scroll_to_first()

    def _labelled(self, tile: TileView, index: int) -> TileView:
        """Return the tile of a map with what is told of it."""
        shown, judged = self._newest.shown, self._newest.picture
        tile = self._order.labelled(tile, index, shown, self._selection.view)
        is_of_them = judged is not None and shown is not None and judged.view.layer == shown.view.layer
        return with_fault(tile, index, judged if is_of_them else None, is_film=self._newest.glance is not None)
