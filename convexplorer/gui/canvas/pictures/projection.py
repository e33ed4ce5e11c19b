"""The projection of the shared viewport in one pane: conversion of input coordinates to the screen and back."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.viewport import Place, Viewport

# What lies around the input is shown up to its own size: a map of strides of 1024 has cells of that size.
_LARGEST_RIM = 1.0


@dataclass(frozen=True)
class Rim:
    """What lies around the input and is seen with it: padding, and cells of maps that reach beyond; in its pixels."""

    top: float = 0.0
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0

    @staticmethod
    def of(extent: tuple[float, float], rects: Iterable[QRectF]) -> "Rim":
        """Return the rim that holds all these rectangles (x is the column)."""
        height, width = extent
        sides = [(0.0, 0.0, 0.0, 0.0)]
        sides += [(-rect.top(), -rect.left(), rect.bottom() - height, rect.right() - width) for rect in rects]
        most = (height, width, height, width)
        widest = (max(side) for side in zip(*sides, strict=True))
        return Rim(*(min(side, limit * _LARGEST_RIM) for side, limit in zip(widest, most, strict=True)))

    def around(self, extent: tuple[float, float]) -> tuple[float, float]:
        """Return the (height, width) of the input with its rim."""
        return extent[0] + self.top + self.bottom, extent[1] + self.left + self.right


NO_RIM = Rim()


@dataclass(frozen=True)
class Projection:
    """The mapping between input coordinates and one pane.

    Attributes
    ----------
    pane : rectangle of the pane in its widget, logical pixels.
    center : the input point in the middle of the pane.
    scale : logical pixels per input pixel.
    fit_scale : the scale at zoom 1.
    extent : (height, width) of the input.
    """

    pane: QRectF
    center: Place
    scale: float
    fit_scale: float
    extent: tuple[float, float]

    @staticmethod
    def of(viewport: Viewport, pane: QRectF, rim: Rim = NO_RIM) -> "Projection":
        """Return the projection of a viewport into a pane that shows the input with this rim."""
        return Projection.at(viewport.center, viewport.zoom, viewport.extent, pane, rim)

    @staticmethod
    def at(center: Place, zoom: float, extent: tuple[float, float], pane: QRectF, rim: Rim = NO_RIM) -> "Projection":
        """Return the projection of what a viewport of this centre and zoom shows.

        An uneven rim moves the centre of a fitted input to its middle; magnified, all panes have the viewport's centre.
        """
        height, width = rim.around(extent)
        fit_scale = max(min(pane.width() / width, pane.height() / height), 1e-6)
        share = 0.5 / max(zoom, 1.0) ** 2
        moved = center[0] + (rim.bottom - rim.top) * share, center[1] + (rim.right - rim.left) * share
        return Projection(pane, moved, fit_scale * zoom, fit_scale, extent)

    def to_screen(self, row: float, column: float) -> QPointF:
        """Return the widget position of an input point."""
        middle = self.pane.center()
        return QPointF(
            middle.x() + (column - self.center[1]) * self.scale,
            middle.y() + (row - self.center[0]) * self.scale,
        )

    def to_input(self, position: QPointF) -> Place:
        """Return the input point at a widget position; may be outside the input."""
        middle = self.pane.center()
        return (
            self.center[0] + (position.y() - middle.y()) / self.scale,
            self.center[1] + (position.x() - middle.x()) / self.scale,
        )

    def contains(self, place: Place) -> bool:
        """Return True if a point is inside the input."""
        return 0 <= place[0] < self.extent[0] and 0 <= place[1] < self.extent[1]

    def rect_of(self, top: float, left: float, bottom: float, right: float) -> QRectF:
        """Return the widget rectangle of an input rectangle."""
        return QRectF(self.to_screen(top, left), self.to_screen(bottom, right))
