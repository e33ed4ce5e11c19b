"""A plane of frequencies with axes, a wave that the mouse sets, and a reading under it; the wheel zooms."""

from abc import abstractmethod
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.canvas.studio.frequency_units import UNITS, Unit, placed_marks
from convexplorer.gui.look import theme
from convexplorer.kernels.response.frequency import NYQUIST, Axis, frequency, wave

_LEFT_PX, _FOOT_PX, _TOP_PX, _RIGHT_PX = 32, 17, 4, 8
_MARKED_FROM_PX = 150
_TEXT_PX = 10.5
_MOST_SAMPLES = 257
_SMALLEST_SPAN = 0.002  # of a zoomed axis, in cycles per pixel
_ZOOM = 1.25
_KEY_STEP = 0.01
HANDS = "Drag to mark a wave. After a click the wheel zooms, and the middle button moves; a double click shows all."
_CENTER = Qt.AlignmentFlag.AlignCenter
_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class FrequencyPlot(QWidget):
    """A square of frequencies, rows downwards; what is shown in it is for the subclass to say.

    The left button sets the wave, the wheel zooms, the middle button moves what is zoomed, a double click shows all.

    Parameters
    ----------
    name : for screen readers.

    Signals
    -------
    wave_set : (length in pixels, angle in degrees), by mouse or arrow keys.
    pointed : a sentence on the frequency under the mouse; "" if it has left.
    """

    wave_set = Signal(float, float)
    pointed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit: Unit = UNITS["wavelength"]
        self._wave = (8.0, 0.0)
        self._range = (Axis(), Axis())
        self._image: QImage | None = None
        self._grabbed: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.redraw)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The frequencies in sight, along rows and columns."""
        count = min(_MOST_SAMPLES, max(round(self.area.width() * self.devicePixelRatioF()) | 1, 9))
        return replace(self._range[0], count=count), replace(self._range[1], count=count)

    @property
    def area(self) -> QRectF:
        """The square in which frequencies lie."""
        around = (_LEFT_PX, _FOOT_PX, _TOP_PX, _RIGHT_PX) if self._has_marks() else (2, 2, 2, 2)
        left, foot, top, right = (theme.px(n) for n in around)
        side = max(min(self.width() - left - right, self.height() - top - foot), 1)
        return QRectF(left + max(self.width() - left - right - side, 0) // 2, top, side, side)

    @property
    def wave(self) -> tuple[float, float]:
        """Length and angle of the wave that is marked."""
        return self._wave

    def set_wave(self, length: float, angle: float) -> None:
        """Mark a wave, without a signal."""
        if (length, angle) != self._wave:
            self._wave = (length, angle)
            self.update(self._inside())

    def set_unit(self, key: str) -> None:
        """Write frequencies in a unit, a key of `UNITS`."""
        self._unit = UNITS[key]
        self.update()

    def show_all(self) -> None:
        """Show all frequencies again."""
        self._zoom_to((Axis(), Axis()))

    def redraw(self) -> None:
        """Draw anew when the widget is painted next."""
        self._image = None
        self.update()

    def redraw_inside(self) -> None:
        """Draw anew what lies in the square, whose axes are the same."""
        self._image = None
        self.update(self._inside())

    @property
    @abstractmethod
    def hint(self) -> str:
        """The reason why nothing is shown, or ""."""

    @abstractmethod
    def draw(self) -> QImage:
        """Return the picture of the frequencies on `axes`."""

    @abstractmethod
    def reading_of(self, row: float, column: float) -> str:
        """Return the value at a frequency, in words."""

    def sentence_at(self, row: float, column: float) -> str:
        """Return the wave of a frequency, and the value there."""
        size = float(np.hypot(row, column))
        where = self._unit.text(size) if size else "flat areas"
        direction = f" at {wave(row, column)[1]:.0f}°" if size else ""
        return f"{where}{direction}: {self.reading_of(row, column)}"

    def to_screen(self, row: float, column: float) -> QPointF:
        """Return where a frequency lies in the widget."""
        area, (rows, columns) = self.area, self._range
        return QPointF(
            area.left() + (column - columns.low) / (columns.high - columns.low) * area.width(),
            area.top() + (row - rows.low) / (rows.high - rows.low) * area.height(),
        )

    def to_frequency(self, position: QPointF) -> tuple[float, float]:
        """Return the frequency (row, column) at a position, moved into the square if it lies outside."""
        area, (rows, columns) = self.area, self._range
        down = min(max((position.y() - area.top()) / area.height(), 0.0), 1.0)
        right = min(max((position.x() - area.left()) / area.width(), 0.0), 1.0)
        return rows.low + down * (rows.high - rows.low), columns.low + right * (columns.high - columns.low)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(270), theme.px(250))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which frequencies are told apart."""
        return QSize(theme.px(80), theme.px(60))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frequencies, their axes and the wave."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self.hint:
            painter.setPen(theme.colors().muted)
            painter.setFont(theme.text_font(12))
            painter.drawText(self.rect().adjusted(8, 0, -8, 0), _HINT, self.hint)
            return
        if self._image is None:
            self._image = self.draw()
        # Elsewhere a sample is as large as a pixel.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.axes[0].count >= _MOST_SAMPLES)
        painter.setClipRect(self.area)
        painter.drawImage(self._image_rect(), self._image)
        painter.setClipping(False)
        self._paint_outline(painter)
        if not self._inside().contains(event.rect()):  # else the marks beside are still there
            self._paint_axes(painter)
        self.paint_marks(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Set the wave by the left button, take the picture by the middle one."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._grabbed = event.position()
        elif event.button() == Qt.MouseButton.LeftButton and not self.hint:
            self._set_wave_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse with the wave or the picture, and tell what is under it."""
        if event.buttons() & Qt.MouseButton.LeftButton and not self.hint:
            self._set_wave_at(event.position())
        elif event.buttons() & Qt.MouseButton.MiddleButton and self._grabbed is not None:
            before, now = self.to_frequency(self._grabbed), self.to_frequency(event.position())
            self._grabbed = event.position()
            self._zoom_to(tuple(_moved(axis, a - b) for axis, a, b in zip(self._range, before, now, strict=True)))
        is_inside = self.area.adjusted(-1, -1, 1, 1).contains(event.position()) and not self.hint
        self.pointed.emit(self.sentence_at(*self.to_frequency(event.position())) if is_inside else "")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 for Qt
        """Show all frequencies."""
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell nothing any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the mouse; with nothing to zoom out of, leave the wheel to the area around."""
        turn = event.angleDelta().y()
        if self.hint or not turn or (turn < 0 and self._range == (Axis(), Axis())):
            event.ignore()
            return
        factor, place = _ZOOM ** (-turn / 120), self.to_frequency(event.position())
        self._zoom_to(tuple(_zoomed(axis, factor, at) for axis, at in zip(self._range, place, strict=True)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the wave by the arrow keys (Shift: ten steps), show all by Home."""
        step = arrow_step(event)
        if event.key() == Qt.Key.Key_Home:
            self.show_all()
        elif step is None or self.hint:
            super().keyPressEvent(event)
        else:
            row, column = (a + _KEY_STEP * b for a, b in zip(self._frequency(), step, strict=True))
            self._set_frequency(row, column)

    def _has_marks(self) -> bool:
        """Return whether there is room for marks beside the frequencies; else these get it."""
        return min(self.width(), self.height()) >= theme.px(_MARKED_FROM_PX)

    def _frequency(self) -> tuple[float, float]:
        return frequency(*self._wave)

    def _set_wave_at(self, position: QPointF) -> None:
        self._set_frequency(*self.to_frequency(position))

    def _set_frequency(self, row: float, column: float) -> None:
        row, column = (min(max(place, -NYQUIST), NYQUIST) for place in (row, column))
        length, angle = wave(row, column)
        # A flat area has no direction: the wave becomes a very long one that keeps its own.
        self._wave = (1000.0, self._wave[1]) if length > 1000 else (length, angle)
        self.update()
        self.wave_set.emit(*self._wave)

    def _zoom_to(self, axes: tuple[Axis, ...]) -> None:
        if axes != self._range:
            self._range = (axes[0], axes[1])
            self.redraw()

    def _image_rect(self) -> QRectF:
        """Return where the picture lies: the samples at both ends lie on the edge, so half of each is beyond."""
        area, count = self.area, self.axes[1].count
        half = area.width() / (count - 1) / 2
        return area.adjusted(-half, -half, half, half)

    def _inside(self) -> QRect:
        """Return the part of the widget that kernels and waves change: the square with its outline."""
        return self.area.adjusted(-1, -1, 1, 1).toAlignedRect()

    def _paint_outline(self, painter: QPainter) -> None:
        colors = theme.colors()
        painter.setPen(QPen(colors.accent if self.hasFocus() else colors.outline, 1))
        painter.drawRect(self.area)

    def _paint_axes(self, painter: QPainter) -> None:
        colors, area, font = theme.colors(), self.area, theme.digits_font(_TEXT_PX)
        if not self._has_marks():
            return
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        high, gap = metrics.height(), theme.px(2)
        painter.setPen(colors.muted)
        rows, columns = self._range
        across, down = area.width() / (columns.high - columns.low), area.height() / (rows.high - rows.low)
        for place, text in placed_marks(
            self._unit.marks(columns.low, columns.high),
            lambda at: area.left() + (at - columns.low) * across,
            metrics.horizontalAdvance,
            gap,
        ):
            wide = metrics.horizontalAdvance(text) + 2
            left = min(max(place - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QRectF(left, area.bottom() + gap, wide, high), _CENTER, text)
        for place, text in placed_marks(
            self._unit.marks(rows.low, rows.high),
            lambda at: area.top() + (at - rows.low) * down,
            lambda _: high,
            0,
        ):
            room = QRectF(0, place - high / 2, area.left() - 2 * gap, high)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def paint_marks(self, painter: QPainter) -> None:
        """Mark the wave and its conjugate by rings that are seen on every colour, and its direction by a line."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.area)
        row, column = self._frequency()
        zero, radius = self.to_screen(0, 0), theme.px(5)
        ends = [self.to_screen(row, column), self.to_screen(-row, -column)]
        for color, width in ((QColor(0, 0, 0, 150), 3.0), (theme.colors().cursor, 1.4)):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, width))
            painter.drawEllipse(ends[0], radius, radius)
            painter.drawEllipse(ends[1], radius / 2, radius / 2)
            painter.setPen(QPen(color, width / 2, Qt.PenStyle.DotLine))
            painter.drawLine(zero, ends[0])
        painter.restore()


def _zoomed(axis: Axis, factor: float, at: float) -> Axis:
    """Return an axis whose span is multiplied, so that a frequency stays where it is; within Nyquist."""
    span = min(max((axis.high - axis.low) * factor, _SMALLEST_SPAN), 2 * NYQUIST)
    if span == 2 * NYQUIST:
        return Axis()
    share = (at - axis.low) / (axis.high - axis.low)
    low = min(max(at - share * span, -NYQUIST), NYQUIST - span)
    return Axis(low, low + span)


def _moved(axis: Axis, by: float) -> Axis:
    by = min(max(by, -NYQUIST - axis.low), NYQUIST - axis.high)
    return axis if by == 0 else Axis(axis.low + by, axis.high + by)
