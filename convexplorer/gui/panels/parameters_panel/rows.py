"""What both forms share: a row of a muted label and its control, and limits put into words."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QGridLayout, QLabel, QLayout, QSizePolicy, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.model.limits import Limit

LABEL_WIDTH = 62
ROW_HEIGHT = 26
SPACING = 3


def make_grid(parent: QWidget) -> QGridLayout:
    """Return the tight two-column grid of a form."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setColumnStretch(1, 1)
    fit_grid(grid)
    return grid


def fit_grid(grid: QGridLayout) -> None:
    """Give the grid of a form the lengths of the present scale."""
    grid.setHorizontalSpacing(theme.px(6))
    grid.setVerticalSpacing(theme.px(SPACING))
    grid.setColumnMinimumWidth(0, theme.px(LABEL_WIDTH))


def add_row(grid: QGridLayout, text: str, control: QWidget | QLayout) -> "RowLabel":
    """Add a label and a control below what is there."""
    row = grid.rowCount()
    label = RowLabel(text)
    theme.set_role(label, "muted")
    # At the top: a control that unfolds leaves its label where it was.
    grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if isinstance(control, QWidget):
        label.setBuddy(control)
        grid.addWidget(control, row, 1)
    else:
        grid.addLayout(control, row, 1)
    return label


def add_whole_row(grid: QGridLayout, text: str, controls: QBoxLayout) -> "RowLabel":
    """Add controls that need more than their column; where there is too little room, the label gives up its rest."""
    label = RowLabel(text, width=LABEL_WIDTH)
    theme.set_role(label, "muted")
    controls.insertWidget(0, label)
    grid.addLayout(controls, grid.rowCount(), 0, 1, 2)
    return label


def make_combo(name: str, parent: QWidget) -> QComboBox:
    """Return a combo box that may become narrow: the column is no wider than its controls must be."""
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    combo.setMinimumContentsLength(2)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return combo


def limit_pair(control: PairSpin, name: str, limits: Mapping[str, Limit]) -> None:
    """Give a pair of numbers the limits called `name_rows` and `name_columns`, if they are known."""
    rows, columns = limits.get(f"{name}_rows"), limits.get(f"{name}_columns")
    if rows is None or columns is None:
        return
    control.set_limits((rows.maximum, columns.maximum), (rows.reason, columns.reason), (rows.minimum, columns.minimum))


class RowLabel(QLabel):
    """A label as high as one row at every scale, and as wide as its text or a column, in design pixels."""

    double_clicked = Signal()

    def __init__(self, text: str, *, width: int = 0) -> None:
        super().__init__(text)
        self._width = width

    def offer_default(self, restore: Callable[[], None]) -> None:
        """Let a double click restore the default."""
        self.double_clicked.connect(restore)
        self.setToolTip(f"{self.text()}: double click for the default")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Report it."""
        event.accept()
        self.double_clicked.emit()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the text and the height of a row."""
        return QSize(super().minimumSizeHint().width(), theme.px(ROW_HEIGHT))

    def sizeHint(self) -> QSize:
        """Return the width of the column and the height of a row."""
        return QSize(max(super().sizeHint().width(), theme.px(self._width)), theme.px(ROW_HEIGHT))
