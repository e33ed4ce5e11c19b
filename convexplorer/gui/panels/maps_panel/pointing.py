"""What a hand on the maps does: it points at values and pins them, selects maps, and asks for their menu."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.pictures.pane import PicturePane
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.panels.maps_panel.bank import Bank
from convexplorer.gui.panels.maps_panel.menu import MENU
from convexplorer.gui.panels.maps_panel.newest import Newest
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.action_menu import open_menu


class Pointing(QObject):
    """Translates what panes tell, in tiles and cells, to maps and places of the input.

    Parameters
    ----------
    shown_maps : gives for each tile on screen the index of its map.

    Signals
    -------
    pinned : the clicked point of a map, in input coordinates.
    opened : the selected map is to be shown alone, or all again.
    """

    pinned = Signal(object)
    opened = Signal()

    def __init__(
        self,
        context: Context,
        newest: Newest,
        bank: Bank,
        shown_maps: Callable[[], Sequence[int]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._newest, self._bank, self._shown_maps = context, newest, bank, shown_maps
        self._panel = parent
        self._filter: int | None = None  # under the mouse

    def follow(self, pane: PicturePane) -> None:
        """Answer a hand on a pane of pictures or bars."""
        pane.pointed.connect(self._on_pointed)
        pane.clicked.connect(self._on_clicked)
        pane.menu_asked.connect(self._on_menu_asked)

    def follow_grid(self, grid: TileGrid) -> None:
        """Answer a hand that chooses among the tiles of the bank."""
        grid.selected.connect(self.select)
        grid.entered.connect(self.enter)
        grid.opened.connect(self._on_opened)
        grid.partnered.connect(self._on_partnered)

    def point_again(self) -> None:
        """Point where the mouse is: another pane, which may have another map there, is under it."""
        selection, self._filter = self._context.selection, None
        selection.point_at(selection.cursor, is_on_input=selection.is_on_input)

    @Slot(int)
    def enter(self, index: int) -> None:
        """Note the tile under the mouse."""
        maps = self._shown_maps()
        self._filter = maps[index] if 0 <= index < len(maps) else None

    @Slot(int)
    def select(self, index: int) -> None:
        """Select the map of a tile."""
        maps = self._shown_maps()
        if not self._bank.is_enlarged and 0 <= index < len(maps):
            own = self._newest.filter_of(maps[index])
            self._context.selection.select(filter=own if own >= 0 else maps[index])

    @Slot(object)
    def _on_pointed(self, seen: tuple[float, float] | None) -> None:
        look = self._newest.look
        place = None if look is None or seen is None else look.place_of(seen)
        self._context.selection.point_at(place, pointed_filter=self._filter)

    @Slot(float, float)
    def _on_clicked(self, row: float, column: float) -> None:
        look = self._newest.look
        if look is not None:
            self.pinned.emit(look.place_of((row, column)))

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        """Open the menu of a map; the one under the mouse becomes the selected one, which commands work on."""
        if self._filter is not None and self._filter >= 0 and self._newest.look is not None:
            self._context.selection.select(filter=self._filter)
        open_menu(self._context.actions, MENU, self._panel, at, "Map")

    @Slot(int)
    def _on_partnered(self, index: int) -> None:
        view, maps = self._context.selection.view, self._shown_maps()
        if not self._bank.is_enlarged and index < len(maps):
            chosen = maps[index]
            self._context.selection.select(partner=None if chosen in (view.partner, view.filter) else chosen)

    @Slot(int)
    def _on_opened(self, index: int) -> None:
        self.select(index)
        self.opened.emit()
