"""A label that elides its text instead of displacing its neighbours; the tooltip has the full text."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

from convexplorer.gui.look.tips import set_tip
from convexplorer.words import SENTENCE_LIMIT, plain


class ElidedLabel(QLabel):
    """A one-line label that may become narrower than its text.

    Parameters
    ----------
    tip : additional text of the tooltip, below the full text.
    may_vanish : True to show nothing if there is no room for the beginning of a word.
    shorter : what is shown instead of the beginning of the text, if there is no room for all of it.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        tip: str = "",
        may_vanish: bool = False,
        shorter: str = "",
    ) -> None:
        super().__init__(parent)
        self._brief = shorter
        self._may_vanish = may_vanish
        self._mode = mode
        self._tip = tip
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text, on one line; it may hold a name from a file, see `words.plain`."""
        text = plain(text, SENTENCE_LIMIT)
        if text == self.text():
            return
        super().setText(text)
        self.setAccessibleName(text)
        self._update_tip()

    def set_tip(self, tip: str) -> None:
        """Set the additional text of the tooltip."""
        if tip != self._tip:
            self._tip = tip
            self._update_tip()

    @property
    def is_elided(self) -> bool:
        """True if the text is elided."""
        return not self._fits(self.text())

    @property
    def shown_text(self) -> str:
        """The text that is shown, elided if it has no room."""
        return self._brief if self._brief and self.is_elided else self.text()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the beginning of a word, or of the whole text if shorter."""
        width = 0 if self._may_vanish else min(self._beginning_px(), self.fontMetrics().horizontalAdvance(self.text()))
        return QSize(width, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the elided text in the style's colours."""
        del event
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        area: QRect = self.contentsRect()
        if self._may_vanish and not self._fits(self.shown_text) and area.width() < self._beginning_px():
            return
        text = self.fontMetrics().elidedText(self.shown_text, self._mode, area.width())
        self.style().drawItemText(
            painter, area, int(self.alignment()), option.palette, self.isEnabled(), text, self.foregroundRole()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the full text in the tooltip only while the label is elided."""
        super().resizeEvent(event)
        self._update_tip()

    def _fits(self, text: str) -> bool:
        return self.fontMetrics().horizontalAdvance(text) <= self.contentsRect().width()

    def _beginning_px(self) -> int:
        return self.fontMetrics().horizontalAdvance("mmm…")

    def _update_tip(self) -> None:
        parts = [self.text()] if self.is_elided else []
        set_tip(self, "\n".join([*parts, *([self._tip] if self._tip else [])]))
