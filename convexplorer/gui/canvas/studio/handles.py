"""How handles over a kernel look, and when the mouse is near one."""

from collections.abc import Mapping

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from convexplorer.gui.canvas.studio.overlay import Point, Stage
from convexplorer.gui.look import theme

REACH_PX = 10  # from the middle of a handle, in pixels of the design
_RADIUS_PX = 5
_DARK, _LIGHT = QColor(0, 0, 0, 200), QColor(255, 255, 255, 235)


def paint_handle(painter: QPainter, at: QPointF, *, is_held: bool = False) -> None:
    """Paint a round handle that is seen on any colour of cells; filled while it is held."""
    radius = theme.px(_RADIUS_PX)
    painter.setPen(QPen(_DARK, 3.5))
    painter.setBrush(theme.colors().accent if is_held else _LIGHT)
    painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(_LIGHT if is_held else theme.colors().accent, 1.5))
    painter.drawEllipse(at, radius, radius)


def paint_line(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Paint a guide line that is seen on any colour of cells."""
    for color, width in ((_DARK, 3.0), (_LIGHT, 1.2)):
        painter.setPen(QPen(color, width))
        painter.drawLine(start, end)


def nearest_handle(stage: Stage, point: Point, handles: Mapping[str, Point]) -> str:
    """Return the name of the handle that the mouse takes at a point; "" if none is near."""
    at = stage.to_screen(*point)
    distances = {name: QLineF(at, stage.to_screen(*place)).length() for name, place in handles.items()}
    name = min(distances, key=lambda one: distances[one], default="")
    return name if name and distances[name] <= theme.px(REACH_PX) else ""
