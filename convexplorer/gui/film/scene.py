"""The pictures of a film at each of its positions, drawn independently of the window, which may change meanwhile."""

from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QImage, QPainter

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Cell, Region
from convexplorer.gui.film.paper import Drawing, image_of

WIDTHS = (640, 960, 1280, 1920)


@dataclass(frozen=True)
class FilmScene:
    """The content of a film, drawn picture by picture.

    Attributes
    ----------
    region : the outputs that the film visits.
    width, height : of a picture, in design pixels.
    title : returns the title of the picture for an output.
    paint : paints the picture for an output at a width and a height.
    """

    region: Region
    width: float
    height: float
    title: Callable[[Cell], str]
    paint: Callable[[QPainter, float, float, Cell], None]
    is_dark: bool

    def frame(self, position: int, width_px: int) -> np.ndarray:
        """Return the picture at a position, (H, W, 3) uint8, with even H and W as required by videos."""
        cell = self.region.cell(position)
        drawing = Drawing(
            self.title(cell),
            self.width,
            self.height,
            lambda painter, width, height: self.paint(painter, width, height, cell),
            self.is_dark,
        )
        return _even(to_array(image_of(drawing, scale=width_px / drawing.size.width())))


def to_array(image: QImage) -> np.ndarray:
    """Return a picture as (H, W, 3) uint8 RGB in memory of its own."""
    shown = image.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(shown.constBits(), np.uint8).reshape(shown.height(), shown.bytesPerLine())
    return lines[:, : 3 * shown.width()].reshape(shown.height(), shown.width(), 3).copy()


def _even(rgb: np.ndarray) -> np.ndarray:
    rows, columns = rgb.shape[0] % 2, rgb.shape[1] % 2
    return np.pad(rgb, ((0, rows), (0, columns), (0, 0)), mode="edge")


def positions(region: Region, step: int) -> list[int]:
    """Return every `step`-th position of a region, and the last one."""
    found = list(range(0, region.count, max(step, 1)))
    return found if found[-1] == region.count - 1 else [*found, region.count - 1]
