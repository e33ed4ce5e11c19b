"""A part of a column with a title, which can be folded away."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from convexplorer.gui.look import theme


class Section(QWidget):
    """A title bar over a content.

    Parameters
    ----------
    title : what the section holds.
    content : shown below, or not.
    is_open : how it begins.

    """

    toggled = Signal(bool)  # a person opened or closed it

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None, *, is_open: bool = True) -> None:
        super().__init__(parent)
        self._title = title
        self._content = content
        self._is_open = is_open
        self._head = QToolButton(self)
        self._bar = QHBoxLayout()
        self._build()
        self._head.clicked.connect(self._on_clicked)
        self.set_open(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self._is_open

    def set_open(self, is_open: bool) -> None:
        """Show or hide the content; silent."""
        self._is_open = is_open
        theme.set_icon(self._head, "chevron-down" if is_open else "chevron-right")
        self._head.setToolTip(f"{'Hide' if is_open else 'Show'} {self._title}")
        self._head.setAccessibleDescription("shown" if is_open else "hidden")
        self._content.setVisible(is_open)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title = title
        self._head.setText(title)
        self._head.setAccessibleName(title)

    def add_button(self, button: QWidget) -> None:
        """Put a small control at the right end of the title bar."""
        self._bar.addWidget(button)

    @Slot()
    def _on_clicked(self) -> None:
        self.set_open(not self._is_open)
        self.toggled.emit(self._is_open)

    def _build(self) -> None:
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.set_role(self._head, "section")
        self.set_title(self._title)
        self._bar.setSpacing(theme.px(2))
        self._bar.addWidget(self._head, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(self._bar)
        layout.addWidget(self._content)
