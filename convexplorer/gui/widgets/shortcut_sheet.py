"""The help sheet: all keys, and all mouse gestures, on a card in columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.segmented import Segmented

Group = tuple[str, Sequence[tuple[str, str]]]  # title, then (keys, effect) pairs
COLUMN_WIDTH = 285  # design pixels
MARGIN = 10  # design pixels above and below the card in a low window
LONGEST_ROW = 40  # characters of keys and text that fit into one line of a column


class ShortcutSheet(Overlay):
    """A card over the window, closed by Esc, a click outside or any command; scrolls if too large.

    Parameters
    ----------
    parts : what is shown at a time, by name: (title, [(keys, effect), …]) each.
    window : the window below the card.

    """

    def __init__(self, parts: Mapping[str, Sequence[Group]], window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._column_count = 0
        self._contents: dict[str, QWidget] = {}
        self._area = QScrollArea(self.card)
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName("Keys and mouse")
        self._area.setToolTip("Esc closes")
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        title = QLabel("Keys and mouse", self.card)
        theme.set_role(title, "heading")
        close = IconButton("close", "Close (Esc)", self.card)
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(10), theme.px(4), 0, 0)
        self._choice = Segmented([(name, name) for name in parts], self.card, name="What is shown")
        self._choice.set_value(next(iter(parts)))
        self._choice.chosen.connect(self._show_part)
        head.addWidget(title, 1)
        head.addWidget(self._choice)
        head.addWidget(close)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self._area)

    def open(self) -> None:
        """Show the card over the window."""
        super().open()
        self._area.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_card(self) -> None:
        """Use as many columns as fit side by side."""
        room = QSize(round(self.width() * 0.94), self.height() - 2 * theme.px(MARGIN))
        count = min(max(1, (room.width() - theme.px(40)) // theme.px(COLUMN_WIDTH)), 4)
        if count != self._column_count:
            self._column_count = count
            self._area.takeWidget()
            self._contents = {name: self._build_columns(groups, count) for name, groups in self._parts.items()}
            self._show_part(self._choice.value)
        sizes = [content.sizeHint() for content in self._contents.values()]
        width, height = max(size.width() for size in sizes), max(size.height() for size in sizes)
        self.card.setFixedSize(min(room.width(), width + theme.px(34)), min(room.height(), height + theme.px(58)))
        self.card.move(self.rect().center() - self.card.rect().center())

    @Slot(str)
    def _show_part(self, name: str) -> None:
        self._area.takeWidget()  # which the area would delete with the next one
        self._area.setWidget(self._contents[name])
        self._contents[name].show()

    def _build_columns(self, groups: Sequence[Group], count: int) -> QWidget:
        """Distribute groups over columns of similar height."""
        content = QWidget(self.card)
        content.hide()
        layout = QHBoxLayout(content)
        layout.setContentsMargins(theme.px(10), theme.px(4), theme.px(10), theme.px(4))
        layout.setSpacing(theme.px(20))
        for members in _deal(groups, count):
            column = QVBoxLayout()
            column.setSpacing(theme.px(8))
            for group in members:
                column.addLayout(self._build_group(group))
            column.addStretch(1)
            layout.addLayout(column, 1)
        return content

    def _build_group(self, group: Group) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(1))
        grid.setColumnStretch(1, 1)
        title, rows = group
        heading = QLabel(title)
        theme.set_role(heading, "title")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (keys, action) in enumerate(rows, start=1):
            key, text = QLabel(keys), QLabel(action)
            theme.set_role(key, "key")
            text.setWordWrap(True)
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        return grid


def _deal(groups: Sequence[Group], count: int) -> list[list[Group]]:
    """Distribute groups over at most `count` columns, tallest first, each into the shortest column.

    Within a column, and from column to column, groups keep their given order.
    """
    places: list[list[int]] = [[] for _ in range(count)]
    filled = [0.0] * count
    for i in sorted(range(len(groups)), key=lambda i: -_height(groups[i])):
        shortest = filled.index(min(filled))
        places[shortest].append(i)
        filled[shortest] += _height(groups[i])
    return [[groups[i] for i in sorted(column)] for column in sorted(filter(None, places), key=min)]


def _height(group: Group) -> float:
    """Estimate a group's height in rows, with wrapped texts and the space above its heading."""
    _title, rows = group
    room = max(LONGEST_ROW - max((len(keys) for keys, _ in rows), default=0), 8)  # the longest keys narrow all texts
    return 1.6 + sum(1 + 0.8 * (-(-len(text) // room) - 1) for _, text in rows)
