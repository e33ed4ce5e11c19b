"""The table of the differences of two networks: a row for each layer, with a bar, in any order."""

import math
from typing import Any

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
from PySide6.QtGui import QBrush, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.row_table import RowTable
from convexplorer.results.differences.difference_text import HEADS, NUMBERS, difference_cells
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference

Index = QModelIndex | QPersistentModelIndex
VERDICT, SHAPE, LARGEST, AT, MEAN, RELATIVE, COSINE, WEIGHTS = range(2, 10)
SORTED, SHARE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_TIPS = {
    SHAPE: "Of what the layer gives",
    LARGEST: "The largest |this − reference|",
    AT: "Its map and cell, counted from 0; a click pins it",
    MEAN: "The mean of |this − reference|",
    RELATIVE: "‖this − reference‖ / ‖reference‖, in percent where it is not tiny; the bar ends at 100 %",
    COSINE: "Of the angle between all values of both: 1 where they differ by a factor at most",
    WEIGHTS: "How many weights differ, and by how much at most",
    VERDICT: "Rounding is what sums of the layer's size in float32 explain",
}
_WEAK = ("", "the same", "rounding")  # verdicts that need no attention
_ROOM_PX = 10
_SHADE = 70  # alpha of a bar


class DifferenceModel(QAbstractTableModel):
    """The cells of a difference; those of newer frames take their place without moving the rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cells: list[tuple[str, ...]] = []
        self._layers: tuple[LayerDifference, ...] = ()
        self._names: list[tuple[str, ...]] = []

    def show_difference(self, difference: NetworkDifference) -> None:
        """Show the differences of a frame."""
        cells = difference_cells(difference)
        names = [row[:2] for row in cells]
        is_same = names == self._names
        if not is_same:
            self.beginResetModel()
        self._cells, self._layers, self._names = cells, difference.layers, names
        if not is_same:
            self.endResetModel()
        else:
            self.dataChanged.emit(self.index(0, 0), self.index(len(cells) - 1, len(HEADS) - 1))

    def layer(self, row: int) -> LayerDifference | None:
        """Return the layer of a row; None for the picture."""
        return self._layers[row - 1] if row > 0 else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of layers, and one for the picture."""
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its side, its colour, and by what it is sorted."""
        row, column = index.row(), index.column()
        text = self._cells[row][column]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            is_weak = self._cells[row][VERDICT] in _WEAK
            return QBrush(theme.colors().muted if is_weak else theme.colors().text)
        if role == SORTED:
            return self._sort_key(row, column)
        if role == SHARE and column == RELATIVE:
            return self._number(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the head of a column, and what its numbers mean."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TIPS.get(section)
        if role == Qt.ItemDataRole.InitialSortOrderRole:  # the largest first
            return (Qt.SortOrder.DescendingOrder if section in NUMBERS else Qt.SortOrder.AscendingOrder).value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
        return None

    def _sort_key(self, row: int, column: int) -> Any:
        """Return a number, smaller than all others where there is none; a text for the columns of words."""
        if column not in NUMBERS:
            return self._cells[row][column]
        number = self._number(row, column)
        return -math.inf if number is None else number

    def _number(self, row: int, column: int) -> float | None:
        one = self.layer(row)
        values = None if one is None else one.values
        if values is None:
            return None
        known = {LARGEST: values.largest, MEAN: values.mean, RELATIVE: values.relative, COSINE: values.cosine}
        return known[column]


class DifferenceTable(RowTable):
    """A row for each layer; a click on a head sorts, by the largest first, and a third one puts the layers in order.

    Signals
    -------
    chosen : a `LayerDifference`, by click or Enter.
    pinned : a `LayerDifference` whose place of the largest difference was clicked.
    """

    chosen = Signal(object)
    pinned = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = DifferenceModel(self)
        self._order = QSortFilterProxyModel(self)
        self._order.setSourceModel(self._model)
        self._order.setSortRole(SORTED)
        self.setModel(self._order)
        self.setItemDelegateForColumn(RELATIVE, _BarDelegate(self))
        self.setAccessibleName("Differences of the layers")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._on_sorted)
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_activated)

    def show_difference(self, difference: NetworkDifference) -> None:
        """Show the differences of a frame; columns are measured at the first one, and keep the user's widths."""
        rows = self._model.rowCount()
        self._model.show_difference(difference)
        if rows != self._model.rowCount():
            self.resizeColumnsToContents()
            header = self.horizontalHeader()
            for column in range(len(HEADS) - 1):  # numbers of the next frames may be longer
                header.resizeSection(column, header.sectionSize(column) + theme.px(_ROOM_PX))

    def mark_layer(self, index: int) -> None:
        """Mark the row of the selected layer."""
        for row in range(self._order.rowCount()):
            one = self._layer_at(self._order.index(row, 0))
            if (
                one is not None
                and one.pair.own is not None
                and one.pair.own.layer == index
                and not one.pair.own.is_linear
            ):
                if row != self.currentIndex().row():
                    self.setCurrentIndex(self._order.index(row, 0))
                return

    def _layer_at(self, index: Index) -> LayerDifference | None:
        return self._model.layer(self._order.mapToSource(index).row())

    @Slot(int, Qt.SortOrder)
    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        # Without a column Qt would turn the rows round where the order is a descending one.
        self._order.sort(column, order if column >= 0 else Qt.SortOrder.AscendingOrder)

    @Slot(object)
    def _on_clicked(self, index: QModelIndex) -> None:
        one = self._layer_at(index)
        if one is not None and index.column() == AT and one.values is not None:
            self.pinned.emit(one)
        elif one is not None:
            self.chosen.emit(one)

    @Slot(object)
    def _on_activated(self, index: QModelIndex) -> None:
        one = self._layer_at(index)
        if one is not None:
            self.chosen.emit(one)


class _BarDelegate(QStyledItemDelegate):
    """Paints a share as a bar behind its text, whose whole width is 100 %."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the bar, then the text."""
        share = index.data(SHARE)
        if share:
            rect: QRect = option.rect.adjusted(1, 2, -1, -2)
            color = theme.colors().accent
            shade = type(color)(color)
            shade.setAlpha(_SHADE)
            width = max(1, round(rect.width() * min(share, 1.0)))
            painter.fillRect(QRect(rect.left(), rect.top(), width, rect.height()), shade)
        super().paint(painter, option, index)
