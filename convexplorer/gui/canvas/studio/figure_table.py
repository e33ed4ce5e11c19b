"""The figures of a kernel as a table of two columns; each tells in its tip what it counts."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convexplorer.gui.look import theme
from convexplorer.results.effects import Effects
from convexplorer.results.figure_words import Figure, figure_words

_ROW_PX, _LABEL_PX, _GAP_PX, _COUNT = 18, 80, 10, 12
_TWO_FROM_PX = 380  # width in which there are two columns
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FigureTable(QWidget):
    """Paints figures, which are computed when they are seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._effects: Effects | None = None
        self._figures: tuple[Figure, ...] | None = None
        self.setAccessibleName("Figures of the kernel")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is shown; () if the kernel has no figures."""
        if self._figures is None:
            self._figures = () if self._effects is None else figure_words(self._effects)
            self.setAccessibleDescription("; ".join(f"{one.label} {one.value}" for one in self._figures))
        return self._figures

    def set_effects(self, effects: Effects | None) -> None:
        """Show the figures of another plane, when the table is painted next."""
        self._effects, self._figures = effects, None

    def rect_of(self, i: int) -> QRect:
        """Return the room of a figure."""
        gap, columns = theme.px(_GAP_PX), _columns(self.width())
        rows = -(-_COUNT // columns)
        wide = (self.width() - gap * (columns - 1)) // columns
        return QRect(i // rows * (wide + gap), i % rows * theme.px(_ROW_PX), wide, theme.px(_ROW_PX))

    def tip_at(self, position: QPointF) -> str:
        """Return label, value and explanation of the figure at a point, or ""."""
        for i, one in enumerate(self.figures):
            if QRectF(self.rect_of(i)).contains(position):
                return f"{one.label}: {one.value}\n{one.explanation}"
        return ""

    def hasHeightForWidth(self) -> bool:
        """Return True: a narrow table has one column."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all figures."""
        return theme.px(_ROW_PX) * -(-_COUNT // _columns(width))

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(theme.px(480), self.heightForWidth(theme.px(480)))

    def minimumSizeHint(self) -> QSize:
        """Return the least size in which figures are read."""
        return QSize(theme.px(220), self.heightForWidth(theme.px(480)))

    def event(self, event: QEvent) -> bool:
        """Explain the figure under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all figures."""
        painter, colors = QPainter(self), theme.colors()
        painter.fillRect(event.rect(), colors.panel)
        wide = theme.px(_LABEL_PX)
        for i, one in enumerate(self.figures):
            room = self.rect_of(i)
            painter.setFont(theme.text_font(12))
            painter.setPen(colors.muted)
            painter.drawText(room, _LEFT, one.label)
            painter.setFont(theme.digits_font(12))
            painter.setPen(colors.text)
            beside = room.adjusted(wide, 0, 0, 0)
            text = painter.fontMetrics().elidedText(one.value, Qt.TextElideMode.ElideRight, beside.width())
            painter.drawText(beside, _LEFT, text)


def _columns(width: int) -> int:
    return 2 if width >= theme.px(_TWO_FROM_PX) else 1
