"""Small paintings that are kept as pixmaps, as labels are: they change less often than the pictures beside them."""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from convexplorer.gui.canvas.pictures.painting import snapped

Stamp = tuple[QPointF, QPixmap]


class Stamps:
    """The kept paintings of one widget; what was not used by a whole painting of the widget is dropped."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, QPixmap] = {}
        self._used: set[Hashable] = set()

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        key: Hashable,
        paint: Callable[[QPainter, QRectF], None],
        ground: QColor | Qt.GlobalColor = Qt.GlobalColor.transparent,
    ) -> Stamp:
        """Paint into a rectangle, as before if the key is the same; return what was painted, and where.

        Parameters
        ----------
        key : all that the painting depends on, beside the size of the rectangle.
        paint : called with a painter of the same coordinates, and the rectangle.
        """
        ratio = painter.device().devicePixelRatio()
        target = snapped(rect, ratio)
        left, top = target.left() / ratio, target.top() / ratio
        moved = round((rect.left() - left) * ratio, 2), round((rect.top() - top) * ratio, 2)  # within a pixel
        full = (key, target.width(), target.height(), ratio, rect.width(), rect.height(), moved)
        self._used.add(full)
        kept = self._kept.get(full)
        if kept is None:
            kept = self._kept[full] = QPixmap(target.size())
            kept.setDevicePixelRatio(ratio)
            kept.fill(ground)
            inner = QPainter(kept)
            inner.translate(-left, -top)
            paint(inner, rect)
            inner.end()
        place = QPointF(left, top)
        painter.drawPixmap(place, kept)
        return place, kept

    def forget_unused(self) -> None:
        """Drop what was not painted since the last call; to be called after painting the whole widget."""
        self._kept = {key: pixmap for key, pixmap in self._kept.items() if key in self._used}
        self._used.clear()

    def clear(self) -> None:
        """Drop everything: fonts or colours have changed."""
        self._kept.clear()
        self._used.clear()
