"""A widget over another one, of the same size."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convexplorer.gui.look import theme


class Cover(QWidget):
    """A widget that lies over all of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def fill(self, content: QWidget) -> None:
        """Show a widget in all of it."""
        self._layout.addWidget(content)

    def lie_over(self, parent: QWidget) -> None:
        """Become a child of a widget and follow its size."""
        self.setParent(parent)
        parent.installEventFilter(self)
        self.setGeometry(parent.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the parent."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False
