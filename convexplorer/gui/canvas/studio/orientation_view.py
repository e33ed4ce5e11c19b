"""The orientation map: the strongest angle of each cell as a hue, and a wheel that says which hue is which angle."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.results.angles import hues
from convexplorer.results.orientation_picture import OrientationPicture

HEIGHT_PX, WHEEL_PX, TEXT_PX = 190, 84, 11
_STEPS = 72


class OrientationView(QWidget):
    """A picture of orientations beside its legend.

    Signals
    -------
    pointed : a sentence on the cell under the mouse; "" outside.
    """

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: OrientationPicture | None = None
        self._image: QImage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Orientation map")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    @property
    def shown(self) -> OrientationPicture | None:
        """What is shown, or None."""
        return self._shown

    def show_orientations(self, shown: OrientationPicture | None) -> None:
        """Show other orientations; None for none."""
        self._shown = shown
        self._image = None if shown is None else to_qimage(shown.rgb)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(320), theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest usable size."""
        return QSize(theme.px(160), theme.px(HEIGHT_PX))

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies, in its own proportions."""
        if self._image is None:
            return QRectF()
        width, height = self.width() - theme.px(WHEEL_PX) - theme.px(8), self.height()
        scale = min(width / self._image.width(), height / self._image.height())
        return QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the cell of the map at a position; None outside."""
        rect = self.picture_rect
        if self._shown is None or not rect.contains(position):
            return None
        rows, columns = self._shown.found.angles.shape
        height, width = (n * self._shown.reduction for n in self._shown.rgb.shape[:2])
        row = int((position.y() - rect.top()) / rect.height() * height)
        column = int((position.x() - rect.left()) / rect.width() * width)
        return min(row, rows - 1), min(column, columns - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture and wheel."""
        if self._shown is None or self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.picture_rect, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(WHEEL_PX)
        self._wheel(painter, QRectF(self.width() - side, 0, side, side), self._shown)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is found in the cell under the mouse."""
        cell = self.cell_at(event.position())
        self.pointed.emit("" if cell is None or self._shown is None else self._shown.words_at(*cell))

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing of a cell any more."""
        super().leaveEvent(event)
        self.pointed.emit("")

    def _wheel(self, painter: QPainter, rect: QRectF, shown: OrientationPicture) -> None:
        """Paint a ring whose hue at each angle is that of the angle, with the angles written inside."""
        ring = rect.adjusted(6, 6, -6, -6)
        sense = 1.0 if shown.is_slope else -1.0  # Qt counts counter-clockwise
        turns = np.arange(_STEPS, dtype=np.float32) * np.float32(360 / _STEPS)
        phases = np.mod(turns / np.float32(shown.found.period) + 0.5, 1) - 0.5
        colors = hues((2 * np.pi * phases)[np.newaxis].astype(np.float32), np.ones((1, _STEPS), np.float32))[0]
        step = 360 / _STEPS
        for i in range(_STEPS):
            pen = QPen(QColor(*map(int, colors[i])), theme.px(10))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, round(16 * (sense * turns[i] - step / 2 - 0.5)), round(16 * (step + 1)))
        painter.setPen(theme.colors().text)
        painter.setFont(theme.digits_font(TEXT_PX))
        radius = ring.width() / 2 - theme.px(18)
        for angle in (0, 90, 180, 270):
            shown_angle = angle % int(shown.found.period)
            radians = math.radians(-sense * angle)
            at = rect.center() + QPointF(radius * math.cos(radians), radius * math.sin(radians))
            box = QRectF(at.x() - 20, at.y() - 8, 40, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{shown_angle}°")

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
