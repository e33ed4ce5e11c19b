"""The network at a glance as values: the maps of all layers at once, small; `overview_artist` draws them."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import Levels
from convexplorer.core.layers import Shape
from convexplorer.model.project import Project
from convexplorer.results.vectors import row_length

Size = tuple[int, int]

MOST_BARS = 12  # so many values without places have a bar each; more are cells in rows
SMALLEST = 4  # device pixels: the shorter side of a very long map


@dataclass(frozen=True, eq=False)
class LayerSight:
    """One layer of the network at a glance.

    Attributes
    ----------
    id : of the layer; "input" for the picture.
    shape : of what it makes; None if that is not known.
    names : of the maps that are drawn; of values without places, of all of them.
    size : (height, width) of each picture in device pixels; (0, 0) if there is none.
    pixels : (pictures, height, width, 4) uint8, B G R and an unused byte; None if the layer is out of sight, or if its
        values are bars.
    values : (units,), values without places that are few enough for bars; None for all others.
    levels : of each picture, of bars of all of them; () out of sight.
    error : why there are no maps, or "".
    note : how far the maps differ from those of the reference, in a few letters, or "".
    are_shares : its values are the shares of a softmax, which are read in percent.
    """

    id: str
    shape: Shape | None = None
    names: tuple[str, ...] = ()
    size: Size = (0, 0)
    pixels: np.ndarray | None = None
    values: np.ndarray | None = None
    levels: tuple[Levels, ...] = ()
    error: str = ""
    note: str = ""
    are_shares: bool = False

    @property
    def count(self) -> int:
        """Number of maps or values that the layer makes."""
        return self.shape[0] if self.shape else 0


@dataclass(frozen=True, eq=False)
class Overview:
    """All layers of one frame, the picture first.

    Attributes
    ----------
    project : whose layers these are.
    inputs : for each of `layers`, the places in `layers` of what it reads.
    made : what each was drawn from, to be drawn again only if it is another array.
    """

    project: Project
    layers: tuple[LayerSight, ...]
    inputs: tuple[tuple[int, ...], ...]
    made: tuple[tuple[object, ...], ...] = ()


def thumbnail_size(shape: Shape | None, edge: int) -> Size:
    """Return (height, width) of a picture of maps whose longer side is `edge` device pixels; (0, 0) for bars.

    Parameters
    ----------
    shape : (channels, rows, columns), or (values,); None: there are no maps.

    Examples
    --------
    >>> thumbnail_size((8, 30, 60), 40), thumbnail_size((10,), 40), thumbnail_size((100,), 40)
    ((20, 40), (0, 0), (40, 40))
    """
    cells = cells_of(shape)
    if cells is None:
        return (0, 0)
    longest = max(cells)
    height, width = (max(SMALLEST, round(n * edge / longest)) for n in cells)
    return height, width


def cells_of(shape: Shape | None) -> Size | None:
    """Return rows and columns of each picture; None for bars, and without maps. Many values lie in rows of one."""
    if shape is None or (len(shape) == 1 and shape[0] <= MOST_BARS):
        return None
    if len(shape) == 1:
        columns = row_length(shape[0])
        return -(-shape[0] // columns), columns
    rows, columns = (1, *shape[1:])[-2:]
    return rows, columns


def picture_count(shape: Shape | None, most: int) -> int:
    """Return how many pictures are drawn of a layer."""
    if cells_of(shape) is None or shape is None:
        return 0
    return 1 if len(shape) == 1 else min(shape[0], most)
