"""A bank that is about to be made: all its kernels, small, on one scale of colours each."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme
from convexplorer.kernels.filter import Filter

LARGEST_PX, SMALLEST_PX, HEIGHT_PX, GAP_PX = 44, 7, 116, 3


class BankPreview(QWidget):
    """Kernels in rows, as large as all of them have room; the tip says which one the mouse is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters: tuple[Filter, ...] = ()
        self._images: list[QImage] = []
        self.setAccessibleName("Preview of the bank")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def show_bank(self, filters: tuple[Filter, ...]) -> None:
        """Show the kernels of a bank; none for ()."""
        self._filters = filters
        self._images = []
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that is enough for a few rows."""
        return QSize(theme.px(200), theme.px(HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(theme.px(80), theme.px(HEIGHT_PX))

    def rect_of(self, index: int) -> QRectF:
        """Return where a kernel is shown."""
        side, columns = self._layout()
        gap = theme.px(GAP_PX)
        row, column = divmod(index, columns)
        return QRectF(column * (side + gap), row * (side + gap), side, side)

    def index_at(self, position: QPointF) -> int | None:
        """Return which kernel is shown at a position; None outside."""
        return next((i for i in range(len(self._filters)) if self.rect_of(i).contains(position)), None)

    def event(self, event: QEvent) -> bool:
        """Say which kernel is under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if index is None else self._filters[index].name, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the kernels."""
        painter = QPainter(self)
        if len(self._images) != len(self._filters):
            self._images = [_image(one) for one in self._filters]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for i, image in enumerate(self._images):
            rect = self.rect_of(i)
            painter.drawImage(rect, image)
            painter.setPen(theme.colors().border)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _layout(self) -> tuple[int, int]:
        """Return the side of a kernel in pixels, and how many stand in a row."""
        gap, count = theme.px(GAP_PX), max(len(self._filters), 1)
        for side in range(theme.px(LARGEST_PX), theme.px(SMALLEST_PX), -1):
            columns = max((self.width() + gap) // (side + gap), 1)
            if -(-count // columns) * (side + gap) <= self.height() + gap:
                return side, columns
        side = theme.px(SMALLEST_PX)
        return side, max((self.width() + gap) // (side + gap), 1)

    def _on_theme_changed(self) -> None:
        self._images = []
        self.updateGeometry()
        self.update()


def _image(one: Filter) -> QImage:
    plane = one.planes.mean(axis=0)
    strongest = largest_magnitude(plane)
    indexed = to_indexed(np.asarray(plane, np.float64), Levels(-strongest, strongest))
    return to_qimage(indexed, WEIGHTS_PALETTE.colors(theme.is_dark()))
