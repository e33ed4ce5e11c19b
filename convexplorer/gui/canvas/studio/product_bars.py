"""The outer products that a kernel is the sum of, as bars; those in colour are kept."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.gui.look import theme
from convexplorer.words import number, percent

PAUSE_MS = 700  # keys with shorter pauses form one change
_HEIGHT_PX, _LARGEST_PX, _LEAST_BAR_PX = 46, 26, 2
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}


class ProductBars(QWidget):
    """A slider of bars: the mouse and the arrow keys choose how many of the largest outer products are kept.

    Signals
    -------
    chosen : number of outer products, during a drag, too.
    finished : the end of a drag or of a series of keys: one undo step.
    """

    chosen = Signal(int)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes = np.zeros(0)
        self._count = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.finished)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Outer products that are kept")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    @property
    def sizes(self) -> np.ndarray:
        """The norms of all outer products, the largest first."""
        return self._sizes

    @property
    def count(self) -> int:
        """The number of outer products that are kept."""
        return self._count

    def set_sizes(self, sizes: np.ndarray, count: int) -> None:
        """Show the norms of outer products, the largest first, of which so many are kept."""
        self._sizes, self._count = sizes, count
        self.setAccessibleDescription(f"{count} of {len(sizes)}")
        self.update()

    def bar(self, i: int) -> QRectF:
        """Return the room of a bar, over the whole height."""
        pitch = min(self.width() / max(len(self._sizes), 1), theme.px(_LARGEST_PX))
        return QRectF(i * pitch, 0, pitch, self.height())

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(240), theme.px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(theme.px(100), theme.px(_HEIGHT_PX))

    def event(self, event: QEvent) -> bool:
        """Tell the norm of the bar under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.sentence_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def sentence_at(self, position: QPointF) -> str:
        """Return the norm of the outer product under a point, and its share."""
        i = int(position.x() / self.bar(0).width())
        if not 0 <= i < len(self._sizes):
            return "Drag to keep fewer of the outer products (column × row) that the kernel is the sum of."
        total = float(np.square(self._sizes).sum())
        share = float(self._sizes[i] ** 2) / total if total else 0.0
        return f"Singular value {i + 1}: {number(float(self._sizes[i]))}, {percent(share)} of the squared weights"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all bars."""
        painter, colors = QPainter(self), theme.colors()
        painter.fillRect(event.rect(), colors.panel)
        largest = float(self._sizes.max(initial=0.0)) or 1.0
        floor = self.height() - 1
        for i, size in enumerate(self._sizes.tolist()):
            room = self.bar(i)
            high = max(size / largest * (floor - theme.px(2)), _LEAST_BAR_PX)
            gap = 1.0 if room.width() > 3 else 0.0
            rect = QRectF(room.left(), floor - high, room.width() - gap, high)
            painter.fillRect(rect, colors.accent if i < self._count else colors.outline)
        painter.setPen(QPen(colors.accent if self.hasFocus() else colors.border, 1))
        painter.drawLine(0, floor, self.width(), floor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the bars up to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep one more or one less by the arrow keys, one by Home, all by End."""
        ends = {Qt.Key.Key_Home: 1, Qt.Key.Key_End: len(self._sizes)}
        key = Qt.Key(event.key())
        if key not in _STEPS and key not in ends:
            super().keyPressEvent(event)
            return
        self._choose(ends.get(key, self._count + _STEPS.get(key, 0)))
        self._pause.start()

    def _choose_at(self, position: QPointF) -> None:
        self._choose(int(position.x() / self.bar(0).width()) + 1)

    def _choose(self, count: int) -> None:
        count = min(max(count, 1), len(self._sizes))
        if len(self._sizes) and count != self._count:
            self._count = count
            self.update()
            self.chosen.emit(count)
