"""A row of small maps with their names, painted side by side in the colours of signed values or in grey."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, Levels, to_indexed
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme

GAP, LABEL, WIDTH, LEAST_WIDTH = 6, 17, 240, 120  # design pixels


@dataclass(frozen=True, eq=False)
class NamedMap:
    """A map of a row.

    Attributes
    ----------
    label : above it; cut at its width, and whole in the tip of the row.
    values : (H, W); what is not finite has the colour for it.
    levels : the values of the first and the last colour.
    palette : key of `PALETTES`.
    """

    label: str
    values: np.ndarray
    levels: Levels
    palette: str = "signed"


class MapRow(QWidget):
    """Paints maps of one size side by side, each as large as its share of the width allows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: tuple[NamedMap, ...] = ()
        self._images: dict[bool, tuple[QImage, ...]] = {}
        self._ratio = 0.75  # height by width of a map
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier().changed.connect(self.update)

    @property
    def maps(self) -> tuple[NamedMap, ...]:
        """The maps that are shown."""
        return self._maps

    def show_maps(self, maps: Sequence[NamedMap]) -> None:
        """Show other maps; none leave the row empty."""
        self._maps = tuple(maps)
        self._images = {}
        if self._maps:
            rows, columns = self._maps[0].values.shape
            ratio = rows / max(columns, 1)
            if ratio != self._ratio:
                self._ratio = ratio
                self.updateGeometry()
        self.setAccessibleDescription(", ".join(each.label for each in self._maps))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a row of three small pictures."""
        return QSize(theme.px(WIDTH), self.heightForWidth(theme.px(WIDTH)))

    def minimumSizeHint(self) -> QSize:
        """Return the least width in which pictures are recognized."""
        return QSize(theme.px(LEAST_WIDTH), theme.px(LABEL))

    def hasHeightForWidth(self) -> bool:
        """Return True: the maps keep their shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the maps in a row of this width."""
        return theme.px(LABEL) + round(self._map_width(width) * min(self._ratio, 1.5))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint labels and maps."""
        painter = QPainter(self)
        painter.setFont(theme.text_font(11))
        width = self._map_width(self.width())
        for i, (each, image) in enumerate(zip(self._maps, self._painted(), strict=True)):
            left = i * (width + theme.px(GAP))
            painter.setPen(theme.colors().muted)
            label = painter.fontMetrics().elidedText(each.label, Qt.TextElideMode.ElideRight, int(width))
            room = QRectF(left, 0, width, theme.px(LABEL))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
            painter.drawImage(self._place(left, width), image)

    def _painted(self) -> tuple[QImage, ...]:
        is_dark = theme.is_dark()
        if is_dark not in self._images:
            self._images[is_dark] = tuple(
                to_qimage(
                    to_indexed(each.values.astype(np.float32), each.levels), PALETTES[each.palette].colors(is_dark)
                )
                for each in self._maps
            )
        return self._images[is_dark]

    def _place(self, left: float, width: float) -> QRectF:
        height = min(width * self._ratio, self.height() - theme.px(LABEL))
        shown = min(width, height / self._ratio) if self._ratio else width
        return QRectF(left, theme.px(LABEL), shown, height)

    def _map_width(self, width: int) -> float:
        count = max(len(self._maps), 3)
        return (width - (count - 1) * theme.px(GAP)) / count
