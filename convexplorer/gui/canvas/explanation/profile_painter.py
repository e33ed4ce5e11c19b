"""Paints the profiles along a row and a column: curves over shared positions, with one zero line for both scales."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import fonts
from convexplorer.gui.look.colors import Colors
from convexplorer.results.profile import Curve, Profile, Span
from convexplorer.words import number, short_number

HEAD, FOOT, SIDE, GAP = 18.0, 17.0, 46.0, 14.0  # design pixels: the line of names, the positions, the values, between
TEXT = 11.0
DOTS_FROM_PX = 7.0  # distance of cells from which on each is a dot
_MOST_BELOW = 0.9
_LIGHT = {"R": QColor("#c62f2f"), "G": QColor("#1c7a35"), "B": QColor("#3355c8")}
_DARK = {"R": QColor("#ff7a7a"), "G": QColor("#63cf7d"), "B": QColor("#8fa6ff")}


@dataclass(frozen=True)
class Scale:
    """The values at the top and at the bottom of a plot."""

    bottom: float
    top: float

    def height_of(self, value: float, plot: QRectF) -> float:
        """Return where a value lies in a plot, from the top of the device."""
        return plot.bottom() - (value - self.bottom) / (self.top - self.bottom) * plot.height()


def scales_of(given: Span, made: Span) -> tuple[Scale, Scale]:
    """Return the scales of the input and of the map, whose zeros lie at one height; each holds its span, 0 included."""
    spans = [span if span[1] > span[0] else (0.0, 1.0) for span in (given, made)]
    below = max(-low / (high - low) for low, high in spans)  # the share below zero
    if any(high > 0 for _, high in spans):
        below = min(below, _MOST_BELOW)  # what is positive needs room above it
    found = []
    for low, high in spans:
        size = max(high / (1 - below) if below < 1 else 0.0, -low / below if below > 0 else 0.0)
        found.append(Scale(-below * size, (1 - below) * size))
    return found[0], found[1]


@dataclass(frozen=True)
class ProfilePlot:
    """Where a profile lies on a device."""

    profile: Profile
    head: QRectF
    area: QRectF

    def column_of(self, position: float) -> float:
        """Return where a position along the line lies."""
        return self.area.left() + position / self.profile.extent * self.area.width()

    def position_at(self, point: QPointF) -> float | None:
        """Return the position along the line under a point, None outside of the plot."""
        if not self.area.contains(point):
            return None
        return (point.x() - self.area.left()) / self.area.width() * self.profile.extent


def arrange_profiles(profiles: tuple[Profile, Profile], width: float, height: float, scale: float) -> list[ProfilePlot]:
    """Return the plots of row and column: side by side, or below each other in a high room."""
    is_high = height > 0.75 * width
    wide = width if is_high else (width - GAP * scale) / 2
    high = (height - GAP * scale) / 2 if is_high else height
    plots = []
    for i, profile in enumerate(profiles):
        left, top = (0.0, i * (high + GAP * scale)) if is_high else (i * (wide + GAP * scale), 0.0)
        head = QRectF(left, top, wide, HEAD * scale)
        around = QRectF(left, top, wide, high)
        area = around.adjusted(SIDE * scale, (HEAD + 3) * scale, -SIDE * scale, -FOOT * scale)
        plots.append(ProfilePlot(profile, head, area))
    return plots


class ProfilePainter:
    """Paints plots with these colours; `scale` is in pixels per design pixel."""

    def __init__(self, colors: Colors, scale: float, *, is_faded: bool = False) -> None:
        self._colors, self._scale, self._is_faded = colors, scale, is_faded

    def paint(self, painter: QPainter, plots: list[ProfilePlot]) -> None:
        """Paint all plots."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for plot in plots:
            self._paint_plot(painter, plot)
        painter.restore()

    def color_of(self, curve: Curve) -> QColor:
        """Return the colour of a curve: red, green and blue for these channels, that of text for the map."""
        if curve.is_map:
            return self._colors.text
        own = _DARK if self._colors.is_dark else _LIGHT
        return own.get(curve.name, self._colors.muted)

    def _paint_plot(self, painter: QPainter, plot: ProfilePlot) -> None:
        profile, area = plot.profile, plot.area
        given, made = scales_of(profile.span(is_map=False), profile.span(is_map=True))
        painter.fillRect(area, self._colors.canvas)
        self._paint_head(painter, plot)
        zero = given.height_of(0.0, area)
        painter.setPen(QPen(self._colors.outline, self._scale, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setPen(QPen(self._colors.cursor, self._scale))
        at = plot.column_of(profile.place)
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        for curve in profile.curves:
            self._paint_curve(painter, plot, curve, made if curve.is_map else given)
        self._paint_values(painter, area, given, profile.span(is_map=False), is_left=True)
        if any(curve.is_map for curve in profile.curves):
            self._paint_values(painter, area, made, profile.span(is_map=True), is_left=False)
        self._paint_positions(painter, plot)

    def _paint_head(self, painter: QPainter, plot: ProfilePlot) -> None:
        """Write the line and the value of each curve at the place, each in its colour."""
        parts = [(plot.profile.title, self._colors.text)]
        parts += [(f"{one.name} {number(one.value)}", self.color_of(one)) for one in plot.profile.curves]
        painter.setFont(self._font(is_bold=True))
        metrics = QFontMetricsF(painter.font())
        left = plot.head.left()
        for text, color in parts:
            room = QRectF(left, plot.head.top(), plot.head.right() - left, plot.head.height())
            if room.width() < metrics.horizontalAdvance("…"):
                break
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.setPen(color)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            left += metrics.horizontalAdvance(text) + 10 * self._scale

    def _paint_curve(self, painter: QPainter, plot: ProfilePlot, curve: Curve, scale: Scale) -> None:
        """Draw a line through the finite values, and a dot for each cell where these lie apart."""
        color = QColor(self.color_of(curve))
        color.setAlphaF(0.5 if self._is_faded else 1.0)
        width = (2.0 if curve.is_map else 1.2) * self._scale
        pen = QPen(color, width, j=Qt.PenJoinStyle.RoundJoin)
        columns = plot.area.left() + curve.positions / plot.profile.extent * plot.area.width()
        heights = plot.area.bottom() - (curve.values - scale.bottom) / (scale.top - scale.bottom) * plot.area.height()
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [QPointF(x, y) for x, y in zip(columns.tolist(), heights.tolist(), strict=True)]
        finite = np.isfinite(curve.values)
        for start, stop in _runs(finite):
            painter.drawPolyline(QPolygonF(points[start:stop]))
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        if len(points) > 1 and abs(columns[1] - columns[0]) >= DOTS_FROM_PX * self._scale:
            for i in np.flatnonzero(finite).tolist():
                painter.drawEllipse(points[i], width, width)
        if finite[curve.current]:
            painter.drawEllipse(points[curve.current], 2 * width, 2 * width)

    def _paint_values(self, painter: QPainter, area: QRectF, scale: Scale, span: Span, *, is_left: bool) -> None:
        """Write 0 and the extremes at their heights: the input's at the left, the map's at the right."""
        painter.setFont(self._font())
        painter.setPen(self._colors.muted if is_left else self._colors.text)
        high = QFontMetricsF(painter.font()).height()
        taken: list[float] = []
        for value in (0.0, span[1], span[0]):
            middle = min(max(scale.height_of(value, area), area.top() + high / 2), area.bottom() - high / 2)
            if any(abs(middle - other) < high for other in taken):
                continue
            taken.append(middle)
            side = (SIDE - 5) * self._scale
            left = area.left() - side - 5 * self._scale if is_left else area.right() + 5 * self._scale
            align = Qt.AlignmentFlag.AlignRight if is_left else Qt.AlignmentFlag.AlignLeft
            room = QRectF(left, middle - high / 2, side, high)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | align, short_number(value, 6))

    def _paint_positions(self, painter: QPainter, plot: ProfilePlot) -> None:
        """Write the first, the last and the current position below the plot, with what they count."""
        profile, area = plot.profile, plot.area
        word = ("row", "column")[profile.axis]
        last = max(int(profile.extent) - 1, 0)
        current = min(max(int(np.floor(profile.place)), 0), last)
        painter.setFont(self._font())
        metrics = QFontMetricsF(painter.font())
        taken: list[tuple[float, float]] = []
        for position, text in ((current, f"{word} {current}"), (0, "0"), (last, str(last))):
            wide = metrics.horizontalAdvance(text)
            left = min(max(plot.column_of(position + 0.5) - wide / 2, area.left()), area.right() - wide)
            if any(left < stop + 4 and start < left + wide + 4 for start, stop in taken):
                continue
            taken.append((left, left + wide))
            painter.setPen(self._colors.text if position == current else self._colors.muted)
            painter.drawText(QPointF(left, area.bottom() + 3 * self._scale + metrics.ascent()), text)

    def _font(self, *, is_bold: bool = False) -> QFont:
        return fonts.digits_font(TEXT * self._scale, is_bold=is_bold)


def _runs(is_inside: np.ndarray) -> list[tuple[int, int]]:
    """Return the half-open ranges in which a flag is set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_inside.astype(np.int8), [0]))))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
