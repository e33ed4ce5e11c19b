"""The loupe: the cells around the cursor, with their numbers, over the corner of a pane that is farthest from it."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, paint_picture, snapped
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.canvas.pictures.viewport import Place
from convexplorer.gui.look import theme

CELLS, CELL_PX = 5, 46  # cells along a side, design pixels: numbers of three channels fit
MOST_OF_PANE = 0.6  # of the smaller side of a pane


def loupe_projection(pane: QRectF, picture: PlacedImage, cursor: Place, at: QPointF, extent: Place) -> Projection:
    """Return the projection of the loupe: in the corner opposite to the cursor, with the cursor’s cell in its middle.

    Parameters
    ----------
    at : where the cursor is, in the widget.
    """
    side = min(CELLS * theme.px(CELL_PX), MOST_OF_PANE * min(pane.width(), pane.height()))
    left = pane.left() if at.x() > pane.center().x() else pane.right() - side
    top = pane.top() if at.y() > pane.center().y() else pane.bottom() - side
    scale = side / CELLS / min(picture.jump)
    row, column = picture.grid.place_of(picture.grid.cell_at(cursor))
    return Projection(QRectF(left, top, side, side), (row, column), scale, scale, extent)


def paint_loupe(painter: QPainter, projection: Projection, picture: PlacedImage, cache: ScaleCache) -> None:
    """Paint the cells around the cursor, and frame the one in the middle."""
    pane, colors = projection.pane, theme.colors()
    painter.fillRect(pane, colors.canvas)
    paint_picture(painter, projection, picture, cache)
    row, column = projection.center
    height, width = picture.jump
    cell = projection.rect_of(row - height / 2, column - width / 2, row + height / 2, column + width / 2)
    with device_pixels(painter) as ratio:
        thick = max(1, round(2 * ratio))
        outline(painter, snapped(cell & pane, ratio), colors.cursor, thick)
        outline(painter, snapped(pane, ratio), colors.accent, thick)
