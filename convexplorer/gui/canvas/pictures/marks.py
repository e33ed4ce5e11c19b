"""Marks over pictures: the cells that a window reads or a cell influences, and the part that is not dimmed."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.cell_numbers import paint_numbers
from convexplorer.gui.canvas.pictures.legend import paint_legend
from convexplorer.gui.canvas.pictures.painting import device_pixels, has_numbers, outline, snapped
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.look import theme


@dataclass(frozen=True)
class Mark:
    """One marked rectangle in input coordinates (x is the column), which may extend beyond the picture.

    Attributes
    ----------
    fill : colour over the rectangle, or None.
    cells : an image with one pixel per cell as the fill, transparent between the cells; or None.
    line : colour of the outline, or None; `width` in logical pixels, `is_dashed` for an approximate edge.
    is_hatched : True to hatch the rectangle as padding, outside the picture.
    least_px : minimum size on screen; a smaller rectangle is enlarged around its centre.
    """

    rect: QRectF
    fill: QColor | None = None
    cells: QImage | None = None
    line: QColor | None = None
    width: int = 1
    is_dashed: bool = False
    is_hatched: bool = False
    least_px: int = 0

    def color_at(self, row: float, column: float) -> QColor:
        """Return the colour of the cell of `cells` that covers a place of the input; transparent outside of it."""
        area, cells = self.rect, self.cells
        if cells is None or not area.contains(column, row):
            return QColor(Qt.GlobalColor.transparent)
        x = int((column - area.left()) / area.width() * cells.width())
        y = int((row - area.top()) / area.height() * cells.height())
        return cells.pixelColor(min(x, cells.width() - 1), min(y, cells.height() - 1))


@dataclass(frozen=True)
class Marks:
    """All marks of one picture, in painting order.

    Attributes
    ----------
    bright : the rectangle outside of which the picture is dimmed; None for no dimming.
    text : what the marks mean, written over the picture; "" where they need no words.
    """

    marks: tuple[Mark, ...] = ()
    bright: QRectF | None = None
    text: str = ""


NO_MARKS = Marks()


def paint_marks(painter: QPainter, projection: Projection, marks: Marks, picture: PlacedImage | None = None) -> None:
    """Paint marks over a picture, clipped to its pane, and its numbers again where cells of a mark lie over them."""
    if marks is NO_MARKS:
        return
    painter.save()
    painter.setClipRect(projection.pane, Qt.ClipOperation.IntersectClip)
    with device_pixels(painter) as ratio:
        if marks.bright is not None:
            _dim(painter, projection, marks.bright, ratio)
        for mark in marks.marks:
            _paint_mark(painter, projection, mark, ratio)
    if picture is not None and has_numbers(projection, picture):
        for mark in marks.marks:
            if mark.cells is not None:
                _paint_numbers_on(painter, projection, mark, picture)
    if marks.text:
        paint_legend(painter, projection.pane, marks.text, is_at_top=True)
    painter.restore()


def _paint_numbers_on(painter: QPainter, projection: Projection, mark: Mark, picture: PlacedImage) -> None:
    """Write the numbers below a mark over it, in the ink that is best read there."""
    area = mark.rect
    shown = projection.rect_of(area.top(), area.left(), area.bottom(), area.right())
    painter.save()
    painter.setClipRect(shown & projection.pane, Qt.ClipOperation.IntersectClip)
    paint_numbers(painter, projection, picture, over=mark.color_at)
    painter.restore()


def _paint_mark(painter: QPainter, projection: Projection, mark: Mark, ratio: float) -> None:
    area = mark.rect
    shown = projection.rect_of(area.top(), area.left(), area.bottom(), area.right())
    wider, higher = max(mark.least_px - shown.width(), 0) / 2, max(mark.least_px - shown.height(), 0) / 2
    rect = snapped(shown.adjusted(-wider, -higher, wider, higher), ratio)
    if mark.is_hatched:
        painter.fillRect(rect, theme.colors().canvas)
        painter.fillRect(rect, QBrush(theme.colors().muted, Qt.BrushStyle.BDiagPattern))
    if mark.fill is not None:
        painter.fillRect(rect, mark.fill)
    if mark.cells is not None:
        painter.drawImage(rect, mark.cells)
    if mark.line is None:
        return
    width = max(1, round(mark.width * ratio))
    if mark.is_dashed:
        pen = painter.pen()
        pen.setColor(mark.line)
        pen.setWidth(width)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
    else:
        outline(painter, rect, mark.line, width)


def _dim(painter: QPainter, projection: Projection, bright: QRectF, ratio: float) -> None:
    """Dim everything outside a rectangle with the background colour."""
    height, width = projection.extent
    pane = snapped(projection.rect_of(0.0, 0.0, height, width) & projection.pane, ratio)
    hole = snapped(projection.rect_of(bright.top(), bright.left(), bright.bottom(), bright.right()), ratio) & pane
    veil = QColor(theme.colors().canvas)
    veil.setAlphaF(0.72)
    painter.fillRect(pane.left(), pane.top(), pane.width(), hole.top() - pane.top(), veil)
    painter.fillRect(pane.left(), hole.bottom() + 1, pane.width(), pane.bottom() - hole.bottom(), veil)
    painter.fillRect(pane.left(), hole.top(), hole.left() - pane.left(), hole.height(), veil)
    painter.fillRect(hole.right() + 1, hole.top(), pane.right() - hole.right(), hole.height(), veil)
