"""Which outputs of a layer's maps a film visits: all of them, or those that are in sight."""

from convexplorer.core.geometry.places import Cell, Place, Region
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.panels.explanation_panel.marking import cells_under
from convexplorer.results.explanation import cell_near
from convexplorer.results.film import MOST_AT_FIRST
from convexplorer.results.picture import Picture
from convexplorer.results.stage import place


def map_shape(picture: Picture, layer: int) -> Cell | None:
    """Return (rows, columns) of a layer's maps; None where it has none, or none that are pictures."""
    evaluation = picture.evaluation_of(layer)
    maps = None if evaluation is None else evaluation.maps_of(layer)
    return None if maps is None or maps.ndim != 3 else (maps.shape[1], maps.shape[2])


def map_region(
    picture: Picture, layer: int, shape: Cell, span: str, viewport: Viewport, around: Place | None = None
) -> Region:
    """Return the outputs of maps of this shape that a film goes over.

    Parameters
    ----------
    span : "map" for all, "sight" for those that every pane shows now, "near" for so many as a minute is enough for.
    around : the place in the middle of these; by default that of the picture.
    """
    if span == "near":
        cell = cell_near(picture, layer, around or tuple(n / 2 for n in picture.look.spatial))
        return Region.around(cell or (0, 0), MOST_AT_FIRST, shape)
    if span != "sight" or picture.evaluation is None:
        return Region.of(shape)
    (row, column), (rows, columns) = viewport.center, (size / viewport.zoom / 2 for size in viewport.extent)
    grid = place(picture.evaluation, layer + 1, picture.factor)
    return cells_under(grid, (row - rows, row + rows), (column - columns, column + columns)).within(shape)
