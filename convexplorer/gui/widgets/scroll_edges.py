"""Buttons at the ends of a horizontally scrolling row that indicate hidden content and scroll to it."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea

from convexplorer.gui.look import theme

WIDTH, ARROW = 30, 14  # design pixels
PAGE = 0.7  # share of the visible width by which a click scrolls


class ScrollEdges(QObject):
    """Two buttons over the left and right end of a scroll area, each visible while content is hidden on its side."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self.left, self.right = _Edge(area, is_right=False), _Edge(area, is_right=True)
        self.left.clicked.connect(lambda: self._go(-1))
        self.right.clicked.connect(lambda: self._go(1))
        bar = area.horizontalScrollBar()
        bar.valueChanged.connect(self._refresh)
        bar.rangeChanged.connect(self._refresh)
        theme.notifier().changed.connect(self._refresh)
        area.installEventFilter(self)
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the buttons at the ends of the area."""
        if event.type() == QEvent.Type.Resize:
            self._refresh()
        return super().eventFilter(watched, event)

    @Slot()
    def _refresh(self) -> None:
        bar = self._area.horizontalScrollBar()
        width, height = theme.px(WIDTH), self._area.height()
        self.left.setGeometry(0, 0, width, height)
        self.right.setGeometry(self._area.width() - width, 0, width, height)
        self.left.setVisible(bar.value() > bar.minimum())
        self.right.setVisible(bar.value() < bar.maximum())
        for edge in (self.left, self.right):
            edge.raise_()

    def _go(self, direction: int) -> None:
        bar = self._area.horizontalScrollBar()
        bar.setValue(bar.value() + round(direction * PAGE * self._area.width()))


class _Edge(QAbstractButton):
    """An arrow on a background that fades into the content."""

    def __init__(self, area: QScrollArea, *, is_right: bool) -> None:
        super().__init__(area)
        self._is_right = is_right
        # The keyboard needs no button: Tab scrolls to the focused widget.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        text = "Show the steps further right" if is_right else "Show the steps further left"
        self.setToolTip(text)
        self.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a background that fades towards the middle, and the arrow."""
        ground = theme.colors().window
        clear = QColor(ground)
        clear.setAlpha(0)
        fade = QLinearGradient(0, 0, self.width(), 0)
        fade.setColorAt(0, clear if self._is_right else ground)
        fade.setColorAt(0.5, ground)
        fade.setColorAt(1, ground if self._is_right else clear)
        painter = QPainter(self)
        painter.fillRect(self.rect(), fade)
        side = theme.px(ARROW)
        color = theme.colors().accent if self.underMouse() else theme.colors().text
        name = "chevron-right" if self._is_right else "chevron-left"
        left = self.width() - side if self._is_right else 0
        painter.drawPixmap(left, (self.height() - side) // 2, theme.pixmap(name, side, color, self.devicePixelRatioF()))
