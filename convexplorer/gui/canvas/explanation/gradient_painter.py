"""Paints the maps of a gradient on any device: titles and largest values over pictures, the scale below."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from convexplorer.gui.canvas.explanation.tile_sheet import TileSheet
from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.tile_layout import arrange
from convexplorer.gui.look import fonts
from convexplorer.gui.look.colors import Colors, ink_on
from convexplorer.results.picture import Tile
from convexplorer.results.tile_words import levels_text, range_text
from convexplorer.results.tiles import colored
from convexplorer.words import short_number

CAPTION, GAP, SMALLEST, LINE, TEXT = 18.0, 6.0, 40.0, 20.0, 11.0  # design pixels
SMALLEST_TEXT, _WIDEST_TEXT = 8.0, 4 * 0.62  # pixels; a number of four digits, in heights of the font
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_gradient(
    painter: QPainter,
    maps: TileSheet,
    width: float,
    height: float,
    scale: float,
    colors: Colors,
    *,
    smallest_text: float = SMALLEST_TEXT,
) -> None:
    """Paint all maps, and below them the sentence and the scale of the colours.

    Parameters
    ----------
    scale : pixels per design pixel.
    smallest_text : in pixels, of the values that are written into cells; smaller ones are left out.
    """
    line = LINE * scale
    tiles, font = maps.tiles, fonts.text_font(TEXT * scale)
    foot = QRectF(0, height - line, width, line)
    if tiles:
        rows, columns = tiles[0].values.shape[-2:]
        layout = arrange(
            len(tiles),
            min(max(columns / rows, 0.1), 10.0),
            round(width),
            round(height - line),
            caption=round(CAPTION * scale),
            gap=round(GAP * scale),
            margin=0,
            smallest=round(SMALLEST * scale),
            bar=0,
            may_cover=False,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, max(rows, columns) > layout.picture_width)
        for index, tile in enumerate(tiles):
            rect = layout.picture_rect(index)
            head = QRectF(rect.left(), rect.top() - CAPTION * scale, rect.width(), CAPTION * scale)
            image, part = tile_image_for(tile, colors), _part_of(rect, tile, maps.extent)
            painter.drawImage(part, image)
            _write_values(painter, part, tile, image, smallest_text)
            _write_head(painter, head, tile, font, colors, GAP * scale)
        levels = levels_text(tiles[-1].levels)
        write(painter, foot, levels, font, colors.muted, _RIGHT)
        foot.setRight(foot.right() - painter.fontMetrics().horizontalAdvance(levels) - GAP * scale)
    painter.setFont(font)
    sentence = painter.fontMetrics().elidedText(maps.sentence, Qt.TextElideMode.ElideRight, round(foot.width()))
    write(painter, foot, sentence, font, colors.text, _LEFT)


def _part_of(rect: QRectF, tile: Tile, extent: tuple[float, float]) -> QRectF:
    """Return where a tile lies in the rectangle of the whole extent: a part of it, if its cells cover no more."""
    shape, grid = tile.values.shape[-2:], tile.grid
    starts = [center - jump / 2 for center, jump in zip(grid.center, grid.jump, strict=True)]
    sizes = [n * jump for n, jump in zip(shape, grid.jump, strict=True)]
    is_part = all(at >= 0 and at + size <= n for at, size, n in zip(starts, sizes, extent, strict=True))
    if not is_part or tile.values.size == 1 or tile.empty:
        return rect
    (top, left), (height, width) = starts, sizes
    down, right = rect.height() / extent[0], rect.width() / extent[1]
    return QRectF(rect.left() + left * right, rect.top() + top * down, width * right, height * down)


def _write_head(painter: QPainter, head: QRectF, tile: Tile, font: QFont, colors: Colors, gap: float) -> None:
    """Write the title of a tile, and where both have room the range of its values at the right."""
    painter.setFont(font)
    metrics = painter.fontMetrics()
    title, values = tile.title, range_text(tile)
    if metrics.horizontalAdvance(title) + gap + metrics.horizontalAdvance(values) <= head.width():
        write(painter, head, values, font, colors.muted, _RIGHT)
    title = metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, round(head.width()))
    write(painter, head, title, font, colors.text, _LEFT)


def _write_values(painter: QPainter, rect: QRectF, tile: Tile, image: QImage, smallest_text: float) -> None:
    """Write each value into its cell, where it fits."""
    if tile.values.ndim != 2:
        return  # the picture, whose cells have several numbers
    rows, columns = tile.values.shape
    width, height = rect.width() / columns, rect.height() / rows
    size = min(width / _WIDEST_TEXT, height * 0.8)
    if size < smallest_text:
        return
    painter.setFont(fonts.digits_font(size))
    for row in range(rows):
        for column in range(columns):
            cell = QRectF(rect.left() + column * width, rect.top() + row * height, width, height)
            painter.setPen(ink_on(image.pixel(column, row)))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, short_number(float(tile.values[row, column]), 4))


def tile_image_for(tile: Tile, colors: Colors) -> QImage:
    """Return the image of a tile in the colours of a theme that need not be that of the window."""
    return to_qimage(colored(tile, is_dark=colors.is_dark))
