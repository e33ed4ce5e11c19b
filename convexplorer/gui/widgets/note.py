"""Sentences that stand beside what they speak of, in a place that keeps its height."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer.gui.look import theme


class Note(QWidget):
    """A muted, word-wrapped text of a fixed number of lines; a refusal takes its place until things are right.

    What does not fit ends in "…" and is whole in the tooltip.

    Parameters
    ----------
    lines : how many lines it keeps free.
    size : of the type, in pixels at scale 1.
    most_lines : how far it may grow with its text; not beyond `lines` when not given.
    is_wrapped : False for formulas: each line of the text stays one line. A refusal always wraps.
    is_clickable : a click, Enter or Space on it asks for more.

    Signals
    -------
    clicked : somebody asks for more.
    """

    clicked = Signal()

    def __init__(
        self,
        lines: int = 1,
        parent: QWidget | None = None,
        *,
        size: float = 12,
        is_wrapped: bool = True,
        most_lines: int | None = None,
        is_clickable: bool = False,
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self._fewest_lines = lines
        self._most_lines = lines if most_lines is None else most_lines
        self._is_wrapped = is_wrapped
        self._size = size
        self._text = ""
        self._refusal = ""
        self._tip = ""
        self._others: tuple[str, ...] = ()
        self._is_error = False
        self._is_clickable = is_clickable
        if is_clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def text(self) -> str:
        """Return what is read now."""
        return self._refusal or self._text

    def is_refusing(self) -> bool:
        """Tell whether it says why something was not done."""
        return bool(self._refusal)

    def set_text(self, text: str, tip: str = "", *, is_error: bool = False, others: Sequence[str] = ()) -> None:
        """Show a text; `tip` says more when the mouse rests on it. An error is a sentence: it wraps.

        Of the `others`, sentences that are worth less, it shows those that find room as a whole.
        """
        if (text, tip, is_error, tuple(others)) != (self._text, self._tip, self._is_error, self._others):
            self._text, self._tip, self._is_error, self._others = text, tip, is_error, tuple(others)
            self._refresh()

    def set_lines(self, lines: int) -> None:
        """Keep another number of lines free."""
        self._fewest_lines = self._most_lines = lines
        self._take_lines(lines)

    def _take_lines(self, lines: int) -> None:
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self.update()

    def refuse(self, sentence: str) -> None:
        """Show why something was not done, in place of the text."""
        self._refusal = sentence
        self._refresh()

    def accept(self) -> None:
        """Show the text again."""
        if self._refusal:
            self._refusal = ""
            self._refresh()

    def sizeHint(self) -> QSize:
        """Return the height of its lines; any width will do."""
        spacing = QFontMetricsF(theme.digits_font(self._size)).lineSpacing()
        return QSize(theme.px(120), round(self._lines * spacing + 0.5))

    def minimumSizeHint(self) -> QSize:
        """Return the height of its lines and hardly any width."""
        return QSize(theme.px(40), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Break the text into lines and end the last one with "…" if more is to come."""
        colors = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setPen(colors.error if self._refusal or self._is_error else colors.muted)
        font = theme.digits_font(self._size)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        text = self._filled(font)
        top = 0.0
        for line in self._wrapped(text, font):
            painter.drawText(QPointF(0, top + metrics.ascent()), line)
            top += metrics.lineSpacing()

        if self.hasFocus():
            painter.setPen(colors.accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for more, where there is more."""
        if self._is_clickable and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do the same by Enter or Space."""
        if self._is_clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the lines that the text needs in the new width."""
        super().resizeEvent(event)
        self._grow()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._grow()
        self.updateGeometry()
        self.update()

    def _grow(self) -> None:
        """Take as many lines as the text needs, within what is allowed."""
        if self._most_lines > self._fewest_lines:
            needed = len(self._broken(self.text(), theme.digits_font(self._size)))
            self._take_lines(min(max(needed, self._fewest_lines), self._most_lines))

    def _refresh(self) -> None:
        self._grow()
        self.setToolTip(self._refusal or self._tip or self._text)
        self.setAccessibleName(self.text())
        self.update()

    def _filled(self, font: QFont) -> str:
        """Return the text with as many of the other sentences as find room."""
        text = self.text()
        if self._refusal:
            return text
        for sentence in self._others:
            if len(self._broken(f"{text} {sentence}", font)) > self._lines:
                break
            text = f"{text} {sentence}"
        return text

    def _wrapped(self, text: str, font: QFont) -> list[str]:
        """Return the text as the lines that fit, the last one elided."""
        metrics = QFontMetricsF(font)
        if not (self._is_wrapped or self._is_error or self._refusal):
            lines = text.split("\n")[: self._lines]
            # Of a formula the result at its end is what one wants to read.
            return [metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, self.width()) for line in lines]
        broken = self._broken(text, font)
        lines = [line for line, _rest in broken[: self._lines]]
        if len(broken) > self._lines:
            lines[-1] = metrics.elidedText(broken[self._lines - 1][1], Qt.TextElideMode.ElideRight, self.width())
        return lines

    def _broken(self, text: str, font: QFont) -> list[tuple[str, str]]:
        """Return each line that the text breaks into at this width, with what its paragraph has from there on."""
        lines = []
        for paragraph in text.split("\n"):
            layout = QTextLayout(paragraph, font)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(self.width())
                start, length = line.textStart(), line.textLength()
                lines.append((paragraph[start : start + length].rstrip(), paragraph[start:]))
            layout.endLayout()
        return lines
