"""A label for sentences beside a control, with a fixed height."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convexplorer._dataclass import dataclass
from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.words import SENTENCE_LIMIT, plain

# Words that follow from an edit come this much later: the pixels of the edit are on screen by then.
SOON_MS = 30


@dataclass(frozen=True)
class Words:
    """What a note says: its text, a tooltip with more, less important sentences, and shorter texts of the same.

    See `Note.set_text`.
    """

    text: str
    tip: str = ""
    others: tuple[str, ...] = ()
    shorter: tuple[str, ...] = ()


class Note(QWidget):
    """A muted, word-wrapped text of a fixed number of lines; a refusal replaces the text until `accept`.

    Text that does not fit ends in "…", with the full text in the tooltip.

    Parameters
    ----------
    lines : minimum number of lines.
    size : of the font, in pixels at scale 1.
    most_lines : maximum number of lines; `lines` by default.
    is_wrapped : False for formulas, whose lines are not broken. A refusal is always wrapped.
    is_clickable : True if a click, Enter or Space on the note emits `clicked`.

    Signals
    -------
    clicked : the user asks for details.
    found : the words of `say_soon` have been found.
    """

    clicked = Signal()
    found = Signal()

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
        self._shorter: tuple[str, ...] = ()
        self._is_error = False
        self._is_clickable = is_clickable
        self._find: Callable[[], Words] | None = None
        self._pause = QTimer(self, singleShot=True, interval=SOON_MS)
        self._pause.timeout.connect(self._on_pause)
        if is_clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._on_theme_changed)

    def text(self) -> str:
        """Return the shown text."""
        self._settle()
        return self._refusal or self._text

    def is_refusing(self) -> bool:
        """Return True while a refusal is shown."""
        return bool(self._refusal)

    def set_text(
        self,
        text: str,
        tip: str = "",
        *,
        is_error: bool = False,
        others: Sequence[str] = (),
        shorter: Sequence[str] = (),
    ) -> None:
        """Show a text, with more details in the tooltip `tip`. An error is a sentence and is always wrapped.

        Of the less important sentences `others`, those that fit completely are appended. A text that does not fit gives
        way to the first of the `shorter` ones that does.
        """
        self._find = None
        if tuple(shorter) != self._shorter:
            self._shorter = tuple(shorter)
            self.update()
        if (text, tip, is_error, tuple(others)) != (self._text, self._tip, self._is_error, self._others):
            self._text, self._tip, self._is_error, self._others = text, tip, is_error, tuple(others)
            self._refresh()

    def say_soon(self, find: Callable[[], Words]) -> None:
        """Show the words that `find()` returns a moment later, once for many calls; whoever asks gets them at once.

        For words that take longer to find than pixels to paint: a stroke over a kernel must not wait for them. A note
        that is hidden looks for them when it is shown.
        """
        self._find = find
        if not self._pause.isActive():
            self._pause.start()

    def toolTip(self) -> str:
        """Return the tooltip."""
        self._settle()
        return super().toolTip()

    def set_lines(self, lines: int) -> None:
        """Set the minimum number of lines."""
        self._fewest_lines = self._most_lines = lines
        self._take_lines(lines)

    def set_wrapped(self, is_wrapped: bool) -> None:
        """Break lines that are too long, as sentences are, or keep them whole, as formulas are."""
        if is_wrapped != self._is_wrapped:
            self._is_wrapped = is_wrapped
            self._refresh()

    def _take_lines(self, lines: int) -> None:
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self.update()

    def refuse(self, sentence: str) -> None:
        """Show the reason for a refusal in place of the text; it may hold a name, see `words.plain`."""
        refusal = plain(sentence, SENTENCE_LIMIT)
        if refusal != self._refusal:
            self._refusal = refusal
            self._refresh()

    def accept(self) -> None:
        """Show the text again."""
        if self._refusal:
            self._refusal = ""
            self._refresh()

    def sizeHint(self) -> QSize:
        """Return the height of the lines, for any width."""
        spacing = QFontMetricsF(theme.digits_font(self._size)).lineSpacing()
        return QSize(theme.px(120), round(self._lines * spacing + 0.5))

    def minimumSizeHint(self) -> QSize:
        """Return the height of the lines and a minimal width."""
        return QSize(theme.px(40), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Find the words before their tooltip is shown."""
        if event.type() == QEvent.Type.ToolTip:
            self._settle()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Break the text into lines, and end the last one with "…" if text is left."""
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
        """Emit `clicked` if the note is clickable."""
        if self._is_clickable and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit `clicked` on Enter or Space if the note is clickable."""
        if self._is_clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Find the words that nobody has seen."""
        super().showEvent(event)
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Adapt the number of lines to the new width."""
        super().resizeEvent(event)
        self._grow()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._grow()
        self.updateGeometry()
        self.update()

    @Slot()
    def _on_pause(self) -> None:
        if self.isVisible():
            self._settle()

    def _settle(self) -> None:
        """Find the words that are still to be found."""
        if self._find is not None:
            words = self._find()
            self.set_text(words.text, words.tip, others=words.others, shorter=words.shorter)
            self.found.emit()

    def _grow(self) -> None:
        """Set the number of lines that the text needs, within the limits."""
        if self._most_lines > self._fewest_lines:
            needed = len(self._broken(self.text(), theme.digits_font(self._size)))
            self._take_lines(min(max(needed, self._fewest_lines), self._most_lines))

    def _refresh(self) -> None:
        self._grow()
        set_tip(self, self._refusal or self._tip or self._text)
        self.setAccessibleName(self.text())
        self.update()

    def _filled(self, font: QFont) -> str:
        """Return the text followed by as many of the other sentences as fit."""
        text = self.text()
        if self._refusal:
            return text
        if self._shorter:
            texts = (text, *self._shorter)
            text = next((one for one in texts if len(self._broken(one, font)) <= self._lines), texts[-1])
        for sentence in self._others:
            if len(self._broken(f"{text} {sentence}", font)) > self._lines:
                break
            text = f"{text} {sentence}"
        return text

    def _wrapped(self, text: str, font: QFont) -> list[str]:
        """Return the lines of the text that fit, the last one elided."""
        metrics = QFontMetricsF(font)
        if not (self._is_wrapped or self._is_error or self._refusal):
            return [fitted_formula(line, metrics, self.width()) for line in text.split("\n")[: self._lines]]
        broken = self._broken(text, font)
        lines = [line for line, _rest in broken[: self._lines]]
        if len(broken) > self._lines:
            lines[-1] = metrics.elidedText(broken[self._lines - 1][1], Qt.TextElideMode.ElideRight, self.width())
        return lines

    def _broken(self, text: str, font: QFont) -> list[tuple[str, str]]:
        """Return the lines of the text at this width, each with the rest of its paragraph from there on."""
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


def fitted_formula(line: str, metrics: QFontMetricsF, width: float) -> str:
    """Return a formula in less room: without spaces around its signs, then without the end of what is computed.

    The result behind the last equals sign stays readable, and nothing is missing in the middle.
    """
    if metrics.horizontalAdvance(line) <= width:
        return line
    computed, equals, result = line.rpartition(" = ")
    for sign in "+−/·":
        computed = computed.replace(f" {sign} ", sign)
    end = f"{equals}{result}" if equals else ""
    room = width - metrics.horizontalAdvance(end)
    return metrics.elidedText(computed if equals else result, Qt.TextElideMode.ElideRight, room) + end
