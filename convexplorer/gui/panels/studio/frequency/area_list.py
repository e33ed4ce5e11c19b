"""The areas of a wanted response in layers: which one is chosen, what can be added, and what is painted."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QToolButton, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.kernels.design.shapes import SHAPES, Stroke
from convexplorer.kernels.design.target import Target
from convexplorer.words import number

_ELSEWHERE_TIP = "What is wanted where no area lies."
_WIDTH_PX, _LOW_PX, _TWO_ROWS_PX = 150, 120, 76
_NO_LIMIT = 16777215  # of Qt: QWIDGETSIZE_MAX


class AreaList(QWidget):
    """A list from the bottom layer, “elsewhere”, upwards, with buttons to add and to remove.

    Attributes
    ----------
    rows : the list; its first row is elsewhere.
    brush : the switch between pulling and painting.

    Signals
    -------
    chosen : the place of an area, −1 for elsewhere.
    added : a kind of `SHAPES`.
    removal_asked : of the chosen area.
    brush_toggled : whether the mouse paints.
    """

    chosen = Signal(int)
    added = Signal(str)
    removal_asked = Signal()
    brush_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = _List(self)
        self.rows.setMinimumHeight(theme.px(_TWO_ROWS_PX))
        self.rows.currentRowChanged.connect(lambda row: self.chosen.emit(row - 1))
        self.rows.removal_asked.connect(self.removal_asked)
        self._build()

    def show_target(self, target: Target, chosen: int) -> None:
        """Show the areas of a target."""
        rows = [(f"Elsewhere: {number(target.level, 3)}", _ELSEWHERE_TIP)]
        rows += [(f"{one.label}: {number(one.level, 3)}", f"{one.label}, {one.words()}") for one in target.shapes]
        with QSignalBlocker(self.rows):
            while self.rows.count() > len(rows):
                self.rows.takeItem(self.rows.count() - 1)
            while self.rows.count() < len(rows):
                QListWidgetItem(self.rows)
            for index, (text, tip) in enumerate(rows):
                item = self.rows.item(index)
                if item.text() != text:
                    item.setText(text)
                item.setToolTip(tip)
            self.rows.setCurrentRow(chosen + 1)
        self.remove_button.setEnabled(chosen >= 0)

    def set_low(self, is_low: bool) -> None:
        """Take little height, below the plane, instead of its own."""
        self.setMaximumHeight(theme.px(_LOW_PX) if is_low else _NO_LIMIT)

    def sizeHint(self) -> QSize:
        """Return the width of a row."""
        return QSize(theme.px(_WIDTH_PX), theme.px(120))

    def _build(self) -> None:
        self._add = QToolButton(self)
        self._add.setText("Add")
        self._add.setAccessibleName("Add an area")
        self._add.setToolTip("Add an area over the others, then pull at its edge or its inside.")
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(self._add, "add")
        menu = QMenu("Add an area", self._add)
        menu.setToolTipsVisible(True)
        for kind, shape in SHAPES.items():
            if shape is not Stroke:
                action = menu.addAction(shape.label)
                action.setToolTip(shape.tip)
                action.triggered.connect(lambda _=False, kind=kind: self.added.emit(kind))
        self._add.setMenu(menu)
        self.add_menu = menu
        self.brush = IconButton("rename", Stroke.tip, self, is_checkable=True)
        self.brush.toggled.connect(self.brush_toggled)
        self.remove_button = IconButton("delete", "Remove the chosen area (Delete)", self)
        self.remove_button.clicked.connect(self.removal_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(2))
        buttons.addWidget(self._add)
        buttons.addWidget(self.brush)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(buttons)
        layout.addWidget(self.rows, 1)


class _List(QListWidget):
    """The rows; Delete removes."""

    removal_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Areas of the wanted response")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay out anew: rows that were measured before the stylesheet came are too low."""
        super().showEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the removal of a row by Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_asked.emit()
        else:
            super().keyPressEvent(event)
