"""A card that lies over the window for a moment and goes with Esc or a click beside it; nothing waits for it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from convexplorer.gui.look import theme


class Overlay(QWidget):
    """Covers its window, dimming it, with one card on it. It gives the focus back when it goes, and is gone then.

    Attributes
    ----------
    card, card_layout : a frame and its vertical layout, for the contents.

    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._focus_before: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.card = QFrame(self)
        theme.set_role(self.card, "popup")
        self.card_layout = QVBoxLayout(self.card)
        self.card_layout.setContentsMargins(*(theme.px(8),) * 4)
        self.card_layout.setSpacing(theme.px(6))
        self.hide()

    def open(self) -> None:
        """Lay it over the window, in front of all else."""
        self._focus_before = QApplication.focusWidget()
        self._window.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies below."""
        QPainter(self).fillRect(event.rect(), theme.colors().shadow)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go when one clicks beside the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go with Esc; other keys do not reach the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        event.accept()

    def closeEvent(self, event: QEvent) -> None:
        """Give the focus back and tell."""
        self._window.removeEventFilter(self)
        if self._focus_before is not None and isValid(self._focus_before):
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        event.accept()
        self.closed.emit()

    def place_card(self) -> None:
        """Put the card where it belongs; in the middle unless a subclass knows better."""
        self.card.setMaximumSize(self.size() * 0.94)
        self.card.adjustSize()
        self.card.move(self.rect().center() - self.card.rect().center())

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.place_card()
