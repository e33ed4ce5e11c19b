"""The picture that is made, enlarged, and the curve of the value that it has had since the first step."""

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.results.unit.ascent import Climb
from convexplorer.words import number


class ClimbPicture(QWidget):
    """The picture as it forms; its cells stay squares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.setAccessibleName("A picture that excites it")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_pixels(self, rgb: np.ndarray | None) -> None:
        """Show (rows, columns, 3) uint8 RGB, or nothing."""
        self.image = None
        if rgb is not None:
            rows, columns, _ = rgb.shape
            self.image = QImage(rgb.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a picture that can be looked at."""
        return QSize(theme.px(360), theme.px(320))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture in the middle, as large as there is room."""
        painter = QPainter(self)
        if self.image is None:
            painter.setPen(theme.colors().muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            text = "Start: from noise or a picture, each step changes what raises the value most."
            painter.drawText(self.rect().adjusted(*(theme.px(20),) * 2, *(-theme.px(20),) * 2), flags, text)
            return
        factor = min(self.width() / self.image.width(), self.height() / self.image.height())
        factor = float(int(factor)) if factor >= 1 else factor
        size = QSize(max(1, round(self.image.width() * factor)), max(1, round(self.image.height() * factor)))
        place = QRect(self.rect().topLeft(), size)
        place.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, factor < 1)
        painter.drawImage(place, self.image)


class ClimbCurve(QWidget):
    """The value after each step, from the first to as many as are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._climb: Climb | None = None
        self.setAccessibleName("Value of each step")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(theme.px(56))

    def show_climb(self, climb: Climb | None) -> None:
        """Show the values of a climb, or none."""
        self._climb = climb
        if climb is not None:
            self.setAccessibleDescription(f"{number(climb.values[0])} to {number(climb.values[-1])}")
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a curve."""
        return QSize(theme.px(260), theme.px(110))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the curve between its lowest and highest value."""
        painter = QPainter(self)
        colors = theme.colors()
        painter.fillRect(self.rect(), colors.canvas)
        if self._climb is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = np.array(self._climb.values)
        finite = values[np.isfinite(values)]
        if not finite.size:
            return
        low, high = float(finite.min()), float(finite.max())
        painter.setFont(theme.digits_font(11))
        line = painter.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(theme.px(6), line + theme.px(4), -theme.px(6), -line - theme.px(4))
        self._paint_zero(painter, area, low, high)
        steps = max(self._climb.total, 1)
        share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
        # No more points than the screen has pixels, and the last one always.
        seen = sorted({*range(0, len(share), max(1, len(share) // max(self.width(), 1))), len(share) - 1})
        points = [
            QPointF(area.left() + area.width() * i / steps, area.bottom() - area.height() * float(share[i]))
            for i in seen
            if np.isfinite(share[i])
        ]
        painter.setPen(QPen(colors.accent, theme.px(2)))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(colors.muted)
        words = self.rect().adjusted(theme.px(6), theme.px(1), -theme.px(6), -theme.px(1))
        painter.drawText(words, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, number(high))
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, number(low))
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, f"step {steps}")

    def _paint_zero(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        if low < 0 < high:
            y = area.bottom() - area.height() * (0 - low) / (high - low)
            painter.setPen(QPen(theme.colors().border, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
