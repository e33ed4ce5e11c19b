"""The favourites below the maps: when their row is shown, and where a favourite leads."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from convexplorer.gui.canvas.pictures.favourite_strip import EDGE_PX, FavouriteStrip
from convexplorer.gui.look import theme
from convexplorer.gui.panels.maps_panel.menu import FAVOURITE_MENU
from convexplorer.gui.session.panel import Context
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.model.view import Favourite
from convexplorer.results.favourite_sight import FavouriteSight


class FavouriteRow(QObject):
    """Shows the row of favourites while there is one whose layer exists.

    Attributes
    ----------
    strip : the row.

    Signals
    -------
    toggled : the row is shown or hidden, so that there is less room for the maps, or more.
    """

    toggled = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.strip = FavouriteStrip(parent)
        self.strip.chosen.connect(self._on_chosen)
        self.strip.menu_asked.connect(lambda at: open_menu(context.actions, FAVOURITE_MENU, parent, at, "Favourite"))

    @property
    def edge(self) -> int | None:
        """The longer side of a favourite in device pixels; None while none is shown."""
        return None if self.strip.isHidden() else round(theme.px(EDGE_PX) * self.strip.devicePixelRatioF())

    @property
    def height(self) -> int:
        """The height of the row in pixels of the screen; 0 while none is shown."""
        return 0 if self.strip.isHidden() else self.strip.sizeHint().height()

    def show_sights(self, sights: Sequence[FavouriteSight]) -> None:
        """Show the maps of a frame."""
        self.strip.show_sights(sights)

    def refresh(self) -> None:
        """Show or hide the row as the project and the view are now, and frame the selected map in it."""
        view, project = self._context.selection.view, self._context.store.state
        if project.layers:
            self.strip.set_current(Favourite(project.layers[project.position(view.layer)].id, view.filter))
        is_shown = any(project.index_of(one.layer) is not None for one in view.favourites)
        if is_shown == self.strip.isHidden():
            self.strip.show_sights(())
            self.strip.setVisible(is_shown)
            self.toggled.emit()

    @Slot(object)
    def _on_chosen(self, one: Favourite) -> None:
        """Go to a favourite."""
        view = self._context.selection.view
        mode = "bank" if view.mode == "compare" else view.mode
        self._context.selection.select(layer=one.layer, filter=one.map, mode=mode)
