"""The content of panes: a picture, its position on the input, and its labels."""

from dataclasses import field
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid, is_inside
from convexplorer.gui.canvas.pictures.viewport import Place
from convexplorer.results.reading import Zeros, read


def to_qimage(pixels: np.ndarray, table: np.ndarray | None = None) -> QImage:
    """Return pixels as an image with memory of its own.

    Indexed pixels stay indexed, because copying dominates the cost and one byte per pixel is the least to copy.

    Parameters
    ----------
    pixels : (H, W) uint8, indexes into `table`, or grey without one; or (H, W, 3) uint8 RGB.
    table : (256, 3) uint8 RGB, or None.
    """
    pixels = np.ascontiguousarray(pixels)
    rows, columns = pixels.shape[:2]
    if pixels.ndim == 3:
        wrapped = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
        return wrapped.convertToFormat(QImage.Format.Format_RGB32)
    if table is None:
        return QImage(pixels.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    wrapped = QImage(pixels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    wrapped.setColorTable(_color_table(table.astype(np.uint8).tobytes()))
    return wrapped.copy()


def screen_image(pixels: np.ndarray) -> QImage:
    """Return pixels of the screen as an image over the same memory, which Qt keeps as long as the image.

    Parameters
    ----------
    pixels : (height, width, 4) uint8, contiguous: B, G, R and an unused byte.
    """
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)


@lru_cache(maxsize=32)
def _color_table(rgb: bytes) -> list[int]:
    """Return RGB bytes as a Qt colour table; cached, because all tiles of all frames share a few tables."""
    return [0xFF000000 | r << 16 | g << 8 | b for r, g, b in zip(rgb[::3], rgb[1::3], rgb[2::3], strict=True)]


@dataclass(frozen=True, eq=False, kw_only=True)
class PlacedImage:
    """A picture, and where its cells lie on the input.

    Attributes
    ----------
    image : any format; each of its pixels stands for `reduction` cells along each axis, or, if it has been made for the
        size on screen, all of it for all cells.
    grid : of rows and columns, in input coordinates.
    cells : how many there are, (rows, columns); by default those of the values, or of the image times the reduction.
    values : (H, W) or (C, H, W), exact; written into the cells when these are large. None: nothing is written.
    zeros : tells which cells of the flattened values are nothing but rounding, and read 0; None: none are.
    """

    image: QImage
    grid: Grid = field(default_factory=Grid)
    reduction: int = 1
    cells: tuple[int, int] | None = None
    values: np.ndarray | None = None
    zeros: Zeros | None = None

    @property
    def center(self) -> Place:
        """The place of cell (0, 0)."""
        row, column = self.grid.center
        return row, column

    @property
    def jump(self) -> tuple[float, float]:
        """Distance from one cell to the next, along rows and columns."""
        rows, columns = self.grid.jump
        return rows, columns

    @property
    def shape(self) -> tuple[int, int]:
        """The number of cells, (rows, columns)."""
        if self.cells is not None:
            return self.cells
        if self.values is not None:
            return self.values.shape[-2], self.values.shape[-1]
        return self.image.height() * self.reduction, self.image.width() * self.reduction

    @property
    def bounds(self) -> QRectF:
        """The rectangle of the input covered by the cells; x is the column, y the row."""
        rows, columns = self.shape
        top, left = self.center[0] - self.jump[0] / 2, self.center[1] - self.jump[1] / 2
        return QRectF(left, top, columns * self.jump[1], rows * self.jump[0])

    def read(self, rows: range, columns: range) -> np.ndarray:
        """Return the values of some cells as they read, (C, rows, columns)."""
        assert self.values is not None
        values = self.values.reshape(-1, *self.shape)[:, rows.start : rows.stop, columns.start : columns.stop]
        if self.zeros is None:
            return values
        cells = np.add.outer(np.array(rows) * self.shape[1], np.array(columns)).reshape(-1)
        return read(values.reshape(-1), cells, self.zeros).reshape(values.shape)

    def rgb_of(self, row: int, column: int) -> int:
        """Return the colour in which a cell is shown."""
        (rows, columns), height, width = self.shape, self.image.height(), self.image.width()
        return self.image.pixel(
            min(int((column + 0.5) * width / columns), width - 1), min(int((row + 0.5) * height / rows), height - 1)
        )

    def cell_at(self, place: Place) -> tuple[int, int] | None:
        """Return the cell that covers a place of the input, None outside."""
        row, column = self.grid.cell_at(place)
        return (row, column) if is_inside((row, column), self.shape) else None


@dataclass(frozen=True, eq=False, kw_only=True)
class TileView(PlacedImage):
    """A picture with the labels around it.

    Attributes
    ----------
    title : name of the map.
    subtitle, short_subtitle : range of its values, "−1.234 … 0.9876", and in fewer digits, for small tiles, or "".
    thumbnail : the map's kernel in weight colours, one pixel per weight, or None.
    loss, short_loss, shortest_loss : the share that the screen cannot show, "1.4 % clipped", "1.4 %" and "1 %"; "" if
        nothing is lost.
    standing : the number that the maps are sorted by: "mean 0.31"; "" if they are not.
    badges : what is the matter with the map, in words that become shorter: ("saturated", "sat."); () if nothing is.
    tip : sentences that are told of the map beside its labels, one a line.
    """

    title: str = ""
    subtitle: str = ""
    short_subtitle: str = ""
    thumbnail: QImage | None = None
    loss: str = ""
    short_loss: str = ""
    shortest_loss: str = ""
    standing: str = ""
    badges: tuple[str, ...] = ()
    tip: str = ""

    def has_labels_of(self, other: "TileView") -> bool:
        """Return True if the same is written beside both pictures."""
        return self is other or (self.thumbnail is other.thumbnail and self._texts == other._texts)

    @property
    def _texts(self) -> tuple[object, ...]:
        losses = self.loss, self.short_loss, self.shortest_loss
        return self.title, self.subtitle, losses, self.standing, self.badges
