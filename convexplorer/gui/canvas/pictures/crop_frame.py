"""The frame of a crop on the picture: visible at every zoom, moved by its edge, resized by its corner."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from convexplorer.gui.canvas.pictures.painting import device_pixels, outline, snapped
from convexplorer.gui.canvas.pictures.projection import Projection
from convexplorer.gui.look import theme

Handle = Literal["move", "resize"]

_REACH_PX, _GRIP_PX, _LEAST_PX = 6, 10, 14
CURSORS = {"move": Qt.CursorShape.SizeAllCursor, "resize": Qt.CursorShape.SizeFDiagCursor}


def shown_rect(projection: Projection, frame: QRectF) -> QRectF:
    """Return the rectangle of a frame in the widget, at least as large as the mouse can grab."""
    rect = projection.rect_of(frame.top(), frame.left(), frame.bottom(), frame.right())
    wider, higher = (max(theme.px(_LEAST_PX) - side, 0) / 2 for side in (rect.width(), rect.height()))
    return rect.adjusted(-wider, -higher, wider, higher)


def handle_at(projection: Projection, frame: QRectF, position: QPointF) -> Handle | None:
    """Return the handle of the frame at a position: its lower right corner, its edge, or None.

    All of a small frame counts as its edge.
    """
    rect, reach = shown_rect(projection, frame), theme.px(_REACH_PX)
    if not rect.adjusted(-reach, -reach, reach, reach).contains(position):
        return None
    is_small = min(rect.width(), rect.height()) < 4 * reach
    if is_small:
        return "move"
    grip = theme.px(_GRIP_PX)
    if position.x() >= rect.right() - grip and position.y() >= rect.bottom() - grip:
        return "resize"
    return None if rect.adjusted(reach, reach, -reach, -reach).contains(position) else "move"


def dragged(frame: QRectF, handle: Handle, rows: float, columns: float) -> QRectF:
    """Return the frame dragged by a number of input pixels."""
    if handle == "move":
        return frame.translated(columns, rows)
    return QRectF(frame.left(), frame.top(), max(frame.width() + columns, 0.0), max(frame.height() + rows, 0.0))


def paint_crop(painter: QPainter, projection: Projection, frame: QRectF) -> None:
    """Draw the frame with its grip, in a dark and a light line, so that one is visible on any picture."""
    rect = shown_rect(projection, frame)
    painter.save()
    painter.setClipRect(projection.pane, Qt.ClipOperation.IntersectClip)
    with device_pixels(painter) as ratio:
        inner, thin = snapped(rect, ratio), max(1, round(ratio))
        outline(painter, inner.adjusted(-2 * thin, -2 * thin, 2 * thin, 2 * thin), theme.colors().panel, thin)
        outline(painter, inner.adjusted(-thin, -thin, thin, thin), theme.colors().text, thin)
        outline(painter, inner, theme.colors().panel, thin)
    if min(rect.width(), rect.height()) >= 4 * theme.px(_REACH_PX):
        grip = theme.px(_GRIP_PX)
        painter.setPen(QPen(theme.colors().panel, 1))
        painter.setBrush(theme.colors().text)
        painter.drawRect(QRectF(rect.right() - grip / 2, rect.bottom() - grip / 2, grip, grip))
    painter.restore()
