"""The picture under the hand: it is dragged by whole cells, or moved by the arrow keys."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.canvas.pictures.pane import arrow_step
from convexplorer.gui.look import theme

_SHADOW, _LINE = QColor(0, 0, 0, 180), QColor(255, 255, 255, 235)


class ShiftPad(QWidget):
    """Shows a shifted picture, with a line from where its middle was to where it is.

    Signals
    -------
    shifted : (rows, columns) of the whole shift that a hand wants.
    """

    shifted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._cells = (1, 1)
        self._shift = (0, 0)
        self._held: tuple[QPointF, tuple[int, int]] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("The picture, to be shifted")
        self.setToolTip("Drag the picture; arrow keys move it by 1 (Shift: 10), a double click puts it back")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    def show_picture(self, image: QImage, cells: tuple[int, int], shift: tuple[int, int]) -> None:
        """Show a picture of so many rows and columns that is shifted already."""
        self._image, self._cells, self._shift = image, cells, shift
        self.update()

    @property
    def picture_rect(self) -> QRectF:
        """Where the picture lies."""
        rows, columns = self._cells
        scale = min(self.width() / columns, self.height() / rows)
        width, height = columns * scale, rows * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def sizeHint(self) -> QSize:
        """Return room to drag in."""
        return QSize(theme.px(240), theme.px(170))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the picture and how far it went."""
        if self._image.isNull():
            return
        painter = QPainter(self)
        rect = self.picture_rect
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._image.width() > rect.width())
        painter.drawImage(rect, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, scale = rect.center(), rect.height() / self._cells[0]
        end = middle + QPointF(self._shift[1], self._shift[0]) * scale
        for color, width in ((_SHADOW, 4), (_LINE, 2)):
            painter.setPen(QPen(color, width))
            painter.drawLine(middle, end)
            painter.drawEllipse(end, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(theme.colors().accent, 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position(), self._shift
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture by whole cells."""
        if self._held is None:
            return
        start, (rows, columns) = self._held
        scale = self.picture_rect.height() / self._cells[0]
        way = (event.position() - start) / scale
        self._ask(rows + round(way.y()), columns + round(way.x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let go of the picture."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Put the picture back."""
        self._ask(0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the picture by the arrows (Shift: ten), back by Home."""
        step = arrow_step(event)
        if step is not None:
            self._ask(self._shift[0] + step[0], self._shift[1] + step[1])
        elif event.key() == Qt.Key.Key_Home:
            self._ask(0, 0)
        else:
            super().keyPressEvent(event)

    def _ask(self, rows: int, columns: int) -> None:
        """Ask for a shift that leaves at least one row and column of the picture in sight."""
        most = [n - 1 for n in self._cells]
        rows, columns = (min(max(by, -n), n) for by, n in zip((rows, columns), most, strict=True))
        if (rows, columns) != self._shift:
            self._shift = (rows, columns)
            self.shifted.emit(rows, columns)
            self.update()
