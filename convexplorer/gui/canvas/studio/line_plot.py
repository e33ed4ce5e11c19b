"""Curves over one axis, with marks, a line that the mouse moves, and a reading under it."""

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.studio.frequency_units import placed_marks
from convexplorer.gui.look import theme
from convexplorer.words import number

_LEFT_PX, _FOOT_PX, _TOP_PX, _RIGHT_PX = 42, 17, 18, 8
_TEXT_PX = 10.5
_MOST_MARKS = 5
_LEAST_SPAN = 1e-300
_CENTER = Qt.AlignmentFlag.AlignCenter
_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

Style = Literal["main", "pale", "ghost"]


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve.

    Attributes
    ----------
    x, y : (n,) float64; where y is not finite, the curve has a gap.
    style : "main" is drawn strong, "pale" thin, "ghost" dashed: what was before a drag.
    """

    x: np.ndarray
    y: np.ndarray
    style: Style = "main"


@dataclass(frozen=True, eq=False)
class PlotContent:
    """What a `LinePlot` shows.

    Attributes
    ----------
    title : written above the plot, with what the vertical axis counts.
    curves : from the lowest to the topmost.
    x_span, y_span : ends of both axes.
    x_marks : (x, text), the most important ones first.
    marked : x of the line that the mouse moves; None without one.
    reading : says in words what is at an x.
    is_logarithmic : True if equal factors of x have equal distances.
    levels : y of dashed lines, as that of half the peak.
    """

    title: str
    curves: Sequence[Curve]
    x_span: tuple[float, float]
    y_span: tuple[float, float]
    x_marks: Sequence[tuple[float, str]]
    reading: Callable[[float], str]
    marked: float | None = None
    is_logarithmic: bool = False
    levels: Sequence[float] = ()


class LinePlot(QWidget):
    """Shows a `PlotContent`, which is asked for when it is painted.

    Signals
    -------
    dragged : x under the mouse, while the left button is down.
    pointed : a sentence on what is under the mouse; "" if it has left.
    """

    dragged = Signal(float)
    pointed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make: Callable[[], PlotContent | str] = lambda: ""
        self._content: PlotContent | str | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def content(self) -> PlotContent | str:
        """What is shown, or the reason why there is nothing."""
        if self._content is None:
            self._content = self._make()
        return self._content

    @property
    def area(self) -> QRectF:
        """Where the curves lie."""
        left, foot, top, right = (theme.px(n) for n in (_LEFT_PX, _FOOT_PX, _TOP_PX, _RIGHT_PX))
        return QRectF(left, top, max(self.width() - left - right, 1), max(self.height() - top - foot, 1))

    def set_maker(self, make: Callable[[], PlotContent | str]) -> None:
        """Show what a function returns, from now on and until the next call."""
        self._make, self._content = make, None
        self.update()

    def to_x(self, position: QPointF) -> float:
        """Return the x at a position, at the nearest end if it lies outside."""
        if isinstance(self.content, str):
            return 0.0
        share = min(max((position.x() - self.area.left()) / self.area.width(), 0.0), 1.0)
        low, high = self._ends(self.content)
        at = low + share * (high - low)
        return math.exp(at) if self.content.is_logarithmic else at

    def x_of(self, value: float) -> float:
        """Return where an x lies in the widget."""
        assert not isinstance(self.content, str)
        low, high = self._ends(self.content)
        at = math.log(value) if self.content.is_logarithmic else value
        return self.area.left() + (at - low) / (high - low) * self.area.width()

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(250), theme.px(200))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which curves are read."""
        return QSize(theme.px(140), theme.px(90))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curves, or why there are none."""
        painter, colors, content = QPainter(self), theme.colors(), self.content
        painter.fillRect(event.rect(), colors.panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(content, str):
            painter.setPen(colors.muted)
            painter.setFont(theme.text_font(12))
            painter.drawText(self.rect().adjusted(8, 0, -8, 0), _HINT, content)
            return
        painter.fillRect(self.area, colors.canvas)
        self._paint_marks(painter, content)
        painter.save()
        painter.setClipRect(self.area.adjusted(-1, -2, 1, 2))
        for curve in content.curves:
            self._paint_curve(painter, content, curve)
        if content.marked is not None:
            painter.setPen(QPen(colors.cursor, 1.2))
            at = self.x_of(content.marked)
            painter.drawLine(QPointF(at, self.area.top()), QPointF(at, self.area.bottom()))
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the line here."""
        if event.button() == Qt.MouseButton.LeftButton and not isinstance(self.content, str):
            self.dragged.emit(self.to_x(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow with the line, and tell what is under the mouse."""
        content = self.content
        if isinstance(content, str):
            return
        x = self.to_x(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(x)
        is_inside = self.area.adjusted(-1, -1, 1, 1).contains(event.position())
        self.pointed.emit(content.reading(x) if is_inside else "")

    def leaveEvent(self, event: QEvent) -> None:
        """Tell nothing any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def _ends(self, content: PlotContent) -> tuple[float, float]:
        low, high = content.x_span
        return (math.log(low), math.log(high)) if content.is_logarithmic else (low, high)

    def _height_of(self, content: PlotContent, value: float) -> float:
        low, high = content.y_span
        return self.area.bottom() - (value - low) / (high - low) * self.area.height()

    def _paint_marks(self, painter: QPainter, content: PlotContent) -> None:
        colors, area, font = theme.colors(), self.area, theme.digits_font(_TEXT_PX)
        painter.setFont(theme.text_font(11))
        painter.setPen(colors.text)
        room = QRectF(theme.px(4), 0, self.width() - theme.px(8), area.top())
        title = painter.fontMetrics().elidedText(content.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(font)
        metrics, gap = QFontMetricsF(font), theme.px(2)
        for value in y_marks(*content.y_span):
            at = self._height_of(content, value)
            painter.setPen(QPen(colors.border if value else colors.outline, 1))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            painter.setPen(colors.muted)
            room = QRectF(0, at - metrics.height() / 2, area.left() - 2 * gap, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(value, 3))
        for level in content.levels:
            at = self._height_of(content, level)
            painter.setPen(QPen(colors.muted, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
        painter.setPen(colors.muted)
        for place, text in placed_marks(list(content.x_marks), self.x_of, metrics.horizontalAdvance, gap):
            wide = metrics.horizontalAdvance(text) + 2
            left = min(max(place - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(left, area.bottom() + gap, wide, metrics.height()), _CENTER, text)

    def _paint_curve(self, painter: QPainter, content: PlotContent, curve: Curve) -> None:
        colors, area = theme.colors(), self.area
        color = QColor(colors.accent if curve.style == "main" else colors.muted)
        dash = Qt.PenStyle.DashLine if curve.style == "ghost" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, theme.px(2) if curve.style == "main" else 1, dash))
        low, high = self._ends(content)
        along = np.log(curve.x) if content.is_logarithmic else curve.x
        across = area.left() + (along - low) / (high - low) * area.width()
        bottom, top = content.y_span
        share = np.clip((curve.y - bottom) / (top - bottom), -0.5, 1.5)
        down = area.bottom() - share * area.height()
        is_there = np.isfinite(down)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], is_there.astype(np.int8), [0]))))
        for start, stop in edges.reshape(-1, 2).tolist():
            points = [
                QPointF(x, y) for x, y in zip(across[start:stop].tolist(), down[start:stop].tolist(), strict=True)
            ]
            painter.drawPolyline(QPolygonF(points))


def y_marks(low: float, high: float) -> list[float]:
    """Return round values between two, at most five.

    Examples
    --------
    >>> y_marks(0.0, 8.0), y_marks(-80.0, 12.0)
    ([0.0, 2.0, 4.0, 6.0, 8.0], [-80.0, -60.0, -40.0, -20.0, 0.0])
    """
    span = high - low
    if not _LEAST_SPAN < span < math.inf:  # steps between smaller numbers would be 0
        return [0.0] if low <= 0 <= high else []
    power = 10.0 ** math.floor(math.log10(span))
    steps = (power * factor for factor in (0.1, 0.2, 0.25, 0.5, 1, 2, 5))
    step = next((step for step in steps if span / step < _MOST_MARKS), span)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") + 0.0 for i in range(first, last + 1)]
