"""The colour bar: the values of the colours, labelled at the ends and at zero, and editable at the ends."""

import re

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.gui.widgets.hint import show_hint
from convexplorer.gui.widgets.text_field import TextField
from convexplorer.kernels.numbers import parse_number, quoted
from convexplorer.words import MINUS, as_sentence, degrees, full_number, short_number

THICKNESS, GAP, TICK = 10, 4, 3  # design pixels
LABEL_CHARACTERS = 7  # space is reserved for labels of this length, so that the layout does not jump


class ColorBar(QWidget):
    """A bar in the colours of a palette, labelled low, zero and high; a double click or Enter edits the levels.

    Signals
    -------
    levels_typed : low, high, as typed by the user; finite, low < high.

    Parameters
    ----------
    orientation : a vertical bar has its high end at the top, a horizontal bar at the right.

    """

    levels_typed = Signal(float, float)

    def __init__(
        self, parent: QWidget | None = None, *, orientation: Qt.Orientation = Qt.Orientation.Horizontal
    ) -> None:
        super().__init__(parent)
        self._is_vertical = orientation == Qt.Orientation.Vertical
        self._colors: list[int] = [QColor(value, value, value).rgb() for value in range(255)]
        self._lut: object = None
        self._strip: QImage | None = None  # of these colours
        self._low, self._high = 0.0, 1.0
        self._is_locked = False
        self._are_angles = False
        self._note = ""
        self._short_note = ""
        self._field = _LevelsField(self)
        self._field.returnPressed.connect(self._on_typed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Colour scale")
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(*((fixed, free) if self._is_vertical else (free, fixed)))
        theme.notifier().changed.connect(self._on_theme_changed)
        self._describe()

    def set_lut(self, lut: object) -> None:
        """Set the colours, (n, 3) uint8; entry 255, the colour of values that are not finite, is not drawn."""
        if lut is self._lut:
            return  # every frame of a video brings the same
        self._lut, self._strip = lut, None
        rows = list(lut)[:255]  # type: ignore[call-overload]
        self._colors = [QColor(int(red), int(green), int(blue)).rgb() for red, green, blue in rows]
        self.update()

    def set_levels(
        self,
        low: float,
        high: float,
        *,
        is_locked: bool = False,
        note: str = "",
        short_note: str = "",
        are_angles: bool = False,
    ) -> None:
        """Show the values of the two ends, angles in degrees, a lock if they are fixed, and a note.

        If there is too little room for the note, its short form is shown; the tooltip has the full note.
        """
        self._short_note = short_note
        shown = (low, high, is_locked, note, are_angles)
        if shown != (self._low, self._high, self._is_locked, self._note, self._are_angles):
            self._low, self._high, self._is_locked, self._note, self._are_angles = shown
            self._describe()
            self.update()

    def edit_levels(self) -> None:
        """Open a text field for the levels over the bar."""
        if self.isEnabled():
            self._field.open(f"{full_number(self._low)}, {full_number(self._high)}")

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

    @Slot()
    def _on_typed(self) -> None:
        try:
            levels = parse_levels(self._field.text())
        except ValueError as error:
            show_hint(self._field, as_sentence(str(error)))
            return
        self.setFocus()
        self.levels_typed.emit(levels.low, levels.high)
        show_hint(self, f"Levels from {full_number(levels.low)} to {full_number(levels.high)}.")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Begin to type."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.edit_levels()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin to type with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit_levels()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar, a tick at zero, and the labels."""
        del event
        painter = QPainter(self)
        painter.setFont(theme.digits_font(11))
        bar = self._bar()
        painter.drawImage(bar, self._image())
        painter.setPen(QPen(theme.colors().outline, 1))
        if self.hasFocus():
            painter.setPen(QPen(theme.colors().accent, theme.px(2)))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_labels(painter, bar)

    def _paint_labels(self, painter: QPainter, bar: QRectF) -> None:
        """Write low and high at the ends, zero at its position if there is room, and the note in the rest."""
        metrics = painter.fontMetrics()
        label = degrees if self._are_angles else _label
        ends = [(0.0, label(self._low)), (1.0, label(self._high))]
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
        """Write the note between zero and the upper end, shortened to the available space."""
        left = max(rect.right() for i, rect in enumerate(rects) if i != 1) + theme.px(8)
        right = rects[1].left() - theme.px(18 if self._is_locked else 6)
        metrics = painter.fontMetrics()
        # A cut number would be another one; what has no room is in the tip.
        notes = (self._note, self._short_note)
        text = next((note for note in notes if metrics.horizontalAdvance(note) <= right - left), "")
        painter.setPen(theme.colors().warning)
        painter.drawText(
            QRectF(left, rects[1].top(), right - left, rects[1].height()), Qt.AlignmentFlag.AlignRight, text
        )

    def _label_rect(self, bar: QRectF, share: float, text: str, metrics: QFontMetrics) -> QRectF:
        """Return the rectangle of a label, moved inside the widget at the ends."""
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
        if self._strip is None:
            self._strip = self._painted()
        return self._strip

    def _painted(self) -> QImage:
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
        """Describe the bar in words, for tooltip and screen readers."""
        low, high = (degrees(end) if self._are_angles else short_number(end, 8) for end in (self._low, self._high))
        words = f"Colours from {low} to {high}"
        parts = [words, "locked" if self._is_locked else "", self._note]
        described = ", ".join(part for part in parts if part)
        set_tip(self, described if self._are_angles else f"{described}\nDouble click or Enter to type the levels")
        self.setAccessibleDescription(described)


class _LevelsField(TextField):
    """The text field over the bar for both levels; Esc and losing the focus discard the text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setAccessibleName("Levels: low, high")
        self.setToolTip(
            "Two numbers, the lower first, with a space or “;” between them; one number means as much on both sides of "
            "zero.\nA comma between digits is a decimal comma: “1,5” is 1.5"
        )
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def open(self, text: str) -> None:
        """Show a text, selected for overwriting."""
        self.setText(text)
        self.setGeometry(self._ground.rect())
        self.show()
        self.selectAll()
        self.setFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close."""
        super().focusOutEvent(event)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc; Enter must not reach the bar, which would reopen the field."""
        if event.key() == Qt.Key.Key_Escape:
            self._ground.setFocus()
        else:
            super().keyPressEvent(event)
            event.accept()


def parse_levels(text: str) -> Levels:
    """Parse levels as typed by the user: "-3 3", "-3, 3" or "-3…3", or "3" for levels symmetric about zero.

    A comma between two digits is a decimal comma, as in every other field: "1,5" is one number. Raises ValueError with
    a sentence.

    Examples
    --------
    >>> parse_levels("-1/2, 2"), parse_levels("300"), parse_levels("1,5"), parse_levels("−1,5 2,5")
    (Levels(low=-0.5, high=2.0), Levels(low=-300.0, high=300.0), Levels(low=-1.5, high=1.5), Levels(low=-1.5, high=2.5))

    """
    parts = [part for part in re.split(r",?[\s;…]+", text.strip()) if part]
    if len(parts) == 1 and "." in text:
        parts = text.strip().split(",")  # a number with a point has no comma: "-1.5,2.5" are two
    if len(parts) == 1 and text.count(",") > 1:
        raise ValueError(f"{quoted(text)} can be read in two ways: put a space between the lower and the upper level")
    values = [parse_number(part) for part in parts]
    if not 1 <= len(values) <= 2:
        raise ValueError(f"levels must be two numbers, low and high; got {len(values)}")
    return Levels(values[0], values[1]) if len(values) == 2 else Levels(-abs(values[0]), abs(values[0]))


def _label(value: float) -> str:
    """Format a level; space for a sign is always reserved, so that both ends get the same number of digits."""
    text = short_number(abs(value), LABEL_CHARACTERS - 1)
    return MINUS + text if value < 0 else text
