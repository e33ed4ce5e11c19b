"""The maps of a gradient as a widget: tiles that zoom together, the value of the cell under the mouse in each."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.tile_views import tile_view
from convexplorer.gui.canvas.pictures.viewport import Place, Viewport
from convexplorer.gui.look import theme
from convexplorer.results.gradient_maps import GradientMaps


class GradientView(QWidget):
    """Shows the maps of a gradient.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.
    """

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._maps: GradientMaps | None = None
        self._cursor: Place | None = None
        self.viewport = Viewport(self)
        self.grid = TileGrid(self.viewport, self)
        self.grid.pointed.connect(self._on_pointed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.grid, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self._show)

    @property
    def maps(self) -> GradientMaps | None:
        """What is shown."""
        return self._maps

    def set_maps(self, maps: GradientMaps | None) -> None:
        """Show maps, or none."""
        self._maps = maps
        if maps is not None:
            self.viewport.set_extent(*maps.extent)
        self._show()

    def sizeHint(self) -> QSize:
        """Return room for a few tiles, or for all there is."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(140))

    @Slot(object)
    def _on_pointed(self, cursor: Place | None) -> None:
        self._cursor = cursor
        self.grid.set_cursor(cursor)
        self._show()

    @Slot()
    def _show(self) -> None:
        tiles = () if self._maps is None else self._maps.tiles
        self.grid.set_tiles([tile_view(tile, cursor=self._cursor) for tile in tiles])
        if self._maps is not None:
            self.grid.set_selected(self._maps.strongest)
