"""Padding: one of Keras's words, or four numbers that appear when they are asked for."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.panels.parameters_panel.fold import Fold
from convexplorer.gui.panels.parameters_panel.rows import make_combo
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.model.limits import Limit
from convexplorer.model.project import Padding

CHOICES = {
    "valid": "No padding: the kernel stays inside the picture, so the map is smaller",
    "same": "As much padding as keeps the size (with stride 1), the surplus at the end, as in Keras",
    "explicit": "So many rows and columns at each side",
}
SIDES = {"top": "↑", "bottom": "↓", "left": "←", "right": "→"}


class PaddingChoice(QWidget):
    """A combo box; below it, while padding is explicit, a field for each side.

    `combo` is public, so that a form can put something beside it and label it.
    """

    edited = Signal(object)  # Padding
    explicit_chosen = Signal()  # somebody must say with which numbers it begins
    editing_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = make_combo("Padding", self)
        self._sides: dict[str, NumberField] = {}
        self._numbers = Fold(self)
        self._build()

    def add_beside(self, widget: QWidget) -> None:
        """Put another control into the row of the combo box."""
        self._first.addWidget(widget, 1)

    def set_value(self, padding: Padding) -> None:
        """Show a padding; silent."""
        is_explicit = isinstance(padding, tuple)
        self.combo.setCurrentIndex(list(CHOICES).index("explicit" if isinstance(padding, tuple) else padding))
        self.combo.setToolTip(f"Padding: {CHOICES[self.combo.currentText()].lower()}")
        if isinstance(padding, tuple):
            amounts = [amount for pair in padding for amount in pair]
            for field, amount in zip(self._sides.values(), amounts, strict=True):
                field.set_value(amount)
        self._numbers.set_open(is_explicit)

    def set_limits(self, limits: Mapping[str, Limit]) -> None:
        """Limit each side."""
        for side, field in self._sides.items():
            limit = limits.get(f"padding_{side}")
            if limit is not None:
                reasons = [text for text in (limit.reason, limit.minimum_reason) if text]
                field.set_limits(limit.minimum, limit.maximum, "; ".join(reasons))
                field.setToolTip(f"Padding, {side}: {limit.minimum}…{limit.maximum}\n{'; '.join(reasons)}")

    def side(self, name: str) -> NumberField:
        """Return the field of a side: top, bottom, left or right."""
        return self._sides[name]

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        choice = self.combo.itemText(row)
        if choice == "explicit":
            self.explicit_chosen.emit()
        else:
            self.edited.emit(choice)

    @Slot()
    def _on_side_changed(self) -> None:
        top, bottom, left, right = (int(field.value) for field in self._sides.values())
        self.edited.emit(((top, bottom), (left, right)))

    def _build(self) -> None:
        self.combo.setToolTip("Padding: what is added around the picture")
        for choice, tip in CHOICES.items():
            self.combo.addItem(choice)
            self.combo.setItemData(self.combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.combo.activated.connect(self._on_chosen)
        self._first = QHBoxLayout()
        self._first.setSpacing(theme.px(4))
        self._first.addWidget(self.combo, 1)

        row = QHBoxLayout(self._numbers)
        row.setContentsMargins(0, theme.px(3), 0, 0)
        row.setSpacing(theme.px(2))
        for side, arrow in SIDES.items():
            label = QLabel(arrow, self._numbers)
            theme.set_role(label, "muted")
            field = NumberField(f"Padding, {side}", self._numbers, step=1, minimum=0, is_integer=True)
            field.value_changed.connect(self._on_side_changed)
            field.editing_ended.connect(self.editing_ended)
            self._sides[side] = field
            row.addWidget(label)
            row.addWidget(field, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._first)
        layout.addWidget(self._numbers)
