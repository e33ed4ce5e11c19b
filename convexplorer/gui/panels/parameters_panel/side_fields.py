"""Whole numbers at the sides of a picture: padding, what is added, what is cropped."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.model.limits import Limit

SIDES = {"top": "↑", "bottom": "↓", "left": "←", "right": "→"}
Amounts = tuple[tuple[int, int], ...]


class SideFields(QWidget):
    """A number for each side: top, bottom, left, right; or one for all of them, while they are linked."""

    edited = Signal(object)  # ((top, bottom), (left, right))
    editing_ended = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._sides: dict[str, NumberField] = {}
        self._limits: Sequence[Limit] = ()
        self._only_one: list[QWidget] = []  # labels and fields that are shown while the sides are linked
        self._each: list[QWidget] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.px(2))
        for i, (side, arrow) in enumerate(SIDES.items()):
            label = QLabel(arrow, self)
            theme.set_role(label, "muted")
            field = NumberField(f"{name}, {side}", self, step=1, minimum=0, is_integer=True)
            field.value_changed.connect(self._on_side_changed)
            field.editing_ended.connect(self.editing_ended)
            self._sides[side] = field
            self._each += [label, field]
            grid.addWidget(label, i // 2, i % 2 * 2)
            grid.addWidget(field, i // 2, i % 2 * 2 + 1)
        all_sides = QLabel("on all sides", self)
        theme.set_role(all_sides, "muted")
        grid.addWidget(all_sides, 0, 2, 1, 2)
        self._only_one = [self._sides["top"], all_sides]
        self._link = IconButton("link", "", self, is_checkable=True)
        theme.set_role(self._link, "quiet")
        self._link.toggled.connect(self._on_link_toggled)
        grid.addWidget(self._link, 0, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.setFocusProxy(self._sides["top"])
        self.set_linked(True)

    @property
    def is_linked(self) -> bool:
        """True if all sides have one number."""
        return self._link.isChecked()

    @property
    def value(self) -> Amounts:
        """((top, bottom), (left, right))."""
        top, bottom, left, right = (int(field.value) for field in self._sides.values())
        return ((top, bottom), (left, right))

    def set_value(self, amounts: Amounts) -> None:
        """Show amounts; silent. Unequal ones are unlinked."""
        flat = [amount for pair in amounts for amount in pair]
        for field, amount in zip(self._sides.values(), flat, strict=True):
            field.set_value(amount)
        if len(set(flat)) > 1:
            self.set_linked(False)

    def set_linked(self, is_linked: bool) -> None:
        """Link or unlink without a signal."""
        with QSignalBlocker(self._link):
            self._link.setChecked(is_linked)
        self._show_link()

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit each side: before and after for each axis."""
        self._limits = tuple(limits)
        for (side, field), limit in zip(self._sides.items(), limits, strict=False):
            reasons = "; ".join(text for text in (limit.reason, limit.minimum_reason) if text)
            field.set_limits(limit.minimum, limit.maximum, reasons)
            field.setToolTip(f"{self._name}, {side}: {limit.minimum}…{limit.maximum}\n{reasons}")

    def side(self, name: str) -> NumberField:
        """Return the field of a side: top, bottom, left or right."""
        return self._sides[name]

    @Slot(float)
    def _on_side_changed(self, value: float) -> None:
        if self.is_linked:
            self._show_on_all(int(value))
        self.edited.emit(self.value)

    @Slot(bool)
    def _on_link_toggled(self, is_linked: bool) -> None:
        """Make all sides equal to the first after linking."""
        before = self.value
        if is_linked:
            self._show_on_all(before[0][0])
        self._show_link()
        if self.value != before:
            self.edited.emit(self.value)
            self.editing_ended.emit()

    def _show_on_all(self, amount: int) -> None:
        """Show one amount on all sides, as far as every side allows it."""
        for limit in self._limits:
            amount = min(max(amount, limit.minimum), limit.maximum)
        for field in self._sides.values():
            field.set_value(amount)

    def _show_link(self) -> None:
        is_linked = self.is_linked
        for part in self._each:
            part.setVisible(not is_linked)
        for part in self._only_one:
            part.setVisible(is_linked or part in self._each)
        self._sides["top"].setAccessibleName(f"{self._name}, {'all sides' if is_linked else 'top'}")
        self._link.set_icon("link" if is_linked else "unlink")
        self._link.set_tip(
            f"{self._name}: all sides stay equal; click to set them apart"
            if is_linked
            else f"{self._name}: apart; click to keep all sides equal"
        )
