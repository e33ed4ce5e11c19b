"""An array of numbers as a table in a window of its own: cells are typed, columns and rows are copied and pasted."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.kernels.numbers import parse_number
from convexplorer.words import full_number

Index = QModelIndex | QPersistentModelIndex


class ArrayModel(QAbstractTableModel):
    """A vector or matrix of numbers; an array with more axes has one row for each of its first.

    Attributes
    ----------
    values : (rows, columns), a copy that changes with each edit.
    """

    edited = Signal()

    def __init__(self, array: np.ndarray, axes: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._shape = array.shape
        self._axes = axes
        self.values = np.array(array.reshape(len(array), -1))

    @property
    def array(self) -> np.ndarray:
        """The numbers in the shape they came in."""
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
        """Return the number of a row or column, with what it counts."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return f"{self._axes[0]} {section}"
        return f"{self._axes[1]} {section}" if len(self._axes) > 1 else "value"

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let every number be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed number; refuse what is none."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        try:
            number = parse_number(str(value))
        except ValueError:
            return False
        self.values[index.row(), index.column()] = number
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True

    def paste(self, row: int, column: int, text: str) -> bool:
        """Take numbers from a text of rows, from a cell on; refuse all if one is no number."""
        lines = [line.split("\t") if "\t" in line else line.replace(";", " ").split() for line in text.splitlines()]
        try:
            block = [[parse_number(cell) for cell in line] for line in lines if line]
        except ValueError:
            return False
        for i, line in enumerate(block[: len(self.values) - row]):
            width = min(len(line), self.values.shape[1] - column)
            self.values[row + i, column : column + width] = line[:width]
        self.dataChanged.emit(self.index(row, column), self.index(self.rowCount() - 1, self.columnCount() - 1))
        self.edited.emit()
        return True


class ArrayTable(QDialog):
    """A window with the numbers of an array; each edit is told at once."""

    edited = Signal(object)  # the whole array
    reset_asked = Signal()

    def __init__(self, title: str, axes: Sequence[str], array: np.ndarray, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = ArrayModel(array, axes, self)
        self.model.edited.connect(lambda: self.edited.emit(self.model.array.copy()))
        self.view = QTableView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.horizontalHeader().setDefaultSectionSize(theme.px(96))
        size = " × ".join(map(str, array.shape))
        note = QLabel(f"{size} numbers. Type into a cell; Ctrl+C and Ctrl+V copy and paste blocks.", self)
        theme.set_role(note, "muted")
        reset = QPushButton("Initial values", self)
        reset.clicked.connect(self._on_reset)
        close = QPushButton("Close", self)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(note, 1)
        row.addWidget(reset)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view)
        layout.addLayout(row)
        QShortcut(QKeySequence.StandardKey.Copy, self.view, self._copy, context=Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence.StandardKey.Paste, self.view, self._paste, context=Qt.ShortcutContext.WidgetShortcut)
        self.resize(theme.px(560), theme.px(360))

    def _on_reset(self) -> None:
        self.reset_asked.emit()
        self.close()

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
