"""The maps of a gradient as a widget: tiles that zoom together, the value of the cell under the mouse in each."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convexplorer.gui.canvas.explanation.gradient_painter import SMALLEST_TEXT, TEXT, paint_gradient
from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.explanation.tile_sheet import TileSheet
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.tile_views import tile_view
from convexplorer.gui.canvas.pictures.viewport import Place, Viewport
from convexplorer.gui.look import theme

PRINT_SCALE = 1.6


class GradientView(QWidget):
    """Shows the maps of a gradient.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector, and paints as in a print, with larger texts.

    Attributes
    ----------
    grid : the tiles; None in a large view.
    """

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._maps: TileSheet | None = None
        self._cursor: Place | None = None
        self.viewport = Viewport(self)
        self.grid: TileGrid | None = None
        # All of it is covered by the tiles, or painted here.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Gradient")
        if not is_large:
            self.grid = TileGrid(self.viewport, self)
            self.grid.pointed.connect(self._on_pointed)
            layout = QVBoxLayout(self)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(self.grid, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self._show)

    @property
    def maps(self) -> TileSheet | None:
        """What is shown."""
        return self._maps

    def set_maps(self, maps: TileSheet | None) -> None:
        """Show maps, or none."""
        self._maps = maps
        if maps is not None:
            self.viewport.set_extent(*maps.extent)
            self.setAccessibleDescription(maps.sentence)
        self._show()

    def sizeHint(self) -> QSize:
        """Return room for a few tiles, or for all there is."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(140))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._maps is None:
            return
        is_view = self._is_large and is_dark is None
        scale = reading_scale(width, height) if is_view else PRINT_SCALE
        smallest = TEXT * scale if is_view else SMALLEST_TEXT
        paint_gradient(painter, self._maps, width, height, scale, theme.colors(is_dark), smallest_text=smallest)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a large view; tiles paint themselves."""
        if self.grid is None:
            painter = QPainter(self)
            painter.fillRect(event.rect(), theme.colors().panel)
            self.paint_into(painter, self.width(), self.height())
            painter.end()

    @Slot(object)
    def _on_pointed(self, cursor: Place | None) -> None:
        self._cursor = cursor
        self._show()

    @Slot()
    def _show(self) -> None:
        if self.grid is None:
            self.update()
            return
        tiles = () if self._maps is None else self._maps.tiles
        self.grid.set_cursor(self._cursor)
        self.grid.set_tiles([tile_view(tile, cursor=self._cursor) for tile in tiles])
        if self._maps is not None:
            self.grid.set_selected(self._maps.strongest)
