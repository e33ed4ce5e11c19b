"""A temporary card over the window, closed by Esc or a click outside, without a nested event loop."""

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.ending import Ending


class Overlay(Ending, QWidget):
    """A dimming cover over its window with one card on it. Closing restores the focus and deletes the overlay.

    Attributes
    ----------
    card, card_layout : the frame and its vertical layout for the contents.
    keeps_keys : True if no shortcut of the window below acts while the overlay has the focus; False for a larger view
        of what the window shows, which its commands change.

    """

    closed = Signal()
    keeps_keys: ClassVar[bool] = True

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
        """Show the overlay in front of the window's other contents."""
        self._focus_before = QApplication.focusWidget()
        self._window.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()
        if self._focus_before is not None and self._focus_before.window() is not self._window.window():
            self._window.activateWindow()  # a key of a window beside it opened the overlay: what is typed goes here

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Resize the overlay along with the window."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that no field of the card claims, so that Qt looks for no shortcut of theirs."""
        if event.type() == QEvent.Type.ShortcutOverride and self.keeps_keys:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window below."""
        QPainter(self).fillRect(event.rect(), theme.colors().shadow)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click outside the card."""
        if not self.card.geometry().contains(event.position().toPoint()):
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc; keep all other keys from the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        event.accept()

    def closeEvent(self, event: QEvent) -> None:
        """Restore the focus and emit `closed`."""
        self._window.removeEventFilter(self)
        if self._focus_before is not None and isValid(self._focus_before):
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
            if self._window.isActiveWindow():  # else another window has come to the front meanwhile
                self._focus_before.activateWindow()
        event.accept()
        self.closed.emit()

    def place_card(self) -> None:
        """Place the card, by default in the middle; subclasses may override this method."""
        self.card.setMaximumSize(self.size() * 0.94)
        self.card.adjustSize()
        self.card.move(self.rect().center() - self.card.rect().center())

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.place_card()
