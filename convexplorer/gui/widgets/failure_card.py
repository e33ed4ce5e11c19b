"""A sentence in the middle of an empty pane: why there is nothing to see, and the step that helps."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.words import SENTENCE_LIMIT, as_label, plain

WIDEST = 460  # design pixels: longer lines are hard to read


class FailureCard(QWidget):
    """A title, a sentence that wraps, and a button.

    Signals
    -------
    accepted : the button was pressed.
    """

    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._text = (self._label() for _ in range(2))
        theme.set_role(self._title, "title")
        self._offer = QPushButton(self)
        self._offer.clicked.connect(self.accepted)
        self.setFocusProxy(self._offer)
        self._layout = layout = QVBoxLayout(self)
        layout.addStretch(1)
        for label in (self._title, self._text):
            layout.addWidget(label)
        layout.addWidget(self._offer, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    @property
    def text(self) -> str:
        """All that is written."""
        return f"{self._title.text()}\n{self._text.text()}"

    def set_failure(self, title: str, text: str, offer: str = "") -> None:
        """Say what failed and why, and offer a step; "" for none."""
        self._title.setText(plain(title))
        self._text.setText(plain(text, SENTENCE_LIMIT))
        self._offer.setText(as_label(offer))
        self._offer.setVisible(bool(offer))
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self._text.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the sentences in the middle."""
        super().resizeEvent(event)
        self._fit()

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @Slot()
    def _fit(self) -> None:
        """Let sentences be no wider than is easy to read."""
        side = max(theme.px(12), (self.width() - theme.px(WIDEST)) // 2)
        self._layout.setContentsMargins(side, theme.px(12), side, theme.px(12))
        self._layout.setSpacing(theme.px(8))
