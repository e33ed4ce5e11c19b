"""The numbers of a bank over many pictures, as a table that is sorted by any of them, with bars."""

import math
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.row_table import RowTable
from convexplorer.results.unit.bank_statistics import FilterNumbers
from convexplorer.words import number, percent, plain

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (
    ("Filter", "name", "The map, in the order of the layer"),
    ("Mean", "mean", "The mean of all values"),
    ("Deviation", "deviation", "The standard deviation of all values"),
    ("Lowest", "minimum", "The smallest value"),
    ("Highest", "maximum", "The largest value"),
    ("Zeros", "zeros", "The share of values that are 0; all of a dead filter"),
    ("Wins", "wins", "The share of the places where this map is larger than every other of the layer"),
)
_SORT, _SHARE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class StatisticsModel(QAbstractTableModel):
    """A row for each filter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[FilterNumbers, ...] = ()
        self._largest: dict[str, float] = {}

    def set_rows(self, rows: Sequence[FilterNumbers]) -> None:
        """Show other numbers; the order and the selection stay if they are of as many filters."""
        is_reset = len(rows) != len(self.rows)
        if is_reset:
            self.beginResetModel()
        self.rows = tuple(rows)
        for _, name, _ in COLUMNS[1:]:
            found = [abs(getattr(row, name)) for row in rows if math.isfinite(getattr(row, name))]
            self._largest[name] = 1.0 if name == "zeros" else max(found, default=0.0)
        if is_reset:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of filters."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: ARG002
        """Return the number of columns."""
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a number as text, as it sorts, or as its share of the largest in its column, −1…1."""
        row, name = self.rows[index.row()], COLUMNS[index.column()][1]
        value = getattr(row, name)
        if role == Qt.ItemDataRole.DisplayRole:
            return _text_of(row, name)
        if role == _SORT:
            return index.row() if name == "name" else value if math.isfinite(value) else -math.inf
        if role == _SHARE and name != "name" and math.isfinite(value):
            return value / self._largest[name] if self._largest[name] else 0.0
        if role == Qt.ItemDataRole.TextAlignmentRole and name != "name":
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and row.is_dead:
            return "It gives nothing but 0 in all pictures."
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the title of a column, and what it tells; the number of a row."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        return f"{COLUMNS[section][2]}. Click to sort." if role == Qt.ItemDataRole.ToolTipRole else None


class StatisticsTable(RowTable):
    """The table.

    Signals
    -------
    picked : index of the filter whose row was clicked.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = StatisticsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(_SORT)
        self._sorted.setSourceModel(self.rows)
        self.setModel(self._sorted)
        self.setAccessibleName("Bank in numbers")
        self.setItemDelegate(_BarPainter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_clicked)
        theme.notifier().changed.connect(self._on_theme)
        self._on_theme()

    def set_rows(self, rows: Sequence[FilterNumbers]) -> None:
        """Show the numbers of a bank."""
        self.rows.set_rows(rows)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self._sorted.mapToSource(index).row())

    @Slot()
    def _on_theme(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(26))


class _BarPainter(QStyledItemDelegate):
    """Paints numbers over bars; those that can be below 0 begin in the middle."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors, share, inset = theme.colors(), index.data(_SHARE), theme.px(4)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colors.selected)
        room = option.rect.adjusted(inset, inset, -inset, -inset)
        if share is not None:
            bar = theme.mix(colors.panel, colors.accent, 0.28)
            painter.fillRect(_bar(room, share, COLUMNS[index.column()][1]), bar)
        painter.setPen(colors.text)
        painter.setFont(theme.text_font(12) if index.column() == 0 else theme.digits_font(12))
        edge = room.adjusted(inset, 0, -inset, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideMiddle, edge.width())
        side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignRight
        painter.drawText(edge, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _bar(room: QRect, share: float, name: str) -> QRect:
    if name in ("zeros", "wins", "deviation"):
        return QRect(room.left(), room.top(), round(room.width() * share), room.height())
    middle, length = room.center().x(), round(room.width() / 2 * abs(share))
    return QRect(middle if share >= 0 else middle - length, room.top(), length, room.height())


def _text_of(row: FilterNumbers, name: str) -> str:
    if name == "name":
        return f"{plain(row.name)} · dead" if row.is_dead else plain(row.name)
    value = getattr(row, name)
    return percent(value) if name in ("zeros", "wins") else number(value)
