"""The projection of the shared viewport in one pane: conversion of input coordinates to the screen and back."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from convexplorer.gui.canvas.pictures.viewport import Place, Viewport


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
    def of(viewport: Viewport, pane: QRectF) -> "Projection":
        """Return the projection of a viewport into a pane."""
        height, width = viewport.extent
        fit_scale = max(min(pane.width() / width, pane.height() / height), 1e-6)
        return Projection(pane, viewport.center, fit_scale * viewport.zoom, fit_scale, viewport.extent)

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
