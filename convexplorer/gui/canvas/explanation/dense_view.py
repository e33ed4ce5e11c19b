"""A layer beside the dense layer between the same values, as a widget."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.explanation.dense_painter import DensePainter
from convexplorer.gui.canvas.explanation.reading import SMALLEST, reading_scale
from convexplorer.gui.look import fonts, theme
from convexplorer.results.dense_comparison import DenseSheet

_HINT = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
_SMALLEST_NEAR = 7.0


class DenseView(QWidget):
    """Shows a comparison with a dense layer.

    Parameters
    ----------
    is_large : it wants all the room there is, as for a projector.
    """

    def __init__(self, parent: QWidget | None = None, *, is_large: bool = False) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._sheet: DenseSheet | None = None
        self._hint = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The layer beside a dense layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    @property
    def sheet(self) -> DenseSheet | None:
        """What is shown."""
        return self._sheet

    @property
    def hint(self) -> str:
        """What is said where there is no comparison."""
        return self._hint

    def set_sheet(self, sheet: DenseSheet | None, hint: str = "") -> None:
        """Show a comparison, or a sentence on why there is none."""
        if (sheet, hint) != (self._sheet, self._hint):
            self._sheet, self._hint = sheet, hint
            self.setAccessibleDescription(hint if sheet is None else " ".join(sheet.sentences))
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for an example of 25 × 25 numbers beside the table."""
        return QSize(theme.px(2400), theme.px(1600)) if self._is_large else QSize(theme.px(900), theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """Return the least room in which anything can be read."""
        return QSize(theme.px(420), theme.px(110))

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool | None = None) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        if self._sheet is not None:
            smallest = SMALLEST if self._is_large else _SMALLEST_NEAR
            scale = reading_scale(width, height) if self._is_large else theme.scale()
            DensePainter(self._sheet, theme.colors(is_dark), scale=scale, smallest=smallest).paint(
                painter, width, height
            )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the comparison, or why there is none."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colors().panel)
        if self._sheet is None:
            scale = reading_scale(self.width(), self.height()) if self._is_large else theme.scale()
            painter.setPen(theme.colors().muted)
            painter.setFont(fonts.text_font(13 * scale))
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), _HINT, self._hint)
        else:
            self.paint_into(painter, self.width(), self.height())
        painter.end()
