"""A sheet of text over the window: what is known of something, to be read and copied."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.overlay import Overlay

WIDTH, HEIGHT = 620, 460  # design pixels, at most


class TextSheet(Overlay):
    """A title and lines of plain text that can be selected; long ones are wrapped, many scroll."""

    def __init__(self, window: QWidget, title: str, text: str) -> None:
        super().__init__(window)
        head = QLabel(title, self.card)
        head.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(head, "title")
        self.text = QLabel(text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.text.setContentsMargins(*(theme.px(6),) * 4)
        self._area = QScrollArea(self.card)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.text)
        self._area.setAccessibleName(title)
        self.card_layout.addWidget(head)
        self.card_layout.addWidget(self._area, 1)

    def open(self) -> None:
        """Show the sheet, and give its text the keys."""
        super().open()
        self.text.setFocus()

    def place_card(self) -> None:
        """Make the card as large as its text needs, if there is room."""
        width = min(theme.px(WIDTH), int(self.width() * 0.94))
        wanted = self.text.heightForWidth(width - theme.px(40)) + theme.px(70)
        height = min(max(wanted, theme.px(120)), theme.px(HEIGHT), int(self.height() * 0.94))
        self.card.setGeometry(0, 0, width, height)
        self.card.move(self.rect().center() - self.card.rect().center())
