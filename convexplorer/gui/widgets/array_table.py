"""A separate window with an array of numbers as a table: cells are edited, rows and columns copied and pasted."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.note import Note
from convexplorer.kernels.matrix import MAX_CHARACTERS, parse_numbers
from convexplorer.kernels.numbers import parse_number
from convexplorer.words import as_sentence, full_number

Index = QModelIndex | QPersistentModelIndex


class ArrayModel(QAbstractTableModel):
    """A table model of a vector or matrix; an array with more axes has one row per index of its first axis.

    Attributes
    ----------
    values : (rows, columns), a copy of the array, changed by each edit.
    """

    edited = Signal()
    refused = Signal(str)  # why a number was not taken
    placed = Signal(bool)  # a whole matrix was pasted; True if it was turned

    def __init__(self, array: np.ndarray, axes: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._shape = array.shape
        self._axes = axes
        self.values = np.array(array.reshape(len(array), -1))

    def set_array(self, array: np.ndarray) -> None:
        """Show other numbers, of the same shape or another; silent."""
        if array.shape != self._shape:
            self.beginResetModel()
            self._shape, self.values = array.shape, np.array(array.reshape(len(array), -1))
            self.endResetModel()
        elif not np.array_equal(array, self.array, equal_nan=True):
            self.values[:] = array.reshape(self.values.shape)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    @property
    def array(self) -> np.ndarray:
        """The numbers in the shape of the original array."""
        return self.values.reshape(self._shape)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: ARG002
        """Return the number of rows."""
        return len(self.values)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: ARG002
        """Return the number of columns."""
        count: int = self.values.shape[1]
        return count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a number as text."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return full_number(float(self.values[index.row(), index.column()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the label of a row or column: its number and its meaning."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return f"{self._axes[0]} {section}"
        return f"{self._axes[1]} {section}" if len(self._axes) > 1 else "value"

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return flags that make every cell editable."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set a cell to a typed number; return False for text that is no number."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        try:
            number = parse_number(str(value))
        except ValueError as error:
            self.refused.emit(as_sentence(str(error)))
            return False
        self.values[index.row(), index.column()] = number
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True

    def paste(self, row: int, column: int, text: str) -> None:
        """Take a block of numbers from a cell on; take none of them if one is no number, or has no room.

        A whole matrix whose axes are exchanged is turned, and `turned` tells so.
        """
        try:
            block = _block_of(text)
            is_turned = self._is_turned(block)
            if is_turned:
                block, row, column = [list(line) for line in zip(*block, strict=True)], 0, 0
            self._check_room(row, column, block)
        except ValueError as error:
            self.refused.emit(as_sentence(str(error)))
            return
        for i, line in enumerate(block):
            self.values[row + i, column : column + len(line)] = line
        self.dataChanged.emit(self.index(row, column), self.index(self.rowCount() - 1, self.columnCount() - 1))
        self.edited.emit()
        if len(self._shape) == 2 and len(block) == len(self.values) and len(block[0]) == self.values.shape[1]:
            self.placed.emit(is_turned)

    def transpose(self) -> None:
        """Exchange rows and columns of a square matrix."""
        self.values[:] = self.values.T.copy()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        self.edited.emit()

    @property
    def is_square(self) -> bool:
        """True for a matrix whose shape does not tell rows from columns."""
        return len(self._shape) == 2 and self._shape[0] == self._shape[1] > 1

    def _is_turned(self, block: Sequence[Sequence[float]]) -> bool:
        """Return True for a block of all numbers of the matrix, with its axes exchanged."""
        sizes = {len(line) for line in block}
        is_whole = len(self._shape) == 2 and len(sizes) == 1
        return is_whole and not self.is_square and (sizes.pop(), len(block)) == self._shape

    def _check_room(self, row: int, column: int, block: Sequence[Sequence[float]]) -> None:
        """Raise ValueError if a block is empty, or larger than what lies below and right of a cell."""
        height, width = len(block), max(map(len, block), default=0)
        rows, columns = len(self.values) - row, self.values.shape[1] - column
        if not height or not width:
            raise ValueError("there are no numbers on the clipboard")
        if height > rows or width > columns:
            raise ValueError(
                f"the clipboard holds {height} × {width} numbers; from the chosen cell on there are {rows} × {columns}"
            )


def _block_of(text: str) -> list[list[float]]:
    """Return the rows of numbers in cells of a spreadsheet, or in a list of lists."""
    if "[" in text:
        block = parse_numbers(text, MAX_CHARACTERS)
        if block.ndim != 2:
            raise ValueError("the clipboard holds an array of three axes, and this table has two")
        rows: list[list[float]] = block.tolist()
        return rows
    lines = [line.split("\t") if "\t" in line else line.replace(";", " ").split() for line in text.splitlines()]
    return [[parse_number(cell) for cell in line] for line in lines if line]


class ArrayTable(QDialog):
    """A window with the numbers of an array; each edit emits `edited`.

    Parameters
    ----------
    origins : words for who keeps a matrix in this order, and who with its axes exchanged.
    """

    edited = Signal(object)  # the whole array
    reset_asked = Signal()

    def __init__(
        self,
        title: str,
        axes: Sequence[str],
        array: np.ndarray,
        parent: QWidget | None = None,
        *,
        origins: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__(parent)
        self._axes, self._origins = axes, origins
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = ArrayModel(array, axes, self)
        self.model.edited.connect(lambda: self.edited.emit(self.model.array.copy()))
        self.view = QTableView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.horizontalHeader().setDefaultSectionSize(theme.px(96))
        self._size = " × ".join(map(str, array.shape))
        self.note = Note(2, self)
        self.model.edited.connect(self.note.accept)
        self.model.refused.connect(self.note.refuse)
        self.model.placed.connect(self._on_placed)
        self._show_size()
        self.turn_button = QPushButton("Transpose", self)
        self.turn_button.setToolTip("Exchange rows and columns, for weights that are kept in the other order")
        self.turn_button.clicked.connect(self._on_turn)
        self.turn_button.setVisible(self.model.is_square)
        reset = QPushButton("Initial values", self)
        reset.clicked.connect(self._on_reset)
        close = QPushButton("Close", self)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.turn_button)
        row.addWidget(reset)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view)
        layout.addLayout(row)
        QShortcut(QKeySequence.StandardKey.Copy, self.view, self._copy, context=Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence.StandardKey.Paste, self.view, self._paste, context=Qt.ShortcutContext.WidgetShortcut)
        self.resize(theme.px(560), theme.px(360))

    def show_array(self, array: np.ndarray) -> None:
        """Show what holds now: after undo, on another picture, after a refusal."""
        self._size = " × ".join(map(str, array.shape))
        self._show_size()
        self.model.set_array(array)
        self.turn_button.setVisible(self.model.is_square)

    @Slot(bool)
    def _on_placed(self, is_turned: bool) -> None:
        """Say how a pasted matrix was read."""
        order = ", ".join(reversed(self._axes)) if is_turned else ", ".join(self._axes)
        origin = self._origins[is_turned]
        how = f"Read as ({order}){f', {origin}' if origin else ''}"
        other = " “Transpose” reads it the other way round." if self.model.is_square else ""
        self.note.set_text(f"{how}{', and turned' if is_turned else ''}.{other}")

    @Slot()
    def _on_turn(self) -> None:
        self.note.accept()
        self.model.transpose()
        self._show_size()

    @Slot()
    def _on_reset(self) -> None:
        self.note.accept()
        self.reset_asked.emit()

    def _show_size(self) -> None:
        self.note.set_text(f"{self._size} numbers. Type into a cell; Ctrl+C and Ctrl+V copy and paste blocks.")

    def _copy(self) -> None:
        chosen = self.view.selectionModel().selectedIndexes()
        if not chosen:
            return
        rows = sorted({index.row() for index in chosen})
        columns = sorted({index.column() for index in chosen})
        text = "\n".join("\t".join(full_number(float(self.model.values[r, c])) for c in columns) for r in rows)
        QGuiApplication.clipboard().setText(text)

    def _paste(self) -> None:
        at = self.view.currentIndex()
        self.model.paste(max(at.row(), 0), max(at.column(), 0), QGuiApplication.clipboard().text())
