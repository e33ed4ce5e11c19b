"""What views of the explanation's pages have in common: they paint all of themselves, or say why there is nothing."""

from abc import abstractmethod

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.reading import reading_scale
from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.look import fonts, theme

_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class PageView(QWidget):
    """Paints all of itself, at the scale of the interface or, if it is large, at that of its room.

    Parameters
    ----------
    name : for screen readers.
    is_large : it wants all the room there is, as for a projector.
    """

    least_size = (420, 110)  # design pixels, in which anything can be read

    def __init__(self, name: str, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._hint = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    @abstractmethod
    def is_empty(self) -> bool:
        """True if there is nothing to show but the hint."""

    @property
    def hint(self) -> str:
        """What is said where there is nothing to show."""
        return self._hint

    @abstractmethod
    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""

    def sizeHint(self) -> QSize:
        """Return room in which everything can be read from afar, or beside the pictures."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(*(theme.px(length) for length in self.least_size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is shown, or why there is nothing."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self.is_empty:
            painter.setPen(theme.colors().muted)
            painter.setFont(fonts.text_font(13 * self._scale_in(self.width(), self.height())))
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), _HINT, self._hint)
        else:
            self.paint_into(painter, self._room_width(), self.height())
        painter.end()

    def _room_width(self) -> int:
        return self.width()

    def _scale_in(self, width: float, height: float) -> float:
        return reading_scale(width, height) if self._is_large else theme.scale()


class SteppedView(PageView):
    """One that follows the mouse, and whose arrow keys move the explained value.

    Signals
    -------
    stepped : (rows, columns) by which the arrow keys move it.
    """

    stepped = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(name, parent, is_large=is_large)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by outputs with the arrows (Shift: ten)."""
        step = arrow_step(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
