"""The scale of the colours: which value has which colour, written at the ends and at zero."""

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui import theme
from convexplorer.gui.canvas.number_text import MINUS, short_number

THICKNESS, GAP, TICK = 10, 4, 3  # design pixels
LABEL_CHARACTERS = 7  # room is kept for labels of this length, so that nothing jumps


class ColorBar(QWidget):
    """A bar in the colours of a palette with low, zero and high beside it.

    Parameters
    ----------
    orientation : a vertical bar has its high end at the top, a horizontal one at the right.

    """

    def __init__(
        self, parent: QWidget | None = None, *, orientation: Qt.Orientation = Qt.Orientation.Horizontal
    ) -> None:
        super().__init__(parent)
        self._is_vertical = orientation == Qt.Orientation.Vertical
        self._colors: list[int] = [QColor(value, value, value).rgb() for value in range(255)]
        self._low, self._high = 0.0, 1.0
        self._is_locked = False
        self._note = ""
        self._short_note = ""
        self.setAccessibleName("Colour scale")
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(*((fixed, free) if self._is_vertical else (free, fixed)))
        theme.notifier().changed.connect(self._on_theme_changed)
        self._describe()

    def set_lut(self, lut: object) -> None:
        """Take the colours: (n, 3) uint8; a 256th is the colour of what is no number and is not drawn."""
        rows = list(lut)[:255]  # type: ignore[call-overload]
        self._colors = [QColor(int(red), int(green), int(blue)).rgb() for red, green, blue in rows]
        self.update()

    def set_levels(
        self, low: float, high: float, *, is_locked: bool = False, note: str = "", short_note: str = ""
    ) -> None:
        """Show the values of the two ends, a lock if they do not follow the map, and a note.

        Where there is too little room for the note its short form is written; the tip has the whole.
        """
        self._short_note = short_note
        if (low, high, is_locked, note) != (self._low, self._high, self._is_locked, self._note):
            self._low, self._high, self._is_locked, self._note = low, high, is_locked, note
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for bar and labels."""
        metrics = QFontMetrics(theme.digits_font(11))
        across = theme.px(THICKNESS + TICK + GAP)
        if self._is_vertical:
            return QSize(across + metrics.horizontalAdvance("0" * LABEL_CHARACTERS), theme.px(120))
        return QSize(theme.px(160), across + metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Return room for two labels."""
        hint = self.sizeHint()
        return hint.boundedTo(QSize(theme.px(90), hint.height()))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, a tick at zero, and the labels."""
        del event
        painter = QPainter(self)
        painter.setFont(theme.digits_font(11))
        bar = self._bar()
        painter.drawImage(bar, self._image())
        painter.setPen(QPen(theme.colors().outline, 1))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_labels(painter, bar)

    def _paint_labels(self, painter: QPainter, bar: QRectF) -> None:
        """Write low and high at the ends, zero where it lies if there is room, and the note in what is left."""
        metrics = painter.fontMetrics()
        ends = [(0.0, _label(self._low)), (1.0, _label(self._high))]
        rects = [self._label_rect(bar, share, text, metrics) for share, text in ends]
        if self._low < 0 < self._high:
            share = -self._low / (self._high - self._low)
            zero = self._label_rect(bar, share, "0", metrics)
            painter.setPen(QPen(theme.colors().text, max(1, theme.px(1))))
            self._paint_tick(painter, bar, share)
            if not any(zero.adjusted(-4, 0, 4, 0).intersects(rect) for rect in rects):
                ends.append((share, "0"))
                rects.append(zero)
        painter.setPen(theme.colors().muted)
        for (_, text), rect in zip(ends, rects, strict=True):
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        if self._is_locked:
            self._paint_lock(painter, rects)
        if self._note and not self._is_vertical:
            self._paint_note(painter, rects)

    def _paint_tick(self, painter: QPainter, bar: QRectF, share: float) -> None:
        if self._is_vertical:
            y = bar.bottom() - share * bar.height()
            painter.drawLine(QRectF(bar.left(), y, bar.width() + theme.px(TICK), 0).topLeft(),
                             QRectF(bar.left(), y, bar.width() + theme.px(TICK), 0).topRight())  # fmt: skip
        else:
            x = bar.left() + share * bar.width()
            painter.drawLine(QRectF(x, bar.top(), 0, bar.height() + theme.px(TICK)).topLeft(),
                             QRectF(x, bar.top(), 0, bar.height() + theme.px(TICK)).bottomLeft())  # fmt: skip

    def _paint_lock(self, painter: QPainter, rects: list[QRectF]) -> None:
        """Draw a lock beside the upper end."""
        side = theme.px(11)
        lock = theme.pixmap("lock", side, theme.colors().muted, self.devicePixelRatioF())
        high = rects[1]
        if self._is_vertical:
            painter.drawPixmap(int(high.left()), int(high.bottom()) + theme.px(1), lock)
        else:
            painter.drawPixmap(int(high.left()) - side - theme.px(3), int(high.center().y() - side / 2), lock)

    def _paint_note(self, painter: QPainter, rects: list[QRectF]) -> None:
        """Write the note between zero and the upper end, shortened to the room there."""
        left = max(rect.right() for i, rect in enumerate(rects) if i != 1) + theme.px(8)
        right = rects[1].left() - theme.px(18 if self._is_locked else 6)
        metrics = painter.fontMetrics()
        fits = metrics.horizontalAdvance(self._note) <= right - left
        note = self._note if fits or not self._short_note else self._short_note
        text = metrics.elidedText(note, Qt.TextElideMode.ElideRight, int(right - left))
        painter.setPen(theme.colors().warning)
        painter.drawText(
            QRectF(left, rects[1].top(), right - left, rects[1].height()), Qt.AlignmentFlag.AlignRight, text
        )

    def _label_rect(self, bar: QRectF, share: float, text: str, metrics: QFontMetrics) -> QRectF:
        """Return where a label stands, pushed inside at the ends."""
        width, height = metrics.horizontalAdvance(text) + 1, metrics.height()
        if self._is_vertical:
            middle = bar.bottom() - share * bar.height()
            top = min(max(middle - height / 2, 0), self.height() - height)
            return QRectF(bar.right() + theme.px(TICK + GAP - 1), top, width, height)
        middle = bar.left() + share * bar.width()
        left = min(max(middle - width / 2, 0), self.width() - width)
        return QRectF(left, bar.bottom() + theme.px(TICK), width, height)

    def _bar(self) -> QRectF:
        thickness = theme.px(THICKNESS)
        if self._is_vertical:
            return QRectF(0, 0, thickness, self.height())
        return QRectF(0, 0, self.width(), thickness)

    def _image(self) -> QImage:
        """Return the colours as a picture one pixel wide."""
        count = len(self._colors)
        image = QImage(1, count, QImage.Format.Format_RGB32)
        for i, color in enumerate(self._colors):
            image.setPixel(0, count - 1 - i, color)
        if self._is_vertical:
            return image
        flat = QImage(count, 1, QImage.Format.Format_RGB32)
        for i, color in enumerate(self._colors):
            flat.setPixel(i, 0, color)
        return flat

    def _describe(self) -> None:
        """Say the same in words."""
        words = f"Colours from {short_number(self._low, 8)} to {short_number(self._high, 8)}"
        parts = [words, "locked" if self._is_locked else "", self._note]
        self.setToolTip(", ".join(part for part in parts if part))
        self.setAccessibleDescription(self.toolTip())


def _label(value: float) -> str:
    """Write a level; room for a sign is always kept, so that −4.0735 does not stand beside 4.07349."""
    text = short_number(abs(value), LABEL_CHARACTERS - 1)
    return MINUS + text if value < 0 else text
