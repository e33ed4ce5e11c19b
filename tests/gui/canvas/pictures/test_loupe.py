"""The loupe lies in the pane, away from the cursor, with the cursor's cell in its middle."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage

from convexplorer.gui.canvas.pictures.loupe import CELLS, loupe_projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.viewport import Viewport

PANE = QRectF(0, 0, 600, 500)
PICTURE = PlacedImage(image=QImage(40, 30, QImage.Format.Format_RGB32), values=np.zeros((30, 40)))


@pytest.mark.parametrize("at", [QPointF(20, 20), QPointF(580, 20), QPointF(20, 480), QPointF(580, 480)])
def test_the_loupe_does_not_cover_the_cursor(at):
    projection = loupe_projection(PANE, PICTURE, (7.2, 9.9), at, (30.0, 40.0))

    assert PANE.contains(projection.pane)
    assert not projection.pane.contains(at)


def test_the_cell_under_the_cursor_is_in_the_middle_and_whole_cells_around_it():
    projection = loupe_projection(PANE, PICTURE, (7.2, 9.9), QPointF(20, 20), (30.0, 40.0))

    cell = projection.rect_of(7, 9, 8, 10)
    assert (cell.center() - projection.pane.center()).manhattanLength() < 1e-6
    assert cell.width() * CELLS == pytest.approx(projection.pane.width())


@pytest.mark.parametrize("corner", [QSize(0, 0), QSize(400, 250), QSize(560, 120), QSize(120, 380)], ids=str)
def test_the_loupe_of_the_maps_keeps_clear_of_the_input_that_lies_over_their_corner(qtbot, corner):
    grid = TileGrid(Viewport())
    qtbot.addWidget(grid)
    grid.resize(600, 400)
    grid.set_corner(corner)

    room = grid._room_for_loupe()

    assert QRectF(grid.rect()).contains(room)
    assert not room.intersects(QRectF(0, 0, corner.width(), corner.height()))
    assert min(room.width(), room.height()) >= 120
