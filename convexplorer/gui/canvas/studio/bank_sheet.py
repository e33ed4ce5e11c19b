"""A bank as a sheet of kernels, which may change many times a second while it forms."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.core.display.coloring import WEIGHTS_PALETTE, Levels, to_indexed
from convexplorer.gui.canvas.pictures.tile import to_qimage
from convexplorer.gui.look import theme

SIDE, GAP = 40, 4  # design pixels of a kernel, and between two


class BankSheet(QWidget):
    """Kernels in rows, each on a scale of its own: a plane in the colours of weights, three planes as colours.

    Signals
    -------
    picked : the index of the kernel that was clicked.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bank: np.ndarray | None = None
        self._tips: tuple[str, ...] = ()
        self._images: list[QImage] = []
        self._words = ""
        self._marked: int | None = None
        self.setAccessibleName("Learned filters")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier().changed.connect(self._on_theme)

    @property
    def bank(self) -> np.ndarray | None:
        """(count, P, rows, columns), what is shown."""
        return self._bank

    def set_bank(self, bank: np.ndarray | None, tips: Sequence[str] = ()) -> None:
        """Show kernels, with a tip for each; None shows the words of `set_words`."""
        grows = self._count != (0 if bank is None else len(bank))
        self._bank, self._tips = bank, tuple(tips)
        self._images = [] if bank is None else [kernel_image(planes) for planes in bank]
        self.setAccessibleDescription(self._words if bank is None else f"{len(bank)} filters")
        if grows:
            self.updateGeometry()
        self.update()

    def set_words(self, words: str) -> None:
        """Say what will be here, while there is no kernel."""
        self._words = words
        self.update()

    @property
    def marked(self) -> int | None:
        """The index of the kernel that is marked, or None."""
        return self._marked

    def set_marked(self, index: int | None) -> None:
        """Mark a kernel by a frame; None marks none."""
        if index != self._marked:
            self._marked = index
            self.update()

    def rect_of(self, index: int) -> QRect:
        """Return where a kernel lies in the widget."""
        side, gap, across = theme.px(SIDE), theme.px(GAP), self._across(self.width())
        row, column = divmod(index, across)
        return QRect(column * (side + gap), row * (side + gap), side, side)

    def hasHeightForWidth(self) -> bool:
        """Return True: a wider sheet needs fewer rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        rows = max(2, -(-self._count // self._across(width)))
        return rows * theme.px(SIDE + GAP)

    def sizeHint(self) -> QSize:
        """Return room for eight kernels a row."""
        width = 8 * theme.px(SIDE + GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few kernels."""
        return QSize(3 * theme.px(SIDE + GAP), self.heightForWidth(max(self.width(), 3 * theme.px(SIDE + GAP))))

    def event(self, event: QEvent) -> bool:
        """Show the tip of the kernel under the mouse."""
        if isinstance(event, QHelpEvent):
            index = self._index_at(event.pos().x(), event.pos().y())
            tip = self._tips[index] if index is not None and index < len(self._tips) else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick the kernel that was clicked."""
        index = self._index_at(round(event.position().x()), round(event.position().y()))
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.picked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kernels, or what will be here."""
        painter = QPainter(self)
        colors = theme.colors()
        if self._bank is None:
            painter.setPen(colors.muted)
            painter.setFont(theme.text_font(12))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._words)
            return
        for index, image in enumerate(self._images):
            rect = self.rect_of(index)
            if not rect.intersects(event.rect()):
                continue
            painter.drawImage(rect, image)
            is_marked = index == self._marked
            painter.setPen(QPen(colors.accent if is_marked else colors.border, 3 if is_marked else 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    @property
    def _count(self) -> int:
        return 0 if self._bank is None else len(self._bank)

    def _across(self, width: int) -> int:
        return max(1, (width + theme.px(GAP)) // theme.px(SIDE + GAP))

    def _index_at(self, x: int, y: int) -> int | None:
        return next((i for i in range(self._count) if self.rect_of(i).contains(x, y)), None)

    def _on_theme(self) -> None:
        self.set_bank(self._bank, self._tips)
        self.updateGeometry()


def kernel_image(planes: np.ndarray) -> QImage:
    """Return a kernel (P, rows, columns) as a picture, one pixel per weight, on its own scale.

    Three planes are red, green and blue around a middle grey; of other numbers, their sum is shown in signed colours.
    """
    with np.errstate(all="ignore"):  # a kernel may hold infinity
        largest = np.abs(planes).max(initial=0.0)
        scale = largest if np.isfinite(largest) and largest > 0 else 1.0
        if len(planes) == 3:
            colors = np.nan_to_num(planes / scale, posinf=1.0, neginf=-1.0).clip(-1, 1) * 127 + 128
            return to_qimage(np.moveaxis(colors, 0, 2).astype(np.uint8))
        plane = planes.sum(axis=0) / scale
        reach = max(float(np.nan_to_num(np.abs(plane), posinf=0.0).max()), 1e-30)
    indexed = to_indexed(np.asarray(plane / reach, np.float32), Levels(-1.0, 1.0))
    return to_qimage(indexed, WEIGHTS_PALETTE.colors(theme.is_dark()))
