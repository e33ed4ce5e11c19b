"""A popup for sentences that do not fit beside their control."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.popup_keys import run_shortcut
from convexplorer.gui.widgets.popup_place import popup_place

WIDTH = 380  # design pixels


class SentencePopup(QFrame):
    """A title and sentences below each other; a click outside, Esc or a shortcut closes and deletes the popup."""

    def __init__(self, title: str, sentences: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.set_role(self, "menu")
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(sentences))
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(*(theme.px(n) for n in (14, 10, 14, 12)))
        layout.setSpacing(theme.px(7))
        head = QLabel(title, self)
        theme.set_role(head, "title")
        layout.addWidget(head)
        for sentence in sentences:
            label = QLabel(sentence, self)
            label.setWordWrap(True)
            layout.addWidget(label)

    def open_at(self, anchor: QWidget) -> None:
        """Open the popup beside a widget."""
        width = theme.px(WIDTH)
        self.setFixedSize(width, self._layout.totalHeightForWidth(width))
        self.move(popup_place(anchor, self.size()))
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc or Enter; a shortcut of the window closes the popup and acts."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        elif not run_shortcut(self, event):
            super().keyPressEvent(event)
