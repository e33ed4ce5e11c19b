"""The loupe lies in the pane, away from the cursor, with the cursor's cell in its middle."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from convexplorer.gui.canvas.pictures.loupe import CELLS, loupe_projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage

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
