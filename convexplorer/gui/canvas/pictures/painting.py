"""Painting functions shared by all picture panes: pictures, numbers, cursor, window and frame.

Edges are rounded to device pixels only in this module, so that they are sharp at every screen scale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, floor

from PySide6.QtCore import QLine, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QRegion

from convexplorer.gui.canvas.pictures.cell_numbers import paint_numbers
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import PlacedImage
from convexplorer.gui.canvas.pictures.viewport import Place
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import ink_on

GRID_FROM_PX = 12
NUMBERS_FROM_PX = 34
SMALLEST_MARK_PX = 7
SMALLEST_PADDING_PX = 4

_DARK_LINE, _LIGHT_LINE = QColor(0, 0, 0, 210), QColor(255, 255, 255, 235)
_GRID_LINE = QColor(128, 128, 128, 90)
_LARGEST_SCALED_PX = 8192


def paint_picture(painter: QPainter, projection: Projection, picture: PlacedImage, cache: ScaleCache) -> None:
    """Paint the visible part of a picture, with cell grid and numbers if its cells are large."""
    pane = projection.pane
    painter.save()
    painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
    columns = _visible(projection, picture, axis=1)
    rows = _visible(projection, picture, axis=0)
    if rows is not None and columns is not None:
        _paint_image(painter, projection, picture, cache, rows, columns)
        if has_lines(projection, picture):
            _paint_grid(painter, projection, picture)
        if has_numbers(projection, picture):
            paint_numbers(painter, projection, picture)
    painter.restore()


def has_numbers(projection: Projection, picture: PlacedImage) -> bool:
    """Whether the values of a picture are known, and its cells so large that they are written."""
    return picture.values is not None and have_room_for_numbers(projection, picture)


def have_room_for_numbers(projection: Projection, picture: PlacedImage) -> bool:
    """Whether the cells of a picture are so large that their values could be written."""
    return min(picture.jump) * projection.scale >= theme.px(NUMBERS_FROM_PX)


def paint_frame(painter: QPainter, projection: Projection, picture: PlacedImage, color: QColor, width: int = 1) -> None:
    """Draw a line around the visible part of a picture, outside if the pane leaves room."""
    bounds = picture.bounds
    rect = projection.rect_of(bounds.top(), bounds.left(), bounds.bottom(), bounds.right())
    with device_pixels(painter) as ratio:
        thickness = max(1, round(width * ratio))
        inner = snapped(rect & projection.pane, ratio)
        outline(painter, inner.adjusted(-thickness, -thickness, thickness, thickness), color, thickness)


def paint_padding(painter: QPainter, projection: Projection, padded: QRectF, picture: QRectF) -> None:
    """Hatch what padding adds around a picture, where it is wide enough to be seen as that."""
    above, left = picture.top() - padded.top(), picture.left() - padded.left()
    below, right = padded.bottom() - picture.bottom(), padded.right() - picture.right()
    if max(above, left, below, right) * projection.scale < theme.px(SMALLEST_PADDING_PX):
        return
    painter.save()
    painter.setClipRect(projection.pane, Qt.ClipOperation.IntersectClip)
    with device_pixels(painter) as ratio:
        around, inner = (
            snapped(projection.rect_of(rect.top(), rect.left(), rect.bottom(), rect.right()), ratio)
            for rect in (padded, picture)
        )
        for part in QRegion(around).subtracted(QRegion(inner)):  # type: ignore[attr-defined]  # the stubs lack it
            painter.fillRect(part, theme.colors().canvas)
            painter.fillRect(part, QBrush(theme.colors().outline, Qt.BrushStyle.BDiagPattern))
        outline(painter, around, theme.colors().outline, max(1, round(ratio)))
    painter.restore()


def paint_cursor(painter: QPainter, projection: Projection, picture: PlacedImage | None, place: Place) -> None:
    """Mark the cell that covers a point by a dark and a light line, so that one is visible on any background."""
    cell = None if picture is None else picture.cell_at(place)
    if picture is not None and cell is None:
        return
    if picture is None or cell is None:
        top, left, height, width = float(floor(place[0])), float(floor(place[1])), 1.0, 1.0
    else:
        height, width = picture.jump
        top = picture.bounds.top() + cell[0] * height
        left = picture.bounds.left() + cell[1] * width
    painter.save()
    painter.setClipRect(projection.pane, Qt.ClipOperation.IntersectClip)
    with device_pixels(painter) as ratio:
        rect = snapped(projection.rect_of(top, left, top + height, left + width), ratio)
        smallest = round(SMALLEST_MARK_PX * ratio)
        if min(rect.width(), rect.height()) < smallest:
            _paint_reticle(painter, _grown(rect, smallest), ratio)
        else:
            thin = max(1, round(ratio))
            outline(painter, rect.adjusted(-thin, -thin, thin, thin), _LIGHT_LINE, thin)
            outline(painter, rect.adjusted(-2 * thin, -2 * thin, 2 * thin, 2 * thin), _DARK_LINE, thin)
    painter.restore()


def paint_window(painter: QPainter, projection: Projection, window: QRectF) -> None:
    """Outline the kernel's window, a rectangle of the input (x is the column), in the cursor colour."""
    painter.save()
    painter.setClipRect(projection.pane, Qt.ClipOperation.IntersectClip)
    with device_pixels(painter) as ratio:
        thin = max(1, round(ratio))
        rect = snapped(projection.rect_of(window.top(), window.left(), window.bottom(), window.right()), ratio)
        outline(painter, rect.adjusted(-2 * thin, -2 * thin, 2 * thin, 2 * thin), theme.colors().cursor, 2 * thin)
        outline(painter, rect.adjusted(-3 * thin, -3 * thin, 3 * thin, 3 * thin), _DARK_LINE, thin)
    painter.restore()


@contextmanager
def device_pixels(painter: QPainter) -> Iterator[float]:
    """Switch a painter to device pixels; yields the number of device pixels per logical pixel."""
    ratio = painter.device().devicePixelRatio()
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    yield ratio
    painter.restore()


def snapped(rect: QRectF, ratio: float) -> QRect:
    """Round a rectangle's edges to device pixels, so that adjacent rectangles stay adjacent; at least 1 × 1.

    Rectangles of one size that are whole pixels apart become equal: none of them is rounded the other way.
    """
    left, top = _rounded(rect.left() * ratio), _rounded(rect.top() * ratio)
    width, height = _rounded(rect.right() * ratio) - left, _rounded(rect.bottom() * ratio) - top
    return QRect(left, top, max(width, 1), max(height, 1))


def on_pixels(rect: QRectF, ratio: float) -> QRectF:
    """Return a rectangle of nearly the same place whose edges are device pixels; its size depends on its size only."""
    left, top, width, height = (
        _rounded(length * ratio) / ratio for length in (rect.left(), rect.top(), rect.width(), rect.height())
    )
    return QRectF(left, top, width, height)


def outline(painter: QPainter, rect: QRect, color: QColor, thickness: int) -> None:
    """Draw a crisp line along the inside of a rectangle."""
    x, y, width, height = rect.x(), rect.y(), rect.width(), rect.height()
    painter.fillRect(x, y, width, thickness, color)
    painter.fillRect(x, y + height - thickness, width, thickness, color)
    painter.fillRect(x, y + thickness, thickness, height - 2 * thickness, color)
    painter.fillRect(x + width - thickness, y + thickness, thickness, height - 2 * thickness, color)


def write(painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor, flags: int) -> None:
    """Draw one line of text, which the caller has measured to fit."""
    if text:
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(rect, flags, text)


def contrasting(rgb: int) -> QColor:
    """Return black or white, whichever has the higher contrast with a colour."""
    return ink_on(rgb)


def image_rect(projection: Projection, picture: PlacedImage, ratio: float) -> QRect:
    """Return where all of a picture is drawn, in device pixels; it may extend beyond the pane."""
    bounds = picture.bounds
    return snapped(projection.rect_of(bounds.top(), bounds.left(), bounds.bottom(), bounds.right()), ratio)


def has_lines(projection: Projection, picture: PlacedImage) -> bool:
    """Whether the cells of a picture are so large that lines are drawn between them."""
    return min(picture.jump) * projection.scale >= theme.px(GRID_FROM_PX)


def _rounded(length: float) -> int:
    """Round to whole pixels, halves upwards also where arithmetic has left a little less than a half."""
    return floor(length + 0.5 + 1e-6)


def _visible(projection: Projection, picture: PlacedImage, axis: int) -> tuple[int, int] | None:
    """Return the half-open range of visible image pixels along an axis (0 rows, 1 columns); None if empty."""
    pane = projection.pane
    start, end = projection.to_input(pane.topLeft())[axis], projection.to_input(pane.bottomRight())[axis]
    origin, pitch = _origin(picture, axis), _pitch(picture, axis)
    count = (picture.image.height(), picture.image.width())[axis]
    first, last = max(floor((start - origin) / pitch), 0), min(ceil((end - origin) / pitch), count)
    return (first, last) if first < last else None


def _origin(picture: PlacedImage, axis: int) -> float:
    """Return the start of the first cell, in input coordinates."""
    return picture.center[axis] - picture.jump[axis] / 2


def _pitch(picture: PlacedImage, axis: int) -> float:
    """Return the input pixels per image pixel; exact even if the reduction leaves a remainder."""
    count = (picture.image.height(), picture.image.width())[axis]
    return picture.jump[axis] * picture.shape[axis] / count


def _paint_image(
    painter: QPainter,
    projection: Projection,
    picture: PlacedImage,
    cache: ScaleCache,
    rows: tuple[int, int],
    columns: tuple[int, int],
) -> None:
    """Paint a range of rows and columns of the image."""
    top, bottom = (_origin(picture, 0) + _pitch(picture, 0) * row for row in rows)
    left, right = (_origin(picture, 1) + _pitch(picture, 1) * column for column in columns)
    source = QRect(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])
    with device_pixels(painter) as ratio:
        target = snapped(projection.rect_of(top, left, bottom, right), ratio)
        if source == picture.image.rect() and target.size() == source.size():
            painter.drawImage(target.topLeft(), picture.image)  # made for this place
        elif max(target.width(), target.height()) > _LARGEST_SCALED_PX:
            # If cells are much larger than the pane, as with strides of 1024, Qt draws the visible part only.
            painter.drawImage(target, picture.image, source)
        else:
            painter.drawImage(target.topLeft(), cache.scaled(picture.image, source, target.size()))


def _visible_cells(projection: Projection, picture: PlacedImage, axis: int) -> range:
    """Return the range of visible cells along an axis."""
    pane = projection.pane
    start, end = projection.to_input(pane.topLeft())[axis], projection.to_input(pane.bottomRight())[axis]
    origin, jump = _origin(picture, axis), picture.jump[axis]
    return range(max(floor((start - origin) / jump), 0), min(ceil((end - origin) / jump), picture.shape[axis]))


def _paint_grid(painter: QPainter, projection: Projection, picture: PlacedImage) -> None:
    """Draw thin lines between the cells, all in one call, because separate calls cost more than the picture."""
    bounds = picture.bounds
    rect = projection.rect_of(bounds.top(), bounds.left(), bounds.bottom(), bounds.right()) & projection.pane
    with device_pixels(painter) as ratio:
        area = snapped(rect, ratio)
        lines = []
        for j in _visible_cells(projection, picture, 1)[1:]:
            x = round(projection.to_screen(0, _origin(picture, 1) + j * picture.jump[1]).x() * ratio)
            lines.append(QLine(x, area.top(), x, area.bottom()))
        for i in _visible_cells(projection, picture, 0)[1:]:
            y = round(projection.to_screen(_origin(picture, 0) + i * picture.jump[0], 0).y() * ratio)
            lines.append(QLine(area.left(), y, area.right(), y))
        painter.setPen(QPen(_GRID_LINE, max(1, round(ratio))))
        painter.drawLines(lines)


def _grown(rect: QRect, size: int) -> QRect:
    """Return a square of this size around the middle of a rectangle."""
    return QRect(rect.center() - QPoint(size // 2, size // 2), QSize(size, size))


def _paint_reticle(painter: QPainter, rect: QRect, ratio: float) -> None:
    """Draw four short lines pointing at a cell that is too small to outline."""
    thin, length = max(1, round(ratio)), round(6 * ratio)
    middle = rect.center()
    for step in (-1, 1):
        x = rect.right() + 1 if step > 0 else rect.left() - length
        y = rect.bottom() + 1 if step > 0 else rect.top() - length
        for color, spread in ((_DARK_LINE, thin), (_LIGHT_LINE, 0)):
            painter.fillRect(x - spread, middle.y() - spread, length + 2 * spread, thin + 2 * spread, color)
            painter.fillRect(middle.x() - spread, y - spread, thin + 2 * spread, length + 2 * spread, color)
