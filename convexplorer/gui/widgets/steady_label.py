"""A line of text for numbers that change while frames flow: a change repaints the line, and no layout is asked."""

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
        text = plain(text, SENTENCE_LIMIT)
        if text == self._shown:
            return
        self._shown = text
        self.setAccessibleName(text)
        self._update_tip()
        self._widen()
        self.update()

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

    def _widen(self) -> None:
        """Ask for room if the text is wider than all before it."""
        margins = self.contentsMargins()
        needed = self.fontMetrics().horizontalAdvance(self._shown) + margins.left() + margins.right() + 1
        if self._keeps_widest and needed > self._widest:
            self._widest = needed
            self.updateGeometry()
