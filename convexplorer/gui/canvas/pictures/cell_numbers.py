"""The numbers in large cells of a picture: written where they fit whole, since a cut number is another number."""

from collections.abc import Callable
from functools import partial
from math import ceil, floor

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import ink_on, mix
from convexplorer.words import aligned_number, short_number, whole_characters

Write = Callable[[float, int], str]  # a number and the most characters
MOST_CHARACTERS = 7
_FEWEST_CHARACTERS = 4
# Edges of cells are rounded to pixels.
_SLACK_PX = 1.0


def paint_numbers(
    painter: QPainter,
    projection: Projection,
    picture: PlacedImage,
    over: Callable[[float, float], QColor] | None = None,
) -> None:
    """Write the values into the cells that are seen from edge to edge, one line per channel.

    Parameters
    ----------
    over : returns the colour that lies over the picture at a row and a column of the input.
    """
    rows, columns = (_whole_cells(projection, picture, painter.clipBoundingRect(), axis) for axis in (0, 1))
    if not (rows and columns):
        return
    values = picture.read(rows, columns)
    height, width = picture.jump[0] * projection.scale, picture.jump[1] * projection.scale
    smallest, largest = theme.px(9), theme.px(15)
    # The font size is chosen for six characters ("−0.123"); a digit's width is about 0.62 of the font size.
    whole = whole_characters(values)
    wide = (width - 4) / (max(6, whole) * 0.62)
    wanted = min(height * 0.9 / (len(values) * 1.2), min(height, width) * 0.3, wide)
    size = min(max(wanted, smallest), largest)
    if size * 1.15 * len(values) > height:
        return
    font = theme.digits_font(size / theme.scale())
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    most = max(MOST_CHARACTERS, whole)
    is_alone = tuple(picture.shape) == (1, 1)  # there are no neighbours, whose decimals it would have
    characters = min(int((width - 3) / metrics.horizontalAdvance("0")), most)
    for i in rows:
        for j in columns:
            cell = values[:, i - rows.start, j - columns.start].tolist()
            write = short_number if is_alone else partial(aligned_number, are_whole=whole > 0)
            texts = [_fitting(value, characters, width - 2, metrics, write) for value in cell]
            if all(texts):
                rgb = picture.rgb_of(i, j)
                if over is not None:
                    rgb = _covered(rgb, over(*picture.grid.place_of((i, j))))
                painter.setPen(ink_on(rgb))
                painter.drawText(_cell_rect(projection, picture, i, j), Qt.AlignmentFlag.AlignCenter, "\n".join(texts))


def _covered(rgb: int, cover: QColor) -> int:
    """Return an opaque colour as it is seen below a translucent one."""
    return mix(QColor(rgb), QColor(cover.rgb()), cover.alphaF()).rgb()


def _cell_rect(projection: Projection, picture: PlacedImage, row: int, column: int) -> QRectF:
    height, width = picture.jump
    top, left = picture.bounds.top() + row * height, picture.bounds.left() + column * width
    return projection.rect_of(top, left, top + height, left + width)


def _whole_cells(projection: Projection, picture: PlacedImage, seen: QRectF, axis: int) -> range:
    """Return the range of cells along an axis (0 rows, 1 columns) that are seen from edge to edge."""
    seen = seen & projection.pane if seen.isValid() else projection.pane
    low, high = ((seen.top(), seen.bottom()), (seen.left(), seen.right()))[axis]
    bounds = projection.to_screen(picture.bounds.top(), picture.bounds.left())
    first, size = (bounds.y(), bounds.x())[axis], picture.jump[axis] * projection.scale
    start = ceil((low - _SLACK_PX - first) / size)
    stop = floor((high + _SLACK_PX - first) / size)
    return range(max(start, 0), max(min(stop, picture.shape[axis]), 0))


def _fitting(value: float, characters: int, width: float, metrics: QFontMetricsF, write: Write) -> str:
    """Write a number as its neighbours, or shorter where its sign needs the room; "" where there is none."""
    text = write(value, characters)
    while metrics.horizontalAdvance(text) > width:
        characters -= 1
        if characters < _FEWEST_CHARACTERS:
            return ""
        text = short_number(value, characters)
    return text
