"""The table of a network over the window, and buttons that copy it."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QBrush, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.overlay import Overlay
from convexplorer.gui.widgets.row_table import RowTable
from convexplorer.results.summary import Summary
from convexplorer.results.summary_text import FORMATS, HEADS, NUMBERS, summary_cells, total_lines

_MARGIN = 24  # design pixels of the window that stay beside it
_MOST_MEASURED = 200  # rows whose texts decide the widths of the columns
_NAMES = {"text": "Text", "csv": "CSV", "markdown": "Markdown"}
_TIPS = {
    "text": "Copy the table and its sums as text",
    "csv": "Copy the rows for a spreadsheet, with plain numbers",
    "markdown": "Copy the table and its sums for a page in Markdown",
}
_COPY = "Copy as"
Index = QModelIndex | QPersistentModelIndex


class SummaryModel(QAbstractTableModel):
    """The cells of a summary, as text; the row of a layer that cannot be is in the colour of errors."""

    def __init__(self, summary: Summary, parent: QWidget) -> None:
        super().__init__(parent)
        self._cells = summary_cells(summary)
        self.failed = [i for i, row in enumerate(summary.rows, start=1) if row.error]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of layers, and one for the picture."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its side and its colour."""
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._cells[row][column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and row in self.failed and column == 1:
            return QBrush(theme.colors().error)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the head of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
        return None


class SummaryCard(Overlay):
    """A card with the table of all layers; closed by Esc or a click outside."""

    def __init__(self, summary: Summary, window: QWidget) -> None:
        super().__init__(window)
        self._summary = summary
        count = len(summary.rows)
        title = QLabel(f"Summary of {count} layer{'' if count == 1 else 's'}", self.card)
        theme.set_role(title, "title")
        self.view = RowTable(self.card)
        self.view.setModel(SummaryModel(summary, self))
        self.copy_buttons = {name: self._copy_button(name) for name in FORMATS}
        self.copied = QLabel(_COPY, self.card)
        theme.set_role(self.copied, "muted")
        close = IconButton("close", "Close (Esc)", self.card)
        close.clicked.connect(self.close)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.copied)
        for button in self.copy_buttons.values():
            head.addWidget(button)
        head.addWidget(close)
        sums = QLabel("  · ".join(_unbroken(f"{words}: {value}") for words, value in total_lines(summary)), self.card)
        sums.setWordWrap(True)
        sums.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self.view, 1)
        self.card_layout.addWidget(sums)
        self._arrange()

    def open(self) -> None:
        """Show the table over the window, which then gets the keys."""
        super().open()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_card(self) -> None:
        """Take the room that the table needs, within a margin by which one sees that it lies over the window."""
        margin = theme.px(_MARGIN)
        room = self.rect().adjusted(margin, margin, -margin, -margin)
        rows = self.view.verticalHeader().length() + self.view.horizontalHeader().height()
        columns = self.view.horizontalHeader().length()
        frame = self.view.frameWidth() * 2 + theme.px(18)  # and a scroll bar
        around = self.card_layout.contentsMargins().left() * 2
        self.card.setFixedWidth(min(room.width(), max(columns + frame + around, theme.px(560))))
        rest = self.card_layout.totalHeightForWidth(self.card.width()) - self.view.sizeHint().height()
        self.card.setFixedHeight(min(room.height(), max(rows + frame + rest, theme.px(200))))
        self.card.move(self.rect().center() - self.card.rect().center())

    def _arrange(self) -> None:
        """Let columns be as wide as their texts, and errors run over all that is empty right of them."""
        self.view.setAccessibleName("Summary of the layers")
        header = self.view.horizontalHeader()
        header.setResizeContentsPrecision(_MOST_MEASURED)
        model = self.view.model()
        assert isinstance(model, SummaryModel)
        for row in model.failed:
            self.view.setSpan(row, 1, 1, len(HEADS) - 1)
        self.view.resizeColumnsToContents()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _copy_button(self, name: str) -> QPushButton:
        button = QPushButton(_NAMES[name], self.card)
        button.setToolTip(_TIPS[name])
        button.setProperty("format", name)
        button.clicked.connect(self._on_copied)
        return button

    @Slot()
    def _on_copied(self) -> None:
        name = self.sender().property("format")
        QGuiApplication.clipboard().setText(FORMATS[name](self._summary))
        self.copied.setText(f"Copied as {_NAMES[name]}. {_COPY}")  # here, because the window lies below


def _unbroken(text: str) -> str:
    """Return a text that keeps its line."""
    return text.replace(" ", "\u00a0").replace("-", "\u2011")
