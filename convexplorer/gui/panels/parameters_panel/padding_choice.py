"""Padding: one of Keras's words, or four numbers that appear when they are asked for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.fold import Fold
from convexplorer.gui.panels.parameters_panel.rows import make_combo
from convexplorer.gui.panels.parameters_panel.side_fields import Amounts, SideFields
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.model.limits import Limit

CHOICES = {
    "valid": "No padding: the kernel stays inside the picture, so the map is smaller",
    "same": "As much padding as keeps the size (with stride 1), the surplus at the end, as in Keras",
    "explicit": "So many rows and columns at each side",
}


class PaddingChoice(QWidget):
    """A combo box; below it, while padding is explicit, a field for each side.

    `combo` is public, so that a form can put something beside it and label it.
    """

    edited = Signal(object)  # "valid", "same" or the amounts
    explicit_chosen = Signal()  # somebody must say with which numbers it begins
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = make_combo("Padding", self)
        self._numbers = Fold(self)
        self._fields = SideFields("Padding", self._numbers)
        self._build()

    def add_beside(self, widget: QWidget) -> None:
        """Put another control into the row of the combo box."""
        self._first.addWidget(widget, 1)

    def set_value(self, padding: str | Amounts) -> None:
        """Show a padding; silent."""
        self.combo.setCurrentIndex(list(CHOICES).index(padding if isinstance(padding, str) else "explicit"))
        self.combo.setToolTip(f"Padding: {CHOICES[self.combo.currentText()].lower()}")
        if not isinstance(padding, str):
            self._fields.set_value(padding)
        self._numbers.set_open(not isinstance(padding, str))

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit each side."""
        self._fields.set_limits(limits)

    def side(self, name: str) -> NumberField:
        """Return the field of a side: top, bottom, left or right."""
        return self._fields.side(name)

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        choice = self.combo.itemText(row)
        if choice == "explicit":
            self.explicit_chosen.emit()
        else:
            self.edited.emit(choice)

    def _build(self) -> None:
        self.combo.setToolTip("Padding: what is added around the picture")
        for choice, tip in CHOICES.items():
            self.combo.addItem(choice)
            self.combo.setItemData(self.combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(self._on_chosen)
        self._first = QHBoxLayout()
        self._first.setSpacing(theme.px(4))
        self._first.addWidget(self.combo, 1)
        self._fields.edited.connect(self.edited)
        self._fields.editing_ended.connect(self.editing_ended)
        below = QVBoxLayout(self._numbers)
        below.setContentsMargins(0, theme.px(3), 0, 0)
        below.addWidget(self._fields)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._first)
        layout.addWidget(self._numbers)
