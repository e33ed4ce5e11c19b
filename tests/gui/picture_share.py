"""The share of the window on which pixels of pictures are painted, counted from where the panes paint them."""

from PySide6.QtCore import QPoint, QRect, QRectF

from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.window.main_window import MainWindow


def painted_rects(window: MainWindow) -> list[QRectF]:
    """Return the rectangles of the input's picture and of all maps of a bank, as far as they are in sight."""
    found = []
    for canvas in window.findChildren(ImageCanvas):
        if canvas.isVisible() and window.input_panel.isAncestorOf(canvas):
            projection = canvas.main_projection()
            rows, columns = canvas.viewport.extent
            picture = QRectF(projection.to_screen(0, 0), projection.to_screen(rows, columns))
            found.append((canvas, picture.intersected(projection.pane)))
    for grid in window.findChildren(TileGrid):
        if grid.isVisible():
            found += [(grid, grid.picture_rect(i)) for i in range(len(grid.tiles))]
    placed = [rect.intersected(QRectF(pane.rect())).translated(pane.mapTo(window, QPoint())) for pane, rect in found]
    return [rect for rect in placed if not rect.isEmpty()]


def picture_share(window: MainWindow) -> float:
    """Return the painted area as a share of the window's area."""
    area = sum(rect.width() * rect.height() for rect in painted_rects(window))
    return area / (window.width() * window.height())


def as_pixels(rect: QRectF) -> QRect:
    """Return the whole pixels that a rectangle surely covers."""
    return rect.toAlignedRect().adjusted(1, 1, -1, -1)
