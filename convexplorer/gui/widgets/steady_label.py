"""A line of text for numbers that change while frames flow: a change repaints the line, and no layout is asked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.words import SENTENCE_LIMIT, plain

_ANY = "0"  # what the label of Qt holds, so that it knows its height; the shown text is ours


class SteadyLabel(ElidedLabel):
    """An elided label that takes the width its layout gives it, or keeps that of its widest text.

    A `QLabel` asks for a new layout of all its ancestors whenever its text changes, whether or not its size does.

    Parameters
    ----------
    keeps_widest : True to be as wide as the widest text so far, so that nothing beside it moves; False for the room
        that others leave.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, keeps_widest: bool = False) -> None:
        self._shown = ""
        self._shorter: tuple[str, ...] = ()
        self._least = ""
        self._widest = 0
        self._keeps_widest = keeps_widest
        super().__init__("", parent)
        across = QSizePolicy.Policy.Fixed if keeps_widest else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        QLabel.setText(self, _ANY)
        self.setText(text)

    def text(self) -> str:
        """Return the text, not elided."""
        return self._shown

    def setText(self, text: str) -> None:
        """Set the text, on one line; it may hold a name from a file, see `words.plain`."""
        self.set_texts((text,))

    def set_texts(self, texts: Sequence[str]) -> None:
        """Set a text and shorter ones for less room; the first is also the accessible name, and the tip if needed."""
        text, *shorter = (plain(text, SENTENCE_LIMIT) for text in texts or ("",))
        if (text, tuple(shorter)) == (self._shown, self._shorter):
            return
        self._shown, self._shorter = text, tuple(shorter)
        self.setAccessibleName(text)
        self._update_tip()
        self._widen()
        self.update()

    def keep_room(self, text: str) -> None:
        """Ask for the room of this text at least, whatever is shown."""
        self._least = text
        self.setMinimumWidth(self._needed(text))  # a layout asks no hint of a widget that takes what others leave

    @property
    def shown_text(self) -> str:
        """The first of the texts that fits; else the shortest, elided."""
        texts = (self._shown, *self._shorter)
        return next((text for text in texts if self._fits(text)), texts[-1])

    def forget_width(self) -> None:
        """Shrink to the present text: the texts before belonged to something else."""
        self._widest = 0
        self._widen()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the height of a line, and the width of the widest text if that is kept."""
        return QSize(self._widest, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a kept width is not squeezed."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.forget_width()
            self.setMinimumWidth(self._needed(self._least))

    def _widen(self) -> None:
        """Ask for room if the text is wider than all before it."""
        needed = self._needed(self._shown)
        if self._keeps_widest and needed > self._widest:
            self._widest = needed
            self.updateGeometry()

    def _needed(self, text: str) -> int:
        if not text:
            return 0
        margins = self.contentsMargins()
        return self.fontMetrics().horizontalAdvance(text) + margins.left() + margins.right() + 1
