"""Paints the maps of a gradient on any device: titles and largest values over pictures, the scale below."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from convexplorer.gui.canvas.pictures.painting import write
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.canvas.pictures.tile_layout import arrange
from convexplorer.gui.look import fonts
from convexplorer.gui.look.colors import Colors
from convexplorer.results.gradient_maps import GradientMaps
from convexplorer.results.picture import Tile
from convexplorer.results.tile_words import levels_text
from convexplorer.results.tiles import colored

CAPTION, GAP, SMALLEST, LINE, TEXT = 18.0, 6.0, 40.0, 20.0, 11.0  # design pixels
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_gradient(
    painter: QPainter, maps: GradientMaps, width: float, height: float, scale: float, colors: Colors
) -> None:
    """Paint all maps, and below them the sentence and the scale of the colours."""
    line = LINE * scale
    tiles, font = maps.tiles, fonts.text_font(TEXT * scale)
    foot = QRectF(0, height - line, width, line)
    if tiles:
        rows, columns = tiles[-1].values.shape
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
            painter.drawImage(rect, tile_image_for(tile, colors))
            painter.setFont(font)
            title = painter.fontMetrics().elidedText(tile.title, Qt.TextElideMode.ElideMiddle, round(head.width()))
            write(painter, head, title, font, colors.text, _LEFT)
        write(painter, foot, levels_text(tiles[-1].levels), font, colors.muted, _RIGHT)
    write(painter, foot, maps.sentence, font, colors.text, _LEFT)


def tile_image_for(tile: Tile, colors: Colors) -> QImage:
    """Return the image of a tile in the colours of a theme that need not be that of the window."""
    return to_qimage(colored(tile, is_dark=colors.is_dark))
