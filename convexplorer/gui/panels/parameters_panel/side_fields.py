"""Whole numbers at the sides of a picture: padding, what is added, what is cropped."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.model.limits import Limit

SIDES = {"top": "↑", "bottom": "↓", "left": "←", "right": "→"}
Amounts = tuple[tuple[int, int], ...]


class SideFields(QWidget):
    """A number for each side: top, bottom, left, right."""

    edited = Signal(object)  # ((top, bottom), (left, right))
    editing_ended = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._sides: dict[str, NumberField] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for side, arrow in SIDES.items():
            label = QLabel(arrow, self)
            theme.set_role(label, "muted")
            field = NumberField(f"{name}, {side}", self, step=1, minimum=0, is_integer=True)
            field.value_changed.connect(self._on_side_changed)
            field.editing_ended.connect(self.editing_ended)
            self._sides[side] = field
            row.addWidget(label)
            row.addWidget(field, 1)

    def set_value(self, amounts: Amounts) -> None:
        """Show amounts; silent."""
        flat = [amount for pair in amounts for amount in pair]
        for field, amount in zip(self._sides.values(), flat, strict=True):
            field.set_value(amount)

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit each side: before and after for each axis."""
        for (side, field), limit in zip(self._sides.items(), limits, strict=False):
            reasons = "; ".join(text for text in (limit.reason, limit.minimum_reason) if text)
            field.set_limits(limit.minimum, limit.maximum, reasons)
            field.setToolTip(f"{self._name}, {side}: {limit.minimum}…{limit.maximum}\n{reasons}")

    def side(self, name: str) -> NumberField:
        """Return the field of a side: top, bottom, left or right."""
        return self._sides[name]

    @Slot()
    def _on_side_changed(self) -> None:
        top, bottom, left, right = (int(field.value) for field in self._sides.values())
        self.edited.emit(((top, bottom), (left, right)))
