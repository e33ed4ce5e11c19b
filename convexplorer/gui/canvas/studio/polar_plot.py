"""The response to waves of one length over their directions, as a closed curve around a centre."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.kernels.response.frequency import frequency
from convexplorer.kernels.response.lines import Line
from convexplorer.results.effects import Effects
from convexplorer.results.figure_words import value_text
from convexplorer.words import number

_HEAD_PX, _MARGIN_PX = 18, 16
_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class PolarPlot(QWidget):
    """Distance from the centre is magnitude; the outer circle is the largest one, the dashed circle half of it.

    Signals
    -------
    turned : angle in degrees, 0…180, under the mouse while the left button is down.
    pointed : a sentence on the direction under the mouse; "" if it has left.
    """

    turned = Signal(float)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._effects: Effects | None = None
        self._ghost: Effects | None = None
        self._wave = (8.0, 0.0)
        self._lines: tuple[Line, Line | None] | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Response over the direction")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    def set_effects(self, effects: Effects | None, ghost: Effects | None = None) -> None:
        """Show another plane, and a ghost of it: what it was before a drag."""
        self._effects, self._ghost, self._lines = effects, ghost, None
        self.update()

    def set_wave(self, length: float, angle: float) -> None:
        """Show waves of this length, and mark this direction."""
        if length != self._wave[0]:
            self._lines = None
        self._wave = (length, angle)
        self.update()

    @property
    def lines(self) -> tuple[Line, Line | None]:
        """The response over the angle, and that of the ghost."""
        if self._lines is None:
            assert self._effects is not None
            length = self._wave[0]
            ghost = None if self._ghost is None or self._ghost.why_not else self._ghost.over_angle(length)
            self._lines = self._effects.over_angle(length), ghost
        return self._lines

    @property
    def peak(self) -> float:
        """The magnitude on the outer circle."""
        return max(float(np.nanmax(np.abs(line.values), initial=0.0)) for line in self.lines if line is not None)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(250), theme.px(200))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which directions are told apart."""
        return QSize(theme.px(140), theme.px(90))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circles, rays and the curve."""
        painter, colors = QPainter(self), theme.colors()
        painter.fillRect(event.rect(), colors.panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        why_not = "" if self._effects is None else self._effects.why_not
        painter.setPen(colors.muted)
        if self._effects is None or why_not:
            painter.setFont(theme.text_font(12))
            painter.drawText(self.rect().adjusted(8, 0, -8, 0), _HINT, why_not)
            return
        self._paint_grid(painter)
        found, ghost = self.lines
        if ghost is not None:
            painter.setPen(QPen(colors.muted, 1, Qt.PenStyle.DashLine))
            self._paint_line(painter, ghost)
        painter.setPen(QPen(colors.accent, theme.px(2)))
        self._paint_line(painter, found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn the wave to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.turned.emit(self._angle_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse with the wave, and tell what is under it."""
        angle = self._angle_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.turned.emit(angle)
        if self._effects is None or self._effects.why_not:
            return
        value = self._effects.at(*frequency(self._wave[0], angle))
        self.pointed.emit(f"{angle:.0f}°: {value_text(value, self._effects.scale)}")

    def leaveEvent(self, event: QEvent) -> None:
        """Tell nothing any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def _circle(self) -> tuple[QPointF, float]:
        """Return centre and radius of the outer circle."""
        head, margin = theme.px(_HEAD_PX), theme.px(_MARGIN_PX)
        room = QRectF(margin * 2, head + margin, self.width() - 4 * margin, self.height() - head - 2 * margin)
        return room.center(), max(min(room.width(), room.height()) / 2, 1.0)

    def _angle_at(self, position: QPointF) -> float:
        middle, _ = self._circle()
        angle = math.degrees(math.atan2(position.y() - middle.y(), position.x() - middle.x())) % 180
        return float(round(angle)) % 180

    def _paint_grid(self, painter: QPainter) -> None:
        colors, (middle, radius) = theme.colors(), self._circle()
        painter.setFont(theme.text_font(11))
        painter.setPen(colors.text)
        title = f"|H| of waves of {number(self._wave[0], 3)} px, rim {number(self.peak, 3)}"
        head = QRectF(theme.px(4), 0, self.width() - theme.px(8), theme.px(_HEAD_PX))
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(head.width()))
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.canvas)
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.outline, 1))
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(colors.outline, 1, Qt.PenStyle.DashLine))
        painter.drawEllipse(middle, radius / 2, radius / 2)
        painter.setFont(theme.digits_font(10.5))
        for angle in range(0, 180, 45):
            turn = math.radians(angle)
            out = QPointF(math.cos(turn), math.sin(turn))
            painter.setPen(QPen(colors.border, 1))
            painter.drawLine(middle - out * radius, middle + out * radius)
            at = middle + out * (radius + theme.px(13))
            painter.setPen(colors.muted)
            painter.drawText(QRectF(at.x() - 20, at.y() - 9, 40, 18), Qt.AlignmentFlag.AlignCenter, f"{angle}°")
        turn = math.radians(self._wave[1])
        out = QPointF(math.cos(turn), math.sin(turn)) * radius
        painter.setPen(QPen(colors.cursor, 1.4))
        painter.drawLine(middle - out, middle + out)

    def _paint_line(self, painter: QPainter, line: Line) -> None:
        middle, radius = self._circle()
        sizes = np.abs(line.values) / (self.peak or 1.0) * radius
        turn = np.deg2rad(line.at)
        for side in (1, -1):  # the other half is conjugate: of the same magnitude
            x, y = middle.x() + side * sizes * np.cos(turn), middle.y() + side * sizes * np.sin(turn)
            points = QPolygonF()
            for right, down in zip(x.tolist(), y.tolist(), strict=True):
                if math.isfinite(right):
                    points.append(QPointF(right, down))
                else:
                    painter.drawPolyline(points)
                    points = QPolygonF()
            painter.drawPolyline(points)
